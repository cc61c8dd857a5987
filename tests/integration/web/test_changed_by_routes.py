"""Every route that changes something leaves a line in the log of changes, or says why not."""

from collections.abc import Callable
from pathlib import Path
from types import FunctionType

import pytest

from bot.domain.changes import What
from tests.integration.web import test_changes, test_colleagues, test_platforms, test_second_factor
from tests.integration.web.conftest import Desk, Owner
from tests.integration.web.route_table import routes
from tests.integration.web.test_changes import command, command_raw
from tests.integration.web.test_skills import HASH

CHANGING = {"POST", "PUT", "PATCH", "DELETE"}
ENTRY = {"question": "Do you mend bowls?", "answer": "Yes.", "audience": "public"}
AT_ENTRY = "?id=do-you-mend-bowls"
BUSINESS = {"name": "Crumb & Co.", "zone": "UTC", "language": "en"}
OWN = b'{"question": "Do you mend cups?", "expect_unknown": true}\n'


def with_file(path: str, content: bytes, **fields: str) -> Callable[[Desk, Owner], object]:
    return lambda _desk, owner: owner.client.post(
        path, data=fields | {"csrf": owner.csrf()}, files={"file": ("own.jsonl", content)}
    )


def posted(path: str, **fields: str) -> Callable[[Desk, Owner], object]:
    return lambda _desk, owner: owner.post(path, **fields)


def told(method: str, path: str, **values: object) -> Callable[[Desk, Owner], object]:
    return lambda desk, _owner: command(desk, method, path, **values)


def drained(desk: Desk, owner: Owner) -> None:
    posted("/model/hosts", host=next(iter(desk.services.hosts)).address)(desk, owner)


def approved(_desk: Desk, owner: Owner) -> None:
    shown = HASH.search(owner.get("/skills/cake-order").text)
    assert shown
    owner.post("/skills/cake-order/approve", hash=shown[1])


def own_question_removed(desk: Desk, owner: Owner) -> None:
    (own, *_) = desk.do(desk.services.own_questions.all)
    owner.post(f"/evaluate/questions/{own.question_id}/remove")


def file_given(desk: Desk, _owner: Owner) -> None:
    command_raw(desk, "POST", "/knowledge/files?name=wheel.md", b"# Wheel\n\nIt turns.\n")


# In order: each begins where the one before has left the desk.
DRIVEN: dict[str, tuple[What, Callable[[Desk, Owner], object]]] = {
    "/business": (What.SETTING, posted("/business", **BUSINESS, contact="Ask at the kiln")),
    "/knowledge/add": (What.ENTRY, posted("/knowledge/add", **ENTRY)),
    "/knowledge/document": (
        What.ENTRY,
        posted(f"/knowledge/document{AT_ENTRY}", **{**ENTRY, "answer": "No."}),
    ),
    "/knowledge/remove": (What.ENTRY, posted(f"/knowledge/remove{AT_ENTRY}")),
    "/knowledge/upload": (
        What.IMPORT,
        lambda _desk, owner: owner.upload(("kiln.md", b"# Kiln\n\nIt is hot.\n")),
    ),
    "/knowledge/finding": (What.SETTING, posted("/knowledge/finding", synonyms="kiln, oven")),
    "/knowledge/folder": (
        What.SETTING,
        posted("/knowledge/folder", folder=str(Path(__file__).parents[2] / "fakes")),
    ),
    "/knowledge/web-page/switch": (What.SETTING, posted("/knowledge/web-page/switch", on="yes")),
    "/questions/telling": (
        What.SETTING,
        posted("/questions/telling", told="off", weekday="MO", at="", staff_room=""),
    ),
    "/hand-overs": (
        What.SETTING,
        posted(
            "/hand-overs",
            signed="business",
            untaken_min="20",
            silent_min="30",
            expires_days="3",
            words="",
            mark="//",
        ),
    ),
    "/follow-ups/choices": (What.SETTING, posted("/follow-ups/choices", again_min="30")),
    "/tools/{name}": (What.SETTING, posted("/tools/fill_form", do="off")),
    "/skills/{name}/approve": (What.SKILL, approved),
    "/skills/{name}/off": (What.SKILL, posted("/skills/cake-order/off")),
    "/skills/{name}/lead-days": (
        What.SETTING,
        posted("/skills/cake-order/lead-days", lead_days="4"),
    ),
    "/model": (What.SETTING, posted("/model", name="", context_tokens="8192", calls_at_once="1")),
    "/model/hosts": (What.SETTING, drained),
    "/platforms": (
        What.SETTING,
        posted("/platforms", introduction="", late_after_min="16", answers_missed_h="72"),
    ),
    "/platforms/{name}/switch": (What.SETTING, posted("/platforms/slack/switch", on="no")),
    "/platforms/{name}/choices": (
        What.SETTING,
        posted("/platforms/slack/choices", joins_threads="yes"),
    ),
    "/backups": (
        What.SETTING,
        posted("/backups", on="yes", hour="4", folder="", daily="7", weekly="4"),
    ),
    "/setup/knowledge/sample": (What.IMPORT, posted("/setup/knowledge/sample")),
    "/setup/knowledge/sample/remove": (What.IMPORT, posted("/setup/knowledge/sample/remove")),
    "/setup/business": (
        What.SETTING,
        posted("/setup/business", **BUSINESS, contact="Ask at the wheel"),
    ),
    "/settings/retention": (
        What.SETTING,
        posted("/settings/retention", public_days="100", staff_days="400"),
    ),
    "/evaluate/questions": (
        What.OWN_QUESTION,
        posted("/evaluate/questions", question="Do you mend jugs?", expect="unknown"),
    ),
    "/evaluate/file": (What.OWN_QUESTION, with_file("/evaluate/file", OWN, asked_by="public")),
    "/evaluate/questions/{question_id}/remove": (What.OWN_QUESTION, own_question_removed),
    "/api/settings": (What.SETTING, told("POST", "/settings", values={"manners": {}})),
    "/api/settings/{name}": (What.SETTING, told("PUT", "/settings/backups.hour", value=5)),
    "/api/knowledge/files": (What.IMPORT, file_given),
    "/api/knowledge/document": (
        What.DOCUMENT,
        told("DELETE", "/knowledge/document?document_id=wheel.md"),
    ),
    "/api/setup-link": (What.ACCOUNT, told("POST", "/setup-link")),
    "/api/password": (What.ACCOUNT, told("POST", "/password", password="flour water salt")),
    "/api/backups": (What.BACKUP, told("POST", "/backups", passphrase="")),
}

