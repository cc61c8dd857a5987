"""Conversations and single answers on the page: found, explained, put right, and kept back."""

import re
from dataclasses import replace

import pytest

from bot.domain.conversations import Check, Kind, Outcome, Source, Turn, Versions
from bot.domain.people import Role
from bot.inbox import arrivals
from bot.storage.hand_over_words import HandOverWordRows
from bot.storage.inbox import InboxRows
from bot.storage.turns import TurnRows
from connectors.messages import Address, Author, IncomingMessage
from tests.integration.web.conftest import Desk, Owner

SECRET = "is my salary paid on the zwischenfest"
SAID = "It is paid on the plumhour."
# What the model was sent holds what was said before, too.
WHOLE = Outcome(
    Kind.COMPOSED,
    SAID,
    "en",
    searched=SECRET,
    sources=(Source("Wages kwyjibo", "wages", "Paid on the plumhour.", 0.9),),
    found=(Source("Wages kwyjibo", "wages", "Paid on the plumhour.", 0.9),),
    model="tiny",
    prompt=f"[user]\nearlier frobnicate\n{SECRET}",
    raw="raw gadzooks",
    timings_ms={"search": 12.0, "search: embed": 8.0, "model": 900.0, "all": 950.0},
    checks=(
        Check("match", False, "found", 0.4, 1.3),
        Check("number", True),
        Check("support", True, "salary zwischenfest"),
    ),
    versions=Versions("0.1.0", 7, "a1b2c3d4", "sha256:" + "5" * 64),
)
_HIDDEN = ("salary", "plumhour", "kwyjibo", "frobnicate", "gadzooks", "zwischenfest", "Wendeline")


def answered(
    desk: Desk,
    text: str,
    outcome: Outcome,
    *,
    channel: str,
    direct: bool = False,
    role: Role = Role.STAFF,
    room_name: str = "",
    name: str = "Wendeline",
) -> int:
    """Have a message of a platform answered, and return the answer's id."""
    database = desk.room.app.database
    now = desk.clock()
    message = IncomingMessage(
        f"{channel} {text} {now}",
        Address("slack", channel),
        Author(f"U{name}", name, role=role.value),
        text,
        to_bot=True,
        sent_at=now,
        room_audience="staff" if direct else "public",
        room_name=room_name,
        direct=direct,
    )

    async def work() -> int:
        turn_id = await InboxRows(database).store(message, now=now)
        assert turn_id is not None
        turn: Turn = await HandOverWordRows(database, run="x").turn(turn_id)
        answer_id = await TurnRows(database, run="x").finish(turn, outcome, [], now=now)
        assert answer_id is not None
        return answer_id

    return desk.do(work)


@pytest.fixture(scope="module")
def secret(desk: Desk) -> int:
    return answered(desk, SECRET, WHOLE, channel="DWEN", direct=True)


def conversation_of(desk: Desk, answer_id: int) -> int:
    answer = desk.do(lambda: desk.services.answers.get(answer_id))
    assert answer is not None
    return answer.conversation.conversation_id


def test_a_colleague_s_direct_message_is_on_no_page(desk: Desk, owner: Owner, secret: int):
    number = conversation_of(desk, secret)
    for path in (
        "/overview",
        "/conversations",
        "/conversations?kind=composed",
        f"/conversations/{number}",
        f"/answers/{secret}",
        "/questions",
        "/hand-overs",
        "/evaluate",
    ):
        page = owner.get(path)
        assert page.status_code == 200, path
        text = page.text.partition('<div id="list"')[2] if "/conversations?" in path else page.text
        found = [word for word in _HIDDEN if word in text.replace('value="Wendeline"', "")]
        assert found == [], path
    assert "composed" in owner.get(f"/conversations/{number}").text
    for looked_for in ("words=salary", "words=plumhour", "person=slack/UWendeline"):
        assert "Nothing was found." in owner.get(f"/conversations?{looked_for}").text


def test_it_cannot_be_corrected_onto_the_list_of_open_questions(
    desk: Desk, owner: Owner, secret: int
):
    fields = {"question": "x", "answer": "y", "audience": "public"}
    assert owner.post(f"/answers/{secret}/correct", **fields).status_code == 403
    assert "salary" not in owner.get("/questions").text


