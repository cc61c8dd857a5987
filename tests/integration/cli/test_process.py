"""Commands as processes: how they begin and end, and what each failure says."""

import json
import signal
import socket
import stat
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from filelock import FileLock

from bot.cli import connection
from bot.data_dir import DataDirectory, Door
from tests.integration.cli.conftest import (
    ROOT,
    Terminal,
    entries_file,
    first_line,
    served,
    stop,
)


@pytest.fixture
def lone(environment: dict[str, str], tmp_path: Path) -> Terminal:
    """Give a terminal with an empty data directory of its own and no server."""
    return Terminal(environment | {"DESKHAND_DATA_DIR": str(tmp_path / "own")}, beside=False)


def test_knowledge_added_while_the_server_runs_is_found_by_its_next_question(
    shop: Terminal, tmp_path: Path
):
    question = ("ask", "do you rent out bicycles?", "--role", "public", "--json")
    assert shop.spawn(*question).json["kind"] != "verbatim"
    file = tmp_path / "more.csv"
    file.write_text("question,answer\nDo you rent out bicycles?,Two of them by the hour.\n")
    added = shop.spawn("knowledge", "add", str(file), "--audience", "public")
    assert "added 1 document; for the public." in added.out
    after = shop.spawn(*question).json
    assert (after["kind"], after["answer"]) == ("verbatim", "Two of them by the hour.")


def test_a_lone_command_leaves_everything_for_the_server_that_comes_later(
    lone: Terminal, tmp_path: Path
):
    added = lone.run("knowledge", "add", str(entries_file(tmp_path)))
    assert "added 3 documents; for the public, 1 for staff only" in added.out
    answer = lone.spawn("ask", "is there parking?", "--json").json
    assert answer["kind"] == "verbatim"
    door = Path(lone.environment["DESKHAND_DATA_DIR"]) / "server.json"
    with served(lone.environment | {"DESKHAND_PAGE_URL": "https://desk.example"}) as ready:
        assert ready.strip() == "Deskhand is ready: https://desk.example"
        assert lone.run("setup-link").out.startswith("https://desk.example/setup?token=")
        # The token in it opens everything: for this user's eyes only.
        assert stat.S_IMODE(door.stat().st_mode) == 0o600
        again = lone.run("ask", "is there parking?", "--json").json
        assert again["answer_id"] > answer["answer_id"]
    assert not door.exists()


def test_an_import_that_was_interrupted_goes_on_where_it_was(lone: Terminal, tmp_path: Path):
    file = tmp_path / "big.jsonl"
    lines = [{"question": f"Where is room {n}?", "answer": f"Floor {n}."} for n in range(64)]
    file.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    with served(lone.environment):
        adding = lone.start("knowledge", "add", str(file))
        while not (there := len(lone.run("knowledge", "list", "--json").json)):
            assert adding.poll() is None
        adding.send_signal(signal.SIGINT)
        adding.communicate(timeout=30)
        assert adding.returncode == 130
        there = len(lone.run("knowledge", "list", "--json").json)
        assert there < 64
        again = lone.run("knowledge", "add", str(file))
        assert f"{there} were there already." in again.out
        assert f"added {64 - there} documents" in again.out
        assert len(lone.run("knowledge", "list", "--json").json) == 64


def test_a_reminder_due_while_chat_is_open_arrives_in_it(shop: Terminal):
    chat = shop.start("chat")
    try:
        assert chat.stdin is not None
        assert chat.stdout is not None
        chat.stdin.write("hello\n")
        chat.stdin.flush()
        assert chat.stdout.readline()
        # Reckoned from a moment ago, so that the minute is nearly over.
        now = (datetime.now(UTC) - timedelta(seconds=56)).isoformat()
        added = shop.run(
            "followups", "add", "turn the loaves in 1 minute", "--now", now, "--json"
        ).json
        waiting = threading.Timer(30, chat.kill)
        waiting.start()
        shown = ""
        while "turn the loaves" not in shown:
            line = chat.stdout.readline()
            assert line, "the chat ended without the reminder"
            shown += line
        waiting.cancel()
        assert added["state"] == "pending"
        assert _state(shop, added["id"]) in {"queued", "sent"}
    finally:
        stop(chat)


