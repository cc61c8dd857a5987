"""The figures: each says what happened, and not everybody reads them."""

import asyncio
import re
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from prometheus_client.openmetrics.parser import (
    text_string_to_metric_families as open_metrics_families,
)
from prometheus_client.parser import text_string_to_metric_families

from bot.inbox.platforms import State
from bot.storage.outbox import NewOutgoing
from bot.upkeep.backup.errors import BackupError
from bot.upkeep.disk import Left
from bot.web.server import served
from bot.web.site import make_site
from connectors.errors import ConnectorError
from connectors.messages import Address
from tests.fakes.platform import AWAY, Town, room
from tests.fakes.states import turn_states
from tests.integration.web.conftest import Desk, Owner
from tests.integration.web.platform_desk import platform_desk

DOCS = Path(__file__).parents[3] / "docs/metrics.md"
Figures = dict[tuple[str, ...], float]


def read(text: str) -> Figures:
    """Return the figures by name and labels' values."""
    return {
        (sample.name.removeprefix("deskhand_"), *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@pytest.fixture
def figures(stranger: httpx.Client) -> Callable[[], Figures]:
    def asked() -> Figures:
        answer = stranger.get("/metrics")
        assert answer.status_code == 200, answer.text
        return read(answer.text)

    return asked


Asked = Callable[[], Figures]


def test_answers_are_counted_by_kind_with_how_long_they_took(desk: Desk, figures: Asked):
    before = figures()
    desk.do(lambda: desk.room.says("hello"))
    after = figures()
    for kind, more in (("social", 1), ("unknown", 0), ("refused", 0)):
        counted = ("answer_duration_seconds_count", kind)
        assert after[counted] - before[counted] == more
    # The clock stands still.
    at_once = ("answer_duration_seconds_bucket", "social", "0.1")
    assert after[at_once] - before[at_once] == 1


def test_what_nobody_could_answer_is_open_and_grows_old(desk: Desk, figures: Asked):
    before = figures()
    desk.do(lambda: desk.room.says("Do you mend bicycles?"))

    async def grouped() -> None:
        async with asyncio.timeout(20):
            while not await desk.services.questions.count():
                await asyncio.sleep(0.01)

    desk.do(grouped)
    desk.clock.go(hours=1)
    after = figures()
    unknown = ("answer_duration_seconds_count", "unknown")
    assert after[unknown] - before[unknown] == 1
    assert before["questions_open",] == 0
    assert after["questions_open",] == 1
    assert after["questions_open_oldest_age_seconds",] == 3600


def test_who_waits_for_a_colleague_is_counted_until_somebody_sees_to_it(
    desk: Desk, owner: Owner, figures: Asked
):
    desk.do(lambda: desk.room.says("a person, please", room="waiting"))
    desk.clock.go(minutes=5)
    waits = figures()
    assert waits["hand_overs_waiting",] == 1
    assert waits["hand_overs_waiting_oldest_age_seconds",] == 300
    [hand_over] = desk.do(lambda: desk.services.hand_overs.open(limit=9))
    owner.post(f"/hand-overs/{hand_over.hand_over_id}/done")
    seen_to = figures()
    assert seen_to["hand_overs_waiting",] == 0
    assert seen_to["hand_overs_waiting_oldest_age_seconds",] == 0


def test_a_reminder_that_nobody_rang_for_is_overdue(desk: Desk, figures: Asked):
    desk.do(lambda: desk.room.says("remind me in 2 hours to call the supplier"))
    desk.clock.go(hours=2, seconds=50)
    assert figures()["follow_ups_overdue",] == 0
    desk.clock.go(hours=1)
    late = figures()
    assert late["follow_ups_overdue",] == 1
    assert late["follow_ups_overdue_oldest_age_seconds",] == pytest.approx(3650)
    desk.do(lambda: desk.room.says("cancel my reminder"))
    assert figures()["follow_ups_overdue",] == 0


def test_what_cannot_be_posted_waits_and_then_has_failed(desk: Desk, figures: Asked):
    message = NewOutgoing("a test", secrets.token_hex(8), Address("slack", "C1"), "hello")
    desk.do(lambda: desk.services.outbox.put(message, now=desk.clock()))
    desk.clock.go(minutes=10)
    waits = figures()
    assert waits["outgoing_waiting",] == 1
    assert waits["outgoing_waiting_oldest_age_seconds",] == 600
    [waiting] = desk.do(desk.services.outbox.first_of_each_room)
    desk.do(lambda: desk.services.outbox.failed(waiting.outgoing, "gone", now=desk.clock()))
    failed = figures()
    assert failed["outgoing_waiting",] == 0
    assert failed["outgoing_failed",] == 1


def test_a_message_that_breaks_off_again_and_again_is_counted_and_set_aside(
    desk: Desk, figures: Asked, monkeypatch: pytest.MonkeyPatch
):
    runner = desk.room.app.runner

    async def broken(*_given: object) -> None:
        raise RuntimeError("no answer today")

    async def until_it_is_set_aside() -> None:
        saying = asyncio.create_task(desk.room.events("hello", room="broken"))
        async with asyncio.timeout(20):
            while not saying.done():
                desk.clock.go(seconds=10)
                runner.wake()
                await asyncio.sleep(0.01)

    before = figures()
    monkeypatch.setattr(runner, "_answer", broken)
    desk.do(until_it_is_set_aside)
    after = figures()
    assert after["turns_failed_total",] - before["turns_failed_total",] == 3
    assert after["turns_parked",] == 1


def test_a_message_that_is_being_answered_is_counted_and_so_is_what_waits_behind_it(
    desk: Desk, figures: Asked, monkeypatch: pytest.MonkeyPatch
):
    asked, go_on = asyncio.Event(), asyncio.Event()
    answer = desk.room.app.runner._answer

    async def slow(*given: object) -> object:
        asked.set()
        await go_on.wait()
        return await answer(*given)

    monkeypatch.setattr(desk.room.app.runner, "_answer", slow)

    async def two() -> list[asyncio.Task[object]]:
        saying = [asyncio.create_task(desk.room.says("hello", room="one"))]
        await asked.wait()
        saying.append(asyncio.create_task(desk.room.says("hello", room="one")))
        async with asyncio.timeout(20):
            while (await turn_states(desk.room.app.database)).get("waiting") != 1:
                await asyncio.sleep(0.01)
        return saying

    saying = desk.do(two)
    desk.clock.go(seconds=30)
    waits = figures()
    assert waits["turns_running",] == 1
    assert waits["turns_waiting",] == 1
    assert waits["turns_waiting_oldest_age_seconds",] == 30

    async def end() -> None:
        go_on.set()
        await asyncio.gather(*saying)

    desk.do(end)
    over = figures()
    assert over["turns_running",] == over["turns_waiting",] == 0
    assert over["answer_duration_seconds_sum", "social"] == 60


def test_the_model_s_calls_are_measured_and_its_coming_and_going_is_told(
    desk: Desk, figures: Asked
):
    assert ("model_up",) not in figures()

    async def without() -> None:
        await desk.services.choices.set("model.name", "none-such:1b")
        await desk.services.model.check()

    desk.do(without)
    away = figures()
    assert away["model_up",] == 0
    assert away["model_changed_timestamp_seconds",] == desk.clock().timestamp()
    go_on = asyncio.Event()

    async def call() -> None:
        async with desk.services.gate.place("somebody"):
            await go_on.wait()

    async def two() -> list[asyncio.Task[None]]:
        calls = [asyncio.create_task(call()) for _ in range(2)]
        await asyncio.sleep(0)
        return calls

    calls = desk.do(two)
    busy = figures()
    assert busy["model_calls_running",] == 1
    assert busy["model_calls_waiting",] == 1

    async def end() -> None:
        go_on.set()
        await asyncio.gather(*calls)
        await desk.services.choices.set("model.name", "")

    desk.do(end)
    after = figures()
    assert after["model_calls_running",] == after["model_calls_waiting",] == 0
    for name in ("model_wait_seconds_count", "model_call_duration_seconds_count"):
        assert after[name,] - busy[name,] == 2


def test_a_backup_is_told_when_it_was_proved_and_when_the_next_one_is_no_good(
    desk: Desk, owner: Owner, figures: Asked, monkeypatch: pytest.MonkeyPatch
):
    assert figures()["backup_proved_timestamp_seconds",] == 0
    made_at = desk.clock()
    result = desk.do(desk.services.backups.by_the_clock)
    assert result is not None
    good = figures()
    assert good["backup_proved_timestamp_seconds",] == made_at.timestamp()
    assert good["backup_size_bytes",] == result.size_bytes
    assert good["backup_failing",] == 0

    async def refuse(*_given: object, **_more: object) -> None:
        raise BackupError("The disk is away.")

    monkeypatch.setattr("bot.upkeep.backup.service.write_backup", refuse)
    desk.clock.go(days=1)
    assert desk.do(desk.services.backups.by_the_clock).error
    bad = figures()
    assert bad["backup_failing",] == 1
    assert bad["backup_proved_timestamp_seconds",] == made_at.timestamp()


def test_disk_and_database_are_measured(
    desk: Desk, figures: Asked, monkeypatch: pytest.MonkeyPatch
):
    left = Left(5_000_000, 0.04)
    monkeypatch.setattr("bot.upkeep.disk.left_of", lambda _folder: left)
    found = figures()
    assert found["disk_free_bytes",] == 5_000_000
    assert found["disk_free_ratio",] == 0.04
    assert found["database_size_bytes",] > 100_000


def test_parts_are_told_as_they_were_proved(desk: Desk, figures: Asked):
    found = figures()
    assert found["ready",] == 1
    assert found["part_ok", "database"] == found["part_ok", "knowledge"] == 1

    async def lost() -> None:
        raise RuntimeError("The canary was not found.")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(desk.services.knowledge, "check", lost)
        patch.setattr("bot.web.proofs.KEPT_S", 0.0)
        found = figures()
    assert found["part_ok", "knowledge"] == 0
    assert found["ready",] == 0


def test_who_runs_and_since_when_is_told(figures: Asked):
    found = figures()
    [build] = [labels for labels in found if labels[0] == "build_info"]
    assert re.fullmatch(r"\d+\.\d+\.\d+", build[1])
    assert found["process_start_time_seconds",] > 1_700_000_000


async def test_a_platform_that_goes_is_told_with_since_when(tmp_path: Path):
    town = Town("slack", [room("slack", "C1", "counter")])
    async with platform_desk(tmp_path / "desk", town, Town("discord")) as office:
        before = read((await office.client.get("/metrics")).text)
        assert ("platform_up", "slack") not in before
        await office.connected()
        up = read((await office.client.get("/metrics")).text)
        assert up["platform_up", "slack"] == 1
        assert ("platform_up", "discord") not in up
        came = up["platform_changed_timestamp_seconds", "slack"]
        assert (
            timedelta()
            <= office.app.services.now() - datetime.fromtimestamp(came, UTC)
            < timedelta(minutes=1)
        )
        town.problem = ConnectorError(AWAY)
        town.cut()
        await office.until_slack_is(State.WAITING)
        gone = read((await office.client.get("/metrics")).text)
        assert gone["platform_up", "slack"] == 0
        went = gone["platform_changed_timestamp_seconds", "slack"]
        assert went > came
        # Another attempt that fails is nothing new.
        town.problem = ConnectorError("It is still away.")
        platforms = office.app.services.platforms
        await office.until(lambda: platforms.status("slack").text == "It is still away.")
        assert (
            read((await office.client.get("/metrics")).text)[
                "platform_changed_timestamp_seconds", "slack"
            ]
            == went
        )


def test_open_metrics_are_given_to_who_asks_for_them(stranger: httpx.Client):
    answer = stranger.get(
        "/metrics", headers={"accept": "application/openmetrics-text;version=1.0.0"}
    )
    assert answer.headers["content-type"].startswith("application/openmetrics-text; version=1.0.0")
    names = {family.name for family in open_metrics_families(answer.text)}
    assert "deskhand_turns_waiting" in names


def test_every_figure_stands_in_the_docs_and_no_other(stranger: httpx.Client, desk: Desk):
    text = stranger.get("/metrics").text
    ours = {
        family.name
        for family in text_string_to_metric_families(text)
        if family.name.startswith("deskhand_") and not family.name.endswith("_created")
    }
    sometimes = {
        "deskhand_model_up",
        "deskhand_model_changed_timestamp_seconds",
    }
    told = set(
        re.findall(r"^\| `(deskhand_\w+?)(?:_total|_info)?`", DOCS.read_text(), re.MULTILINE)
    )
    assert told == {name.removesuffix("_info") for name in ours} | sometimes


@pytest.mark.parametrize(
    ("token", "headers", "allowed"),
    [
        ("", {}, True),
        # Through a proxy on this machine, whoever that asks for.
        ("", {"X-Forwarded-For": "192.0.2.7"}, False),
        ("", {"Forwarded": "for=192.0.2.7"}, False),
        ("flour", {}, False),
        ("flour", {"Authorization": "Bearer flour"}, True),
        ("flour", {"Authorization": "Bearer flour", "X-Forwarded-For": "192.0.2.7"}, True),
        ("flour", {"Authorization": "Bearer water"}, False),
        ("flour", {"Authorization": "flour"}, False),
    ],
)
def test_the_figures_are_for_this_machine_or_for_who_shows_the_token(
    desk: Desk, token: str, headers: dict[str, str], allowed: bool
):
    answer = asked(desk, token, headers=headers)
    assert answer.status_code == (200 if allowed else 401)
    assert ("deskhand_turns" in answer.text) is allowed
    if not allowed:
        assert "DESKHAND_METRICS_TOKEN" in answer.text


def test_the_figures_are_not_for_other_machines(desk: Desk):
    """Behind a proxy that is believed, who asks has the address that the proxy says."""
    for address, status in (("192.0.2.7", 401), ("::ffff:192.0.2.7", 401)):
        answer = asked(desk, "", headers={"X-Forwarded-For": address}, forwarded_by="*")
        assert answer.status_code == status


def test_the_figures_are_for_who_is_signed_in(desk: Desk, owner: Owner):
    cookies = dict(owner.client.cookies)
    assert asked(desk, "flour", cookies=cookies).status_code == 200
    forged = {name: value[:-1] for name, value in cookies.items()}
    assert asked(desk, "flour", cookies=forged).status_code == 401


def asked(
    desk: Desk,
    token: str,
    *,
    headers: dict[str, str] | None = None,
    cookies: dict[str, str] | None = None,
    forwarded_by: str = "",
) -> httpx.Response:
    """Ask for the figures of the same desk behind a server of its own."""

    async def ask() -> httpx.Response:
        site = make_site(desk.services, token="x", accounts=desk.accounts, metrics_token=token)
        async with (
            served(site, host="127.0.0.1", port=0, forwarded_by=forwarded_by) as url,
            httpx.AsyncClient(cookies=cookies) as client,
        ):
            return await client.get(f"{url}/metrics", headers=headers)

    return desk.do(ask)
