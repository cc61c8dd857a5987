"""A person takes a conversation over, words go both ways, and the bot gets it back."""

import asyncio
from dataclasses import replace

import pytest

from bot.commands.front import FrontDesk
from bot.domain.conversations import Outcome, Turn
from bot.domain.hand_overs import HandOverState
from bot.outbox.reply import Reply
from bot.storage.outbox import OutboxRows
from bot.storage.turns import TurnRows
from connectors.errors import ConnectorError, SendError
from connectors.messages import OutgoingMessage
from tests.fakes.parts import until
from tests.fakes.platform import MAX_FILE_BYTES, FakePlatform
from tests.scenario.team_office import ANN, BEN, CUSTOMER, TEAM, WISH, office

pytestmark = pytest.mark.usefixtures("quick", "quick_hand_overs")

UNKNOWN = "Do you have a loyalty card?"
SURE = "are you open on sundays?"


async def test_a_colleague_takes_a_conversation_and_words_go_both_ways_until_it_is_given_back(
    town, tmp_path
):
    async with office(town, tmp_path) as desk:
        thread = await desk.taken()
        assert await desk.states() == [HandOverState.TAKEN]
        desk.replies("Hello, what can I do for you?", thread)
        await desk.shown("**Ann:** Hello, what can I do for you?", "D1")
        desk.writes("My cake is late. " + SURE)
        carried = await desk.shown("**Carla:** My cake is late.", TEAM)
        assert thread in {carried.address.thread, carried.reply_to}
        before = len(desk.room("D1"))
        await desk.quiet()
        assert len(desk.room("D1")) == before
        assert await desk.presses("Give back to Deskhand", thread) == (
            "Done, and the customer is told."
        )
        await desk.shown("I, the automated assistant, answer here again.", "D1")
        await desk.shown("Answered by Ann and given back.", TEAM)
        assert await desk.states() == [HandOverState.ANSWERED]
        again = desk.writes(SURE)
        await until(lambda: town.answers_to(again))


async def test_what_the_team_sees_is_the_question_what_led_to_it_and_what_was_found(town, tmp_path):
    async with office(town, tmp_path) as desk:
        asked = desk.writes(UNKNOWN)
        await until(lambda: town.answers_to(asked))
        wish = desk.writes(WISH)
        post = await desk.shown("I take it", TEAM)
        assert post.text.startswith("Carla would like to talk to a person:\n> a person, please\n\n")
        assert f"Before that:\n> **Carla:** {UNKNOWN}\n> **Deskhand:** " in post.text
        assert "Closest to it: " in post.text
        assert [each.label for each in post.buttons] == ["I take it", "Answer once", "Not ours"]
        await until(lambda: town.answers_to(wish))
        assert "The team can read what we last wrote here." in town.answers_to(wish)[0]


async def test_in_a_room_that_others_read_the_team_sees_the_wish_alone(town, tmp_path):
    async with office(town, tmp_path) as desk:
        await desk.app.services.choices.set("slack.rooms", {})
        asked = desk.writes(UNKNOWN)
        await until(lambda: town.answers_to(asked))
        desk.writes(WISH)
        post = await desk.shown("I take it", TEAM)
        assert UNKNOWN not in post.text
        assert "Closest" not in post.text


async def test_exactly_one_of_two_colleagues_gets_it(town, tmp_path):
    async with office(town, tmp_path) as desk:
        thread = await desk.wanted()
        said = await asyncio.gather(
            *(desk.presses("I take it", thread, author=name) for name in (ANN, BEN))
        )
        won = [text for text in said if text.startswith("It is yours")]
        lost = [text for text in said if text.endswith("has it already.")]
        assert (len(won), len(lost)) == (1, 1)
        await desk.shown("reads along", "D1")
        await desk.quiet()
        assert sum("reads along" in text for text in desk.room("D1")) == 1


async def test_only_the_team_in_its_own_room_takes_turns_down_and_gives_back(town, tmp_path):
    async with office(town, tmp_path) as desk:
        thread = await desk.wanted()
        for label in ("I take it", "Not ours"):
            refused = await desk.presses(label, thread, author=CUSTOMER)
            assert refused == "I can't do that for you here."
        post = town.posts[int(thread)]
        elsewhere = replace(post, address=replace(post.address, channel="C9"))
        town.posts.append(elsewhere)
        refused = await town.presses("I take it", elsewhere, author=ANN)
        assert refused == "I can't do that for you here."
        assert await desk.states() == [HandOverState.WAITING]


