"""The log of changes: who changed what, by the page, the commands, a chat and the folder."""

import re
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest

from bot.domain.changes import Actor, By, Change, What, acting, together
from bot.domain.people import Role
from bot.domain.trials import OwnQuestion
from bot.storage.changes import MAX_CHARS
from bot.storage.people import PersonRows
from bot.web.pages.changes import PAGE_SIZE
from connectors.messages import Author
from knowledge.documents import Audience, Document
from knowledge.readers.entries import entry
from tests.integration.web.conftest import TOKEN, Desk, Owner
from tests.integration.web.test_skills import HASH

QUESTION = "Do you bake at night?"


@pytest.fixture
def since(desk: Desk) -> Callable[[], list[Change]]:
    """Return what was changed since the test began, oldest first."""
    rows = desk.services.changes
    newest = desk.do(lambda: rows.newest(limit=1))
    last = newest[0].change_id if newest else 0

    def found() -> list[Change]:
        every = desk.do(lambda: rows.newest(limit=1_000))
        return [each for each in reversed(every) if each.change_id > last]

    return found


Told = tuple[str, str, str, dict[str, str], dict[str, str]]


def told(changes: list[Change]) -> list[Told]:
    return [
        (each.name or each.actor.by, each.what, each.subject, dict(each.was), dict(each.became))
        for each in changes
    ]


def command(desk: Desk, method: str, path: str, **told: object) -> httpx.Response:
    """Ask the API as the commands do."""
    answer = httpx.request(
        method,
        f"{desk.url}/api{path}",
        json=told,
        headers={"authorization": f"Bearer {TOKEN}"},
        timeout=60,
    )
    assert answer.is_success, answer.text
    return answer


def command_raw(desk: Desk, method: str, path: str, body: bytes) -> httpx.Response:
    """Give the API a file as the commands do."""
    headers = {"authorization": f"Bearer {TOKEN}", "content-type": "application/octet-stream"}
    answer = httpx.request(
        method, f"{desk.url}/api{path}", content=body, headers=headers, timeout=60
    )
    assert answer.is_success, answer.text
    return answer


def test_a_setting_is_told_field_by_field_and_only_what_differs(
    desk: Desk, owner: Owner, since: Callable[[], list[Change]]
):
    command(desk, "PUT", "/settings/business.contact", value=(was := "Call 555 0134"))
    forgotten = len(since())
    fields = {"name": desk.services.choices.business.name or "Crumb & Co.", "zone": "UTC"}
    saved = owner.post("/business", **fields, language="en", contact="Ask at the counter")
    assert saved.status_code == 303
    first = since()
    (change,) = told(first[forgotten:])
    assert change[:3] == ("owner", "setting", "business")
    assert (change[3]["contact"], change[4]["contact"]) == (was, "Ask at the counter")
    assert "region" not in change[4]
    assert owner.post("/business", **fields, language="en", contact="Ask at the counter")
    assert since() == first


def test_what_is_set_in_the_terminal_is_the_terminal_s_and_lists_tell_what_came_and_went(
    desk: Desk, since: Callable[[], list[Change]]
):
    command(desk, "PUT", "/settings/slack.staff", value=["U1", "U2"])
    command(desk, "PUT", "/settings/slack.staff", value=["U2", "U3"])
    command(desk, "PUT", "/settings/slack.on", value=False)
    command(desk, "PUT", "/settings/slack.on", value=True)
    command(desk, "POST", "/settings", values={"manners": {"introduction": "I am a machine."}})
    command(desk, "POST", "/settings", values={"manners": {}})
    assert told(since()) == [
        ("terminal", "setting", "slack", {}, {"staff": "U1, U2"}),
        ("terminal", "setting", "slack", {"staff": "U1"}, {"staff": "U3"}),
        ("terminal", "setting", "slack", {"on": "yes"}, {"on": "no"}),
        ("terminal", "setting", "slack", {"on": "no"}, {"on": "yes"}),
        ("terminal", "setting", "manners", {}, {"introduction": "I am a machine."}),
        ("terminal", "setting", "manners", {"introduction": "I am a machine."}, {}),
    ]


