"""A month's answers as bars."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from bot.domain.conversations import Kind
from bot.domain.figures import DayCounts
from bot.web.chart import HEIGHT, WIDTH, chart

FIRST = date(2026, 10, 28)


def days(*counts: dict[Kind, int]) -> list[DayCounts]:
    return [DayCounts(FIRST + timedelta(days=place), each) for place, each in enumerate(counts)]


def test_the_day_with_most_answers_is_as_high_as_there_is_room():
    drawn = chart(days({Kind.VERBATIM: 40, Kind.UNKNOWN: 5, Kind.HANDOVER: 5}, {Kind.SOCIAL: 25}))
    highest, other = drawn.bars
    assert [each.kind for each in highest.parts] == ["answered", "unknown", "handed-over"]
    assert 0 <= highest.parts[-1].y <= 3
    # Half as many are half as high.
    high, half = (sum(part.height for part in bar.parts) for bar in (highest, other))
    assert half * 2 == pytest.approx(high)
    assert drawn.most == highest.day
    assert drawn.total == 75


def test_parts_lie_on_each_other_and_never_over_the_edge():
    drawn = chart(days({Kind.COMPOSED: 900, Kind.UNKNOWN: 1, Kind.HANDOVER: 1}))
    parts = drawn.bars[0].parts
    assert parts[0].y + parts[0].height == HEIGHT
    for lower, upper in pairwise(parts):
        assert upper.y + upper.height < lower.y
    assert parts[-1].y >= 0
    # One of nine hundred is to be seen all the same.
    assert all(each.height >= 1 for each in parts)


def test_bars_stand_side_by_side_within_the_drawing():
    drawn = chart(days(*[{Kind.ASKED: 1}] * 30))
    for bar, after in pairwise(drawn.bars):
        assert bar.x + bar.width < after.x
    assert drawn.bars[-1].x + drawn.bars[-1].width < WIDTH


def test_a_month_without_answers_has_no_bars():
    drawn = chart(days(*[{}] * 30))
    assert not any(bar.parts for bar in drawn.bars)
    assert drawn.most is None
    assert drawn.total == 0
