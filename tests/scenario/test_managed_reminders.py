"""Reminders listed, moved and cancelled in plain words, and by the buttons below our questions."""

from datetime import UTC, datetime

import pytest

from bot.domain.conversations import Kind, Turn
from bot.domain.followups import FollowUpState
from bot.domain.people import Role
from bot.followups.edits import Edits
from bot.followups.managing import Managing
from bot.inbox.talk import Answered, room_address
from bot.storage.follow_up_edits import EditRows
from connectors.messages import Author, IncomingMessage


async def waiting(room, person: str = "ann") -> dict[str, datetime]:
    every = await room.app.services.follow_ups.waiting()
    return {each.subject: each.due_at for each in every}


async def asked(room, text: str, person: str = "ann"):
    """Say something and return what is shown, with its buttons."""
    last = (await room.events(text, role=Role.STAFF, person=person))[-1]
    assert isinstance(last, Answered)
    assert last.answer.outcome.kind is Kind.ASKED, last.text
    return last.heard


async def press(room, shown, label: str, person: str = "ann") -> str:
    [action] = [each.action for each in shown.buttons if each.label == label]
    return await room.app.services.talk.press(
        action, shown.message_id, room="room", role=Role.STAFF, person=person
    )


@pytest.fixture
async def ann(room):
    for words in (
        "remind me tomorrow at 9 to order flour",
        "remind me on Thursday at 14:00 to call the dentist",
        "remind me every Monday at 8 to water the plants",
    ):
        await room.says(words, role=Role.STAFF, person="ann")
    return room


async def test_it_is_moved_and_confirmed_from_its_row(ann):
    outcome = (
        await ann.says("move the flour thing to Friday", role=Role.STAFF, person="ann")
    ).outcome
    assert outcome.kind is Kind.ACTION
    assert (await waiting(ann))["order flour"] == datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
    assert "Friday, 27 November 2026, 09:00" in outcome.text


async def test_that_names_what_was_spoken_of_last(ann):
    await ann.says("remind me tomorrow at 9 to ring Ben", role=Role.STAFF, person="ann")
    await ann.says("make that 10 instead of 9", role=Role.STAFF, person="ann")
    assert (await waiting(ann))["ring Ben"] == datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
    cancelled = await ann.says("cancel it", role=Role.STAFF, person="ann")
    assert "ring Ben" in cancelled.outcome.text
    assert "ring Ben" not in await waiting(ann)


async def test_somebody_else_s_reminder_is_out_of_reach(ann):
    for text in (
        "move the reminder about the dentist to Friday",
        "cancel the reminder about the dentist",
        "cancel reminder 2",
        "change the text of the dentist reminder to go home",
    ):
        before = await waiting(ann)
        outcome = (await ann.says(text, role=Role.STAFF, person="ben")).outcome
        assert outcome.kind is not Kind.ACTION or outcome.follow_up_ids == ()
        assert "dentist," not in outcome.text
        assert await waiting(ann) == before


async def test_its_text_is_changed(ann):
    outcome = (
        await ann.says(
            "change the text of the flour reminder to order rye flour from the mill",
            role=Role.STAFF,
            person="ann",
        )
    ).outcome
    assert "order rye flour from the mill" in outcome.text
    assert "order rye flour from the mill" in await waiting(ann)


async def test_a_press_moves_to_the_time_it_names_and_only_for_whose_it_is(ann):
    shown = await asked(ann, "move the dentist to Tuesday")
    _, second = shown.buttons
    refused = await press(ann, shown, second.label, person="ben")
    assert "no open reminder" in refused
    said = await press(ann, shown, second.label)
    assert "Tuesday, 1 December 2026, 14:00" in said
    assert (await waiting(ann))["call the dentist"] == datetime(2026, 12, 1, 14, 0, tzinfo=UTC)
    again = await press(ann, shown, second.label)
    assert "Tuesday, 1 December 2026, 14:00" in again


