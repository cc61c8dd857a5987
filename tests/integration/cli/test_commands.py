"""Every command, beside a running server and without one."""

import asyncio
import contextlib
import json
import re
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from bot.app.deskhand import utc_now
from bot.domain.people import Role
from bot.domain.trials import OwnQuestion
from bot.storage.accounts import AccountRows
from bot.storage.database import Database
from bot.storage.own_questions import OwnQuestionRows
from bot.storage.second_factors import SecondFactorRows
from tests.integration.cli.conftest import Terminal

WORKBOOK = Path(__file__).parents[1] / "knowledge/readers/files/menu.xlsx"
SOURCE_KEYS = {"title", "document_id", "passage", "score"}


def test_ask_prints_the_entry_word_for_word_and_its_source(terminal: Terminal):
    ran = terminal.run("ask", "what are your opening hours")
    assert ran.code == 0
    assert "open from 7:00 to 18:00, and closed on Mondays" in ran.out
    assert "Source: What are your opening hours? (opening-hours)" in ran.out


def test_the_source_of_opening_hours_is_named_without_a_document(terminal: Terminal):
    hours = json.dumps(dict.fromkeys(("MO", "TU", "WE", "TH", "FR", "SA", "SU"), "0-24"))
    assert terminal.run("settings", "set", "business.hours", hours).code == 0
    try:
        ran = terminal.run("ask", "are you open now?")
    finally:
        terminal.run("settings", "set", "business.hours", "{}")
    assert ran.out.startswith("We are open now")
    assert ran.out.strip().endswith("Source: Opening hours")


def test_ask_as_json_is_the_contract_s_object(terminal: Terminal):
    answer = terminal.run("ask", "what are your opening hours?", "--role", "public", "--json").json
    assert list(answer) == [
        "answer",
        "kind",
        "sources",
        "follow_ups",
        "answer_id",
        "model",
        "timings_ms",
    ]
    assert answer["kind"] == "verbatim"
    assert answer["sources"][0]["document_id"] == "opening-hours"
    assert set(answer["sources"][0]) == SOURCE_KEYS
    assert isinstance(answer["answer_id"], int)
    assert answer["timings_ms"]


def test_a_reminder_asked_for_comes_back_with_its_row(terminal: Terminal):
    answer = terminal.run("ask", "remind me tomorrow at 9 to water the plants", "--json").json
    assert answer["kind"] == "action"
    (follow_up,) = answer["follow_ups"]
    assert {"id", "due_at", "subject", "state"} <= set(follow_up)
    waiting = {each["id"] for each in terminal.run("followups", "list", "--json").json}
    assert follow_up["id"] in waiting


def test_what_staff_may_read_the_public_does_not_hear(terminal: Terminal):
    question = "where is the key of the safe?"
    assert "behind the clock" in terminal.run("ask", question).out
    assert "behind the clock" not in terminal.run("ask", question, "--role", "public").out


def test_the_same_room_is_the_same_conversation_and_without_one_it_is_fresh(terminal: Terminal):
    terminal.run("ask", "is there parking?", "--room", "yard")
    assert "Is there parking?" in terminal.run("ask", "why this answer", "--room", "yard").out
    assert "Is there parking?" not in terminal.run("ask", "why this answer").out


def test_chat_answers_line_by_line_until_the_end(terminal: Terminal):
    ran = terminal.spawn("chat", stdin="hello\n\nis there parking?\nexit\nnever said\n")
    assert ran.code == 0, ran
    assert "two spaces in the courtyard" in ran.out
    assert ran.err == ""
    assert terminal.run("chat").code == 0


def test_bytes_that_are_no_letters_do_not_keep_a_question_from_its_answer(terminal: Terminal):
    answered = terminal.spawn("ask", "\udcff is there parking?")
    assert "two spaces in the courtyard" in answered.out