def test_an_entry_is_told_when_it_comes_changes_and_goes(
    desk: Desk, owner: Owner, since: Callable[[], list[Change]]
):
    owner.post("/knowledge/add", question=QUESTION, answer="From two.", audience="public")
    at = "/knowledge/document?id=do-you-bake-at-night"
    owner.post(at, question=QUESTION, answer="From three.", audience="staff")
    owner.post(at, question=QUESTION, answer="From three.", audience="staff")
    owner.post("/knowledge/remove?id=do-you-bake-at-night")
    came, changed, went = told(since())
    assert came[:4] == ("owner", "entry", "do-you-bake-at-night", {})
    assert (came[4]["state"], came[4]["for"]) == ("added", "public")
    assert changed[2:] == (
        "do-you-bake-at-night",
        {"text": "From two.", "for": "public"},
        {"text": "From three.", "for": "staff"},
    )
    assert went[3]["for"] == "staff"
    assert went[4] == {"state": "removed"}
    assert {each.title for each in since()} == {QUESTION}
    # Of what comes or goes as a whole the text is not kept here, too.
    assert "text" not in came[4].keys() | went[3].keys()
    page = owner.get("/changes").text
    assert "<del>From two.</del>" in page
    assert "<ins>From three.</ins>" in page


def test_of_a_long_text_that_is_seen_which_differs(
    desk: Desk, owner: Owner, since: Callable[[], list[Change]]
):
    long = "Flour, water and salt. " * 40
    owner.post("/knowledge/add", question="What is in it?", answer=long, audience="public")
    at = "/knowledge/document?id=what-is-in-it"
    owner.post(at, question="What is in it?", answer=f"{long}And rye.", audience="public")
    owner.post("/knowledge/remove?id=what-is-in-it")
    _, changed, _ = since()
    assert changed.was["text"].startswith("…")
    assert changed.became["text"].startswith("…")
    assert changed.became["text"].endswith("And rye.")
    assert len(changed.became["text"]) < MAX_CHARS


def taken_in(owner: Owner) -> str:
    """Return the page of uploads once none is under way, or one asks."""
    while "/knowledge/upload/progress" in (page := owner.get("/knowledge/upload").text):
        time.sleep(0.02)
    return page


def shelf(name: str) -> Document:
    return entry(
        question=f"Who is {name}?",
        answer="Bread.",
        audience=Audience.PUBLIC,
        origin="shelves",
        document_id=name,
    )


def test_what_comes_together_is_one_line_that_counts_however_many_transactions_it_takes(
    desk: Desk, since: Callable[[], list[Change]]
):
    knowledge = desk.services.knowledge
    ids = [f"shelf-{number}" for number in range(5)]

    async def brought() -> None:
        with acting(Actor(By.TERMINAL)), together("shelves.jsonl"):
            await knowledge.add([shelf(each) for each in ids[:3]])
            await knowledge.add([shelf(each) for each in ids])
            await knowledge.remove(ids[0])
        # What Deskhand does by itself is nobody's change.
        for each in ids:
            await knowledge.remove(each)

    desk.do(brought)
    counts = {"added": "5", "changed": "0", "removed": "1"}
    assert told(since()) == [("terminal", "import", "shelves.jsonl", {}, counts)]


def test_an_upload_is_one_line_of_who_sent_it_and_says_in_what_it_came(
    desk: Desk, owner: Owner, since: Callable[[], list[Change]]
):
    lines = "".join(f'{{"question": "Shelf {n}?", "answer": "Yes."}}\n' for n in range(4))
    files = ("shelves.jsonl", lines.encode()), ("wheel.md", b"# Wheel\n\nIt turns.\n")
    owner.upload(*files)
    taken_in(owner)
    counts = {"added": "5", "changed": "0", "removed": "0"}
    assert told(since()) == [("owner", "import", "shelves.jsonl, wheel.md", {}, counts)]
    owner.upload(*files)
    taken_in(owner)
    assert len(since()) == 1