async def test_nothing_of_the_team_s_reaches_the_customer_but_what_is_written_below_a_taken_one(
    town, tmp_path
):
    async with office(town, tmp_path) as desk:
        thread = await desk.wanted()
        early = desk.replies("she complains every week", thread)
        await until(lambda: town.answers_to(early))
        assert town.answers_to(early) == [
            'Nobody has taken this yet, so nothing was passed on: press "I take it".'
        ]
        desk.replies("who goes?", thread)
        await desk.presses("I take it", thread)
        await desk.shown("reads along", "D1")
        desk.replies("// she complains every week", thread)
        desk.replies("not below it", "")
        desk.replies("I am the customer's friend", thread, author="Zoe")
        desk.replies("I am their friend", "", author="Zoe", reply_to=thread, to_bot=True)
        desk.replies(SURE, thread, to_bot=True)
        desk.replies("Sorry for that!", thread)
        await desk.shown("**Ann:** Sorry for that!", "D1")
        await desk.presses("Give back to Deskhand", thread)
        late = desk.replies("what a day", thread)
        await until(lambda: town.answers_to(late))
        assert town.answers_to(late) == ["This has ended already: nothing was passed on."]
        await desk.quiet()
        assert len([text for text in desk.room("D1") if "**Ann:**" in text]) == 1
        assert not any(
            word in text
            for text in desk.room("D1")
            for word in ("complains", "below", "friend", "who goes", "what a day")
        )


async def test_others_in_the_customer_s_room_are_answered_as_ever(town, tmp_path):
    async with office(town, tmp_path) as desk:
        desk.writes(WISH, channel="C2")
        thread = desk.id_of(await desk.shown("I take it", TEAM))
        await desk.presses("I take it", thread)
        await desk.shown("reads along", "C2")
        other = desk.writes(SURE, channel="C2", author="Dora")
        await until(lambda: town.answers_to(other))
        # The customer need not name the bot to go on; who talks to somebody else does not go on.
        desk.writes("it was a poppy seed cake", channel="C2", to_bot=False)
        await desk.shown("**Carla:** it was a poppy seed cake", TEAM)
        desk.writes("lunch?", channel="C2", author="Dora", to_bot=False)
        await desk.quiet()
        assert not any("lunch" in text for text in desk.room(TEAM))


async def test_the_order_of_words_is_kept(town, tmp_path):
    async with office(town, tmp_path) as desk:
        thread = await desk.taken()
        for number in range(8):
            desk.replies(f"line {number}", thread, author=(ANN, BEN)[number % 2])
        await desk.shown("line 7", "D1")
        lines = [text.partition(":** ")[2] for text in desk.room("D1") if "line" in text]
        assert lines == [f"line {number}" for number in range(8)]


async def test_files_go_along_both_ways_and_are_kept_no_longer_than_it_takes(town, tmp_path):
    async with office(town, tmp_path) as desk:
        thread = await desk.taken()
        desk.replies("the plan", thread, files={"plan.pdf": b"plan", "b.txt": b"b"})
        brought = await desk.shown("**Ann:** plan.pdf, b.txt", "D1")
        assert desk.room("D1")[-2:] == ["**Ann:** the plan", brought.text]
        assert town.attached[brought.nonce] == {"plan.pdf": b"plan", "b.txt": b"b"}
        desk.writes("", files={"image.png": b"one"})
        desk.writes("", files={"image.png": b"two"})
        await until(lambda: desk.room(TEAM).count("**Carla:** image.png") == 2)
        shown = [each for each in town.posts if each.text == "**Carla:** image.png"]
        assert [town.attached[each.nonce]["image.png"] for each in shown] == [b"one", b"two"]
        assert all(thread in {each.address.thread, each.reply_to} for each in shown)
        await desk.quiet()
        assert list((tmp_path / "files").iterdir()) == []


