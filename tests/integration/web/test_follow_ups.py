"""The page of follow-ups: what comes again and again is promised there, and shown in words."""

from tests.integration.web.conftest import Desk, Owner


def test_a_repeated_follow_up_is_added_shown_with_its_rule_and_cancelled(desk: Desk, owner: Owner):
    assert owner.post("/follow-ups", text="water the plants every Monday at 8").status_code == 303
    page = owner.get("/follow-ups").text
    assert "every week on Monday" in page
    assert "Cancel all" in page
    waiting = desk.do(desk.services.follow_ups.waiting)
    [number] = [each.follow_up_id for each in waiting if each.rule]
    assert owner.post(f"/follow-ups/{number}/cancel").status_code == 303
    assert desk.do(desk.services.follow_ups.waiting) == []
    over = owner.get("/follow-ups").text
    assert "cancelled" in over
    assert "Cancel all" not in over
