"""What each bot that is composed would make anew, made once for all tests of a process."""

import pytest

from tests.fakes import tables
from tests.fakes.embedder import RememberingEmbedder


def made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Copy a new bot's tables, and embed each text once: with the real embedder, which is slow."""
    monkeypatch.setattr("bot.app.deskhand.migrate", tables.migrate)
    monkeypatch.setattr("bot.app.mind.BuiltInEmbedder", RememberingEmbedder)
