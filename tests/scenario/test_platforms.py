"""A chat platform that goes away, loses messages or brings none, and the bot that stays with it."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.inbox.elsewhere import Elsewhere
from bot.inbox.pace import WINDOW
from bot.inbox.platforms import DEAF_ALARM, State
from bot.storage.inbox import InboxRows
from connectors.errors import ConnectorError, PermissionMissingError, TokenRefusedError
from tests.fakes.parts import until
from tests.fakes.platform import AWAY, FakePlatform, now
from tests.scenario.town import PLATFORM, QUICK_S, answered_once, bot_in, on

pytestmark = pytest.mark.usefixtures("quick")


async def test_what_is_said_while_the_bot_is_off_is_answered_once_when_it_is_back(town, tmp_path):
    async with bot_in(town, tmp_path) as app:
        await on(app)
        first = town.says("hello")
        await answered_once(town, first)
    missed = [town.says("hello", channel=channel) for channel in ("C1", "C2", "C1")]
    async with bot_in(town, tmp_path):
        await answered_once(town, first, *missed)


async def test_what_was_said_before_the_very_first_start_is_let_be(town, tmp_path):
    town.says("hello", sent_at=now() - timedelta(hours=1))
    async with bot_in(town, tmp_path) as app:
        await on(app)
        await answered_once(town, town.says("hello"))
    assert len(town.posts) == 1


async def test_what_a_cut_connection_lost_is_answered_although_later_words_came_first(
    town, tmp_path
):
    async with bot_in(town, tmp_path) as app:
        await on(app)
        town.deaf = True
        lost = [town.says("hello") for _ in range(3)]
        town.deaf = False
        later = town.says("hello")
        await answered_once(town, later)
        town.cut()
        await answered_once(town, *lost, later)


async def test_a_deaf_connection_is_noticed_mended_and_reported(town, tmp_path, caplog):
    async with bot_in(town, tmp_path) as app:
        await on(app)
        town.deaf = True
        for number in range(1, DEAF_ALARM + 1):
            unheard = town.says("hello", sent_at=now() - timedelta(minutes=1, seconds=5))
            await until(lambda number=number: town.connections > number)
            await answered_once(town, unheard)
        await until(lambda: app.platforms.status(PLATFORM).deaf == DEAF_ALARM)
        assert any("alarm" in record.message for record in caplog.records)
        town.deaf = False
        await on(app)
        await answered_once(town, town.says("hello"))
        await until(lambda: app.platforms.status(PLATFORM).deaf == 0)


async def test_a_message_that_is_on_its_way_is_no_deafness(town, tmp_path):
    async with bot_in(town, tmp_path) as app:
        await on(app)
        town.deaf = True
        late = town.says("hello")
        await answered_once(town, late)
        assert town.connections == 1


async def test_a_platform_that_is_away_is_tried_again_and_then_everything_is_answered(
    town, tmp_path
):
    async with bot_in(town, tmp_path) as app:
        await on(app)
        town.problem = ConnectorError(AWAY)
        town.cut()
        await until(lambda: app.platforms.status(PLATFORM).state is State.WAITING)
        missed = town.says("hello")
        await asyncio.sleep(3 * QUICK_S)
        town.problem = None
        await answered_once(town, missed)
        assert app.platforms.status(PLATFORM).state is State.ON


@pytest.mark.parametrize(
    "refusal",
    [TokenRefusedError("Slack refuses the token."), PermissionMissingError("A scope is missing.")],
)
async def test_what_only_the_owner_can_mend_is_said_and_a_new_token_helps_at_once(
    town, tmp_path, refusal
):
    town.problem = refusal
    async with bot_in(town, tmp_path) as app:
        await until(lambda: app.platforms.status(PLATFORM).state is State.REFUSED)
        assert app.platforms.status(PLATFORM).text == str(refusal)
        town.problem = None
        await app.services.keep_token("slack_bot_token", "another")
        app.platforms.change(PLATFORM)
        await on(app)


async def test_a_platform_is_switched_off_and_on_without_a_restart(town, tmp_path):
    async with bot_in(town, tmp_path) as app:
        await on(app)
        await app.services.choices.set("slack.on", value=False)
        await until(lambda: app.platforms.status(PLATFORM).state is State.OFF)
        assert town.listeners == []
        missed = town.says("hello")
        await app.services.choices.set("slack.on", value=True)
        await answered_once(town, missed)


async def test_without_a_token_nothing_is_connected(town, tmp_path):
    async with bot_in(town, tmp_path, token="") as app:
        await until(lambda: app.platforms.status(PLATFORM).state is State.UNSET)
        assert town.connections == 0


async def test_a_broken_connector_does_not_end_the_others_part(town, tmp_path):
    class BrokenPlatform(FakePlatform):
        async def run(self, receiver: object) -> None:
            raise ZeroDivisionError

    async with bot_in(town, tmp_path) as app:
        await on(app)
        app.platforms._kinds[PLATFORM] = replace(
            app.platforms._kinds[PLATFORM], make=lambda tokens: BrokenPlatform(town, tokens)
        )
        app.platforms.change(PLATFORM)
        await until(lambda: "ZeroDivisionError" in app.platforms.status(PLATFORM).text)


async def test_people_talking_to_each_other_are_neither_answered_nor_kept(town, tmp_path):
    async with bot_in(town, tmp_path) as app:
        await on(app)
        town.says("lunch?", to_bot=False)
        await answered_once(town, town.says("hello"))
        assert len(town.posts) == 1
        unknown = await InboxRows(app.database).unknown(town.said[0].address, ["m0", "m1"])
        assert unknown == {"m0"}


async def test_a_question_edited_before_its_turn_is_answered_as_edited_and_a_deleted_one_is_not(
    town, tmp_path, monkeypatch
):
    monkeypatch.setattr("bot.inbox.turns.MAX_RUNNING", 0)
    async with bot_in(town, tmp_path) as app:
        reception = app.platforms._receptions[PLATFORM]
        edited, deleted = town.says("a"), town.says("b", channel="C2")
        for message in (edited, deleted):
            await InboxRows(app.database).store(replace(message, to_bot=True), now=now())
        await reception.edited(edited.address, edited.message_id, "thank you!")
        await reception.deleted(deleted.address, deleted.message_id)
        monkeypatch.setattr("bot.inbox.turns.MAX_RUNNING", 100)
        app.runner.wake()
        await answered_once(town, edited)
        assert "welcome" in town.answers_to(edited)[0]
        assert town.answers_to(deleted) == []


async def test_what_is_chosen_for_a_room_holds_at_once_and_keeps_the_connection(town, tmp_path):
    async with bot_in(town, tmp_path) as app:
        await on(app)
        await app.services.choices.set("slack.rooms", {"C1": {"speaks": "off"}})
        town.says("hello")
        await answered_once(town, town.says("hello", channel="C2"))
        assert len(town.posts) == 1
        assert town.connections == 1


async def test_an_answer_to_what_was_missed_for_long_begins_with_an_apology(town, tmp_path):
    async with bot_in(town, tmp_path) as app:
        await on(app)
        town.says("hello")
    late = town.says("hello", channel="C2", sent_at=now() - timedelta(minutes=1))
    async with bot_in(town, tmp_path) as app:
        await app.services.choices.set("manners.late_after_min", 1)
        await answered_once(town, late)
        soon = town.says("hello", channel="C3")
        await answered_once(town, soon)
    assert town.answers_to(late)[0].startswith("Sorry for the late answer")
    assert "Sorry" not in town.answers_to(soon)[0]


async def test_the_teams_room_is_told_who_wants_a_person(town, tmp_path):
    async with bot_in(town, tmp_path) as app:
        await on(app)
        await app.services.choices.set("slack.staff_room", "CTEAM")
        await answered_once(
            town,
            town.says("a person, please"),
            town.says("do you sell <!channel> bicycles?", channel="C2"),
            town.says("a person, please", channel="CTEAM"),
        )
    told = [
        post.text for post in town.posts if post.address.channel == "CTEAM" and not post.reply_to
    ]
    [wish] = told
    assert wish.startswith("U1 would like to talk to a person:\n> a person, please\n\n")


async def test_who_asks_too_much_at_once_hears_so_once_and_is_served_a_little_later(
    town, tmp_path, monkeypatch
):
    monkeypatch.setattr("bot.inbox.pace.OF_A_PERSON", 3)
    ahead = timedelta()
    async with bot_in(town, tmp_path, now=lambda: now() + ahead) as app:
        await on(app)
        flood = [town.says("hello") for _ in range(6)]
        await answered_once(town, town.says("hello", author="U2", channel="C2"), *flood[:3])
        assert [len(town.answers_to(each)) for each in flood[3:]] == [0, 0, 0]
        ahead = WINDOW
        await answered_once(town, town.says("hello", author="U2", channel="C2"), *flood)
    told = [post.text for post in town.posts if not post.reply_to]
    assert told == ["That is a lot at once. Give me a minute, then I'll go on."]


async def test_what_is_delivered_twice_is_asked_once(town, tmp_path, monkeypatch):
    monkeypatch.setattr("bot.inbox.pace.OF_A_PERSON", 3)
    async with bot_in(town, tmp_path) as app:
        await on(app)
        asked = [town.says("hello") for _ in range(3)]
        for message in asked:
            town.brings(message)
        await answered_once(town, *asked, town.says("hello", author="U2"))
    assert [post.text for post in town.posts if not post.reply_to] == []


async def test_what_was_attached_and_not_read_is_said(town, tmp_path):
    async with bot_in(town, tmp_path) as app:
        await on(app)
        both = town.says("hello", files=("menu.pdf", "cake.jpg"))
        alone = town.says("", files=("menu.pdf",), channel="C2")
        await answered_once(town, both, alone)
    assert "I have not read menu.pdf, cake.jpg." in town.answers_to(both)[0]
    assert "I can only read text." in town.answers_to(alone)[0]


async def test_a_question_that_waited_for_its_platform_is_answered_the_moment_it_is_back(
    town, tmp_path
):
    async with bot_in(town, tmp_path) as app:
        await on(app)
        await app.services.choices.set("slack.on", value=False)
        await until(lambda: app.platforms.status(PLATFORM).state is State.OFF)
        waiting = town.says("hello")
        await InboxRows(app.database).store(waiting, now=now())
        app.runner.wake()
        # Taken once and put off for a minute.
        await asyncio.sleep(0.3)
        await app.services.choices.set("slack.on", value=True)
        await answered_once(town, waiting)


async def test_a_token_that_another_process_was_given_is_taken_up_and_the_same_again_is_not(
    town, tmp_path
):
    town.problem = TokenRefusedError("Slack refuses the token.")
    async with bot_in(town, tmp_path) as app:
        await until(lambda: app.platforms.status(PLATFORM).state is State.REFUSED)
        town.problem = None
        await app.services.keep_token("slack_bot_token", "another")
        await app.platforms.refresh()
        await on(app)
        connections = town.connections
        await app.platforms.refresh()
        await asyncio.sleep(3 * QUICK_S)
        assert town.connections == connections


@pytest.mark.parametrize("told", [True, False])
async def test_a_platform_that_is_switched_off_in_another_process_goes_off_here(
    town, tmp_path, monkeypatch, told
):
    # Without a word of it, by the next look.
    monkeypatch.setattr("bot.inbox.elsewhere.SWEEP_S", 600.0 if told else QUICK_S)
    async with bot_in(town, tmp_path) as app, bot_in(town, tmp_path) as another:
        await on(app)
        elsewhere = Elsewhere(app.services.choices, app.platforms)
        taking_up = asyncio.create_task(elsewhere.run())
        await asyncio.sleep(QUICK_S)
        await another.services.choices.set("slack.on", False)
        if told:
            elsewhere.changed()
        await until(lambda: app.platforms.status(PLATFORM).state is State.OFF)
        taking_up.cancel()
