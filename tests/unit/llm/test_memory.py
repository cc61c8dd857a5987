"""The memory of a box, and of a part of it."""

import os
from pathlib import Path

import pytest

from bot.llm import memory

UNLIMITED_V1 = "9223372036854771712\n"


@pytest.fixture
def box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in the place of the system's control groups; our own group is a service's."""
    monkeypatch.setattr(memory, "CGROUP", tmp_path)
    own = tmp_path / "own"
    own.write_text("0::/system.slice/deskhand.service\n", encoding="ascii")
    monkeypatch.setattr(memory, "_OWN_CGROUP", own)
    return tmp_path


def limit(folder: Path, text: str, *, name: str = "memory.max") -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="ascii")


def test_without_a_limit_it_is_the_whole_computer_s(box: Path):
    limit(box / "system.slice/deskhand.service", "max\n")
    whole = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    assert memory.memory_of_box() == whole


def test_a_limit_of_our_own_group_holds(box: Path):
    limit(box / "system.slice/deskhand.service", "50000000\n")
    assert memory.memory_of_box() == 50_000_000


def test_a_limit_of_a_group_above_holds_too(box: Path):
    limit(box / "system.slice", "40000000\n")
    limit(box / "system.slice/deskhand.service", "max\n")
    assert memory.memory_of_box() == 40_000_000


def test_a_container_s_limit_is_at_the_root_of_what_it_sees(box: Path):
    limit(box, "30000000\n")
    assert memory.memory_of_box() == 30_000_000


def test_limits_of_the_older_kind_hold_and_its_word_for_none_is_none(box: Path):
    (box / "own").write_text("4:memory:/docker/abc\n0::/\n", encoding="ascii")
    limit(box / "memory", UNLIMITED_V1, name="memory.limit_in_bytes")
    unlimited = memory.memory_of_box()
    limit(box / "memory/docker/abc", "20000000\n", name="memory.limit_in_bytes")
    assert memory.memory_of_box() == 20_000_000 < unlimited


def test_where_there_are_no_groups_it_is_the_whole_computer_s(
    box: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(memory, "_OWN_CGROUP", box / "nowhere")
    assert memory.memory_of_box() > 100_000_000
