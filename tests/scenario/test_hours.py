"""Opening hours, told by code from the owner's settings; Tuesday, 24 November 2026, 11:00 there."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.domain.conversations import Kind
from bot.domain.people import Role
from bot.inbox.talk import room_address
from bot.upkeep.evaluation import read_questions
from connectors.local.connector import Said
from connectors.messages import Author, IncomingMessage
from tests.scenario.conftest import BAKERY
from tests.scenario.room import Room, bot_in_a_room

FACTS = {
    "name": "Bäckerei Kornfeld",
    "zone": "Europe/Berlin",
    "region": "DE-BY",
    "language": "de",
    "hours": {
        "TU": [["07:00", "12:30"], ["13:30", "18:00"]],
        "WE": [["07:00", "18:00"]],
        "TH": [["07:00", "18:00"]],
        "FR": [["07:00", "18:00"], ["20:00", "01:00"]],
        "SA": [["07:30", "13:00"]],
    },
    "closed_days": ["2026-11-27"],
    "closed_from": {"12-24": "12:30", "12-31": "06:00"},
}
ENTRY = json.loads(BAKERY.splitlines()[0])["answer"]


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Room]:
    """A bakery whose owner has told its hours."""
    async with bot_in_a_room(tmp_path / "data") as room:
        await room.app.services.choices.set("business", FACTS)
        yield room


def stands_at(room: Room, there: str) -> None:
    """Set the clock, by the time in the shop."""
    room.clock.at = datetime.fromisoformat(f"{there}+01:00").astimezone(UTC)


async def said(room: Room, text: str) -> str:
    outcome = (await room.says(text)).outcome
    assert outcome.kind is Kind.COMPOSED
    assert outcome.model == ""
    return outcome.text


async def test_now_is_told_by_the_clock_of_the_shop(shop):
    today = "Tuesday, 24 November 2026: open 07:00\u201312:30 and 13:30\u201318:00."
    assert await said(shop, "are you open?") == f"We are open now, until 12:30. {today}"
    stands_at(shop, "2026-11-24 12:30")
    closed = "We are closed now. We open next on Tuesday, 24 November 2026, 13:30."
    assert await said(shop, "are you open now?") == closed
    stands_at(shop, "2026-11-25 17:59")
    assert await said(shop, "are you open now?") == "We are open now, until 18:00."
    stands_at(shop, "2026-11-25 18:00")
    assert await said(shop, "are you open now?") == (
        "We are closed now. We open next on Thursday, 26 November 2026, 07:00."
    )


async def test_a_night_that_runs_past_midnight_is_open_until_it_ends(shop):
    stands_at(shop, "2026-12-04 23:30")
    assert "until Saturday, 5 December 2026, 01:00." in await said(shop, "are you open now?")
    stands_at(shop, "2026-12-05 00:59")
    assert (await said(shop, "are you still open?")).startswith("We are open now, until 01:00.")
    stands_at(shop, "2026-12-05 01:00")
    assert await said(shop, "are you still open?") == (
        "We are closed now. We open next on Saturday, 5 December 2026, 07:30."
    )


async def test_tomorrow_is_the_asker_s_day_on_both_sides_of_midnight(shop):
    stands_at(shop, "2026-11-24 23:59")
    assert (await said(shop, "are you open tomorrow?")).startswith("Wednesday, 25 November 2026")
    stands_at(shop, "2026-11-25 00:00")
    assert (await said(shop, "are you open tomorrow?")).startswith("Thursday, 26 November 2026")


async def test_today_tells_the_hours_and_how_it_stands(shop):
    stands_at(shop, "2026-11-25 09:00")
    day = "Wednesday, 25 November 2026: open 07:00\u201318:00."
    assert await said(shop, "until when are you open today?") == (
        f"{day} We are open now, until 18:00."
    )
    stands_at(shop, "2026-11-25 20:00")
    assert await said(shop, "are you open today?") == (
        f"{day} We are closed now. We open next on Thursday, 26 November 2026, 07:00."
    )


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (
            "are you open on 25 December?",
            (
                "Friday, 25 December 2026: closed (Christmas Day)."
                " We open next on Tuesday, 29 December 2026, 07:00."
            ),
        ),
        (
            "Habt ihr am ersten Weihnachtsfeiertag offen?",
            (
                "Freitag, 25. Dezember 2026: geschlossen (Erster Weihnachtstag)."
                " Wir öffnen wieder: Dienstag, 29. Dezember 2026, 07:00."
            ),
        ),
        (
            "are you open this Friday?",
            (
                "Friday, 27 November 2026: closed (closing day)."
                " We open next on Saturday, 28 November 2026, 07:30."
            ),
        ),
        (
            "are you open on Christmas Eve?",
            "Thursday, 24 December 2026: open 07:00\u201312:30, which is shorter than usual.",
        ),
        (
            "are you open on New Year's Eve?",
            (
                "Thursday, 31 December 2026: closed (closing day)."
                " We open next on Saturday, 2 January 2027, 07:30."
            ),
        ),
        (
            "are you open on Sunday?",
            "Sunday, 29 November 2026: closed. We open next on Tuesday, 1 December 2026, 07:00.",
        ),
        (
            "are you open next public holiday?",
            (
                "Friday, 25 December 2026: closed (Christmas Day)."
                " We open next on Tuesday, 29 December 2026, 07:00."
            ),
        ),
        (
            "are you open on public holidays?",
            (
                "We are closed on public holidays. The next one: Friday, 25 December 2026"
                " (Christmas Day)."
            ),
        ),
        (
            "when are you closed next?",
            (
                "The next day on which we are closed out of turn: Friday, 27 November 2026"
                " (closing day). Closed every week: Monday and Sunday."
            ),
        ),
        (
            "are you open on tuesday?",
            (
                "- Tuesday, 24 November 2026: open 07:00\u201312:30 and 13:30\u201318:00.\n"
                "- Tuesday, 1 December 2026: open 07:00\u201312:30 and 13:30\u201318:00."
            ),
        ),
        (
            "are you open this weekend?",
            (
                "- Saturday, 28 November 2026: open 07:30\u201313:00.\n"
                "- Sunday, 29 November 2026: closed."
            ),
        ),
        (
            "Vous êtes ouverts samedi ?",
            "samedi 28 novembre 2026\u00a0: ouvert 07:30\u201313:00.",
        ),
    ],
)
async def test_a_day_is_told_with_its_hours_or_why_it_is_closed(shop, asked, told):
    assert (await said(shop, asked)).replace("\u202f", "\u00a0").replace(" :", "\u00a0:") == told


async def test_a_business_that_opens_on_holidays_is_never_called_closed_for_one(shop):
    await shop.app.services.choices.set("business.open_on_holidays", True)
    asked = await said(shop, "are you open on 25 December?")
    assert asked == "Friday, 25 December 2026: open 07:00\u201318:00 and 20:00\u201301:00."
    # What holds on all of them is for its own entries to say.
    holidays = (await shop.says("are you open on public holidays?")).outcome
    assert "closed" not in holidays.text


async def test_on_a_holiday_itself_now_says_why_it_is_closed(shop):
    stands_at(shop, "2026-12-25 10:00")
    assert await said(shop, "are you open now?") == (
        "Friday, 25 December 2026: closed (Christmas Day)."
        " We open next on Tuesday, 29 December 2026, 07:00."
    )


async def test_the_week_is_told_with_what_differs_soon(shop):
    told = await said(shop, "what are your opening hours?")
    assert "- Monday: closed\n- Tuesday: 07:00\u201312:30 and 13:30\u201318:00\n" in told
    assert told.endswith(
        "In the next two weeks:\n- Friday, 27 November 2026: closed (closing day)."
    )
    assert await said(shop, "are you open on sundays?") == (
        "Our usual opening hours:\n- Sunday: closed"
    )


async def test_an_entry_that_is_sure_tells_the_week_and_code_a_certain_day(shop):
    await shop.knows("faq.jsonl", BAKERY)
    week = (await shop.says("What are your opening hours?")).outcome
    assert (week.kind, week.text) == (Kind.VERBATIM, ENTRY)
    assert "closed (closing day)" in await said(shop, "are you open on Friday?")
    await shop.knows("more.jsonl", json.dumps({"question": "Are you open now?", "answer": "Yes!"}))
    stands_at(shop, "2026-11-25 20:00")
    assert (await said(shop, "Are you open now?")).startswith("We are closed now.")


async def test_a_question_that_leans_goes_on_with_the_hours(shop):
    await shop.knows("faq.jsonl", BAKERY)
    await shop.says("What are your opening hours?")
    assert (await said(shop, "and on sunday?")).startswith("Sunday, 29 November 2026: closed.")
    assert (await said(shop, "and saturday?")).startswith("Saturday, 28 November 2026: open")
    assert (await said(shop, "until when?")).startswith("Saturday, 28 November 2026: open")
    parking = (await shop.says("Is there parking?")).outcome
    assert parking.kind is Kind.VERBATIM
    leaning = (await shop.says("and on sunday?")).outcome
    assert [source.document_id for source in leaning.sources[:1]] == ["parking"]


async def test_beside_another_question_each_is_answered(shop):
    await shop.knows("faq.jsonl", BAKERY)
    outcome = (await shop.says("Is there parking? And are you open on Saturday?")).outcome
    assert "Two spaces in the yard" in outcome.text
    assert "Saturday, 28 November 2026: open 07:30" in outcome.text
    assert [source.document_id for source in outcome.sources] == ["parking", ""]


async def test_the_source_is_the_settings_and_no_document(shop):
    outcome = (await shop.says("are you open tomorrow?")).outcome
    [source] = outcome.sources
    assert (source.title, source.document_id) == ("Opening hours", "")
    assert "Wednesday: 07:00\u201318:00" in source.passage
    assert outcome.found == outcome.sources
    why = (await shop.says("why this answer?")).outcome.text
    assert "It stands on: Opening hours" in why


async def test_an_evaluation_scores_what_the_hours_say(shop):
    lines = [
        {"question": "are you open on 25 December?", "expect_contains": "Christmas Day"},
        {"question": "are you open on Sunday?", "expect_document": "opening-hours"},
        {"question": "are you open now?", "expect_unknown": True},
    ]
    questions = read_questions("\n".join(map(json.dumps, lines)))
    run = shop.app.services.evaluation.run(questions, role=Role.PUBLIC)
    assert [verdict.result async for verdict in run] == ["right", "wrong", "wrong"]


async def test_without_hours_or_a_region_the_knowledge_answers_as_before(room):
    before = (await room.says("are you open on sundays?")).outcome
    assert [source.document_id for source in before.sources[:1]] == ["opening-hours"]
    day = (await room.says("are you open tomorrow?")).outcome
    assert "" not in [source.document_id for source in day.sources]
    hours = {"zone": "UTC", "hours": FACTS["hours"]}
    await room.app.services.choices.set("business", hours)
    holidays = (await room.says("are you open on public holidays?")).outcome
    assert "" not in [source.document_id for source in holidays.sources]
    assert (await said(room, "are you open on 25 December?")).startswith(
        "Friday, 25 December 2026: open"
    )


async def test_questions_about_anything_else_go_to_the_knowledge_with_hours_told(shop):
    await shop.knows("faq.jsonl", BAKERY)
    for text in ("is parking open at night?", "do you deliver on Saturday?"):
        sources = (await shop.says(text)).outcome.sources
        assert "" not in [source.document_id for source in sources]


async def heard_from(room: Room, zone: str, text: str) -> str:
    """Say something as a person whose platform tells their zone; return what is answered."""
    connector = room.app.connectors["local"]
    address = room_address("abroad", Role.PUBLIC)
    author = Author("public:kim", "kim", zone=zone, role="public")
    with connector.watch(address) as events:
        await connector.say(IncomingMessage(zone, address, author, text, True, room.clock()))
        while True:
            event = await events.get()
            if isinstance(event, Said) and event.message.final:
                return event.message.text


async def test_who_lives_in_another_zone_is_told_whose_times_they_are(shop):
    stands_at(shop, "2026-11-25 02:00")  # In New York it is still Tuesday.
    assert await heard_from(shop, "America/New_York", "are you open tomorrow?") == (
        "Wednesday, 25 November 2026: open 07:00\u201318:00."
        " We are closed now. We open next on Wednesday, 25 November 2026, 07:00.\n\n"
        "Times are local to us (Europe/Berlin)."
    )
    assert "local to us" not in await heard_from(shop, "Europe/Madrid", "are you open now?")


async def test_hours_hold_when_the_shop_s_clock_changes(shop):
    shop.clock.at = datetime(2027, 3, 27, 23, 0, tzinfo=UTC)  # The night clocks go forward.
    hours = {"SU": [["01:00", "04:00"]]}
    await shop.app.services.choices.set("business", FACTS | {"hours": hours, "region": ""})
    assert (await said(shop, "are you open now?")) == (
        "We are closed now. We open next on Sunday, 28 March 2027, 01:00."
    )
    shop.clock.at = datetime(2027, 3, 28, 1, 59, tzinfo=UTC)  # 03:59 there.
    assert (await said(shop, "are you open now?")) == "We are open now, until 04:00."
    shop.clock.at = datetime(2027, 3, 28, 2, 0, tzinfo=UTC)
    assert (await said(shop, "are you open now?")).startswith("We are closed now.")


async def test_when_the_owner_moves_the_shop_to_another_zone_its_hours_move_with_it(shop):
    stands_at(shop, "2026-11-25 17:30")
    assert await said(shop, "are you open now?") == "We are open now, until 18:00."
    await shop.app.services.choices.set("business.zone", "Europe/Helsinki")
    assert (await said(shop, "are you open now?")).startswith("We are closed now.")


async def test_a_business_that_never_opens_again_promises_no_opening(shop):
    await shop.app.services.choices.set("business.hours", {"MO": []})
    assert await said(shop, "are you open now?") == "We are closed now."