def test_a_shown_one_keeps_back_what_was_said_before_it(desk: Desk, owner: Owner):
    number = answered(desk, SECRET, WHOLE, channel="DSHOWN", direct=True)
    desk.do(lambda: desk.services.answers.share(number))
    page = owner.get(f"/answers/{number}").text
    assert SAID in page
    assert "Wages kwyjibo" in page
    assert "frobnicate" not in page
    assert "gadzooks" not in page


def test_an_answer_tells_in_plain_words_why_and_from_what(desk: Desk, owner: Owner):
    number = answered(desk, "when is pay day", WHOLE, channel="C77", room_name="office")
    page = owner.get(f"/answers/{number}").text
    assert "tiny composed it from “Wages kwyjibo”. It passed every check." in page
    assert "Measured 0.40, for sure it takes 1.30." in page
    assert "A passage says it of what was asked about: salary zwischenfest." in page
    assert "after 7 changes" in page
    assert "tiny 555555555555<" in page
    assert "a1b2c3d4" in page
    german = owner.client.get(f"/answers/{number}", headers={"accept-language": "de"}).text
    assert "0,40" in german
    assert "0,900" in german
    assert "frobnicate" in page
    steps = re.findall(r'<th scope="row"( class="inner")?>([^<]+)</th>\s*<td class="bar">', page)
    assert [(bool(inner), title) for inner, title in steps] == [
        (False, "Looking it up"),
        (True, "reading the question"),
        (False, "The model, waiting for it included"),
    ]


@pytest.mark.parametrize(
    ("check", "told"),
    [
        (Check("number", False), "One does not stand in what the model was given: withheld."),
        (Check("model", False, "unknown"), "It said that the passages do not answer this."),
        (Check("model", False, "SilentError"), "It did not answer in time."),
        (Check("support", False, "prices"), "No passage says it of what was asked about: prices."),
        (
            Check("support", False, "unchecked"),
            "The model did not tell in time which passage carries what it said.",
        ),
    ],
)
def test_a_doubt_is_told_where_passages_were_shown(
    desk: Desk, owner: Owner, check: Check, told: str
):
    outcome = replace(WHOLE, kind=Kind.PASSAGE, checks=(WHOLE.checks[0], check))
    number = answered(desk, f"pay {told}", outcome, channel="C77", room_name="office")
    said = "It showed the passages that come closest, said to be that."
    assert f"{said} {told}" in owner.get(f"/answers/{number}").text


def test_conversations_are_found_by_where_who_and_what(desk: Desk, owner: Owner):
    for name, room in (("Anneliese", "harbour"), ("Bartholomew", "market")):
        outcome = replace(WHOLE, text=f"About the {room} 100% _sure_", kind=Kind.VERBATIM)
        answered(
            desk,
            f"what of the {room}, Äpfel",
            outcome,
            channel=f"C{room}",
            role=Role.PUBLIC,
            room_name=room,
            name=name,
        )

    def finds(query: str) -> set[str]:
        text = owner.get(f"/conversations?{query}").text.partition('<div id="list"')[2]
        return {each for each in ("harbour", "market") if f"what of the {each}" in text}

    both = {"harbour", "market"}
    assert finds("words=ABOUT") == both
    assert finds("words=about+harbour") == {"harbour"}
    assert finds("words=%C3%A4pfel") == both
    # Signs that a pattern knows stand for themselves.
    assert finds("words=100%25+_sure_") == both
    assert finds("words=h_rbour") == set()
    assert finds("person=anneliese") == {"harbour"}
    assert finds("person=slack/UBartholomew") == {"market"}
    assert finds("room=slack/Cmarket") == {"market"}
    assert finds("room=slack/Cmarket&kind=verbatim") == {"market"}
    assert finds("room=slack/Cmarket&kind=composed") == set()
    assert finds("words=about&rated=helped") == set()
    assert finds("words=about&since=2026-11-24&until=2026-11-30") == both
    assert finds("words=about&until=2026-11-23") == set()
    assert finds("words=about&before=1") == set()
    assert finds("words=about&before=99999999999999999999") == set()


