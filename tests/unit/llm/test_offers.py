"""Which models suit a box."""

from pathlib import Path

import pytest

from bot.llm.offers import OWN_TABLE, Offer, OffersError, Suited, memory_needed, read_offers, suited
from bot.llm.pace import Pace

# About what two cores of an office's box do: 1.5 B answers in 7 seconds.
BOX = Pace(read_s=0.008, written_s=0.06, model="tiny:1b")
GB = 1_000_000_000
OURS = read_offers(Path("/nowhere"))


def offered(
    pace: Pace = BOX, *, memory: float = 30, disk: float = 100, there: str = ""
) -> list[Suited]:
    return suited(
        OURS,
        pace,
        memory_bytes=round(memory * GB),
        disk_bytes=round(disk * GB),
        there=frozenset({there}),
    )


def names(found: list[Suited]) -> list[str]:
    return [each.offer.name for each in found]


def test_our_table_has_one_to_measure_with_and_at_least_three_to_answer():
    assert [offer.name for offer in OURS if offer.measures] == ["qwen2.5:0.5b"]
    assert len([offer for offer in OURS if not offer.measures]) >= 3


def test_at_most_three_are_offered_the_quickest_first_and_one_is_the_best():
    found = offered()
    assert len(found) == 3
    assert [each.wait_s for each in found] == sorted(each.wait_s for each in found)
    assert sum(each.best for each in found) == 1
    assert not any(each.offer.measures for each in found)


@pytest.mark.parametrize(
    ("memory", "largest"),
    [(2.0, "qwen2.5:1.5b"), (4.0, "qwen3:4b-instruct"), (6.0, "qwen3:4b-instruct")],
)
def test_what_does_not_fit_the_memory_is_not_offered(memory: float, largest: str):
    assert names(offered(memory=memory))[-1] == largest
    assert all(
        memory_needed(each.offer.size_bytes) <= memory * GB for each in offered(memory=memory)
    )


def test_what_does_not_fit_the_disk_is_not_offered_unless_it_is_there_already():
    assert names(offered(disk=2.5)) == ["qwen2.5:1.5b"]
    assert "qwen2.5:7b" in names(offered(disk=2.5, there="qwen2.5:7b"))


def test_nothing_is_offered_to_a_box_that_is_too_small():
    assert offered(memory=1.0) == []


def test_the_best_is_the_largest_that_answers_in_good_time():
    quick = offered(Pace(read_s=0.001, written_s=0.01, model="tiny:1b"))
    assert next(each for each in quick if each.best).offer.name == "qwen2.5:7b"


def test_a_slow_box_is_offered_what_is_quickest_and_told_that_it_is_slow():
    slow = offered(Pace(read_s=0.2, written_s=2.0, model="tiny:1b"))
    assert names(slow) == ["qwen2.5:1.5b"]
    assert slow[0].best
    assert not slow[0].good_time


def test_the_owner_s_own_table_takes_the_place_of_ours(tmp_path: Path):
    table = '[[model]]\nname = "own:3b"\nparameters = 3.0\nsize_gb = 1.9\ngood_at = "Our menus."\n'
    (tmp_path / OWN_TABLE).write_text(table, encoding="utf-8")
    assert read_offers(tmp_path) == (
        Offer(name="own:3b", parameters=3.0, size_gb=1.9, good_at="Our menus."),
    )


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ('[[model]]\nname = "own:3b"\nparameters = "many"\nsize_gb = 1\n', "parameters"),
        ("[[model]\n", "cannot be read"),
        ("", "model"),
    ],
)
def test_a_table_that_cannot_be_used_is_named_with_what_is_wrong(
    tmp_path: Path, table: str, told: str
):
    (tmp_path / OWN_TABLE).write_text(table, encoding="utf-8")
    with pytest.raises(OffersError, match=told) as raised:
        read_offers(tmp_path)
    assert str(tmp_path / OWN_TABLE) in str(raised.value)