@pytest.mark.long
def test_who_let_an_import_take_effect_is_told_as_well_as_who_began_it(
    desk: Desk, owner: Owner, since: Callable[[], list[Change]]
):
    own = desk.services.own_questions
    expected = OwnQuestion("Who is shelf-1?", document_id="shelf-1")
    desk.do(lambda: desk.services.knowledge.add([shelf("shelf-1")]))
    desk.do(lambda: own.add([expected]))
    lines = "".join(
        f'{{"id": "rack-{n}", "question": "Who is rack {n}?", "answer": "Bread."}}\n'
        for n in range(60)
    )
    owner.upload(("racks.jsonl", lines.encode()))
    assert "/knowledge/upload/decide" in taken_in(owner)
    assert [each for each in told(since()) if each[1] == "import"] == []
    owner.post("/knowledge/upload/decide", do="take")
    taken_in(owner)
    decided = [each for each in told(since()) if "decision" in each[4]]
    assert decided == [("owner", "import", "racks.jsonl", {}, {"decision": "taken"})]
    brought = [each for each in told(since()) if "added" in each[4]]
    assert [(each[0], each[2], each[4]["added"]) for each in brought] == [
        ("owner", "racks.jsonl", "60")
    ]
    for each in desk.do(own.all):
        desk.do(lambda each=each: own.remove(each.question_id))


def test_tools_and_skills_are_told_when_they_are_turned_on_and_off(
    desk: Desk, owner: Owner, since: Callable[[], list[Change]]
):
    owner.post("/tools/schedule_follow_up", do="off")
    owner.post("/tools/schedule_follow_up", do="on")
    shown = HASH.search(owner.get("/skills/cake-order").text)
    assert shown
    owner.post("/skills/cake-order/approve", hash=shown[1])
    owner.post("/skills/cake-order/off")
    owner.post("/skills/cake-order/off")
    on = {"state": "on", "version": shown[1][:12]}
    assert told(since()) == [
        ("owner", "setting", "tools", {"schedule_follow_up": "yes"}, {"schedule_follow_up": "no"}),
        ("owner", "setting", "tools", {"schedule_follow_up": "no"}, {"schedule_follow_up": "yes"}),
        ("owner", "skill", "cake-order", {"state": "off"}, on),
        ("owner", "skill", "cake-order", {"state": "on"}, {"state": "off"}),
    ]


def test_what_a_skill_knows_is_told_with_it_alone(
    desk: Desk, owner: Owner, since: Callable[[], list[Change]]
):
    folder = desk.services.skills.folder / "ovens"
    (folder / "knowledge").mkdir(parents=True)
    (folder / "knowledge" / "care.md").write_text("# Care\n\nWipe it.\n", encoding="utf-8")
    about = "---\nname: ovens\ndescription: Ovens.\n---\nSay how.\n"
    (folder / "SKILL.md").write_text(about, encoding="utf-8")
    shown = HASH.search(owner.get("/skills/ovens").text)
    assert shown
    owner.post("/skills/ovens/approve", hash=shown[1])
    brought = desk.do(desk.services.knowledge.documents)
    assert "ovens-care.md" in {each.document_id for each in brought}
    owner.post("/skills/ovens/off")
    assert [each[:3] for each in told(since())] == [("owner", "skill", "ovens")] * 2


