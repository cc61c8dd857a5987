import httpx

from bot.web.server import served
from bot.web.site import make_status
from tests.integration.web.conftest import Desk


def test_ready_has_a_row_for_each_part_and_needs_no_model(stranger: httpx.Client):
    answer = stranger.get("/health/ready")
    assert answer.status_code == 200
    told = answer.json()
    assert told["ready"] is True
    rows = {row["part"]: row for row in told["parts"]}
    assert rows["database"]["ok"]
    assert rows["knowledge"]["ok"]
    assert not rows["model"]["needed"]


def test_live_answers_at_once(stranger: httpx.Client):
    assert stranger.get("/health/live").json() == {"live": True}


def test_a_process_without_a_page_tells_its_health_and_figures_and_nothing_else(desk: Desk):
    async def answers() -> dict[str, int]:
        site = make_status(desk.services, host="127.0.0.1", metrics_token="of the machines")
        async with (
            served(site, host="127.0.0.1", port=0) as url,
            httpx.AsyncClient(base_url=url) as machine,
        ):
            paths = ("/health/live", "/health/ready", "/metrics", "/", "/overview", "/sign-in")
            told = {path: (await machine.get(path)).status_code for path in (*paths, "/api/check")}
            machine.headers["authorization"] = "Bearer of the machines"
            figures = await machine.get("/metrics")
            assert "deskhand_turns_waiting" in figures.text
            strange = await machine.get("/health/live", headers={"host": "evil.example"})
            assert strange.status_code == 421
            return told

    told = desk.do(answers)
    assert (told.pop("/health/live"), told.pop("/health/ready"), told.pop("/metrics")) == (
        200,
        200,
        401,
    )
    assert set(told.values()) == {404}
