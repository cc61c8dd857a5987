"""Buttons, replies and the team's room in a terminal, beside a running server."""

import re
import threading
from collections.abc import Iterator

import pytest

from tests.fakes.loaded import Forked
from tests.integration.cli.conftest import Terminal

ASKED = "do you engrave brass trombones?"
REPLY = "Yes, on the first floor."
PATIENCE_S = 60.0


class Chat:
    """A person at `deskhand chat`."""

    def __init__(self, process: Forked) -> None:
        self._process = process
        self._seen = ""
        self._came = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def types(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()

    def sees(self, words: str) -> str:
        """Wait for words and return everything since those waited for before."""
        with self._came:
            assert self._came.wait_for(lambda: words in self._seen, PATIENCE_S), self._seen
            end = self._seen.index(words) + len(words)
            seen, self._seen = self._seen[:end], self._seen[end:]
            return seen

    def leaves(self) -> None:
        self._process.kill()
        self._reader.join(5)
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            assert pipe is not None
            pipe.close()
        self._process.wait()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            with self._came:
                self._seen += line
                self._came.notify_all()


@pytest.fixture
def team(shop: Terminal) -> Iterator[Chat]:
    assert shop.run("settings", "set", "local.staff_room", "team").code == 0
    chat = Chat(shop.start("chat", "--room", "team", "--role", "staff"))
    yield chat
    chat.leaves()
    assert shop.run("settings", "set", "local.staff_room", "").code == 0


def test_an_open_question_is_answered_in_the_team_s_room_and_saved_by_a_number(
    shop: Terminal, team: Chat
):
    assert shop.run("ask", ASKED, "--role", "public", "--json").json["kind"] != "verbatim"
    team.sees(ASKED)
    # Others may have asked before, so its numbers are not the first.
    choices = team.sees("and your words")
    numbers = re.search(r"\[\d+\] Not needed  \[(\d+)\] reply: /reply \1 and your words", choices)
    assert numbers, choices
    place = int(numbers[1])
    team.types("/reply")
    team.types(f"/reply {place} {REPLY}")
    team.sees(f"**Answer:** {REPLY}")
    saves = f"[{place + 1}] Save for everyone  [{place + 2}] Save for the team only"
    assert saves in team.sees("Don't save")
    team.types("save for everyone")
    team.sees("I am saving it, and tell you when it is in use.")
    team.sees(f"in use from now on: {ASKED}")
    again = shop.run("ask", "hi, can you engrave brass trombones", "--role", "public", "--json")
    assert (again.json["kind"], again.json["answer"]) == ("verbatim", REPLY)


def test_a_number_presses_only_what_was_shown_beside_it_and_never_answers_for_a_question_back(
    shop: Terminal,
):
    chat = Chat(shop.start("chat", "--role", "public", "--room", "numbers"))
    chat.types("is there parking?")
    chat.sees("[1] Helpful  [2] Not helpful  [3] Why this answer?")
    chat.types("3")
    chat.sees("Is there parking?")
    chat.types("/reply 1 thanks")
    chat.types("remind me to call the bank")
    chat.sees("?")
    chat.types("1")
    assert "Thanks, I have noted that." not in chat.sees("[4] ")
    chat.leaves()
