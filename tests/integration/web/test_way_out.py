"""What left this box, as the owner reads it."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from bot.upkeep.way_out import WayOut
from bot.web.server import served
from bot.web.site import make_site
from tests.integration.web.conftest import PASSWORD, Desk

Shows = Callable[[Path | None], str]


@pytest.fixture
def shows(desk: Desk) -> Shows:
    """Return what reads the page of a desk whose way out writes into a log."""

    def read(log: Path | None) -> str:
        async def page() -> str:
            services = replace(desk.services, way_out=WayOut(log))
            site = make_site(services, token="x", accounts=desk.accounts)
            async with (
                served(site, host="127.0.0.1", port=0) as url,
                httpx.AsyncClient(base_url=url) as client,
            ):
                assert (await client.get("/way-out")).status_code == 401
                await client.post("/sign-in", data={"password": PASSWORD})
                return (await client.get("/way-out")).text

        return re.sub(r"<[^>]*>|\s+", " ", desk.do(page))

    return read


def test_hosts_are_told_with_what_went_there_and_what_was_refused(
    desk: Desk, shows: Shows, tmp_path: Path
):
    now, log = int(desk.clock().timestamp()), tmp_path / "out.log"
    old = int((desk.clock() - timedelta(days=8)).timestamp())
    log.with_name("out.log.0").write_text(f"{now - 60} 9 200 slack.com:443 1000 2000\n")
    log.write_text(
        f"{old} 9 200 gone.example:443 1 1\n"
        f"{now - 30} 9 200 slack.com:443 2000 5000\n"
        f"{now - 20} 9 403 <b>evil.example:443 70 3000\n"
        f"{now - 10} 9 503 discord.com:443 70 0\n"
        "not a line\n"
    )
    text = shows(log)
    assert re.search(r"slack\.com +2 +3.0 kB +7.0 kB", text)
    assert re.search(r"&lt;b&gt;evil\.example +not open: refused", text)
    assert re.search(r"discord\.com +no answer", text)
    assert "could not be understood: 1." in text
    assert "gone.example" not in text


def test_before_anything_left_it_says_so(shows: Shows, tmp_path: Path):
    assert "Nothing has left." in shows(tmp_path / "out.log")


def test_a_log_that_cannot_be_read_is_no_empty_one(shows: Shows, tmp_path: Path):
    text = shows(tmp_path)
    assert "The list cannot be read (Is a directory)" in text


def test_without_a_wall_it_says_that_nothing_is_written_down(shows: Shows):
    assert "Nothing stands between this Deskhand and the net" in shows(None)