def test_what_could_not_be_answered_is_answered_once_and_said_from_then_on(terminal: Terminal):
    question = "do you repair accordions in zanzibar"
    assert terminal.run("ask", question, "--role", "public", "--json").json["kind"] != "verbatim"
    (found,) = [
        each
        for each in terminal.run("questions", "list", "--json").json
        if each["question"] == question
    ]
    assert {"id", "question", "asked_at", "asked_by"} <= set(found)
    ran = terminal.run("questions", "answer", str(found["id"]), "Only on Tuesdays.")
    assert "Only staff hear it" in ran.out
    assert "Only on Tuesdays." in terminal.run("ask", question).out
    assert "Only on Tuesdays." not in terminal.run("ask", question, "--role", "public").out
    again = terminal.run("questions", "answer", str(found["id"]), "Never.")
    assert "No question" in again.told


def test_a_document_without_an_audience_is_for_staff_and_the_command_says_so(
    terminal: Terminal, tmp_path: Path
):
    file = tmp_path / "oven.md"
    file.write_text("# Oven\n\nThe oven is lit at four in the morning.\n")
    ran = terminal.run("knowledge", "add", str(file))
    assert "Only staff may read" in ran.out
    assert "--audience public" in ran.out
    shown = terminal.run("knowledge", "show", "oven.md", "--json").json
    assert shown["audience"] == "staff"
    assert shown["passages"][0]["text"] == "The oven is lit at four in the morning."
    ran = terminal.run("knowledge", "add", str(file), "--audience", "public")
    assert "in place of what was there" in ran.out
    assert "Only staff" not in ran.out
    assert "lit at four" in terminal.run("knowledge", "show", "oven.md").out


def test_what_a_document_says_about_itself_is_listed_and_shown(terminal: Terminal, tmp_path: Path):
    file = tmp_path / "stollen.jsonl"
    entry = {
        "id": "stollen",
        "question": "Is there stollen?",
        "answer": "By the slice.",
        "valid_from": "2019-12-01",
        "valid_until": "2019-12-24",
        "note": "Ann knows the recipe.",
    }
    file.write_text(json.dumps(entry))
    assert "1 document not used today" in terminal.run("knowledge", "add", str(file)).out
    assert "from 2019-12-01, ended 2019-12-24" in terminal.run("knowledge", "list").out
    shown = terminal.run("knowledge", "show", "stollen")
    assert "Version 1.\nNote for colleagues: Ann knows the recipe." in shown.out
    file.write_text(json.dumps(entry | {"note": ""}))
    assert terminal.run("knowledge", "add", str(file)).code == 0
    told = terminal.run("knowledge", "show", "stollen", "--json").json
    assert (told["version"], told["note"], told["valid_from"]) == (2, "", "2019-12-01")


def test_a_file_for_a_room_is_the_owners_here_and_nobody_elses(terminal: Terminal, tmp_path: Path):
    file = tmp_path / "rota.md"
    file.write_text("# Rota\n\nQuinella opens on Thursdays.\n")
    rooms = ("--room", "slack/C1", "--room", "discord/2")
    ran = terminal.run("knowledge", "add", str(file), *rooms)
    assert "added 1 document; for chosen rooms only." in ran.out
    assert "For slack/C1, discord/2" in terminal.run("knowledge", "show", "rota.md").out
    question = "when does quinella open"
    for role, found in (("owner", True), ("staff", False), ("public", False)):
        said = terminal.run("knowledge", "search", question, "--role", role).out
        assert ("on Thursdays" in said) is found
        assert ("on Thursdays" in terminal.run("ask", question, "--role", role).out) is found
    refused = terminal.run("knowledge", "add", str(file), "--room", "slak/C1")
    assert "there is no platform slak" in refused.told
    assert "is no room" in terminal.run("knowledge", "add", str(file), "--room", "kitchen").told
    both = terminal.run("knowledge", "add", str(file), "--audience", "staff", "--room", "slack/C1")
    assert both.code == 2


