import httpx

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


def test_figures_count_answers_by_kind(desk: Desk, stranger: httpx.Client):
    def greetings() -> float:
        for line in stranger.get("/metrics").text.splitlines():
            if line.startswith('deskhand_answers_total{kind="social"}'):
                return float(line.split()[1])
        raise AssertionError("no such figure")

    before = greetings()
    desk.do(lambda: desk.room.says("hello"))
    assert greetings() == before + 1
    assert "deskhand_model_up 0.0" in stranger.get("/metrics").text
