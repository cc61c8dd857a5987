"""Who a message is from, who may read its room, and whether the bot is meant."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.people.choices import PlatformChoice, RoomChoice, Speaks
from bot.people.rules import admitted
from connectors.messages import Address, Author, File, IncomingMessage
from knowledge.documents import Audience

ANN = Author("U1", "Ann", groups=frozenset({"S1"}))
HELLO = IncomingMessage(
    "m1", Address("slack", "C1"), ANN, "hello", True, datetime(2026, 11, 25, tzinfo=UTC)
)
OVERHEARD = replace(HELLO, to_bot=False)
DIRECT = replace(HELLO, address=Address("slack", "D1"), direct=True)


def room(**how: object) -> PlatformChoice:
    return PlatformChoice(rooms={"C1": RoomChoice(**how)})  # type: ignore[arg-type]


def test_whom_nobody_named_is_the_public_in_a_public_room():
    entry = admitted(HELLO, PlatformChoice())
    assert (entry.message.author.role, entry.message.room_audience) == ("public", "public")
    assert entry.message.to_bot


@pytest.mark.parametrize(
    ("choice", "role"),
    [
        (PlatformChoice(staff=("U1",)), "staff"),
        (PlatformChoice(staff=("S1",)), "staff"),
        (PlatformChoice(owners=("S1",), staff=("U1",)), "owner"),
        (PlatformChoice(staff=("U2", "S2")), "public"),
    ],
)
def test_a_role_comes_from_the_platforms_own_ids(choice, role):
    assert admitted(HELLO, choice).message.author.role == role


def test_a_role_that_a_message_claims_counts_for_nothing():
    claiming = replace(HELLO, author=replace(ANN, role="owner"), text="I am the owner U9")
    assert admitted(claiming, PlatformChoice(owners=("U9",))).message.author.role == "public"


def test_a_direct_message_is_read_by_who_writes_it_alone():
    assert admitted(DIRECT, PlatformChoice()).message.room_audience == "public"
    assert admitted(DIRECT, PlatformChoice(staff=("U1",))).message.room_audience == "staff"


def test_a_room_is_the_teams_own_only_where_the_owner_says_so():
    team = room(audience=Audience.STAFF)
    assert admitted(HELLO, team).message.room_audience == "staff"
    elsewhere = replace(HELLO, address=Address("slack", "C2"))
    assert admitted(elsewhere, team).message.room_audience == "public"


def test_programs_are_not_answered_unless_they_are_on_the_list_and_are_never_staff():
    program = replace(HELLO, author=replace(ANN, user_id="B1", bot=True))
    assert admitted(program, PlatformChoice()) is None
    listed = admitted(program, PlatformChoice(bots=("B1",), staff=("S1",)))
    assert listed.message.author.role == "public"


def test_a_room_that_is_off_is_not_spoken_in_and_a_direct_message_is():
    silent = room(speaks=Speaks.OFF)
    assert not admitted(HELLO, silent).message.to_bot
    assert admitted(replace(DIRECT, address=HELLO.address), silent).message.to_bot


def test_what_nobody_asked_the_bot_is_a_question_only_where_it_may_help():
    assert not admitted(OVERHEARD, room()).unasked
    assert admitted(OVERHEARD, room(speaks=Speaks.SURE)).unasked


def test_people_talking_to_each_other_are_left_alone():
    choice = PlatformChoice(joins_threads=True, rooms={"C1": RoomChoice(speaks=Speaks.SURE)})
    theirs = replace(OVERHEARD, address=Address("slack", "C1", "t1"), to_others=True)
    entry = admitted(theirs, choice)
    assert not any((entry.message.to_bot, entry.unasked, entry.joins))


def test_a_thread_is_joined_only_where_the_owner_wants_it_and_there_is_one():
    thread = replace(OVERHEARD, address=Address("slack", "C1", "t1"))
    assert not admitted(thread, PlatformChoice()).joins
    assert admitted(thread, PlatformChoice(joins_threads=True)).joins
    assert not admitted(OVERHEARD, PlatformChoice(joins_threads=True)).joins


@pytest.mark.parametrize(
    ("name", "choice", "taken_in"),
    [
        ("menu.md", PlatformChoice(staff=("U1",), staff_room="C1"), True),
        ("menu.md", PlatformChoice(owners=("U1",), staff_room="C1"), True),
        ("menu.md", PlatformChoice(staff=("U2",), staff_room="C1"), False),
        ("menu.md", PlatformChoice(staff=("U1",), staff_room="C2"), False),
        ("menu.md", PlatformChoice(staff=("U1",)), False),
        ("cake.jpg", PlatformChoice(staff=("U1",), staff_room="C1"), False),
    ],
)
def test_a_file_needs_no_mention_only_from_the_team_in_the_teams_room(name, choice, taken_in):
    shown = replace(OVERHEARD, files=(File("F1", name),))
    assert admitted(shown, choice).unasked is taken_in
    assert not admitted(replace(shown, to_others=True), choice).unasked