def test_a_bad_file_is_told_the_others_are_added_and_its_old_knowledge_stays(
    terminal: Terminal, tmp_path: Path
):
    folder = tmp_path / "files"
    (folder / ".hidden").mkdir(parents=True)
    (folder / ".hidden" / "draft.md").write_text("# Draft\n\nNot this one.\n")
    (folder / "notes.odt").write_text("nor this one")
    bad = folder / "bad.jsonl"
    bad.write_text('{"id": "dogs", "question": "Are dogs allowed?", "answer": "On a lead."}\n')
    assert terminal.run("knowledge", "add", str(bad)).code == 0
    bad.write_text('{"id": "dogs", "question": "Are dogs allowed?", "answer": "No."}\nnot JSON\n')
    good = folder / "good.txt"
    good.write_text("The cellar is rented out.")
    ran = terminal.run("knowledge", "add", str(folder), "https://example.com/faq", "missing.md")
    lines = ran.told.splitlines()
    assert len(lines) == 4, lines
    assert "Line 2" in lines[0]
    assert "not fetched from the web until the owner allows it" in lines[1]
    assert "no such file" in lines[2]
    assert "3 of 4" in lines[3]
    assert "good.txt: added 1 document" in ran.out
    listed = terminal.run("knowledge", "list", "--json").json
    assert {"dogs", "good.txt"} <= {each["document_id"] for each in listed}
    assert not {"draft.md", "notes.odt"} & {each["document_id"] for each in listed}
    dogs = terminal.run("knowledge", "show", "dogs", "--json").json
    assert dogs["passages"][0]["text"] == "On a lead."


def test_what_could_not_be_read_of_a_file_is_told_with_what_was(terminal: Terminal):
    ran = terminal.run("knowledge", "add", str(WORKBOOK), "--audience", "public")
    assert "menu.xlsx: added 2 documents" in ran.out
    assert "\n  Sheet Wages: it is hidden and was left out.\n" in ran.out
    [told] = terminal.run("knowledge", "add", str(WORKBOOK), "--json").json
    assert "Sheet Menu: B7 shows #DIV/0! and was left out." in told["added"]["notes"]


def test_search_lists_best_first_what_the_role_may_read(terminal: Terminal):
    found = terminal.run("knowledge", "search", "key of the safe", "--json").json
    assert found[0]["document_id"] == "safe"
    assert set(found[0]) == SOURCE_KEYS
    assert [each["score"] for each in found] == sorted(
        (each["score"] for each in found), reverse=True
    )
    public = terminal.run(
        "knowledge", "search", "key of the safe", "--role", "public", "--json"
    ).json
    assert "safe" not in {each["document_id"] for each in public}
    assert "safe" in terminal.run("knowledge", "search", "key of the safe").out


def test_a_removed_document_is_gone_and_the_rest_survives_a_rebuild(
    terminal: Terminal, tmp_path: Path
):
    file = tmp_path / "attic.txt"
    file.write_text("The attic is full of flour bags.")
    terminal.run("knowledge", "add", str(file), "--audience", "public")
    assert "Removed attic.txt" in terminal.run("knowledge", "remove", "attic.txt").out
    assert "no document attic.txt" in terminal.run("knowledge", "remove", "attic.txt").told
    assert "no document attic.txt" in terminal.run("knowledge", "show", "attic.txt").told
    assert terminal.run("knowledge", "rebuild").code == 0
    found = terminal.run("knowledge", "search", "is there parking", "--json").json
    assert found[0]["document_id"] == "parking"
    assert "attic.txt" not in {each["document_id"] for each in found}


def test_a_follow_up_is_added_moved_and_cancelled(terminal: Terminal):
    added = terminal.run("followups", "add", "call the supplier tomorrow at 9", "--json").json
    assert added["subject"] == "call the supplier"
    assert added["state"] == "pending"
    before = datetime.fromisoformat(added["due_at"])
    number = str(added["id"])
    assert "call the supplier" in terminal.run("followups", "list").out
    moved = terminal.run("followups", "snooze", number, "in 3 days", "--json").json
    assert datetime.fromisoformat(moved["due_at"]) > before
    assert terminal.run("followups", "snooze", number, "some day").told
    assert terminal.run("followups", "cancel", number, "--json").json["state"] == "cancelled"
    assert "No follow-up" in terminal.run("followups", "cancel", number).told
    assert "No follow-up" in terminal.run("followups", "move", number, "to tomorrow at 9").told
    every = terminal.run("followups", "list", "--all", "--json").json
    assert added["id"] in {each["id"] for each in every}
    assert added["id"] not in {
        each["id"] for each in terminal.run("followups", "list", "--json").json
    }


