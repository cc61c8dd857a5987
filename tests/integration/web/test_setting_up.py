"""How far setting up is, kept in the database."""

import asyncio

from bot.llm.pace import Pace
from bot.upkeep.set_up import STEPS, Progress
from tests.integration.web.conftest import Desk, Owner

PACE = Pace(read_s=0.01, written_s=0.05, model="tiny:1b")


def progress(desk: Desk) -> Progress:
    return desk.do(desk.services.setting_up.progress)


def test_an_owner_from_before_is_not_asked_to_set_up(desk: Desk, owner: Owner):
    assert not progress(desk).waiting
    assert "Go on setting up" not in owner.get("/overview").text


def test_steps_are_done_and_put_off_and_the_first_open_one_is_gone_on_with(
    desk: Desk, owner: Owner
):
    desk.do(desk.services.setting_up.begin)
    assert progress(desk).step == "business"
    assert owner.post("/setup/later/business").headers["location"] == "/setup/model"
    assert owner.post("/setup/next/model").headers["location"] == "/setup/knowledge"
    assert owner.get("/setup/next").headers["location"] == "/setup/knowledge"
    now = progress(desk)
    assert (now.step, now.open_step) == ("knowledge", "business")
    # What is done stays done when it is passed over the next time.
    owner.post("/setup/later/model")
    assert "model" in progress(desk).done
    assert "Go on with: Business" in owner.get("/overview").text


def test_who_puts_the_platforms_off_is_asked_for_no_rooms(desk: Desk, owner: Owner):
    desk.do(desk.services.setting_up.begin)
    assert owner.post("/setup/later/platforms").headers["location"] == "/setup/try"
    assert {"platforms", "rooms"} <= progress(desk).later


def test_no_step_of_another_name_can_be_ticked(desk: Desk, owner: Owner):
    for step in ("password", "done", "no-such-step"):
        assert owner.post(f"/setup/next/{step}").status_code == 404
        assert owner.post(f"/setup/later/{step}").status_code == 404


def test_with_every_step_done_or_dismissed_nobody_is_asked(desk: Desk, owner: Owner):
    desk.do(desk.services.setting_up.begin)
    for step in STEPS[1:-1]:
        owner.post(f"/setup/next/{step}")
    assert not progress(desk).waiting
    desk.do(desk.services.setting_up.begin)
    assert progress(desk).waiting
    owner.post("/setup/end")
    assert not progress(desk).waiting


def test_the_pace_stays_when_steps_go_on(desk: Desk, owner: Owner):
    desk.do(desk.services.setting_up.begin)
    desk.do(lambda: desk.services.setting_up.keep(PACE))
    owner.post("/setup/next/model")
    assert progress(desk).pace == PACE


def test_two_pages_that_tick_at_once_lose_no_step(desk: Desk):
    setting_up = desk.services.setting_up
    desk.do(setting_up.begin)

    async def both() -> None:
        await asyncio.gather(*(setting_up.tick(step) for step in STEPS[1:]))

    desk.do(both)
    assert progress(desk).done == set(STEPS)


def test_going_on_without_a_model_is_a_choice(desk: Desk, owner: Owner):
    answer = owner.post("/setup/model/without")
    assert answer.headers["location"] == "/setup/knowledge"
    assert desk.services.choices.model.name == ""


def test_the_end_promises_no_more_than_there_is_to_answer_from(desk: Desk, owner: Owner):
    assert desk.do(desk.services.knowledge.documents_count) == 0
    assert "It has nothing to answer from yet" in owner.get("/setup/done").text
    added = owner.post(
        "/knowledge/add", question="Do you repair?", answer="Most things.", audience="public"
    )
    assert added.status_code == 303
    assert "It is ready" in owner.get("/setup/done").text


def test_the_end_says_that_the_model_is_away(desk: Desk, owner: Owner):
    desk.do(desk.services.model.check)
    assert desk.services.model.status.ok is False
    assert "does not answer now: until it does, your own words" in owner.get("/setup/done").text
