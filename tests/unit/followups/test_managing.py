"""What is taken for a request about reminders, of a colleague and of a customer."""

import json
from collections.abc import Iterator

import pytest

from bot.business.calendar import BusinessCalendar
from bot.business.facts import BusinessFacts
from bot.domain.conversations import Exchange, Kind
from bot.domain.followups import FollowUp
from bot.domain.people import Role
from bot.followups.managing import Managing
from bot.followups.offers import Managed
from bot.language.sentences import Phrasebook
from bot.storage.follow_up_edits import Edit
from tests.scenario.room import development_data
from tests.unit.followups.asker import ZONE, follow_up, turn

WAITING = [
    follow_up(1, "order flour from the mill", "2026-11-25T09:00"),
    follow_up(2, "call the dentist", "2026-11-26T14:00"),
    follow_up(3, "water the plants", "2026-11-30T08:00", rule="FREQ=WEEKLY;BYDAY=MO"),
]
# What people at an office are reminded of, in the words of those who ask it things.
LIKELY = [
    follow_up(1, "call the clinic about my appointment", "2026-11-25T09:00"),
    follow_up(2, "order a birthday cake", "2026-11-26T14:00"),
    follow_up(3, "pay the invoice", "2026-11-27T14:00"),
    follow_up(4, "card", "2026-11-27T15:00"),
    follow_up(5, "transfer money to my account", "2026-11-28T10:00"),
    follow_up(6, "alarm", "2026-11-30T08:00", rule="FREQ=WEEKLY;BYDAY=MO"),
    follow_up(7, "parking", "2026-12-01T08:00"),
]


class Waiting:
    """Reminders in memory, in the place of their service and of its edits."""

    def __init__(self, waiting: list[FollowUp], last: tuple[int, ...] = ()) -> None:
        self._waiting = waiting
        self._last = last
        self.edited: list[tuple[FollowUp, Edit]] = []

    async def waiting(self, *, person_id: int) -> list[FollowUp]:
        return self._waiting

    async def made(self, call: object) -> None:
        return None

    async def last_told(self, conversation_id: int, *, person_id: int) -> tuple[int, ...]:
        return self._last

    async def put(self, found: FollowUp, edit: Edit, call: object) -> FollowUp:
        self.edited.append((found, edit))
        return found


PHRASEBOOK = Phrasebook()
CALENDAR = BusinessCalendar(BusinessFacts(zone=ZONE.key))


async def managed(text: str, waiting: Waiting, *, role: Role = Role.STAFF, **how) -> Managed | None:
    managing = Managing(waiting, waiting, PHRASEBOOK, lambda: CALENDAR)  # type: ignore[arg-type]
    return await managing.answer(turn(text, role=role, **how), "en")


async def test_a_colleague_s_words_that_fit_one_reminder_change_it():
    waiting = Waiting(WAITING)
    done = await managed("push the dentist by an hour", waiting)
    [(found, edit)] = waiting.edited
    assert (done.kind, found.follow_up_id) == (Kind.ACTION, 2)
    assert (edit.due_at - found.due_at).total_seconds() == 3600


@pytest.mark.parametrize(
    "text",
    [
        "can I move my appointment to Thursday?",
        "can I cancel the flour order?",
        "please move my dentist appointment to Friday",
        "I want to cancel my dentist",
        "move the wedding cake to Thursday",
        "do you have anything about parking",
        "what do I have to bring?",
        "is the flour done?",
        "cancel it",
        "never mind",
        "set the dentist for noon",
        "when are you open?",
    ],
)
async def test_a_customer_s_question_for_the_business_is_none(text):
    assert await managed(text, Waiting(WAITING), role=Role.PUBLIC) is None


async def test_a_customer_s_words_that_fit_a_reminder_without_saying_so_are_asked_about():
    waiting = Waiting(WAITING)
    asked = await managed("move the dentist to Friday", waiting, role=Role.PUBLIC)
    assert (asked.kind, asked.sure, waiting.edited) == (Kind.ASKED, False, [])
    [button] = asked.buttons
    assert button.action.startswith("moveto:2:")
    done = await managed("move the reminder about the dentist to Friday", waiting, role=Role.PUBLIC)
    assert (done.kind, len(waiting.edited)) == (Kind.ACTION, 1)