async def test_of_a_repeated_one_the_next_time_or_all_are_moved(ann):
    shown = await asked(ann, "move the plants to 10")
    await press(ann, shown, "Only the next time")
    every = await ann.app.services.follow_ups.waiting()
    plants = sorted(each.due_at for each in every if each.subject == "water the plants")
    assert plants == [
        datetime(2026, 11, 30, 10, 0, tzinfo=UTC),
        datetime(2026, 12, 7, 8, 0, tzinfo=UTC),
    ]
    shown = await asked(ann, "move the plants reminder for 7 December to Tuesday 8 December")
    await press(ann, shown, "All of them")
    [series] = [each for each in await ann.app.services.follow_ups.waiting() if each.rule]
    assert series.rule == "FREQ=WEEKLY;BYDAY=TU"
    assert series.due_at == datetime(2026, 12, 8, 8, 0, tzinfo=UTC)
    ann.clock.go(days=14, hours=-1)
    await ann.app.services.follow_ups.deliver_due()
    [series] = [each for each in await ann.app.services.follow_ups.waiting() if each.rule]
    assert series.due_at == datetime(2026, 12, 15, 8, 0, tzinfo=UTC)


async def test_one_time_of_a_repeated_one_is_left_out(ann):
    shown = await asked(ann, "cancel the plants")
    said = await press(ann, shown, "Only the next time")
    assert "Monday, 7 December 2026, 08:00" in said
    assert (await waiting(ann))["water the plants"] == datetime(2026, 12, 7, 8, 0, tzinfo=UTC)
    ann.clock.go(days=7)
    assert await ann.app.services.follow_ups.deliver_due() == 2


async def test_all_are_cancelled_by_a_press_and_not_what_was_promised_since(ann):
    shown = await asked(ann, "cancel all my reminders")
    assert len(await waiting(ann)) == 3
    await ann.says("remind me tomorrow at 9 to ring Ben", role=Role.STAFF, person="ann")
    assert (
        await press(ann, shown, "Cancel all of them", person="ben")
        == "I can't do that for you here."
    )
    assert "3" in await press(ann, shown, "Cancel all of them")
    assert list(await waiting(ann)) == ["ring Ben"]


async def test_none_is_cancelled_where_they_are_to_be_kept(ann):
    shown = await asked(ann, "cancel all my reminders")
    assert await press(ann, shown, "Keep them") == "Nothing was changed."
    assert len(await waiting(ann)) == 3


async def test_a_typed_answer_does_what_a_press_does(ann):
    await asked(ann, "cancel all my reminders")
    done = await ann.says("yes please", role=Role.STAFF, person="ann")
    assert done.outcome.kind is Kind.ACTION
    assert await waiting(ann) == {}


async def test_what_the_business_surely_answers_is_no_request(room):
    await room.says("remind me tomorrow at 9 about gift cards", person="ann")
    outcome = (await room.says("do you have gift cards?", person="ann")).outcome
    assert outcome.kind is not Kind.ACTION
    listed = (
        await room.says("do you have anything about gift cards for me?", person="ann")
    ).outcome
    assert "gift cards" in listed.text


async def test_people_who_talk_to_each_other_change_nothing(ann):
    await ann.app.reception.receive(
        IncomingMessage(
            message_id="overheard",
            address=room_address("room", Role.STAFF),
            author=Author(user_id="staff:ann", name="ann", role="staff"),
            text="cancel the reminder about the dentist",
            to_bot=False,
            sent_at=ann.clock(),
            room_audience="staff",
        )
    )
    await ann.delivered(role=Role.STAFF)
    assert len(await waiting(ann)) == 3
    states = {each.state for each in await ann.app.services.follow_ups.all()}
    assert states == {FollowUpState.PENDING}


async def test_a_turn_that_is_run_again_changes_nothing_again(ann):
    services = ann.app.services
    answer = await ann.says("push the dentist by an hour", role=Role.STAFF, person="ann")
    edits = Edits(EditRows(ann.app.database), services.follow_ups, now=ann.clock)
    managing = Managing(services.follow_ups, edits, services.phrasebook, services.calendar)
    again = Turn(
        answer.turn_id,
        answer.conversation,
        answer.person,
        answer.message_id,
        answer.asked,
        answer.asked_at,
    )
    managed = await managing.answer(again, "en")
    assert managed.text == answer.outcome.text
    assert (await waiting(ann))["call the dentist"] == datetime(2026, 11, 26, 15, 0, tzinfo=UTC)