def test_what_is_not_said_of_a_move_stays_and_words_find_follow_ups(terminal: Terminal):
    added = terminal.run("followups", "add", "press cider tomorrow at 14:00", "--json").json
    number, before = str(added["id"]), datetime.fromisoformat(added["due_at"])
    moved = terminal.run("followups", "move", number, "an hour later", "--json").json
    assert datetime.fromisoformat(moved["due_at"]) - before == timedelta(hours=1)
    assert "press cider" in terminal.run("followups", "move", number, "to 10").out
    assert terminal.run("followups", "move", number, "to the moon").told
    found = terminal.run("followups", "list", "cider", "--json").json
    assert [each["id"] for each in found] == [added["id"]]
    assert "No such follow-up" in terminal.run("followups", "list", "perry").out
    repeated = terminal.run("followups", "add", "sweep every Monday at 8", "--json").json
    every = ["followups", "move", str(repeated["id"]), "to 10", "--all-times", "--json"]
    assert terminal.run(*every).json["rule"] == "FREQ=WEEKLY;BYDAY=MO"
    for each in (number, str(repeated["id"])):
        assert terminal.run("followups", "cancel", each).code == 0


def test_a_repeated_follow_up_is_shown_with_its_rule_in_words(terminal: Terminal):
    added = terminal.run("followups", "add", "check the oven every Monday at 8", "--json").json
    assert added["rule"] == "FREQ=WEEKLY;BYDAY=MO"
    assert "every week on Monday" in terminal.run("followups", "list").out
    assert terminal.run("followups", "cancel", str(added["id"])).code == 0
    assert "every week on Monday" not in terminal.run("followups", "list").out


# From Tuesday, 24 November 2026, 10:00: words, zone, and what the contract says is printed.
_DRY_RUNS = [
    ("call the supplier on Friday at 9", "Europe/Dublin", {"due_at": "2026-11-27T09:00:00Z"}),
    ("tomorrow at 9", "America/New_York", {"due_at": "2026-11-25T09:00:00-05:00"}),
    ("in two hours", "Asia/Kolkata", {"due_at": "2026-11-24T12:00:00+05:30"}),
    ("übermorgen um halb zehn", "Europe/Berlin", {"due_at": "2026-11-26T09:30:00+01:00"}),
    ("jutro o 14:30", "Europe/Warsaw", {"due_at": "2026-11-25T14:30:00+01:00"}),
    (
        "28.3.2027 um 02:30",
        "Europe/Berlin",
        {"due_at": "2027-03-28T03:30:00+02:00", "moved": True},
    ),
    (
        "every first Monday at 8",
        "Europe/Dublin",
        {"rule": "FREQ=MONTHLY;BYDAY=1MO", "due_at": "2026-12-07T08:00:00Z"},
    ),
    (
        "daily at 7 for two weeks",
        "Pacific/Auckland",
        {"rule": "FREQ=DAILY;COUNT=14", "due_at": "2026-11-25T07:00:00+13:00"},
    ),
    (
        "every Monday at 9 until 18 January",
        "America/New_York",
        {
            "rule": "FREQ=WEEKLY;BYDAY=MO;UNTIL=20270119T045959Z",
            "due_at": "2026-11-30T09:00:00-05:00",
        },
    ),
    (
        "tomorrow at 5",
        "Europe/Dublin",
        {
            "ask": "ambiguous",
            "candidates": ["2026-11-25T17:00:00Z", "2026-11-25T05:00:00Z"],
        },
    ),
    ("not on Friday", "Europe/Dublin", {"ask": "unclear", "candidates": []}),
    ("yesterday at 9", "Europe/Dublin", {"ask": "past", "candidates": []}),
]


def test_a_dry_run_prints_the_contract_s_keys(terminal: Terminal):
    told = ("due_at", "rule", "ask", "candidates")
    for words, zone, expected in _DRY_RUNS:
        command = ["followups", "add", words, "--now", "2026-11-24T10:00", "--zone", zone]
        shown = terminal.run(*command, "--dry-run", "--json").json
        kept = {key: shown[key] for key in (*told, "moved") if shown.get(key) not in (None, False)}
        assert kept == expected, words