async def test_files_that_cannot_be_passed_on_are_named_on_both_sides(town, tmp_path, monkeypatch):
    monkeypatch.setattr("bot.handover.enclosing.PAUSES_S", (0.0,))
    async with office(town, tmp_path) as desk:
        thread = await desk.taken()
        large = {"large.mp4": b"x" * (MAX_FILE_BYTES + 1), "empty.txt": b""}
        sent = desk.replies("look", thread, files=large | {f"{n}.txt": b"x" for n in range(5)})
        await desk.shown("**Ann:** 0.txt, 1.txt, 2.txt", "D1")
        assert (
            "**Ann:** look\n(with files that I can't pass on: large.mp4, empty.txt, 3.txt,"
            in (desk.room("D1")[-2])
        )
        await until(lambda: town.answers_to(sent))
        [said] = town.answers_to(sent)
        assert said == (
            "Not passed on: large.mp4, empty.txt, 3.txt, 4.txt. At most 5 files of a message go"
            " along, each of up to 10 MB and not empty, if I may read them."
        )
        town.file_problems += [ConnectorError("away"), ConnectorError("away")]
        asked = desk.writes("my photo", files=["photo.jpg"])
        await desk.shown("**Carla:** my photo\n(with files that I can't pass on: photo.jpg)", TEAM)
        await until(lambda: town.answers_to(asked))
        [told] = town.answers_to(asked)
        assert told.startswith("Not passed on: photo.jpg. At most 5 files")
        assert "photo.jpg" not in told.partition("At most")[2]
        town.file_problems += [ConnectorError("away")]
        desk.writes("again", files={"photo.jpg": b"photo"})
        brought = await desk.shown("**Carla:** photo.jpg", TEAM)
        assert town.attached[brought.nonce] == {"photo.jpg": b"photo"}


async def test_words_that_are_edited_or_deleted_change_on_the_other_side(town, tmp_path):
    async with office(town, tmp_path) as desk:
        thread = await desk.taken()
        price = desk.replies("It costs 30 euros.", thread)
        wrong = desk.replies("Ben says she is rude.", thread)
        theirs = desk.writes("At nine?")
        await desk.shown("rude", "D1")
        await desk.shown("At nine?", TEAM)
        [receiver] = town.receivers
        await receiver.edited(price.address, price.message_id, "It costs 20 euros.")
        await receiver.deleted(wrong.address, wrong.message_id)
        await receiver.edited(theirs.address, theirs.message_id, "At ten?")
        await desk.shown("**Ann:** It costs 20 euros.", "D1")
        await desk.shown("**Ann:** (deleted)", "D1")
        await desk.shown("**Carla:** At ten?", TEAM)
        await receiver.edited(price.address, price.message_id, "// 20 is a gift")
        await until(lambda: sum("(deleted)" in text for text in desk.room("D1")) == 2)
        assert not any("rude" in text or "30" in text or "gift" in text for text in desk.room("D1"))


async def test_words_that_cannot_be_delivered_are_told_to_who_wrote_them(
    town, tmp_path, monkeypatch
):
    real = FakePlatform.post

    async def refused(platform: FakePlatform, message: OutgoingMessage) -> str:
        if message.address.channel == "D1":
            raise SendError("not allowed there any more", permanent=True)
        return await real(platform, message)

    async with office(town, tmp_path) as desk:
        thread = await desk.taken()
        monkeypatch.setattr(FakePlatform, "post", refused)
        desk.replies("Come at nine.", thread)
        told = await desk.shown("This could not be delivered:\n> **Ann:** Come at nine.", TEAM)
        assert thread in {told.address.thread, told.reply_to}
        await desk.quiet()
        assert sum("could not be delivered" in text for text in desk.room(TEAM)) == 1


async def test_in_the_business_s_name_if_the_owner_wishes(town, tmp_path):
    async with office(town, tmp_path, signed="business") as desk:
        await desk.app.services.choices.set("business.name", "Crumb & Co.")
        thread = await desk.taken()
        desk.replies("Hello!", thread)
        await desk.shown("**Crumb & Co.:** Hello!", "D1")
        assert not any("Ann" in text for text in desk.room("D1"))


async def test_who_answers_once_writes_one_answer_and_the_bot_goes_on(town, tmp_path):
    async with office(town, tmp_path) as desk:
        thread = await desk.wanted()
        assert await desk.presses("Answer once", thread) == (
            "Write your answer below the message: it reaches Carla, and then I answer them again."
        )
        await desk.shown("Ann is writing you an answer. I stay silent until it is here.", "D1")
        await desk.shown("Ann answers: the next thing you write below this reaches Carla", TEAM)
        desk.replies("// let me see", thread)
        desk.writes("are you there?")
        await desk.shown("**Carla:** are you there?", TEAM)
        desk.replies("At nine.", thread)
        await desk.shown("I, the automated assistant, answer here again.", "D1")
        assert desk.room("D1")[-2] == "**Ann:** At nine."
        assert await desk.states() == [HandOverState.ANSWERED]
        late = desk.replies("or at ten", thread)
        await until(lambda: town.answers_to(late))
        assert town.answers_to(late) == ["This has ended already: nothing was passed on."]
        again = desk.writes(SURE)
        await until(lambda: town.answers_to(again))


