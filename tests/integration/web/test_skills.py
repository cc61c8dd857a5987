"""The page of skills and tools."""

import re

from tests.integration.web.conftest import Desk, Owner


def test_each_tool_is_listed_in_words_and_turned_off_and_on_in_one_press(desk: Desk, owner: Owner):
    page = owner.get("/skills").text
    assert "Remind people" in page
    assert "For everybody · acts" in page
    off = owner.post("/tools/schedule_follow_up", do="off")
    assert off.headers["location"] == "/skills?said=tool-off"
    assert desk.services.choices.get("tools.schedule_follow_up") is False
    said = desk.do(lambda: desk.room.says("remind me tomorrow at 9 to order flour"))
    assert said.outcome.text.startswith("Reminders are turned off here")
    on = owner.post("/tools/schedule_follow_up", do="on")
    assert on.headers["location"] == "/skills?said=tool-on"
    assert desk.services.choices.get("tools.schedule_follow_up") is True


def test_a_tool_that_there_is_not_cannot_be_switched(owner: Owner):
    assert owner.post("/tools/send_money", do="on").status_code == 404


def test_an_answer_s_page_says_what_was_done(desk: Desk, owner: Owner):
    answer = desk.do(lambda: desk.room.says("remind me tomorrow at 9 to order flour"))
    page = owner.get(f"/answers/{answer.answer_id}").text
    assert "What was done" in page
    assert "what: order flour" in page


HASH = re.compile(r'name="hash" value="([0-9a-f]{64})"')


def test_a_skill_is_shown_whole_before_it_is_turned_on_and_off(desk: Desk, owner: Owner):
    listed = owner.get("/skills").text
    assert "cake-order" in listed
    assert str(desk.services.skills.folder) in listed
    page = owner.get("/skills/cake-order").text
    for told in (
        "Take down a form",
        "For how many people?",
        "a number from 4 to 200",
        "name no price",
    ):
        assert told in page
    shown = HASH.search(page)
    assert shown
    on = owner.post("/skills/cake-order/approve", hash=shown[1])
    assert on.headers["location"] == "/skills?said=skill-on"
    assert desk.do(lambda: desk.services.skills.get("cake-order")).on
    off = owner.post("/skills/cake-order/off")
    assert off.headers["location"] == "/skills?said=skill-off"
    assert not desk.do(lambda: desk.services.skills.get("cake-order")).on


def test_a_skill_that_is_not_what_was_shown_is_not_turned_on(desk: Desk, owner: Owner):
    refused = owner.post("/skills/first-contact/approve", hash="0" * 64)
    assert refused.status_code == 422
    assert "have changed since you looked" in refused.text
    assert not desk.do(lambda: desk.services.skills.get("first-contact")).on


def test_the_days_ahead_are_set_and_what_is_no_number_is_told(desk: Desk, owner: Owner):
    saved = owner.post("/skills/cake-order/lead-days", lead_days="3")
    assert saved.headers["location"] == "/skills/cake-order?said=saved"
    assert desk.services.choices.get("skills.lead_days") == {"cake-order": 3}
    for typed in ("many", "-1", "400"):
        refused = owner.post("/skills/cake-order/lead-days", lead_days=typed)
        assert refused.status_code == 422
        assert "Write a number of days" in refused.text
    owner.post("/skills/cake-order/lead-days", lead_days="")
    assert desk.services.choices.get("skills.lead_days") == {}


def test_a_bad_folder_is_one_sentence_on_the_page(desk: Desk, owner: Owner):
    folder = desk.services.skills.folder / "<b>bad"
    folder.mkdir(parents=True)
    page = owner.get("/skills").text
    assert "There is no SKILL.md in it: write one." in page
    assert "<b>bad" not in page
    folder.rmdir()


def test_a_skill_that_there_is_not_is_not_found(owner: Owner):
    assert owner.get("/skills/no-such").status_code == 404
    assert owner.post("/skills/no-such/approve", hash="x").status_code == 404