def test_a_deadline_and_whom_it_is_for_are_understood_in_the_terminal(terminal: Terminal):
    assert "I know no colleague" in terminal.run("followups", "add", "remind Zed by noon").told
    terminal.run("ask", "hello", "--room", "pantry", "--role", "staff")
    words = "remind #pantry by 29 February 2028 to count the jars"
    understood = terminal.run("followups", "add", words, "--dry-run", "--json").json
    assert (understood["by"], understood["warns_at"][:10]) == (True, "2028-02-28")
    assert "by: true" in terminal.run("followups", "add", words, "--dry-run").out
    added = terminal.run("followups", "add", words)
    assert "count the jars (by Tuesday, 29 February 2028) (#pantry)" in added.out
    assert "once more on Tue 2028-02-29" in added.out
    [shown] = terminal.run("followups", "list", "jars", "--json").json
    assert shown["receiver"] == "#pantry"
    assert terminal.run("followups", "cancel", str(shown["id"])).code == 0
    # Too late for a warning, it comes once and is told once.
    soon = terminal.run("followups", "add", "count the lids by tomorrow at 9", "--json").json
    told = terminal.run("followups", "add", "count the lids by tomorrow at 9").out
    assert ("once more on" in told) is (soon["due_at"] < soon["limit_at"])
    for each in terminal.run("followups", "list", "lids", "--json").json:
        assert terminal.run("followups", "cancel", str(each["id"])).code == 0


def test_a_dry_run_tells_a_moment_a_rule_or_what_has_to_be_asked(terminal: Terminal):
    def meaning(text: str) -> dict[str, object]:
        return terminal.run(
            "followups",
            "add",
            text,
            "--now",
            "2026-11-24T13:00",
            "--zone",
            "Europe/Berlin",
            "--dry-run",
            "--json",
        ).json

    waiting = len(terminal.run("followups", "list", "--json").json)
    once = meaning("call the supplier on Friday at 9")
    assert once["due_at"] == "2026-11-27T09:00:00+01:00"
    assert not {"rule", "ask"} & set(once)
    rule = meaning("every first Monday at 8 check the oven")
    assert rule["rule"] == "FREQ=MONTHLY;BYDAY=1MO"
    assert rule["due_at"] == "2026-12-07T08:00:00+01:00"
    assert meaning("call the supplier")["ask"] == "none"
    assert meaning("call the supplier yesterday at 9")["ask"] == "past"
    plain = terminal.run("followups", "add", "call the supplier", "--dry-run")
    assert (plain.code, plain.out) == (0, "ask: none\n")
    assert len(terminal.run("followups", "list", "--json").json) == waiting


def test_a_follow_up_without_a_clear_future_time_is_refused_with_a_question(terminal: Terminal):
    assert "No time is named" in terminal.run("followups", "add", "call the supplier").told
    assert "over" in terminal.run("followups", "add", "call her yesterday at 9").told
    strange = terminal.run("followups", "add", "call her tomorrow", "--zone", "Mars")
    assert "no time zone" in strange.told
    assert terminal.run("followups", "add", "tomorrow", "--now", "soon").code == 2


def test_evaluate_counts_right_wrong_and_refused(terminal: Terminal, tmp_path: Path):
    questions = tmp_path / "questions.jsonl"
    lines = [
        {"question": "what are your opening hours", "expect_document": "opening-hours"},
        {"question": "is there parking?", "expect_document": "opening-hours", "kind": "wrong"},
        {"question": "zxqv blorp frumious?", "expect_unknown": True, "kind": "far"},
        {"question": "where is the key of the safe", "expect_unknown": True, "kind": "near"},
    ]
    questions.write_text("".join(json.dumps(line) + "\n" for line in lines))
    score = terminal.run("evaluate", str(questions), "--json").json
    assert score["answerable"] == {"right": 1, "wrong": 1, "refused": 0}
    assert sum(score["unknown"].values()) == 2
    assert score["by_kind"]["wrong"] == {"right": 0, "wrong": 1, "refused": 0}
    assert score["hit_1"] == 1
    assert score["verdicts"][0]["rank"] == 1
    assert score["said"]["answerable"]["verbatim"] == 2
    twice = terminal.run("evaluate", str(questions), str(questions))
    assert "answerable  2" in twice.out
    assert twice.out.count("questions.jsonl: right 1 of 2") == 2
    assert "Unknown answered verbatim: 0" in twice.out
    assert "hit@1 0.500 (2 of 4)" in twice.out
    staff = terminal.run("evaluate", str(questions), "--role", "staff", "--json").json
    assert staff["said"]["unknown"]["verbatim"] == 1