def test_a_day_that_is_none_is_told_beside_its_field(owner: Owner):
    page = owner.get("/conversations?since=someday&until=2026-11-01")
    assert page.status_code == 422
    assert 'id="since-error">Write a day such as' in page.text
    assert (
        "before the first day" in owner.get("/conversations?since=2026-11-02&until=2026-11-01").text
    )


def test_a_right_answer_is_said_word_for_word_from_then_on(desk: Desk, owner: Owner):
    asked = "hello, do you mend gramophones?"
    wrong = desk.do(lambda: desk.room.says(asked))
    assert wrong.outcome.kind is not Kind.VERBATIM
    page = owner.get(f"/answers/{wrong.answer_id}").text
    assert 'value="do you mend gramophones?"' in page
    right = "Yes, on Thursdays, and only by hand."
    fields = {"question": "do you mend gramophones?", "audience": "public"}
    missing = owner.post(f"/answers/{wrong.answer_id}/correct", answer=" ", **fields)
    assert missing.status_code == 422
    assert "Write the answer, just as it should be said." in missing.text
    put = owner.post(f"/answers/{wrong.answer_id}/correct", answer=right, **fields)
    assert put.status_code == 303
    assert "known from now on" in owner.get(put.headers["location"]).text
    after = desk.do(lambda: desk.room.says(asked, room="another"))
    assert (after.outcome.kind, after.outcome.text) == (Kind.VERBATIM, right)
    assert "gramophones" not in owner.get("/questions").text


def test_of_an_entry_that_was_said_the_answer_is_replaced_and_nothing_else(
    desk: Desk, owner: Owner
):
    owner.post(
        "/knowledge/add",
        question="May I bring a ferret?",
        answer="No ferrets.",
        audience="public",
        note="ask Ann",
        valid_until="2027-12-31",
    )
    asked = "may I bring a ferret"
    wrong = desk.do(lambda: desk.room.says(asked))
    assert wrong.outcome.text == "No ferrets."
    right = "One ferret, on a lead."
    put = owner.post(f"/answers/{wrong.answer_id}/correct", answer=right)
    assert put.status_code == 303
    again = owner.post(f"/answers/{wrong.answer_id}/correct", answer=f"{right} Truly.")
    assert again.headers["location"] == put.headers["location"]
    after = desk.do(lambda: desk.room.says(asked, room="another"))
    assert (after.outcome.kind, after.outcome.text) == (Kind.VERBATIM, f"{right} Truly.")
    entry = desk.do(lambda: desk.services.knowledge.show("may-i-bring-a-ferret"))
    assert entry is not None
    assert (entry.note, str(entry.valid_until)) == ("ask Ann", "2027-12-31")
    # What was said before stands with the old answer as it was.
    assert "No ferrets." in owner.get(f"/answers/{wrong.answer_id}").text


def test_each_answer_keeps_the_versions_it_came_from(desk: Desk, owner: Owner):
    first = desk.do(lambda: desk.room.says("are there any wombats?")).outcome.versions
    owner.post("/knowledge/add", question="Wombats?", answer="Two.", audience="public")
    then = desk.do(lambda: desk.room.says("are there any wombats?")).outcome.versions
    owner.post("/knowledge/remove?id=wombats")
    last = desk.do(lambda: desk.room.says("are there any wombats?")).outcome.versions
    assert (then.knowledge, last.knowledge) == (first.knowledge + 1, first.knowledge + 2)
    assert first.deskhand
    assert first.prompt == ""


def test_the_old_address_leads_to_the_conversations(owner: Owner):
    assert owner.get("/answers").headers["location"] == "/conversations"


def test_no_more_than_some_watch_for_new_answers(
    desk: Desk, owner: Owner, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(arrivals, "MAX_WATCHERS", 1)
    with owner.client.stream("GET", "/conversations/arrivals?since=0") as watching:
        lines = watching.iter_lines()
        desk.do(lambda: desk.room.says("hello"))
        assert next(line for line in lines if line.startswith("event: ")) == "event: arrived"
        assert owner.get("/conversations/arrivals?since=0").status_code == 204
