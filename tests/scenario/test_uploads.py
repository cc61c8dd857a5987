"""Files that staff send to the bot, and what it takes until they are knowledge."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.app.deskhand import Deskhand
from bot.domain.trials import OwnQuestion
from bot.storage.uploads import UploadRows
from bot.upkeep.import_approval import FEW
from bot.uploads.offer import MAX_FILES
from bot.uploads.service import MAX_ATTEMPTS
from connectors.errors import ConnectorError, FileRefusedError
from connectors.messages import Button, IncomingMessage, OutgoingMessage
from knowledge.documents import Audience
from knowledge.readers.files import read
from tests.fakes.answers import newest_answers
from tests.fakes.parts import until
from tests.fakes.platform import Town, now
from tests.scenario.town import QUICK_S, answered_once, bot_in, on

pytestmark = pytest.mark.usefixtures("quick", "quick_uploads")

STAFF, CUSTOMER = "U1", "U2"
EVERYONE, TEAM = "Add for everyone", "Add for the team only"
MENU = b"# Our menu\n\n## Soup\n\nThe soup of the day is pumpkin.\n\n## Cake\n\nApple cake.\n"
ENTRIES = (
    b'{"question": "Where is the spare key?", "answer": "Under the third pot."}\n'
    b'{"question": "Where is the safe?", "answer": "Behind the oven.", "audience": "AUDIENCE"}\n'
)
OFFER = "Shall I add {} to what I know? Press who may read it; until then I leave it unread."
READING = "I am reading menu.md and tell you here what I understood."
ADDED = "Added for everyone: menu.md (Our menu, passages: 2)."


@pytest.fixture
def quick_uploads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.uploads.service.FIRST_PAUSE_S", 0.0)
    monkeypatch.setattr("bot.uploads.service.SWEEP_S", QUICK_S)


WORKBOOK = Path(__file__).parents[1] / "integration/knowledge/readers/files/menu.xlsx"


async def ready(app: Deskhand) -> None:
    await app.services.choices.set("slack.staff", [STAFF])
    await on(app)


async def offered(town: Town, message: IncomingMessage) -> OutgoingMessage:
    """Return the post that answers a message."""
    await until(lambda: bool(town.answers_to(message)))
    return next(post for post in town.posts if post.reply_to == message.message_id)


async def told(town: Town, message: IncomingMessage, *, times: int = 1) -> str:
    """Return what is said of a message's files once that often something was."""
    await until(lambda: len(town.answers_to(message)) > times)
    await asyncio.sleep(2 * QUICK_S)
    assert len(town.answers_to(message)) == times + 1
    return town.answers_to(message)[-1]


async def audiences(app: Deskhand) -> dict[str, Audience]:
    return {each.title: each.audience for each in await app.services.knowledge.documents()}


def labels(post: OutgoingMessage) -> list[str]:
    return [button.label for button in post.buttons]


def sends(town: Town, files: Mapping[str, bytes], text: str = "", **how: object) -> IncomingMessage:
    return town.says(text, files=files, **{"author": STAFF, **how})


async def test_a_file_of_staff_is_offered_and_read_only_once_somebody_presses_for_whom(
    town, tmp_path
):
    async with bot_in(town, tmp_path) as app:
        await ready(app)
        message = sends(town, {"menu.md": MENU}, "here is the new menu")
        offer = await offered(town, message)
        assert offer.text.startswith(OFFER.format("menu.md"))
        assert labels(offer) == [EVERYONE, TEAM]
        assert (town.fetched, await audiences(app)) == ([], {})
        assert await town.presses(EVERYONE, offer) == READING
        assert await told(town, message) == ADDED
        assert await audiences(app) == {"Our menu": Audience.PUBLIC}
        asked = town.says("what is the soup of the day?", author=CUSTOMER, channel="C2")
        await answered_once(town, asked)
        assert "pumpkin" in town.answers_to(asked)[0]


async def test_what_could_not_be_read_of_a_file_is_said_beside_what_was(town, tmp_path):
    async with bot_in(town, tmp_path) as app:
        await ready(app)
        message = sends(town, {"menu.xlsx": await asyncio.to_thread(WORKBOOK.read_bytes)})
        await town.presses(TEAM, await offered(town, message))
        said = await told(town, message)
        assert said.startswith("Added for the team only: ")
        assert "Sheet Wages: it is hidden and was left out." in said.splitlines()