# What needs more to be there first, and the tests in which it is.
TRIED: dict[str, FunctionType] = {
    "/setup": test_changes.test_a_new_password_is_told_with_how_it_came,
    "/colleagues": (
        told_of := test_colleagues.test_what_is_done_with_a_colleague_stands_in_the_log_of_changes
    ),
    "/colleagues/{account_id}/link": told_of,
    "/colleagues/{account_id}/role": told_of,
    "/colleagues/{account_id}/remove": told_of,
    "/invitation": told_of,
    "/account": test_colleagues.test_the_owner_comes_in_by_a_name_of_their_own_too,
    "/account/password": told_of,
    "/account/second-factor": (
        factor := test_second_factor.test_it_stands_in_the_log_of_changes_without_its_secret
    ),
    "/account/second-factor/remove": factor,
    "/account/recovery-codes": factor,
    "/questions/{gap_id}": (
        by_number
        := test_changes.test_a_question_that_is_answered_or_taken_off_is_told_by_its_number_alone
    ),
    "/questions/{gap_id}/dismiss": by_number,
    "/questions/{gap_id}/reopen": by_number,
    "/hand-overs/{hand_over_id}/done": (
        handed := test_changes.test_a_hand_over_that_is_seen_to_is_told_by_its_number_alone
    ),
    "/follow-ups/{follow_up_id}/move": (
        moved := test_changes.test_a_reminder_that_somebody_else_changes_is_told_by_its_number_alone
    ),
    "/api/followups/{follow_up_id}/cancel": moved,
    "/follow-ups/{follow_up_id}/keep": moved,
    "/knowledge/upload/decide": (
        test_changes.test_who_let_an_import_take_effect_is_told_as_well_as_who_began_it
    ),
    "/platforms/{name}": (
        tokens
        := test_platforms.test_of_tokens_and_of_the_switch_the_log_of_changes_tells_but_no_token
    ),
    "/platforms/{name}/forget": tokens,
    "/people/{person_id}/role": test_changes.test_a_role_that_somebody_is_given_is_told_of_them,
    "/api/persons/erase": test_changes.test_who_is_erased_is_in_none_of_it_by_name_or_words,
}