async def test_what_somebody_wants_for_themselves_is_asked_about_first():
    waiting = Waiting(WAITING)
    asked = await managed("I'd rather do the dentist a day later", waiting)
    assert (asked.kind, waiting.edited) == (Kind.ASKED, [])
    assert [each.action.split(":")[:2] for each in asked.buttons] == [["moveto", "2"]]


async def test_several_that_fit_are_offered_and_none_is_told_with_the_list():
    two = Waiting([*WAITING, follow_up(4, "order rye flour", "2026-11-27T09:00")])
    asked = await managed("cancel the flour reminder", two)
    assert [each.action for each in asked.buttons] == ["cancel:1", "cancel:4"]
    assert "order rye flour" in asked.buttons[1].label
    none = await managed("cancel the reminder about the oven", two)
    assert (none.kind, two.edited) == (Kind.REFUSED, [])
    assert "the oven" in none.text
    assert "call the dentist" in none.text


async def test_of_a_repeated_one_it_is_asked_which_times_unless_the_words_say():
    waiting = Waiting(WAITING)
    asked = await managed("move the plants to 10", waiting)
    assert [each.action.partition(":")[0] for each in asked.buttons] == ["moveto", "moveall"]
    asked = await managed("cancel the plants", waiting)
    assert [each.action for each in asked.buttons] == ["skip:3", "cancel:3"]
    assert waiting.edited == []
    await managed("move the plants to 10, just this once", waiting)
    await managed("move the plants to 10 from now on", waiting)
    once, always = (edit for _, edit in waiting.edited)
    assert (once.rule != "", once.next_at is not None) == (True, True)
    assert (always.rule, always.dtstart.hour, always.next_at) == ("FREQ=WEEKLY;BYDAY=MO", 10, None)


async def test_never_mind_ends_nothing_that_was_just_promised():
    waiting = Waiting(WAITING, last=(2,))
    assert await managed("never mind", waiting) is None
    assert (await managed("cancel that", waiting)).kind is Kind.ACTION
    assert [found.follow_up_id for found, _ in waiting.edited] == [2]


async def test_all_are_cancelled_only_after_a_question():
    waiting = Waiting(WAITING)
    asked = await managed("cancel all my reminders", waiting)
    assert (asked.kind, waiting.edited) == (Kind.ASKED, [])
    assert [each.action for each in asked.buttons] == ["endall:1:3", "keep:1"]


async def test_an_answer_to_our_question_completes_the_request():
    waiting = Waiting([*WAITING, follow_up(4, "order rye flour", "2026-11-27T09:00")])

    async def answered(asked: str, text: str) -> Managed | None:
        return await managed(text, waiting, before=[Exchange(asked, "Which?", Kind.ASKED)])

    assert (await answered("move the dentist", "Friday at 10")).kind is Kind.ACTION
    assert (await answered("cancel the flour reminder", "the rye one")).kind is Kind.ACTION
    assert (await answered("move the plants to 10", "only the next time")).kind is Kind.ACTION
    assert [found.follow_up_id for found, _ in waiting.edited] == [2, 4, 3]
    assert await answered("move the dentist", "when are you open?") is None


async def test_a_message_that_passed_is_asked_again_and_nothing_is_moved():
    waiting = Waiting(WAITING)
    asked = await managed("bring the dentist forward by three days", waiting)
    assert (asked.kind, waiting.edited) == (Kind.ASKED, [])


def _questions() -> Iterator[str]:
    for file in sorted(development_data().rglob("*dev*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            asked = json.loads(line)
            yield from [asked["question"]] if "question" in asked else []
            yield from (each["say"] for each in asked.get("turns", ()))


@pytest.mark.skipif(not development_data().is_dir(), reason="the development data are not at hand")
@pytest.mark.parametrize("waiting", [WAITING, LIKELY], ids=["others", "likely"])
async def test_no_question_of_the_development_data_is_taken_for_a_request(waiting):
    caught = [
        text
        for text in _questions()
        if "remind" not in text
        and await managed(text, Waiting(waiting), role=Role.PUBLIC) is not None
    ]
    assert caught == []