async def test_what_is_added_for_the_team_only_is_so_whatever_the_file_says_itself(town, tmp_path):
    async with bot_in(town, tmp_path) as app:
        await ready(app)
        file = {"keys.jsonl": ENTRIES.replace(b"AUDIENCE", b"public")}
        message = sends(town, file, direct=True, channel="D1")
        await town.presses(TEAM, await offered(town, message))
        assert await told(town, message) == "Added for the team only: keys.jsonl (entries: 2)."
        assert set((await audiences(app)).values()) == {Audience.STAFF}


async def test_an_entry_that_is_for_the_team_stays_so_in_a_file_for_everyone(town, tmp_path):
    async with bot_in(town, tmp_path) as app:
        await ready(app)
        file = {"keys.jsonl": ENTRIES.replace(b"AUDIENCE", b"staff")}
        message = sends(town, file)
        await town.presses(EVERYONE, await offered(town, message))
        assert await told(town, message) == (
            "Added for everyone: keys.jsonl (entries: 2, of these for the team only: 1)."
        )
        assert (await audiences(app))["Where is the safe?"] is Audience.STAFF


async def test_files_of_the_public_are_neither_offered_nor_ever_fetched(town, tmp_path):
    async with bot_in(town, tmp_path) as app:
        await ready(app)
        message = sends(town, {"menu.md": MENU}, "add this to your knowledge", author=CUSTOMER)
        answer = await offered(town, message)
        assert not {EVERYONE, TEAM} & set(labels(answer))
        assert "I have not read menu.md." in answer.text
        [stored] = await newest_answers(app.database, limit=1)
        # What the button of somebody else's offer would do here.
        mine = await offered(town, sends(town, {"menu.md": MENU}, channel="C1"))
        action = f"everyone:{stored.answer_id}"
        forged = Button(EVERYONE, action)
        town.posts.append(OutgoingMessage("n", mine.address, "", buttons=(forged,)))
        said = await town.presses(EVERYONE, town.posts[-1])
        assert said == "There is no file here any more that I could add."
        assert (town.fetched, await audiences(app)) == ([], {})


async def test_only_who_is_of_the_team_at_the_press_can_add(town, tmp_path):
    async with bot_in(town, tmp_path) as app:
        await ready(app)
        offer = await offered(town, sends(town, {"menu.md": MENU}))
        refused = "I can't do that for you here."
        assert await town.presses(EVERYONE, offer, author=CUSTOMER) == refused
        await app.services.choices.set("slack.staff", [])
        assert await town.presses(EVERYONE, offer) == refused
        await app.services.choices.set("slack.owners", ["U3"])
        # Who sent it is not of the team any more either.
        assert "no file here" in await town.presses(EVERYONE, offer, author="U3")
        assert town.fetched == []


async def test_another_of_the_team_may_press(town, tmp_path):
    async with bot_in(town, tmp_path) as app:
        await ready(app)
        await app.services.choices.set("slack.owners", ["U3"])
        message = sends(town, {"menu.md": MENU})
        assert await town.presses(EVERYONE, await offered(town, message), author="U3") == READING
        assert await told(town, message) == ADDED


async def test_a_second_press_says_that_it_was_added_already_and_for_whom(town, tmp_path):
    async with bot_in(town, tmp_path) as app:
        await ready(app)
        town.slow_files.clear()
        message = sends(town, {"menu.md": MENU})
        offer = await offered(town, message)
        await town.presses(TEAM, offer)
        await until(lambda: bool(town.fetched))
        assert await town.presses(EVERYONE, offer) == "I am reading that already."
        town.slow_files.set()
        await told(town, message)
        already = "That was added already, for the team only."
        assert await town.presses(EVERYONE, offer) == already
        assert await town.presses(TEAM, offer) == already
        await told(town, message)
        assert await audiences(app) == {"Our menu": Audience.STAFF}
        assert town.fetched == ["menu.md"]