def test_evaluate_says_what_is_wrong_with_a_file_or_model(terminal: Terminal, tmp_path: Path):
    questions = tmp_path / "questions.jsonl"
    questions.write_text('{"question": "is there parking?", "expect_document": "parking"}\n{}\n')
    assert "Line 2" in terminal.run("evaluate", str(questions)).told
    questions.write_text('{"question": "is there parking?", "expect_document": "parking"}\n')
    missing = terminal.run("evaluate", str(questions), "--model", "nobody:1b")
    assert "deskhand model pull nobody:1b" in missing.told
    ran = terminal.run("evaluate", str(questions), "--model", "tiny:1b", "--json")
    assert ran.json["model"] == "tiny:1b"
    assert "no such file" in terminal.run("evaluate", str(tmp_path / "none.jsonl")).told


@contextlib.contextmanager
def on_the_list(terminal: Terminal, *own: OwnQuestion) -> Iterator[None]:
    """Have these questions on the owner's list inside the block."""
    data_dir = Path(terminal.environment["DESKHAND_DATA_DIR"])

    async def change(work: Callable[[OwnQuestionRows], Awaitable[object]]) -> None:
        database = Database(f"sqlite:///{data_dir / 'deskhand.db'}")
        await work(OwnQuestionRows(database, now=utc_now))
        await database.close()

    async def clear(rows: OwnQuestionRows) -> None:
        for each in await rows.all():
            await rows.remove(each.question_id)

    asyncio.run(change(lambda rows: rows.add(own)))
    try:
        yield
    finally:
        asyncio.run(change(clear))


def test_evaluate_without_a_file_asks_the_owner_s_list(terminal: Terminal):
    assert "Your list holds no questions yet" in terminal.run("evaluate").told
    safe = OwnQuestion("where is the key of the safe", "safe", role=Role.STAFF)
    with on_the_list(terminal, OwnQuestion("may I park here", "parking"), safe):
        score = terminal.run("evaluate", "--json").json
        assert score["answerable"] == {"right": 2, "wrong": 0, "refused": 0}
        public = terminal.run("evaluate", "--role", "public", "--json").json
        assert public["answerable"]["right"] == 1
        assert "answerable  2" in terminal.run("evaluate", "--model", "").out


def test_settings_are_listed_read_changed_and_imported(terminal: Terminal, tmp_path: Path):
    assert terminal.run("settings", "set", "business.name", "Kornblume").code == 0
    assert terminal.run("settings", "get", "business.name").out == "Kornblume\n"
    closed = '["2026-12-28"]'
    assert terminal.run("settings", "set", "business.closed_days", closed).code == 0
    assert terminal.run("settings", "get", "business.closed_days", "--json").json == ["2026-12-28"]
    file = tmp_path / "business.json"
    facts = {"name": "Kornblume", "hours": {"MO": [["09:00", "12:30"]], "SU": []}}
    file.write_text(json.dumps({"business": facts, "other": 1}))
    ran = terminal.run("settings", "import", str(file))
    assert "business" in ran.out
    assert "other" in ran.out
    listed = terminal.run("settings", "list", "--json").json
    assert listed["business.hours"]["MO"] == [["09:00", "12:30"]]
    assert "business.hours" in terminal.run("settings", "list").out
    assert terminal.run("settings", "get", "business", "--json").json["name"] == "Kornblume"


