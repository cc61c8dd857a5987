"""Every page of an office with 100,000 answers: from the request to the whole answer.

The pages are those of the route table, so that a new one is measured without a word here, unless it
needs an example for a parameter.
"""

import asyncio
import math
import re
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_args
from urllib.parse import urljoin

import httpx
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.response import ServerSentEvent
from litestar.routes import HTTPRoute
from sqlalchemy import Connection, func, select

from bot.domain.conversations import Kind
from bot.domain.followups import FollowUpState
from bot.storage import tables
from bot.web.accounts import Accounts
from bot.web.roles import OWNER
from bot.web.site import make_site
from tests.benchmarks import grown_office
from tests.benchmarks.house import House, house, stub_ollama
from tests.benchmarks.sample import WORDS
from tests.benchmarks.served import Served, served
from tests.benchmarks.table import Figure

ROUNDS = 40
TARGET_MS = 100.0
TARGET_BYTES = 100_000
# Of one core, over two seconds.
IDLE_PERCENT = 20.0
IDLE_IN_S = 120.0
PASSWORD = "flour water salt"

# What the route table cannot tell: which of many addresses of a page are asked for, beside the bare
# one. The names in braces are those of `_examples`.
MORE = {
    "/conversations": ["?words={word}", "?kind=unknown", "?before={middle_answer}"],
    "/follow-ups/week": ["?day={next_week}", "?who={word}"],
    "/people": ["?name=keller", "?role=staff"],
    "/questions": ["?after=2-{middle_answer}"],
    "/knowledge": ["?query=handbook", "?query=how+about+{word}"],
    "/follow-ups": ["?find={word}"],
}
# Pages that show nothing without one.
NEEDED = {
    "/knowledge/document": "?id={document}",
    "/knowledge/remove": "?id={document}",
}
# These hand out a file that somebody has to make first, or want a link that is used up.
NOT_ASKED = {"/files/{key}/{name}", "/backups/{name}", "/setup", "/invitation"}
# Of parameters that mean something else from page to page.
OF_PAGE = {"/skills/{name}": {"name": "cake-order"}}


@dataclass(frozen=True, slots=True)
class _Page:
    """One address, with how long each request took and what came."""

    address: str
    took_ms: list[float]
    kind: str

    @property
    def p95_ms(self) -> float:
        return sorted(self.took_ms)[math.ceil(0.95 * len(self.took_ms)) - 1]


async def measure(*, rounds: int = ROUNDS) -> list[Figure]:
    """Return each page's p95 and median, and what comes over the wire for the first ones.

    Args:
        rounds: Requests of each page; all pages are asked for in turns.
    """
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        async with stub_ollama(Path(folder)) as ollama:
            async with house(data, ollama_url=ollama.url) as running:
                await _fill(running)
                addresses = await _addresses(running)
            return await asyncio.to_thread(_measured, data, ollama.url, addresses, rounds)


async def _fill(running: House) -> None:
    began_s = time.perf_counter()
    services = running.app.services
    await services.knowledge.add(grown_office.knowledge())
    await running.app.database.write(
        lambda connection: grown_office.fill(connection, datetime.now(UTC))
    )
    await Accounts(services.entrance, now=services.now).reset_password(PASSWORD)
    await services.choices.set("business.name", "Crumb & Co.")
    took_s = time.perf_counter() - began_s
    print(f"pages: filled the tables in {took_s:.0f} s", file=sys.stderr, flush=True)


async def _addresses(running: House) -> list[str]:
    """Return the addresses of every page, an example for each of its parameters."""
    examples = await running.app.database.read(_examples)
    site = make_site(running.app.services, token="")
    found = []
    for path in _paths(site):
        forms = [path + NEEDED.get(path, ""), *(path + more for more in MORE.get(path, ()))]
        known = _Examples({**examples, **OF_PAGE.get(path, {})})
        found += [form.format_map(known) for form in forms]
    return found


def _paths(site: Litestar) -> list[str]:
    """Return the route table's pages, without the API, files and what streams for ever."""
    return sorted(
        route.path_format
        for route in site.routes
        if isinstance(route, HTTPRoute)
        and not route.path_format.startswith(("/api", "/static"))
        and route.path_format not in NOT_ASKED
        and any("GET" in each.http_methods and not _streams(each) for each in route.route_handlers)
    )


def _streams(handler: HTTPRouteHandler) -> bool:
    returned = handler.fn.__annotations__["return"]
    return ServerSentEvent in (returned, *get_args(returned))