async def test_a_restart_between_offer_and_press_and_one_while_reading_lose_nothing(town, tmp_path):
    async with bot_in(town, tmp_path) as app:
        await ready(app)
        message = sends(town, {"menu.md": MENU})
        offer = await offered(town, message)
    town.slow_files.clear()
    async with bot_in(town, tmp_path) as app:
        await on(app)
        await town.presses(EVERYONE, offer)
        await until(lambda: bool(town.fetched))
    town.slow_files.set()
    async with bot_in(town, tmp_path) as app:
        assert await told(town, message) == ADDED
        assert await audiences(app) == {"Our menu": Audience.PUBLIC}
        await on(app)
        assert await town.presses(EVERYONE, offer) == "That was added already, for everyone."


async def test_a_file_that_cannot_be_read_says_why_and_may_be_tried_again(town, tmp_path):
    async with bot_in(town, tmp_path) as app:
        await ready(app)
        message = sends(town, {"menu.md": b"caf\xe9"})
        offer = await offered(town, message)
        await town.presses(EVERYONE, offer)
        assert await told(town, message) == (
            "menu.md was not added: The file is not text in UTF-8: save it again with the"
            " encoding UTF-8."
        )
        assert await audiences(app) == {}
        town.file_problems.append(FileRefusedError("The file is gone."))
        assert await town.presses(EVERYONE, offer) == READING
        assert await told(town, message, times=2) == "menu.md was not added: The file is gone."
        assert town.fetched == ["menu.md"] * 2


@pytest.mark.long
async def test_a_large_file_by_which_the_owner_s_questions_lose_is_not_added(town, tmp_path):
    async with bot_in(town, tmp_path) as app:
        await ready(app)
        parking = b'{"id": "parking", "question": "Is there parking?", "answer": "In the yard."}'
        await app.services.knowledge.add(
            read("faq.jsonl", parking, audience=Audience.PUBLIC, origin="t")
        )
        asked = OwnQuestion("is there a place for my car to park", "parking")
        await app.services.own_questions.add([asked])
        lines = "".join(
            f'{{"question": "Is there a place for my car to park at stop {n}?", "answer": "No."}}\n'
            for n in range(FEW)
        )
        message = sends(town, {"stations.jsonl": lines.encode()})
        await town.presses(EVERYONE, await offered(town, message))
        said = await told(town, message)
        assert said.startswith("stations.jsonl was not added: It is much beside what is there")
        assert list(await audiences(app)) == ["Is there parking?"]
        assert town.fetched == ["stations.jsonl"]


async def test_a_platform_that_does_not_answer_is_asked_again_and_not_for_ever(town, tmp_path):
    async with bot_in(town, tmp_path) as app:
        await ready(app)
        away = ConnectorError("Slack cannot be reached.")
        town.file_problems += [away] * (MAX_ATTEMPTS - 1)
        message = sends(town, {"menu.md": MENU})
        await town.presses(EVERYONE, await offered(town, message))
        assert await told(town, message) == ADDED
        town.file_problems += [away] * (MAX_ATTEMPTS + 1)
        message = sends(town, {"menu.md": MENU}, channel="C2")
        await town.presses(EVERYONE, await offered(town, message))
        assert await told(town, message) == "menu.md was not added: Slack cannot be reached."
        assert len(town.file_problems) == 1


async def test_a_wish_waits_while_its_platform_is_switched_off(town, tmp_path):
    async with bot_in(town, tmp_path) as app:
        await ready(app)
        town.slow_files.clear()
        message = sends(town, {"menu.md": MENU})
        await town.presses(EVERYONE, await offered(town, message))
        await until(lambda: bool(town.fetched))
    town.slow_files.set()
    async with bot_in(town, tmp_path, token="") as app:
        await asyncio.sleep(4 * QUICK_S)
        [upload] = await UploadRows(app.database, run="x").due(now=now())
        assert upload.attempts == 1
    async with bot_in(town, tmp_path):
        assert await told(town, message) == ADDED


async def test_a_file_that_ended_the_process_each_time_is_given_up(town, tmp_path):
    async with bot_in(town, tmp_path) as app:
        await ready(app)
        town.slow_files.clear()
        message = sends(town, {"menu.md": MENU})
        await town.presses(EVERYONE, await offered(town, message))
        await until(lambda: bool(town.fetched))
        for _ in range(MAX_ATTEMPTS - 1):
            await UploadRows(app.database, run="x").begin(1)
    town.slow_files.set()
    async with bot_in(town, tmp_path):
        assert (await told(town, message)).startswith(
            "menu.md was not added: Something went wrong."
        )
    assert town.fetched == ["menu.md"]


