"""A model that does worse on the owner's questions is not used without a word of theirs."""

import contextlib
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from bot.cli.main import deskhand
from bot.web.api.shapes.models import Compared, ComparisonShown, Figures, Tried


class Desk:
    """Answers as the API does and keeps what was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def stream(self, path, shape, *, show, body):
        self.asked.append(path)
        if shape is Tried:
            return Tried(name=body.name, seconds=0.1)
        before, after = (
            Figures(model=model, known_right=right, known=3, unknown_right=1, unknown=1)
            for model, right in (("old:1b", 3), (body.name, 2))
        )
        return Compared(
            comparison=ComparisonShown(before=before, after=after, worse=True, lost=["is it far"])
        )


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    desk = Desk()
    there = contextlib.nullcontext(SimpleNamespace(client=desk))
    monkeypatch.setattr("bot.cli.models.connected", lambda: there)
    return desk


def test_where_nobody_can_be_asked_the_old_one_stays_and_what_would_be_lost_is_named(desk: Desk):
    ran = CliRunner().invoke(deskhand, ["model", "use", "new:1b"])
    assert ran.exit_code == 1
    assert "Right now, and not with new:1b: is it far" in ran.stdout
    assert "nothing was changed: `--yes`" in ran.stderr
    assert desk.asked == ["models/compare"]


def test_it_is_used_all_the_same_where_that_is_said(desk: Desk):
    assert CliRunner().invoke(deskhand, ["model", "use", "new:1b", "--yes"]).exit_code == 0
    assert desk.asked == ["models/use"]
