"""What the one line on a terminal says while something goes on."""

import sys

import pytest

from bot.cli import screen
from bot.web.api.shapes.steps import Step


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Give a function that shows progress at a moment and returns the line that stands there."""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    line = screen.LiveLine(label="big.jsonl: ")

    def show(at_s: float, done: int) -> str:
        monkeypatch.setattr(screen.time, "monotonic", lambda: at_s)
        line.show(Step(event="progress", done=done, total=10_000))
        # Of the sign that clears the line a stream that is no terminal shows the return alone.
        return capsys.readouterr().err.rpartition("\r")[2].removeprefix("\x1b[K")

    return show


def test_progress_tells_pace_and_time_left(shown):
    assert shown(100, 0) == "big.jsonl: 0 of 10,000"
    assert shown(110, 100) == "big.jsonl: 100 of 10,000, 10 a second, 16 min left"


def test_what_an_import_passes_over_at_its_start_is_forgotten_for_its_pace(shown):
    shown(100, 0)
    shown(101, 7_300)
    shown(121, 7_340)
    assert shown(131, 7_360) == "big.jsonl: 7,360 of 10,000, 2 a second, 22 min left"