def test_of_a_passphrase_is_told_that_it_was_set_and_never_what_it_is(
    desk: Desk, owner: Owner, since: Callable[[], list[Change]]
):
    fields = {"on": "yes", "hour": "3", "folder": "", "daily": "7", "weekly": "4"}
    owner.post("/backups", **fields, passphrase="walnut crust walnut")
    owner.post("/backups", **fields, passphrase="walnut crust again")
    owner.post("/backups", **fields, unsealed="yes")
    secrets = [each for each in since() if each.what is What.SECRET]
    assert [(each.subject, each.was, each.became) for each in secrets] == [
        ("backup_passphrase", {}, {"state": "set"}),
        ("backup_passphrase", {}, {"state": "replaced"}),
        ("backup_passphrase", {}, {"state": "forgotten"}),
    ]
    assert "walnut" not in str(since())
    assert "walnut" not in owner.get("/changes").text


def test_a_question_that_is_answered_or_taken_off_is_told_by_its_number_alone(
    desk: Desk, owner: Owner, since: Callable[[], list[Change]]
):
    for asked in ("do you mend purple umbrellas?", "is the zebra cake yours?"):
        desk.do(lambda asked=asked: desk.room.says(asked, person="Carla"))
    gaps = {each.text: each for each in desk.do(desk.services.questions.list)}
    umbrellas, zebra = gaps["do you mend purple umbrellas?"], gaps["is the zebra cake yours?"]
    owner.post(
        f"/questions/{umbrellas.gap_id}",
        question="Do you mend things?",
        answer="No.",
        audience="public",
    )
    gone = owner.post(f"/questions/{zebra.gap_id}/dismiss")
    assert zebra.gap_id not in {each.gap_id for each in desk.do(desk.services.questions.list)}
    assert f'action="/questions/{zebra.gap_id}/reopen"' in owner.get(gone.headers["location"]).text
    for _ in range(2):
        owner.post(f"/questions/{zebra.gap_id}/reopen")
    assert zebra.gap_id in {each.gap_id for each in desk.do(desk.services.questions.list)}
    entry, answered, dismissed, back = told(since())
    was, off = {"state": "open"}, {"state": "dismissed"}
    assert entry[:3] == ("owner", "entry", "do-you-mend-things")
    assert answered == ("owner", "question", str(umbrellas.gap_id), was, {"state": "answered"})
    assert dismissed == ("owner", "question", str(zebra.gap_id), was, off)
    assert back == ("owner", "question", str(zebra.gap_id), off, was)


def test_who_is_erased_is_in_none_of_it_by_name_or_words(
    desk: Desk, owner: Owner, since: Callable[[], list[Change]]
):
    name, words = "Dora Quuxington", "the ultramarine hat is my own grandmother's hat"
    desk.do(lambda: desk.room.says(words, person=name, role=Role.STAFF, room="hats"))
    choices = desk.services.choices
    command(desk, "PUT", "/settings/business.contact", value=f"Ask {name}, or write. {words}")
    cut = "x" * (MAX_CHARS - 20) + words
    command(desk, "PUT", "/settings/business.contact", value=cut)
    command(desk, "PUT", "/settings/business.contact", value="At the counter")
    assert "Quuxington" in str(since())
    assert "ultram" in since()[-1].was["contact"]
    command(desk, "POST", "/persons/erase", who=name)
    everything = str(since())
    assert "Quuxington" not in everything
    assert "ultram" not in everything
    last = since()[-1]
    assert (last.actor.by, last.what) == (By.TERMINAL, What.PERSON)
    assert last.became == {"state": "erased"}
    assert last.subject.isdecimal()
    assert choices.business.contact == "At the counter"


def test_a_new_password_is_told_with_how_it_came(
    desk: Desk, stranger: httpx.Client, since: Callable[[], list[Change]]
):
    link = desk.do(desk.accounts.fresh_setup_link)
    password = "flour water salt"
    done = stranger.post(
        "/setup",
        data={
            "token": link,
            "password": password,
            "password_again": password,
            "name": "Crumb & Co.",
            "contact": "Call 555 0134",
            "zone": "UTC",
        },
    )
    assert done.status_code == 303
    assert told(since())[0] == ("link", "account", "owner", {}, {"password": "set"})
    assert {each.actor.by for each in since()} == {"link"}
    assert password not in str(since())
    command(desk, "POST", "/password", password=password)
    assert told(since())[-1] == ("terminal", "account", "owner", {}, {"password": "set"})
    command(desk, "POST", "/setup-link")
    assert told(since())[-1] == ("terminal", "account", "", {}, {"setup_link": "made"})


