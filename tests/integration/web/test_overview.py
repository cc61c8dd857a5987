"""The page that the owner sees first: can people reach it, what waits, what went wrong."""

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import insert, update

from bot.domain.conversations import TurnState
from bot.domain.followups import FollowUpState
from bot.domain.outgoing import OutgoingState
from bot.domain.workers import Doing, Duty, Worker
from bot.inbox.platforms import State
from bot.storage import tables
from bot.storage.workers import LATE
from bot.upkeep.workers import WorkerProbes
from connectors.errors import ConnectorError
from tests.fakes.platform import AWAY, Town, room
from tests.integration.web.conftest import Desk, Owner
from tests.integration.web.platform_desk import platform_desk

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def words(page: str) -> str:
    """Return what stands on a page, without its tags."""
    return " ".join(re.sub(r"<[^>]*>", " ", page).split())


def test_what_was_said_today_is_counted_and_drawn(desk: Desk, owner: Owner):
    before = words(owner.get("/overview").text)
    assert "No answers yet." in before
    desk.do(lambda: desk.room.says("hello", person="Ann"))
    desk.do(lambda: desk.room.says("do you mend purple umbrellas?", person="Ann"))
    desk.do(lambda: desk.room.says("a person, please", person="Ann"))
    page = owner.get("/overview").text
    told = words(page)
    assert re.search(r"3 answers 1 not known 1 handed to a person", told)
    assert "3 answers in all, the most on 24 Nov 2026: 3." in told
    assert [page.count(f'<rect class="{each}"') for each in ("answered", "unknown")] == [1, 1]
    # Whoever sees no picture has each day in a table.
    assert page.count('<th scope="row">') >= 30
    assert "style=" not in page


def test_nobody_can_reach_it_while_no_platform_is_connected(owner: Owner):
    page = owner.get("/overview").text
    assert "Nobody can reach it yet: neither Slack nor Discord is connected." in page
    assert 'class="lamp off"' in page


async def test_the_first_line_tells_which_platform_people_can_reach_it_on(tmp_path):
    town = Town("slack", [room("slack", "C1", "counter")])
    async with platform_desk(tmp_path / "desk", town, Town("discord")) as desk:
        await desk.connected()
        page = (await desk.get("/overview")).text
        assert "People can reach it on Slack." in page
        assert "What went wrong" not in page
        town.problem = ConnectorError(AWAY)
        desk.app.platforms.change("slack")
        await desk.until_slack_is(State.WAITING)
        page = (await desk.get("/overview")).text
        assert "Nobody can reach it now: Slack is not connected." in page
        assert f"Slack is not connected. {AWAY}" in page
        assert 'href="/platforms/slack"' in page


def test_what_failed_stands_there_in_words_with_where_it_is_mended(desk: Desk, owner: Owner):
    assert "What went wrong" not in owner.get("/overview").text
    desk.do(lambda: desk.room.says("remind me at 23:00 to feed the cat", person="Ann"))
    now = desk.clock()

    def fail(connection) -> None:
        sent = connection.execute(tables.outbox.select().limit(1)).mappings().one()
        row = dict(sent) | {
            "outgoing_id": None,
            "origin": "one that failed",
            "nonce": "failed",
            "platform": "slack",
            "state": OutgoingState.FAILED,
            "created_at": now,
        }
        row.pop("outgoing_id")
        connection.execute(insert(tables.outbox).values(**row))
        connection.execute(update(tables.follow_ups).values(state=FollowUpState.FAILED))
        last = tables.turns.select().order_by(tables.turns.c.turn_id.desc()).limit(1)
        turn_id = connection.execute(last).mappings().one()["turn_id"]
        connection.execute(
            update(tables.turns)
            .where(tables.turns.c.turn_id == turn_id)
            .values(state=TurnState.PARKED)
        )

    desk.do(lambda: desk.room.app.database.write(fail))
    page = owner.get("/overview").text
    for sentence, path in (
        ("1 message of the last seven days could not be delivered on Slack.", "/platforms/slack"),
        ("1 reminder of the last seven days could not be delivered.", "/follow-ups?state=failed"),
        ("1 message of the last seven days stayed without an answer", "/overview/health?fresh"),
    ):
        assert sentence in page
        assert f'href="{path}"' in page
    # What is long over is no news.
    desk.clock.go(days=8)
    renewed = Owner(desk)
    assert "What went wrong" not in renewed.get("/overview").text
    renewed.client.close()


def test_the_proof_of_the_parts_brings_the_first_line_with_it(owner: Owner):
    piece = owner.client.get("/overview/health", headers={"hx-request": "true"}).text
    assert 'id="reach" hx-swap-oob="true"' in piece
    assert "Database" in piece
    assert "hx-swap-oob" not in owner.get("/overview/health").text


def test_each_process_of_an_office_has_a_row_in_the_reader_s_language(
    desk: Desk, owner: Owner, monkeypatch: pytest.MonkeyPatch
):
    late = Worker("r", "box:7", Duty.WORKER, "1.2", NOW, LATE.total_seconds() + 1, Doing((), 0))

    class Rows:
        async def all(self) -> list[Worker]:
            return [late]

    monkeypatch.setattr(desk.services.health, "_found", WorkerProbes(Rows()).all)
    page = words(owner.get("/overview/health?fresh").text)
    assert "Worker box:7 is missing" in page
    assert "It was not heard of for 21 seconds. To do: See whether it still runs" in page
    headers = {"accept": "text/html", "accept-language": "de"}
    german = words(owner.client.get("/overview/health?fresh", headers=headers).text)
    assert "Arbeitsprozess box:7 fehlt" in german
    assert "Seit 21 Sekunden ist nichts von dort zu hören." in german


@pytest.mark.parametrize("missing", ["documents", "hours", "model"])
def test_what_is_missing_to_begin_with_stands_under_next_steps(owner: Owner, missing):
    page = owner.get("/overview").text
    sentence = {
        "documents": "It knows nothing yet.",
        "hours": "Opening hours are not told.",
        "model": "No model is chosen.",
    }[missing]
    assert sentence in page


def test_what_is_the_same_for_everybody_comes_compressed_and_pages_do_not(owner: Owner):
    page = owner.get("/overview")
    assert "content-encoding" not in page.headers
    for asset in re.findall(r'"(/static/[^"]+\.(?:css|js)\?[^"]+)"', page.text):
        assert owner.get(asset).headers["content-encoding"] == "gzip"