def test_a_setting_that_does_not_fit_is_refused_and_the_old_one_stays(
    terminal: Terminal, tmp_path: Path
):
    terminal.run("settings", "set", "business.zone", "Europe/Paris")
    assert "business.zone" in terminal.run("settings", "set", "business.zone", "Mars").told
    assert terminal.run("settings", "get", "business.zone").out == "Europe/Paris\n"
    assert "business.zone" in terminal.run("settings", "get", "business.zoom").told
    file = tmp_path / "business.json"
    for content in ("[]", "{", '{"other": 1}', '{"business": {"zone": "Mars"}}'):
        file.write_text(content)
        assert terminal.run("settings", "import", str(file)).told
    assert terminal.run("settings", "get", "business.zone").out == "Europe/Paris\n"


def test_check_is_content_only_when_every_part_is_well(terminal: Terminal):
    well = terminal.run("check")
    assert well.code == 0, well
    assert "✓ database" in well.out
    parts = terminal.run("check", "--json").json
    assert {"database", "knowledge", "model"} <= {part["part"] for part in parts}
    assert {"part", "ok", "needed", "text", "todo", "took_ms"} == set(parts[0])


def test_models_are_listed_pulled_and_used_once_they_answer(terminal: Terminal):
    assert terminal.run("model", "use", "tiny:1b").code == 0
    models = terminal.run("model", "list", "--json").json
    (tiny,) = [each for each in models if each["name"] == "tiny:1b"]
    assert tiny["in_use"]
    assert "tiny:1b" in terminal.run("model", "list").out
    pulled = terminal.run("model", "pull", "tiny:1b")
    assert "deskhand model use tiny:1b" in pulled.out
    assert pulled.err == ""
    assert "nobody:1b" in terminal.run("model", "pull", "nobody:1b").told
    missing = terminal.run("model", "use", "nobody:1b")
    assert "deskhand model pull nobody:1b" in missing.told
    assert "cannot answer" in terminal.run("model", "use", "embed:latest").told
    assert terminal.run("settings", "get", "model.name").out == "tiny:1b\n"


def test_a_model_is_tried_on_the_owner_s_questions_before_it_is_used(terminal: Terminal):
    assert terminal.run("settings", "set", "model.name", "").code == 0
    with on_the_list(terminal, OwnQuestion("is there parking", "parking")):
        ran = terminal.run("model", "use", "tiny:1b")
        assert re.search(r"no model +1 of 1 +0 of 0\ntiny:1b +1 of 1", ran.out)
        assert "tiny:1b answers from now on" in ran.out
        again = terminal.run("model", "use", "tiny:1b", "--yes")
        assert "1 of 1" not in again.out
    assert terminal.run("settings", "get", "model.name").out == "tiny:1b\n"


def test_the_page_s_keys_are_made_anew(terminal: Terminal):
    link = terminal.run("setup-link", "--json").json["link"]
    assert link.startswith("http://127.0.0.1")
    assert "/setup?token=" in link
    assert terminal.run("setup-link").out.strip() != link
    assert terminal.run("reset-password", stdin="a few words in a row\n").code == 0
    assert "characters" in terminal.run("reset-password", stdin="short\n").told
    assert "No password" in terminal.run("reset-password", stdin="").told


def test_a_new_password_takes_the_second_factor_off_and_says_so(terminal: Terminal):
    def anew() -> str:
        return terminal.run("reset-password", stdin="a few words in a row\n").out

    async def put_in_force() -> None:
        data_dir = Path(terminal.environment["DESKHAND_DATA_DIR"])
        database = Database(f"sqlite:///{data_dir / 'deskhand.db'}")
        owner = await AccountRows(database).by_name("owner")
        assert owner
        await SecondFactorRows(database).begin(
            owner.account_id, step=1, code_hashes=[], now=utc_now()
        )
        await database.close()

    anew()
    asyncio.run(put_in_force())
    assert "The second factor is off: set it up again on the page" in anew()
    assert "second factor" not in anew()


def test_migrate_works_alone_and_refuses_beside_a_server(terminal: Terminal):
    ran = terminal.run("migrate")
    if terminal.beside:
        assert "already runs" in ran.told
    else:
        assert ran.code == 0, ran