class _Examples(dict[str, str]):
    def __missing__(self, name: str) -> str:
        raise LookupError(f"tests/benchmarks/pages.py has no example for {{{name}}} yet")


def _examples(connection: Connection) -> _Examples:
    def first(statement: object) -> str:
        return str(connection.scalar(statement))

    answer = tables.answers.c.answer_id
    return _Examples(
        answer_id=first(
            select(answer).where(tables.answers.c.kind == Kind.COMPOSED).order_by(answer.desc())
        ),
        middle_answer=first(select(func.count() // 2).select_from(tables.answers)),
        gap_id=first(select(tables.gaps.c.gap_id)),
        document=first(select(func.min(tables.documents.c.document_id))),
        follow_up_id=first(
            select(tables.follow_ups.c.follow_up_id).where(
                tables.follow_ups.c.state == FollowUpState.PENDING
            )
        ),
        # One who wrote as often as most do, and not the one who wrote most.
        person_id=str(grown_office.PERSONS // 3),
        name="slack",
        conversation_id=str(grown_office.PERSONS // 3),
        account_id=first(
            select(tables.accounts.c.account_id).where(tables.accounts.c.role == "editor")
        ),
        next_week=(datetime.now(UTC) + timedelta(days=7)).date().isoformat(),
        # One of the invented ones.
        word=WORDS[0],
    )


def _measured(data: Path, ollama_url: str, addresses: list[str], rounds: int) -> list[Figure]:
    with (
        served(data, ollama_url=ollama_url) as server,
        httpx.Client(base_url=server.page_url, timeout=60) as browser,
    ):
        _sign_in(browser)
        _wait_until_idle(server)
        pages = _asked(browser, addresses, rounds)
        first = [_transferred(browser, address) for address in ("/sign-in", "/overview")]
    shown = sorted(pages, key=lambda page: -page.p95_ms)
    return [*(_figure(page) for page in shown), *first]


def _wait_until_idle(server: Served) -> None:
    """Wait until what a start does beside it is over: with 10,000 passages some ten seconds."""
    deadline_s = time.monotonic() + IDLE_IN_S
    while server.process.cpu_percent(interval=2.0) > IDLE_PERCENT:
        assert time.monotonic() < deadline_s, "the server found no rest after its start"


def _sign_in(browser: httpx.Client) -> None:
    signed_in = browser.post("/sign-in", data={"name": OWNER, "password": PASSWORD})
    assert signed_in.status_code == 303, signed_in.text


def _asked(browser: httpx.Client, addresses: list[str], rounds: int) -> list[_Page]:
    took: Mapping[str, list[float]] = defaultdict(list)
    kinds = {}
    # The first round finds nothing in memory and is nobody's every day.
    for number in range(rounds + 1):
        for address in addresses:
            began_s = time.perf_counter()
            answer = browser.get(address)
            took_ms = (time.perf_counter() - began_s) * 1_000
            assert answer.status_code < 400, f"{address}: {answer.status_code}"
            kinds[address] = answer.headers.get("content-type", "")
            if number:
                took[address].append(took_ms)
    return [_Page(address, took[address], kinds[address]) for address in addresses]


def _figure(page: _Page) -> Figure:
    note = f"p95 of {len(page.took_ms)}, median {statistics.median(page.took_ms):.0f} ms"
    # A file of everything that is known is waited for as a file is.
    target = TARGET_MS if page.kind.startswith("text/html") or not page.kind else None
    return Figure(f"pages: {page.address}", page.p95_ms, "ms", note, target=target)


def _transferred(browser: httpx.Client, address: str) -> Figure:
    """Return how many bytes come for a page with all that it loads, nothing being kept."""
    sizes = {}
    page = _get(browser, address, sizes)
    for asset in re.findall(r'(?:href|src)="(/static/[^"]+)"', page):
        _get(browser, urljoin(address, asset), sizes)
    note = ", ".join(f"{name.partition('?')[0]} {size:,}" for name, size in sizes.items())
    return Figure(
        f"pages: {address} and its assets", sum(sizes.values()), "bytes", note, target=TARGET_BYTES
    )


def _get(browser: httpx.Client, address: str, sizes: dict[str, int]) -> str:
    with browser.stream("GET", address) as answer:
        text = answer.read().decode()
        assert answer.status_code == 200, address
        sizes[address] = answer.num_bytes_downloaded
    return text