def test_a_second_server_says_that_one_runs(shop: Terminal):
    told = shop.spawn("run").told
    assert "already runs" in told.splitlines()[-1]


def test_a_door_that_a_crash_left_open_is_not_believed(lone: Terminal):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    folder = Path(lone.environment["DESKHAND_DATA_DIR"])
    folder.mkdir()
    DataDirectory(folder).announce(Door(f"http://127.0.0.1:{port}", "old", ""))
    assert lone.run("settings", "get", "business.language").out == "en\n"


def test_a_taken_port_is_told_with_what_to_do(lone: Terminal):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        told = lone.spawn("run", DESKHAND_PORT=port).told
    assert f"Port {port} is taken" in told
    assert "DESKHAND_PORT" in told


def test_a_setting_that_cannot_be_used_is_named(lone: Terminal):
    assert "DESKHAND_PORT" in lone.run("ask", "hello", DESKHAND_PORT="many").told
    told = lone.run("ask", "hello", DESKHAND_TIMEZONE="Mars").told
    assert "DESKHAND_TIMEZONE" in told
    told = lone.run("check", DESKHAND_DATABASE_URL="mysql://x/y").told
    assert "DESKHAND_DATABASE_URL" in told


def test_a_damaged_database_is_told_by_every_kind_of_command(lone: Terminal):
    folder = Path(lone.environment["DESKHAND_DATA_DIR"])
    folder.mkdir()
    (folder / "deskhand.db").write_bytes(b"no database at all " * 500)
    for command in (["migrate"], ["ask", "hello"], ["check"], ["followups", "list"]):
        assert "damaged" in lone.run(*command).told


def test_a_data_directory_that_cannot_be_made_is_told(lone: Terminal, tmp_path: Path):
    (tmp_path / "file").write_text("")
    told = lone.run("check", DESKHAND_DATA_DIR=str(tmp_path / "file" / "data")).told
    assert "DESKHAND_DATA_DIR" in told


def test_a_directory_held_by_one_that_does_not_answer_is_told(
    lone: Terminal, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(connection, "BUSY_S", 0.5)
    folder = Path(lone.environment["DESKHAND_DATA_DIR"])
    folder.mkdir()
    with FileLock(folder / "lock"):
        assert "does not answer" in lone.run("ask", "hello").told


def test_a_command_waits_for_another_one_to_finish(lone: Terminal):
    folder = Path(lone.environment["DESKHAND_DATA_DIR"])
    folder.mkdir()
    lock = FileLock(folder / "lock", thread_local=False)
    lock.acquire()
    finished = threading.Timer(1.0, lock.release)
    finished.start()
    try:
        assert lone.run("settings", "get", "business.language").code == 0
    finally:
        finished.join()


def test_ctrl_c_ends_a_command_quietly(shop: Terminal):
    chat = shop.start("chat")
    assert chat.stdin is not None
    chat.stdin.write("hello\n")
    chat.stdin.flush()
    first_line(chat)
    chat.send_signal(signal.SIGINT)
    out, err = chat.communicate(timeout=15)
    assert (chat.returncode, err.strip()) == (130, ""), out


def test_a_reader_that_has_heard_enough_is_not_complained_about(shop: Terminal):
    # By a Python of its own, since that would complain at its end.
    command = [sys.executable, "-m", "bot.cli", "settings", "list"]
    with subprocess.Popen(
        command, env=shop.environment, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as listing:
        assert listing.stdout is not None
        assert listing.stderr is not None
        listing.stdout.close()
        assert listing.stderr.read() == b""
        listing.wait(timeout=15)


@pytest.mark.parametrize(
    "args",
    [
        ["ask"],
        ["ask", "  "],
        ["ask", "hello", "--role", "king"],
        ["knowledge", "add"],
        ["knowledge", "frob"],
        ["followups", "cancel", "x"],
        ["questions", "answer", "1", " "],
        ["frob"],
    ],
    ids=" ".join,
)
def test_wrong_usage_ends_with_two(lone: Terminal, args: list[str]):
    ran = lone.run(*args)
    assert (ran.code, ran.out) == (2, "")
    assert "Usage" in ran.err


def _state(terminal: Terminal, follow_up_id: int) -> str:
    (found,) = [
        each
        for each in terminal.run("followups", "list", "--all", "--json").json
        if each["id"] == follow_up_id
    ]
    return str(found["state"])
