"""The page of people who want a person."""

from bot.domain.people import Role
from bot.inbox.talk import author
from bot.storage.people import PersonRows
from connectors.local.connector import PLATFORM
from tests.integration.web.conftest import Desk, Owner


def test_the_page_says_who_has_whom_and_gives_back(desk: Desk, owner: Owner):
    desk.do(lambda: desk.room.says("can I talk to a person, please?", person="Quentin"))
    waiting = desk.do(lambda: desk.services.hand_overs.open(limit=100))
    [theirs] = [each for each in waiting if each.asked_by == "Quentin"]
    page = owner.get("/hand-overs").text
    assert "Quentin" in page
    assert "Nobody has it yet" in page

    async def take() -> None:
        choices = desk.services.choices
        await choices.set("local.staff_room", "team")
        room = choices.staff_room(PLATFORM)
        assert room is not None
        ann = await PersonRows(desk.room.app.database).ensure(PLATFORM, author(Role.STAFF, "Ann"))
        await desk.services.hand_overs.take(theirs.hand_over_id, room, ann)
        await choices.set("local.staff_room", "")

    desk.do(take)
    page = owner.get("/hand-overs").text
    assert "Ann has it since" in page
    assert f"/hand-overs/{theirs.hand_over_id}/back" in owner.get("/overview").text
    given = owner.post(f"/hand-overs/{theirs.hand_over_id}/back")
    assert given.headers["location"] == "/hand-overs?said=hand-over-back"
    assert "Given back by Ann without an answer" in owner.get("/hand-overs").text
    again = owner.post(f"/hand-overs/{theirs.hand_over_id}/back")
    assert again.headers["location"] == "/hand-overs?said=already-done"


def test_what_waits_is_taken_off_the_list_in_one_press(desk: Desk, owner: Owner):
    desk.do(lambda: desk.room.says("can I talk to a person, please?", person="Rita"))
    waiting = desk.do(lambda: desk.services.hand_overs.open(limit=100))
    [theirs] = [each for each in waiting if each.asked_by == "Rita"]
    done = owner.post(f"/hand-overs/{theirs.hand_over_id}/done")
    assert done.headers["location"] == "/hand-overs?said=hand-over-done"
    waiting = desk.do(lambda: desk.services.hand_overs.open(limit=100))
    assert not any(each.asked_by == "Rita" for each in waiting)
