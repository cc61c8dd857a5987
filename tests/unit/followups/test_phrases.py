"""The table of phrases: what was understood, what was asked, and that nothing was read wrongly."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.business.calendar import BusinessCalendar
from bot.followups.when import Ask, Due, Rule, understand

_TABLE = Path(__file__).with_name("phrases.tsv")
_MIN_RIGHT, _MAX_ASKED = 0.97, 0.10  # Shares of all, and of those that need not be asked.


@dataclass(frozen=True, slots=True)
class Phrase:
    now: datetime
    zone: ZoneInfo
    words: str
    expected: str


def _phrases() -> list[Phrase]:
    lines = _TABLE.read_text("utf-8").splitlines()
    return [_phrase(*line.split("\t")) for line in lines if line and not line.startswith("#")]


def _phrase(now: str, zone: str, words: str, expected: str) -> Phrase:
    where = ZoneInfo("Europe/Berlin" if zone == "." else zone)
    when = datetime.fromisoformat("2026-11-24T10:00" if now == "." else now)
    return Phrase(when.replace(tzinfo=where), where, words, expected)


def _understood(phrase: Phrase, calendar: BusinessCalendar) -> str:
    match understand(phrase.words, now=phrase.now, zone=phrase.zone, calendar=calendar):
        case Due(due_at, _, moved, by):
            said = f"due {_wall(due_at, phrase.zone)}"
            return said + (" moved" if moved else "") + (" by" if by else "")
        case Rule(rule, due_at, _, moved):
            return f"rule {rule} {_wall(due_at, phrase.zone)}" + (" moved" if moved else "")
        case Ask():
            return "ask"


def _wall(instant: datetime, zone: ZoneInfo) -> str:
    local = instant.astimezone(zone)
    assert local.fold == 0
    return f"{local:%Y-%m-%dT%H:%M}"


def test_nothing_in_the_table_is_read_wrongly_and_hardly_anything_asked_in_vain(
    calendar: BusinessCalendar, capsys: pytest.CaptureFixture[str]
):
    outcomes: Counter[str] = Counter()
    misses = []
    phrases = _phrases()
    for phrase in phrases:
        understood = _understood(phrase, calendar)
        kind = "right" if understood == phrase.expected else "asked in vain"
        if kind != "right" and understood != "ask":
            kind = "wrong and accepted"
        outcomes[kind] += 1
        if kind != "right":
            misses.append(f"{kind}: {phrase.words!r} gives {understood}, not {phrase.expected}")
    with capsys.disabled():
        print(f"\nphrases={len(phrases)} {dict(outcomes)}", *misses, sep="\n")
    telling = sum(phrase.expected != "ask" for phrase in phrases)
    assert len(phrases) >= 450
    assert outcomes["wrong and accepted"] == 0
    assert outcomes["right"] >= _MIN_RIGHT * len(phrases)
    assert outcomes["asked in vain"] <= _MAX_ASKED * telling