def test_what_the_watched_folder_brings_is_the_folder_s(
    desk: Desk, tmp_path: Path, since: Callable[[], list[Change]]
):
    (tmp_path / "oven.md").write_text("# Oven\n\nIt is lit at four.\n", encoding="utf-8")
    command(desk, "PUT", "/settings/knowledge.folder", value=str(tmp_path))
    for _ in range(2):
        desk.do(desk.services.folder.look)
    command(desk, "PUT", "/settings/knowledge.folder", value="")
    counts = {"added": "1", "changed": "0", "removed": "0"}
    assert told(since()) == [
        ("terminal", "setting", "knowledge", {}, {"folder": str(tmp_path)}),
        ("folder", "import", "oven.md", {}, counts),
        ("terminal", "setting", "knowledge", {"folder": str(tmp_path)}, {}),
    ]


def test_a_reminder_that_somebody_else_changes_is_told_by_its_number_alone(
    desk: Desk, owner: Owner, since: Callable[[], list[Change]]
):
    for wish in ("remind me tomorrow at 9 to buy yeast", "remind me tomorrow at 8 to buy flour"):
        desk.do(lambda wish=wish: desk.room.says(wish, person="Dan"))
    desk.do(lambda: desk.room.says("cancel my reminder to buy flour", person="Dan"))
    assert since() == []
    (kept,) = [
        each for each in desk.do(desk.services.follow_ups.waiting) if "yeast" in each.subject
    ]
    owner.post(f"/follow-ups/{kept.follow_up_id}/move", **{f"to-{kept.follow_up_id}": "to 10"})
    command(desk, "POST", f"/followups/{kept.follow_up_id}/cancel")
    for _ in range(2):
        owner.post(f"/follow-ups/{kept.follow_up_id}/keep")
    assert kept.follow_up_id in {
        each.follow_up_id for each in desk.do(desk.services.follow_ups.waiting)
    }
    gone = owner.post(f"/follow-ups/{kept.follow_up_id}/cancel")
    undo = f'action="/follow-ups/{kept.follow_up_id}/keep"'
    assert undo in owner.get(gone.headers["location"]).text
    desk.clock.at += timedelta(days=2)
    late = owner.post(f"/follow-ups/{kept.follow_up_id}/keep")
    assert "said=too-late" in late.headers["location"]
    off = {"state": "cancelled"}
    due = {"due": kept.due_at.isoformat()}
    moved = {"due": (kept.due_at + timedelta(hours=1)).isoformat()}
    assert told(since()) == [
        ("owner", "follow_up", str(kept.follow_up_id), due, moved),
        ("terminal", "follow_up", str(kept.follow_up_id), {}, off),
        ("owner", "follow_up", str(kept.follow_up_id), off, {"state": "pending"}),
        ("owner", "follow_up", str(kept.follow_up_id), {}, off),
    ]
    assert "yeast" not in str(since())


def test_a_hand_over_that_is_seen_to_is_told_by_its_number_alone(
    desk: Desk, owner: Owner, since: Callable[[], list[Change]]
):
    desk.do(lambda: desk.room.says("a person please", person="Carla", room="counter"))
    (waiting,) = desk.do(lambda: desk.services.hand_overs.waiting(limit=9))
    owner.post(f"/hand-overs/{waiting.hand_over_id}/done")
    number = str(waiting.hand_over_id)
    assert told(since()) == [
        ("owner", "hand_over", number, {"state": "waiting"}, {"state": "done"})
    ]


