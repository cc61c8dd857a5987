"""The page of skills and tools."""

from tests.integration.web.conftest import Desk, Owner


def test_each_tool_is_listed_in_words_and_turned_off_and_on_in_one_press(desk: Desk, owner: Owner):
    page = owner.get("/skills").text
    assert "Remind people" in page
    assert "For everybody · acts" in page
    off = owner.post("/skills/tools/schedule_follow_up", do="off")
    assert off.headers["location"] == "/skills?said=tool-off"
    assert desk.services.choices.get("tools.schedule_follow_up") is False
    said = desk.do(lambda: desk.room.says("remind me tomorrow at 9 to order flour"))
    assert said.outcome.text.startswith("Reminders are turned off here")
    on = owner.post("/skills/tools/schedule_follow_up", do="on")
    assert on.headers["location"] == "/skills?said=tool-on"
    assert desk.services.choices.get("tools.schedule_follow_up") is True


def test_a_tool_that_there_is_not_cannot_be_switched(owner: Owner):
    assert owner.post("/skills/tools/send_money", do="on").status_code == 404


def test_an_answer_s_page_says_what_was_done(desk: Desk, owner: Owner):
    answer = desk.do(lambda: desk.room.says("remind me tomorrow at 9 to order flour"))
    page = owner.get(f"/answers/{answer.answer_id}").text
    assert "What was done" in page
    assert "what: order flour" in page
