"""The page of follow-ups: what comes again and again is promised there, and shown in words."""

import re
from datetime import timedelta

from bot.domain.followups import Receiver
from bot.domain.people import Role
from bot.inbox.talk import room_address
from bot.storage.followups import NewFollowUp
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


def test_what_the_owner_chooses_for_reminders_is_kept_or_said_to_be_wrong(desk: Desk, owner: Owner):
    chosen = {"again_min": "60", "second": "", "quiet_from": "20:00", "quiet_until": "07:30"}
    assert owner.post("/follow-ups/choices", **chosen).status_code == 303
    choice = desk.services.choices.follow_ups
    assert (choice.again_min, f"{choice.quiet_from:%H:%M}", f"{choice.quiet_until:%H:%M}") == (
        60,
        "20:00",
        "07:30",
    )
    page = owner.get("/follow-ups").text
    assert 'value="60"' in page
    assert 'value="07:30"' in page
    for wrong, sentence in (
        ({"again_min": "2"}, "Write whole minutes, 5 to 2400"),
        ({"quiet_from": "late"}, "This is no time: write it like 20:00"),
        ({"quiet_until": ""}, "Name two different times, or leave both empty."),
        ({"quiet_until": "20:00"}, "Name two different times, or leave both empty."),
    ):
        answer = owner.post("/follow-ups/choices", **{**chosen, **wrong})
        assert answer.status_code == 422
        assert sentence in answer.text
    assert desk.services.choices.follow_ups == choice
    nothing = dict.fromkeys(chosen, "")
    assert owner.post("/follow-ups/choices", **nothing).status_code == 303
    assert desk.services.choices.follow_ups.quiet is None


def test_a_reminder_for_somebody_else_is_shown_with_for_whom_and_from_whom(
    desk: Desk, owner: Owner
):
    async def promise() -> None:
        new = NewFollowUp(
            (await desk.services.owner()).person_id,
            room_address("page", Role.OWNER),
            "call the miller",
            desk.services.now() + timedelta(days=1),
            "UTC",
            "en",
            receiver=Receiver("#kitchen", None),
            asked_by="Ann",
        )
        await desk.services.follow_ups.promise(new)

    desk.do(promise)
    assert "for #kitchen, from Ann" in owner.get("/follow-ups").text


def test_whom_it_is_for_and_by_when_is_understood_at_the_page(desk: Desk, owner: Owner):
    told = owner.post("/follow-ups", text="remind Zed tomorrow at 9 to sweep")
    assert told.status_code == 422
    assert "I know no colleague called Zed" in told.text
    asked = owner.post("/follow-ups", text="remind me to sweep by Friday or Saturday")
    assert asked.status_code == 422
    desk.do(lambda: desk.room.says("hello", room="counter", role=Role.STAFF))
    assert owner.post("/follow-ups", text="remind #counter by Friday to sweep").status_code == 303
    waiting = desk.do(desk.services.follow_ups.waiting)
    [number] = [each.follow_up_id for each in waiting if each.limit_at]
    page = owner.get("/follow-ups").text
    assert "for #counter, from the office" in page
    assert "sweep (by Friday, 27 November 2026)" in page
    owner.post(f"/follow-ups/{number}/cancel")


def test_what_waits_is_found_and_moved_in_plain_words(desk: Desk, owner: Owner):
    for words in ("order flour tomorrow at 9", "sweep the yard every Monday at 8"):
        owner.post("/follow-ups", text=words)
    waiting = {each.subject: each for each in desk.do(desk.services.follow_ups.waiting)}
    flour, yard = waiting["order flour"], waiting["sweep the yard"]
    found = owner.get("/follow-ups?find=the flour thing").text
    assert "order flour" in found
    assert "sweep the yard" not in found
    assert "Nothing of that waits." in owner.get("/follow-ups?find=cake").text

    number = flour.follow_up_id
    assert owner.post(f"/follow-ups/{number}/move", **{f"to-{number}": "to 10"}).status_code == 303
    moved = desk.do(lambda: desk.services.follow_ups.get(number))
    assert moved.due_at - flour.due_at == timedelta(hours=1)
    for words, told in (
        ("", "Say when"),
        ("somewhere", "When?"),
        ("to yesterday", "over"),
        ("to next week", "Do you mean"),
    ):
        refused = owner.post(f"/follow-ups/{number}/move", **{f"to-{number}": words})
        assert refused.status_code == 422
        assert told in refused.text

    number = yard.follow_up_id
    how = {f"to-{number}": "to Thursday", "times": "all"}
    assert owner.post(f"/follow-ups/{number}/move", **how).status_code == 303
    series = desk.do(lambda: desk.services.follow_ups.get(number))
    assert series.rule == "FREQ=WEEKLY;BYDAY=TH"
    for each in (flour, yard):
        owner.post(f"/follow-ups/{each.follow_up_id}/cancel")


def test_a_long_list_comes_in_pieces_and_what_could_not_be_moved_is_shown_on_any(
    desk: Desk, owner: Owner
):
    async def promise() -> int:
        person = (await desk.services.owner()).person_id
        room, now = room_address("page", Role.OWNER), desk.services.now()
        for number in range(60):
            at = now + timedelta(days=2, minutes=number)
            new = NewFollowUp(person, room, f"lap {number:02}", at, "UTC", "en")
            last = await desk.services.follow_ups.promise(new)
        return last.follow_up_id

    last = desk.do(promise)
    first = owner.get("/follow-ups").text
    assert "lap 00" in first
    assert "lap 59" not in first
    [more] = re.findall(r'href="(/follow-ups\?after=\d+)"', first)
    assert "lap 59" in owner.get(more).text
    refused = owner.post(f"/follow-ups/{last}/move", **{f"to-{last}": "somewhere"})
    assert refused.status_code == 422
    assert "lap 59" in refused.text
    assert "When?" in refused.text
    for each in desk.do(desk.services.follow_ups.waiting):
        desk.do(
            lambda each=each: desk.services.follow_ups.cancel(each.follow_up_id, person_id=None)
        )
    assert "lap 59" in owner.get("/follow-ups?state=cancelled").text
    assert "There are none like that." in owner.get("/follow-ups?state=waiting&who=Zed").text


def test_a_week_shows_each_day_and_repeated_ones_at_each_of_their_times(desk: Desk, owner: Owner):
    for words in ("water the palms every day at 8", "order sesame tomorrow at 9"):
        assert owner.post("/follow-ups", text=words).status_code == 303
    # A Tuesday, at ten.
    page = owner.get("/follow-ups/week").text
    assert page.count("water the palms") == 5
    assert page.count("order sesame") == 1
    assert 'aria-current="date"' in page
    [later] = re.findall(r'href="(/follow-ups/week\?day=[\d-]+)">\s*Later', page)
    after = owner.get(later).text
    assert after.count("water the palms") == 7
    assert 'aria-current="date"' not in after
    assert "sesame" not in owner.get("/follow-ups/week?who=nobody").text
    # What is no day, or too far off to be worked out, is no reason to fail.
    for day in ("x", "9999-12-31", "0001-01-01"):
        assert owner.get(f"/follow-ups/week?day={day}").status_code == 200
    for each in desk.do(desk.services.follow_ups.waiting):
        owner.post(f"/follow-ups/{each.follow_up_id}/cancel")