def test_a_backup_is_told_with_who_has_made_it(desk: Desk, since: Callable[[], list[Change]]):
    backups = desk.services.backups
    result = desk.do(backups.by_the_clock)
    assert result
    (made,) = since()
    assert (made.actor.by, made.what) == (By.DESKHAND, What.BACKUP)
    assert made.subject == result.made_at.isoformat()
    assert made.became == {"state": "made", "file": result.name}


def test_the_page_shows_them_newest_first_fifty_at_a_time_and_narrows_them_down(
    desk: Desk, owner: Owner, stranger: httpx.Client
):
    for number in range(PAGE_SIZE + 5):
        command(desk, "PUT", "/settings/business.contact", value=f"Room {number}")
    owner.post("/tools/schedule_follow_up", do="off")
    owner.post("/tools/schedule_follow_up", do="on")
    page = owner.get("/changes?who=terminal").text
    rooms = re.findall(r"<ins>Room (\d+)<", page)
    assert rooms == [str(number) for number in range(PAGE_SIZE + 4, 4, -1)]
    older = re.search(r'href="(/changes\?[^"]*before=\d+)"', page)
    assert older
    page = owner.get(older[1].replace("&amp;", "&")).text
    assert "Room 4<" in page
    assert "Room 5<" not in page
    assert "May promise reminders" not in page
    page = owner.get("/changes?who=account:owner&what=setting").text
    assert "May promise reminders" in page
    assert "The terminal ·" not in page
    assert "Nothing of this kind was changed" in owner.get("/changes?what=model").text
    for odd in (
        "who=person:99999999999",
        "who=nobody",
        "who=account:",
        "what=nothing",
        f"before={'9' * 30}",
    ):
        assert owner.get(f"/changes?{odd}").status_code == 200, odd
    assert stranger.get("/changes").status_code in {303, 401}


def test_times_are_in_the_reader_s_zone(desk: Desk, owner: Owner):
    command(desk, "PUT", "/settings/business.zone", value="Asia/Tokyo")
    made = desk.do(lambda: desk.services.changes.newest(limit=1))[0].at
    page = owner.get("/changes").text
    command(desk, "PUT", "/settings/business.zone", value="UTC")
    local = made.astimezone(ZoneInfo("Asia/Tokyo"))
    assert f"{local:%a} {local.day} {local:%b %H:%M}" in page
    assert "Times are in Asia/Tokyo." in page


def test_hours_and_lists_are_told_as_people_write_them(desk: Desk, owner: Owner):
    command(desk, "PUT", "/settings/business.hours", value={"MO": [["09:00", "12:30"]]})
    command(desk, "PUT", "/settings/knowledge.synonyms", value=[["roll", "bun"], ["kiln", "oven"]])
    page = owner.get("/changes").text
    assert "<dt>Opening hours: MO</dt>" in page
    assert "<ins>09:00, 12:30</ins>" in page
    assert "<ins>roll, bun; kiln, oven</ins>" in page


def test_what_a_stranger_wrote_into_it_is_shown_and_does_nothing(desk: Desk, owner: Owner):
    command(desk, "PUT", "/settings/business.contact", value="<script>alert(1)</script>")
    page = owner.get("/changes").text
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page


def test_a_role_that_somebody_is_given_is_told_of_them(
    desk: Desk, owner: Owner, since: Callable[[], list[Change]]
):
    people = PersonRows(desk.room.app.database)
    author = Author(user_id="U-Zoe", name="Zoe")
    person = desk.do(lambda: people.ensure("slack", author)).person_id
    try:
        owner.post(f"/people/{person}/role", role="staff")
        named, role = told(since())
        assert named == ("owner", "setting", "slack", {}, {"staff": "U-Zoe"})
        assert role == ("owner", "person", str(person), {"role": "public"}, {"role": "staff"})
        page = owner.get("/changes").text
        assert f'href="/people/{person}"' in page
        assert "<del>customer</del>" in page
        command(desk, "POST", "/persons/erase", who="slack/U-Zoe")
        assert "U-Zoe" not in str(since())
    finally:
        command(desk, "PUT", "/settings/slack.staff", value=[])