async def test_given_back_in_the_words_of_the_button(town, tmp_path):
    async with office(town, tmp_path) as desk:
        thread = await desk.taken()
        desk.replies("Give back to Deskhand!", thread)
        await desk.shown("answer here again", "D1")
        assert await desk.states() == [HandOverState.GIVEN_BACK]
        assert not any("Ann:" in text for text in desk.room("D1"))


async def test_who_asks_twice_is_told_of_once_with_both_wishes(town, tmp_path):
    async with office(town, tmp_path) as desk:
        thread = await desk.wanted()
        desk.writes("can I please talk to somebody?")
        await until(lambda: "talk to somebody" in town.posts[int(thread)].text)
        await desk.quiet()
        assert len(desk.room(TEAM)) == 1
        assert len(await desk.states()) == 1


async def test_what_is_not_ours_is_told_the_customer(town, tmp_path):
    async with office(town, tmp_path) as desk:
        await desk.app.services.choices.set("business.contact", "030 1234")
        thread = await desk.wanted()
        assert await desk.presses("Not ours", thread) == "Done, and the customer is told."
        said = await desk.shown("can't help with it here", "D1")
        assert "030 1234" in said.text
        await desk.shown("Not ours: the customer was told.", TEAM)
        assert await desk.states() == [HandOverState.NOT_OURS]
        assert await desk.presses_gone("I take it", thread)


async def test_an_answer_that_was_being_made_when_a_colleague_took_over_is_not_said(
    town, tmp_path, monkeypatch
):
    begun, goes_on, real = asyncio.Event(), asyncio.Event(), FrontDesk._asked

    async def slow(desk: FrontDesk, turn: Turn, reply: Reply) -> Outcome:
        begun.set()
        await goes_on.wait()
        return await real(desk, turn, reply)

    async with office(town, tmp_path) as desk:
        thread = await desk.wanted()
        monkeypatch.setattr(FrontDesk, "_asked", slow)
        asked = desk.writes(SURE)
        await begun.wait()
        await desk.presses("I take it", thread)
        await desk.shown("reads along", "D1")
        goes_on.set()
        await desk.shown(f"**Carla:** {SURE}", TEAM)
        await desk.quiet()
        assert town.answers_to(asked) == []


async def test_a_kill_between_carrying_and_the_end_of_a_turn_neither_loses_nor_doubles_a_word(
    town, tmp_path
):
    reached = asyncio.Event()

    async def never_returns(*_args: object, **_how: object) -> None:
        reached.set()
        await asyncio.Event().wait()

    async with office(town, tmp_path) as desk:
        thread = await desk.taken()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(TurnRows, "leave", never_returns)
            patch.setattr(TurnRows, "give_back", never_returns)
            patch.setattr(OutboxRows, "first_of_each_room", never_returns)
            desk.replies("Coming!", thread, files={"map.png": b"map"})
            await reached.wait()
    desk.replies("While you were off.", thread)
    desk.writes("Hello?", files={"cake.png": b"cake"})
    async with office(town, tmp_path) as desk:
        await desk.shown("**Carla:** Hello?", TEAM)
        await desk.shown("**Ann:** While you were off.", "D1")
        await desk.shown("**Carla:** cake.png", TEAM)
        await desk.quiet()
        said = [text for text in desk.room("D1") if "Ann:" in text]
        assert said == ["**Ann:** Coming!", "**Ann:** map.png", "**Ann:** While you were off."]
        brought = [each for each in town.attached.values() if each]
        assert brought == [{"map.png": b"map"}, {"cake.png": b"cake"}]
        assert sorted(town.fetched) == ["cake.png", "map.png"]
        assert sum("Hello?" in text for text in desk.room(TEAM)) == 1
        await desk.presses("Give back to Deskhand", thread)
        await desk.shown("answer here again", "D1")
