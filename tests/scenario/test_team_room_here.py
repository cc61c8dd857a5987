"""The team's room in this very process: told, answered, saved, without any chat platform."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field

import pytest

from bot.domain.conversations import Kind
from bot.domain.people import Role
from bot.inbox.talk import NO_FILES, Answered, Heard
from tests.fakes.parts import until
from tests.scenario.room import Room

TEAM = "team"
ASKED = "Do you have a loyalty card?"
IN_OTHER_WORDS = "hi, have you got a loyalty card"
REPLY = "Yes: every tenth coffee is free."


@pytest.fixture(autouse=True)
def quick_gaps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.questions.service.SWEEP_S", 0.05)


@dataclass
class Colleague:
    """Somebody who looks into a room."""

    room: Room
    name: str = TEAM
    role: Role = Role.STAFF
    sees: list[Heard] = field(default_factory=list)

    async def look(self) -> None:
        async with contextlib.aclosing(
            self.room.app.services.talk.listen(self.name, self.role)
        ) as heard:
            async for each in heard:
                self.sees.append(each)

    async def seen(self, words: str) -> Heard:
        await until(lambda: any(words in each.text for each in self.sees))
        return next(each for each in self.sees if words in each.text)

    async def says(
        self, text: str, *, reply_to: str = "", files: Mapping[str, bytes] = NO_FILES
    ) -> Answered:
        said = self.room.app.services.talk.say(
            text, room=self.name, role=self.role, reply_to=reply_to, files=files
        )
        async with contextlib.aclosing(said) as events:
            last = [event async for event in events][-1]
        assert isinstance(last, Answered)
        return last

    async def opens(self, heard: Heard) -> dict[str, bytes | None]:
        """Return what is in the files a message brings, by name."""
        talk = self.room.app.services.talk
        return {each.name: await talk.file(each.path.name) for each in heard.files}

    async def presses(self, label: str, heard: Heard) -> str:
        [button] = [each for each in heard.buttons if each.label == label]
        return await self.room.app.services.talk.press(
            button.action, heard.message_id, room=self.name, role=self.role
        )


@contextlib.asynccontextmanager
async def looking(room: Room, **who: object) -> AsyncIterator[Colleague]:
    colleague = Colleague(room, **who)
    task = asyncio.create_task(colleague.look())
    await asyncio.sleep(0)
    yield colleague
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
async def team(room: Room) -> AsyncIterator[Colleague]:
    await room.app.services.choices.set("local.staff_room", TEAM)
    await room.app.services.knowledge.settled()
    async with looking(room) as colleague:
        yield colleague


async def test_a_question_nobody_could_answer_is_answered_in_the_team_s_room_here(
    room: Room, team: Colleague
):
    async with looking(room, name="shop", role=Role.PUBLIC) as customer:
        unknown = await customer.says(ASKED)
        assert await customer.presses("Tell me when you know", unknown.heard) == (
            "I'll tell you here as soon as the team has taught me the answer."
        )
        notice = await team.seen(ASKED)
        assert notice.answerable
        draft = await team.says(REPLY, reply_to=notice.message_id)
        assert f"**Question:** {ASKED}\n\n**Answer:** {REPLY}" in draft.text
        assert await team.presses("Save for everyone", draft.heard) == (
            "I am saving it, and tell you when it is in use."
        )
        await team.seen(f"Saved for everyone, and in use from now on: {ASKED}")
        assert (await customer.seen("now I know the answer")).text.endswith(REPLY)
        again = await customer.says(IN_OTHER_WORDS)
        assert again.answer is not None
        assert again.answer.outcome.kind is Kind.VERBATIM
        assert again.text.startswith(REPLY)
        assert not again.heard.answerable


async def test_what_was_told_before_somebody_looked_stands_in_the_room_until_it_is_seen_to(
    room: Room, team: Colleague
):
    await room.says(ASKED)
    await room.says("do you mend shoes")
    shoes = await team.seen("shoes")
    assert await team.presses("Not needed", shoes) == "Taken off the list."
    async with looking(room) as late:
        await late.seen(ASKED)
        assert len(late.sees) == 1
    async with looking(room, role=Role.PUBLIC) as stranger:
        await asyncio.sleep(0.2)
        assert stranger.sees == []


async def test_a_draft_is_changed_by_a_reply_to_it(room: Room, team: Colleague):
    await room.says(ASKED)
    notice = await team.seen(ASKED)
    draft = await team.says(REPLY, reply_to=notice.message_id)
    assert draft.heard.answerable
    better = await team.says("answer: No.", reply_to=draft.heard.message_id)
    assert f"**Question:** {ASKED}\n\n**Answer:** No." in better.text


async def test_nobody_who_speaks_as_a_customer_answers_or_saves(room: Room, team: Colleague):
    await room.says(ASKED)
    notice = await team.seen(ASKED)
    draft = await team.says(REPLY, reply_to=notice.message_id)
    stranger = Colleague(room, role=Role.PUBLIC)
    forged = await stranger.says(REPLY, reply_to=notice.message_id)
    assert not any(button.label == "Save for everyone" for button in forged.heard.buttons)
    assert await stranger.presses("Save for everyone", draft.heard) == (
        "I can't find that answer here any more."
    )
    assert await stranger.presses("Not needed", notice) == "I can't do that for you here."
    assert ASKED in [gap.text for gap in await room.app.services.questions.list()]


async def test_who_wants_a_person_is_told_in_the_team_s_room_here(room: Room, team: Colleague):
    await room.says("I want to talk to a person", person="ann")
    await team.seen("I want to talk to a person")


async def test_without_a_room_for_the_team_nothing_is_told(room: Room):
    async with looking(room) as colleague:
        await room.says(ASKED)
        await room.says("I want to talk to a person")
        assert await room.app.services.questions.count() == 1
        await asyncio.sleep(0.3)
        assert colleague.sees == []
