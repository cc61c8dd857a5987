"""Conversations inside this process: the terminal and the page's test chat.

What is said here takes the same path as on any platform.
"""

import secrets
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from datetime import datetime

from bot.domain.conversations import Answer
from bot.domain.people import Role
from bot.storage.answers import AnswerRows
from connectors.local.connector import PLATFORM, LocalConnector, Said, Status
from connectors.messages import Address, Author, IncomingMessage
from knowledge.documents import Audience


@dataclass(frozen=True, slots=True)
class Waiting:
    """A line to show while there is nothing better; "" clears it."""

    text: str


@dataclass(frozen=True, slots=True)
class Growing:
    """The answer so far."""

    text: str


@dataclass(frozen=True, slots=True)
class Answered:
    """The end: the answer.

    Attributes:
        answer: None when the turn was set aside; `text` then says so.
    """

    text: str
    answer: Answer | None


Event = Waiting | Growing | Answered


class Talk:
    """Says something in a room of this process and tells what comes back."""

    def __init__(
        self, connector: LocalConnector, answers: AnswerRows, *, now: Callable[[], datetime]
    ) -> None:
        """Talk through the local connector."""
        self._connector = connector
        self._answers = answers
        self._now = now

    async def say(
        self, text: str, *, room: str, role: Role, person: str = ""
    ) -> AsyncGenerator[Event, None]:
        """Say something and yield what is shown until the answer is there.

        Args:
            text: What is said.
            room: The same room is the same conversation, as long as the same people may read
                it: the public's rooms are not those of staff and owner.
            role: As whom.
            person: A name to tell people of a role apart; "" for the role's own.
        """
        address = room_address(room, role)
        message_id = secrets.token_hex(8)
        with self._connector.watch(address) as events:
            await self._connector.say(
                IncomingMessage(
                    message_id=message_id,
                    address=address,
                    author=author(role, person),
                    text=text,
                    to_bot=True,
                    sent_at=self._now(),
                    room_audience=_audience(role).value,
                )
            )
            while True:
                event = await events.get()
                match event:
                    case Status(text=line):
                        yield Waiting(line)
                    case Said(message=message) if message.reply_to == message_id:
                        if not message.final:
                            yield Growing(message.text)
                            continue
                        yield await self._answered(message.text, message.answer_id)
                        return
                    case _:
                        continue

    async def listen(self, room: str, role: Role) -> AsyncGenerator[str, None]:
        """Yield what the bot says in a room of its own accord, such as reminders, from now on."""
        with self._connector.watch(room_address(room, role)) as events:
            while True:
                event = await events.get()
                if isinstance(event, Said) and not event.message.reply_to:
                    yield event.message.text

    async def _answered(self, text: str, answer_id: int | None) -> Answered:
        answer = None if answer_id is None else await self._answers.get(answer_id)
        return Answered(text if answer is None else answer.outcome.text, answer)


def author(role: Role, person: str = "") -> Author:
    """Return the author of what is said here as a role, told apart by a name."""
    return Author(user_id=f"{role}:{person}", name=person or role.value, role=role.value)


def room_address(room: str, role: Role) -> Address:
    """Return the address of a room of this process as a role sees it."""
    return Address(PLATFORM, f"{_audience(role)}:{room}")


def _audience(role: Role) -> Audience:
    return Audience.PUBLIC if role is Role.PUBLIC else Audience.STAFF
