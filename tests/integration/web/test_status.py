import httpx


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
