"""How the tests are shared out among the workers, and which databases they use."""

import gc
import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from tests.fakes.embedder import VECTORS
from tests.fakes.postgresql import new_database
from tests.fakes.postgresql_server import own_postgresql, programs

# How fast an example is made and tried says something of the machine, and nothing of the product.
settings.register_profile(
    "any machine",
    settings.default,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("any machine")

# Files with this in their path go to one worker: they share the vectors of the same texts.
TOGETHER = ("/test_offices.py",)


# Suites whose work is done by other processes, and suites that do their own.
WAITING = Path(__file__).with_name("crash")
COMPUTING = Path(__file__).with_name("scenario")

# In place of a PostgreSQL's URL.
OWN = "own"


class ByFile(LoadFileScheduling):
    """A file stays with one worker, so that what is shared in it is made once."""

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        return next((each for each in TOGETHER if each in file), file)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadFileScheduling | None:
    """Return what shares out files; None where the command line wants another way."""
    return ByFile(config, log) if config.getvalue("dist") == "loadfile" else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Have files that mostly wait begin first, in turn with ones that compute.

    Else nothing is computed while all workers wait, and the last to wait is alone.
    """
    files: dict[Path, list[pytest.Item]] = {}
    for item in items:
        files.setdefault(item.path, []).append(item)
    waiting = [each for each in files if WAITING in each.parents]
    computing = [each for each in files if COMPUTING in each.parents]
    first = [each for pair in zip(waiting, computing, strict=False) for each in pair]
    order = dict.fromkeys([*first, *files])
    items[:] = [item for each in order for item in files[each]]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--postgresql",
        metavar="URL",
        help="Run what holds for either database on this PostgreSQL, too, as one who may make"
        f" databases in it; `{OWN}`: on one that is made for this run.",
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if metafunc.config.option.postgresql and "database_url" in metafunc.fixturenames:
        metafunc.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a new, empty database; SQLite's is that of the data directory `data`."""
    if getattr(request, "param", "sqlite") == "sqlite":
        (tmp_path / "data").mkdir()
        yield f"sqlite:///{tmp_path / 'data' / 'deskhand.db'}"
        return
    with new_database(request.config.option.postgresql) as url:
        yield url


def pytest_configure(config: pytest.Config) -> None:
    """Have the collector of garbage wait while everything is loaded, which it takes a fifth of.

    And give all processes of this run a file for vectors.
    """
    gc.disable()
    if config.option.postgresql == OWN:
        config.option.postgresql = _new_server(config)
    if VECTORS not in os.environ:
        folder = tempfile.TemporaryDirectory(prefix="deskhand-vectors-")
        config.add_cleanup(folder.cleanup)
        os.environ[VECTORS] = str(Path(folder.name) / "vectors")


def _new_server(config: pytest.Config) -> str:
    """Start a PostgreSQL for this run, and return its URL."""
    binaries = programs()
    if binaries is None:
        raise pytest.UsageError(
            "There is no initdb here (on Debian: apt install postgresql): name a PostgreSQL by URL."
        )
    running = ExitStack()
    config.add_cleanup(running.close)
    return running.enter_context(own_postgresql(binaries)).url


def pytest_collection_finish() -> None:
    """Have the collector leave alone what is loaded by now: it stays for good."""
    gc.collect()
    gc.freeze()
    gc.enable()
