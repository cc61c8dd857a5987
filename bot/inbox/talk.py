"""Conversations inside this process: the terminal and the page's test chat.

What is said here takes the same path as on any platform.
"""

import secrets
from collections import OrderedDict
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from bot.choices import Choices
from bot.domain.conversations import Answer
from bot.domain.outgoing import Outgoing
from bot.domain.people import Role, local_room
from bot.outbox.buttons import offers_change
from bot.outbox.files import KeptFiles
from bot.storage.answers import AnswerRows
from connectors.local.connector import MAX_FILES, PLATFORM, LocalConnector, Said, Status
from connectors.messages import (
    Address,
    Author,
    Button,
    File,
    IncomingMessage,
    OutgoingFile,
    OutgoingMessage,
    Press,
)
from knowledge.documents import Audience

# Of so many messages said here last it is known which of ours answers them.
MAX_KNOWN = 1_000
NO_FILES: Mapping[str, bytes] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Waiting:
    """A line to show while there is nothing better; "" clears it."""

    text: str


@dataclass(frozen=True, slots=True)
class Growing:
    """The answer so far."""

    text: str


@dataclass(frozen=True, slots=True)
class Heard:
    """A message of ours in a room, as it stands now.

    Attributes:
        message_id: A message of the same id replaces it.
        buttons: What can be pressed below it.
        answerable: What replies to it answers an open question, or changes a draft.
        files: What it brings; the name of each path is its key for `Talk.file`.
    """

    message_id: str
    text: str
    buttons: tuple[Button, ...] = ()
    answerable: bool = False
    files: tuple[OutgoingFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Answered:
    """The end: the answer.

    Attributes:
        answer: None when the turn was set aside; `text` then says so.
        heard: The message that says it.
    """

    text: str
    answer: Answer | None
    heard: Heard


Event = Waiting | Growing | Answered


class Talk:
    """Says and presses something in a room of this process and tells what comes back."""

    def __init__(
        self,
        connector: LocalConnector,
        answers: AnswerRows,
        choices: Choices,
        files: KeptFiles,
        *,
        standing: Callable[[Address], Awaitable[Sequence[Outgoing]]],
        now: Callable[[], datetime],
    ) -> None:
        """Talk through the local connector.

        Args:
            connector: Where the rooms are.
            answers: What was answered.
            choices: Which room is the team's.
            files: Where those are that are sent and shown here.
            standing: What a team's room was told and still waits for an answer.
            now: The clock.
        """
        self._connector = connector
        self._answers = answers
        self._choices = choices
        self._files = files
        self._standing = standing
        self._now = now
        # Which of our messages answers what was said here, "" while it is waited for.
        self._answered_by: OrderedDict[str, str] = OrderedDict()

    async def say(
        self,
        text: str,
        *,
        room: str,
        role: Role,
        person: str = "",
        reply_to: str = "",
        files: Mapping[str, bytes] = NO_FILES,
    ) -> AsyncGenerator[Event, None]:
        """Say something and yield what is shown until the answer is there.

        Args:
            text: What is said.
            room: The same room is the same conversation, as long as the same people may read
                it: the public's rooms are not those of staff and owner.
            role: As whom.
            person: A name to tell people of a role apart; "" for the role's own.
            reply_to: The id of the message in the room that it replies to; "" for none.
            files: What is sent with it, by name; of more than `MAX_FILES` the first.

        Raises:
            OSError: The files could not be kept; nothing was said.
        """
        address = room_address(room, role)
        message_id = secrets.token_hex(8)
        kept = await self._kept(files)
        self._answered_by[message_id] = ""
        if len(self._answered_by) > MAX_KNOWN:
            self._answered_by.popitem(last=False)
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
                    reply_to=reply_to,
                    files=kept,
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
                        self._answered_by[message_id] = event.message_id
                        yield await self._answered(event)
                        return
                    case _:
                        continue

    async def press(
        self, action: str, message_id: str, *, room: str, role: Role, person: str = ""
    ) -> str:
        """Press a button under a message; return the sentence for who pressed it.

        Args:
            action: The button's own.
            message_id: The message's.
            room: The message's.
            role: As whom.
            person: As in `say`.
        """
        address = room_address(room, role)
        return await self._connector.press(Press(address, author(role, person), action, message_id))

    async def listen(self, room: str, role: Role) -> AsyncGenerator[Heard, None]:
        """Yield what is said in a room of its own accord, such as reminders.

        First what the team's room was told and still waits for an answer, then what comes from now
        on, and again what changes of it. What answers somebody who waits for it is theirs.
        """
        address = room_address(room, role)
        with self._connector.watch(address) as events:
            for each in await self._standing(address):
                yield self.heard(each.posted_id, each.message)
            while True:
                event = await events.get()
                if isinstance(event, Said) and event.message.final and not self._awaited(event):
                    yield self.heard(event.message_id, event.message)

    def heard(self, message_id: str, message: OutgoingMessage) -> Heard:
        """Return a message of ours as it is heard in its room."""
        teams = message.address == self._choices.staff_room(PLATFORM)
        wanted = not message.reply_to or offers_change(message.buttons)
        return Heard(
            message_id,
            message.text,
            message.buttons,
            answerable=teams and wanted,
            files=message.files,
        )

    async def file(self, key: str) -> bytes | None:
        """Return what is in a file that was shown here; None for what is not kept any more."""
        return await self._files.read(key)

    async def _kept(self, files: Mapping[str, bytes]) -> tuple[File, ...]:
        sent = [
            (name, await self._files.keep(secrets.token_hex(8), name, content))
            for name, content in list(files.items())[:MAX_FILES]
        ]
        return tuple(File(kept.path.name, name) for name, kept in sent)

    def _awaited(self, said: Said) -> bool:
        """Return whether a message is the answer to what somebody said here, and waits for."""
        answered_by = self._answered_by.get(said.message.reply_to)
        return answered_by is not None and answered_by in {"", said.message_id}

    async def _answered(self, said: Said) -> Answered:
        message = said.message
        answer = None
        if message.answer_id is not None:
            answer = await self._answers.get(message.answer_id)
        text = message.text if answer is None else answer.outcome.text
        return Answered(text, answer, self.heard(said.message_id, message))


def author(role: Role, person: str = "") -> Author:
    """Return the author of what is said here as a role, told apart by a name."""
    return Author(user_id=f"{role}:{person}", name=person or role.value, role=role.value)


def room_address(room: str, role: Role) -> Address:
    """Return the address of a room of this process as a role sees it."""
    return local_room(room, _audience(role))


def _audience(role: Role) -> Audience:
    return Audience.PUBLIC if role is Role.PUBLIC else Audience.STAFF
