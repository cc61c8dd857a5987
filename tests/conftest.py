"""How the tests are shared out among the workers."""

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

# Files with this in their path go to one worker: the page's suites share a running server, those of
# the offices' files the vectors of the same texts.
TOGETHER = ("tests/page/", "/test_offices.py")


class ByFile(LoadFileScheduling):
    """A file stays with one worker, so that what is shared in it is made once."""

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        return next((each for each in TOGETHER if each in file), file)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadFileScheduling | None:
    """Return what shares out files; None where the command line wants another way."""
    return ByFile(config, log) if config.getvalue("dist") == "loadfile" else None
