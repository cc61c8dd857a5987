"""How the tests are shared out among the workers."""

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

# Its suites share a running server.
TOGETHER = "tests/page/"


class ByFile(LoadFileScheduling):
    """A file stays with one worker, so that what is shared in it is made once."""

    def _split_scope(self, nodeid: str) -> str:
        return TOGETHER if nodeid.startswith(TOGETHER) else super()._split_scope(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadFileScheduling | None:
    """Return what shares out files; None where the command line wants another way."""
    return ByFile(config, log) if config.getvalue("dist") == "loadfile" else None