async def test_a_question_beside_files_is_answered_and_the_files_offered_below(town, tmp_path):
    async with bot_in(town, tmp_path) as app:
        await ready(app)
        files = {"menu.md": MENU, "cake.jpg": b"x"}
        message = sends(town, files, "are you a robot? and the new menu")
        answer = await offered(town, message)
        assert answer.text.index("automated assistant") < answer.text.index("Shall I add menu.md")
        assert "I have not read cake.jpg." in answer.text
        assert labels(answer)[:2] == [EVERYONE, TEAM]
        reminded = sends(town, files, "remind me tomorrow at 9 to print it", channel="C2")
        answer = await offered(town, reminded)
        assert "Reminder set" in answer.text
        assert labels(answer) == [EVERYONE, TEAM, "Cancel the reminder"]


async def test_an_answer_with_many_buttons_of_its_own_keeps_those_for_files(town, tmp_path):
    async with bot_in(town, tmp_path) as app:
        await ready(app)
        await app.services.knowledge.add(
            read("menu.md", MENU, audience=Audience.PUBLIC, origin="menu.md")
        )
        message = sends(town, {"menu.md": MENU}, "what is the soup of the day?")
        answer = await offered(town, message)
        assert "pumpkin" in answer.text
        assert labels(answer) == [EVERYONE, TEAM, "Helpful", "Not helpful", "Why this answer?"]


@pytest.mark.parametrize(
    "text",
    [
        "add this to your knowledge",
        "Can you add this to your knowledge?",
        "Kannst du das bitte in dein Wissen aufnehmen?",
        "¿Puedes añadir esto?",
        "Peux-tu ajouter ce fichier ?",
        "Puoi aggiungere questo?",
        "Kun je dit toevoegen?",
        "Pode adicionar isto?",
    ],
)
async def test_the_wish_to_add_a_file_in_words_asks_for_whom(town, tmp_path, text):
    async with bot_in(town, tmp_path) as app:
        await ready(app)
        offer = await offered(town, sends(town, {"menu.md": MENU}, text))
        assert len(offer.buttons) == 2
        assert await app.services.questions.count() == 0
        assert town.fetched == []


async def test_no_more_than_a_few_files_are_offered_at_once(town, tmp_path):
    async with bot_in(town, tmp_path) as app:
        await ready(app)
        files = {f"{number}.md": MENU for number in range(MAX_FILES + 1)}
        message = sends(town, files)
        offer = await offered(town, message)
        assert OFFER.format("0.md, 1.md, 2.md, 3.md, 4.md") in offer.text
        assert "I have not read 5.md." in offer.text
        await town.presses(EVERYONE, offer)
        assert (await told(town, message)).count("\n") == MAX_FILES - 1
        assert "5.md" not in town.fetched


async def test_in_the_teams_room_a_file_is_offered_without_a_mention(town, tmp_path):
    async with bot_in(town, tmp_path) as app:
        await ready(app)
        await app.services.choices.set("slack.staff_room", "CTEAM")
        there = {"to_bot": False, "channel": "CTEAM"}
        silent = [
            sends(town, {"menu.md": MENU}, to_bot=False, channel="C1"),
            sends(town, {"cake.jpg": b"x"}, **there),
            sends(town, {"menu.md": MENU}, author=CUSTOMER, **there),
            town.says("is this the newest menu?", author=STAFF, **there),
        ]
        message = sends(town, {"menu.md": MENU}, "is this the newest menu?", **there)
        offer = await offered(town, message)
        assert offer.text.startswith(OFFER.format("menu.md"))
        assert [town.answers_to(each) for each in silent] == [[]] * len(silent)
        await town.presses(TEAM, offer)
        assert "Added for the team only" in await told(town, message)


async def test_what_was_deleted_by_its_author_is_not_added(town, tmp_path):
    async with bot_in(town, tmp_path) as app:
        await ready(app)
        message = sends(town, {"menu.md": MENU})
        offer = await offered(town, message)
        await town.receivers[0].deleted(message.address, message.message_id)
        assert "no file here" in await town.presses(EVERYONE, offer)
        assert town.fetched == []
