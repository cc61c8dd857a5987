"""How much memory there is for a model."""

import os
from pathlib import Path

CGROUP = Path("/sys/fs/cgroup")
_OWN_CGROUP = Path("/proc/self/cgroup")


def memory_of_box() -> int:
    """Return this computer's memory in bytes, or what this process may have of it if that is less.

    A container or a service can be given less than there is.
    """
    whole = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return min([whole, *_limits(_own_group(), CGROUP)])


def _own_group() -> str:
    """Return the path of our own control group, like "/system.slice/deskhand.service"."""
    try:
        lines = _OWN_CGROUP.read_text(encoding="ascii").splitlines()
    except OSError:
        return "/"  # no Linux
    unified = [line for line in lines if line.startswith("0::")]
    memory = [line for line in lines if "memory" in line.split(":")[1].split(",")]
    return (memory or unified or ["::/"])[0].split(":", 2)[2]


def _limits(group: str, root: Path) -> list[int]:
    """Return every limit that holds for a control group: its own, and those above it.

    Version 2 has them in memory.max, "max" where there is none; version 1 has a number of about
    2**63 there.
    """
    found: list[int] = []
    parts = [part for part in group.split("/") if part not in ("", "..")]
    for depth in range(len(parts) + 1):
        path = Path(*parts[:depth])
        for file in (
            root / path / "memory.max",
            root / "memory" / path / "memory.limit_in_bytes",
        ):
            try:
                text = file.read_text(encoding="ascii").strip()
            except OSError:
                continue
            if text.isdecimal():
                found.append(int(text))
    return found