# What does by the same function what another route does.
AS = {
    "/hand-overs/{hand_over_id}/back": "/hand-overs/{hand_over_id}/done",
    "/follow-ups/{follow_up_id}/cancel": "/api/followups/{follow_up_id}/cancel",
    "/api/followups/{follow_up_id}/move": "/follow-ups/{follow_up_id}/move",
    "/api/followups/{follow_up_id}/snooze": "/follow-ups/{follow_up_id}/move",
    "/knowledge/way": "/knowledge/document",
    "/knowledge/web-page": "/knowledge/upload",
    "/knowledge/import/start": "/api/knowledge/files",
    "/knowledge/import/decide": "/knowledge/upload/decide",
    "/knowledge/folder/decide": "/knowledge/upload/decide",
    "/people/{person_id}/erase": "/api/persons/erase",
    "/setup/knowledge/files": "/knowledge/upload",
    "/setup/knowledge/twelve": "/knowledge/add",
    "/setup/model/use": "/model",
    "/setup/model/without": "/model",
    "/setup/platforms/{name}": "/platforms/{name}",
    "/setup/rooms/{name}": "/platforms/{name}/choices",
    "/model/change/use": "/model",
    "/model/embedder": "/model",
    "/model/embedder/use": "/knowledge/upload/decide",
    "/model/embedder/keep": "/model",
    "/backups/now": "/api/backups",
    "/api/questions/{gap_id}/answer": "/questions/{gap_id}",
    "/api/knowledge/import": "/api/knowledge/files",
    "/api/knowledge/pages": "/api/knowledge/files",
    "/api/models/use": "/model",
}

LEAVES_NONE = {
    "/sign-in": "a session changes nothing that others see",
    "/sign-out": "likewise",
    "/sign-in/code": "likewise",
    "/account/sessions/end": "likewise",
    "/account/sessions/end-others": "likewise",
    "/account/second-factor/begin": "a secret that nothing asks for until it is proved",
    "/test-chat": "a question and its answer, which stand under Answers",
    "/test-chat/stream": "likewise",
    "/test-chat/press": "what a button changes is told as from a chat",
    "/model/test": "a question to the model alone",
    "/model/download": "a file that nothing uses until it is chosen, which is told",
    "/model/download/stop": "likewise",
    "/model/change/keep": "nothing is changed",
    "/setup/next/{step}": "how far the set-up is, which is the owner's own",
    "/setup/later/{step}": "likewise",
    "/setup/end": "likewise",
    "/setup/model/measure": "a measurement",
    "/setup/model/measure/stop": "likewise",
    "/setup/model/download": "a file that nothing uses until it is chosen, which is told",
    "/setup/model/download/stop": "likewise",
    "/knowledge/upload/stop": "what is in by then was told as it came in",
    "/knowledge/import": "the file is looked at only",
    "/evaluate/run": "a trial, which stands in its own list",
    "/evaluate/stop": "likewise",
    "/platforms/{name}/again": "the same is tried once more",
    "/answers/{answer_id}/correct": "puts a question on the list; what becomes of it is told",
    "/follow-ups": "one's own; somebody else's is told once it is changed",
    "/api/ask": "a question and its answer",
    "/api/press": "what a button changes is told as from a chat",
    "/api/followups": "one's own, as on the page",
    "/api/knowledge/search": "looks only",
    "/api/knowledge/rebuild": "the same knowledge, in a new index",
    "/api/knowledge/import/look": "looks only",
    "/api/knowledge/decision": "answers the terminal that asks; what comes in is told as its",
    "/api/evaluation": "a trial",
    "/api/models/pull": "a file that nothing uses until it is chosen, which is told",
    "/api/models/compare": "a trial",
    "/api/persons/whole": "looks only",
}


def test_every_route_that_changes_something_is_listed_once(desk: Desk):
    listed = [*DRIVEN, *TRIED, *AS, *LEAVES_NONE]
    assert len(listed) == len(set(listed))
    changing = {known.path for known in routes(desk) if known.method in CHANGING}
    assert changing - set(listed) == set()
    assert set(listed) - changing == set()
    assert set(AS.values()) <= DRIVEN.keys() | TRIED.keys()


@pytest.mark.parametrize("path", DRIVEN)
def test_it_leaves_a_line(desk: Desk, owner: Owner, path: str):
    what, drive = DRIVEN[path]
    newest = desk.do(lambda: desk.services.changes.newest(limit=1))
    drive(desk, owner)
    (line,) = desk.do(lambda: desk.services.changes.newest(limit=1))
    assert [line] != newest, "no line was left"
    who = "terminal" if path.startswith("/api/") else "owner"
    assert (line.name or line.actor.by, line.what) == (who, what)
