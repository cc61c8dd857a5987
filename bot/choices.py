"""What the owner has chosen on the page: typed by name, kept as rows, in force at once."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime, time
from enum import StrEnum
from pathlib import Path
from typing import cast

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError, field_validator

from bot.business.facts import BusinessFacts, Weekday
from bot.domain.people import local_room
from bot.llm.embedding import ollama_model
from bot.people.choices import LocalChoice, Manners, PlatformChoice
from bot.people.follow_ups import FollowUpChoice
from bot.people.hand_overs import HandOverChoice
from bot.storage.settings import SettingRows
from connectors.messages import Address
from knowledge.documents import Audience
from knowledge.embedding import EARLIER_BUILTIN

BUILTIN_EMBEDDER = "builtin"

# More than an owner keeps an eye on; each costs a look at every question.
MAX_GROUPS = 200
MAX_MEMBERS = 20
MAX_MEMBER_CHARS = 80


def choice_of(name: str) -> str:
    """Return the choice of an embedder by the name that its vectors bear."""
    return name if name == EARLIER_BUILTIN else ollama_model(name) or BUILTIN_EMBEDDER


class ModelChoice(BaseModel):
    """Which models answer and find.

    Attributes:
        name: Ollama's name of the chat model; "" answers without one.
        embedder: "builtin", Ollama's name of an embedding model, or the name of what was built into
            an earlier version, where the owner keeps that.
        context_tokens: Prompt and answer together; more needs more memory.
        calls_at_once: Model calls that run side by side on each host; 1 suits a box without a GPU.
        drained: Addresses of Ollama hosts that get no more calls, where there are several.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = ""
    embedder: str = BUILTIN_EMBEDDER
    context_tokens: int = Field(default=4096, ge=2048, le=131_072)
    calls_at_once: int = Field(default=1, ge=1, le=64)
    drained: tuple[str, ...] = ()


class KnowledgeChoice(BaseModel):
    """Where knowledge may come from, and how it is found.

    Attributes:
        web_pages: Pages may be fetched from the web by their address.
        folder: A folder on this computer whose files are read; "" for none.
        more_ways: While nobody asks, the model drafts other ways to ask for each entry.
        synonyms: Groups of words or phrases that mean the same here.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    web_pages: bool = False
    more_ways: bool = True
    folder: str = Field(default="", max_length=1_000)
    synonyms: tuple[tuple[str, ...], ...] = ()

    @field_validator("folder")
    @classmethod
    def _whole_path(cls, value: str) -> str:
        folder = value.strip()
        if folder and not Path(folder).is_absolute():
            raise ValueError("this must be the folder's whole path, such as /srv/knowledge.")
        return folder and str(Path(folder))

    @field_validator("synonyms")
    @classmethod
    def _that_can_be_looked_up(
        cls, groups: tuple[tuple[str, ...], ...]
    ) -> tuple[tuple[str, ...], ...]:
        if len(groups) > MAX_GROUPS:
            raise ValueError(f"{MAX_GROUPS} groups are the most: leave some out.")
        return tuple(_group(group) for group in groups)


def _group(members: tuple[str, ...]) -> tuple[str, ...]:
    """Return a group as it is kept: spaces evened, each member once."""
    kept: dict[str, str] = {}
    for member in members:
        even = " ".join(member.split())
        if "," in even or not any(sign.isalnum() for sign in even):
            raise ValueError(f"{member!r} is no word or phrase: write words, without a comma.")
        if len(even) > MAX_MEMBER_CHARS:
            raise ValueError(f"{even[:20]}… is too long: {MAX_MEMBER_CHARS} signs are the most.")
        kept.setdefault(even.casefold(), even)
    if not 2 <= len(kept) <= MAX_MEMBERS:
        first = next(iter(kept.values()), "an empty line")
        raise ValueError(f"A group has 2 to {MAX_MEMBERS} words or phrases: see {first}.")
    return tuple(kept.values())


class Told(StrEnum):
    """When the team's rooms are told of open questions."""

    AT_ONCE = "at_once"
    """When one is new; what was merely doubtful, and what stays open, with the week's list."""
    WEEKLY = "weekly"
    OFF = "off"


class QuestionsChoice(BaseModel):
    """How the team is told of open questions.

    Attributes:
        told: When.
        weekday: Of the week's list.
        at: Of the week's list, in the business's zone; None: when the business opens that day.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    # Who set up a room for the team waits for questions there; a person may wait for the answer.
    told: Told = Told.AT_ONCE
    weekday: Weekday = Weekday.MO
    at: time | None = None


class UnknownSettingError(Exception):
    """There is no setting of this name; the text names those there are."""


class InvalidSettingError(Exception):
    """A value does not fit its setting; the text says where and what would."""


class Choices:
    """The settings in force. Read them at each use: a change holds from then on."""

    def __init__(
        self,
        rows: SettingRows,
        *,
        first: dict[str, BaseModel],
        now: Callable[[], datetime],
    ) -> None:
        """Start from first values.

        Args:
            rows: Where choices are kept.
            first: What holds until the owner chooses, by name.
            now: The clock.
        """
        self._rows = rows
        self._first = dict(first)
        self._values = dict(first)
        self._first_zone = cast("BusinessFacts", first["business"]).zone or "UTC"
        self._now = now
        self._listeners: list[Callable[[str], None]] = []
        # What is read while something is being set may be of before.
        self._changing = asyncio.Lock()

    @property
    def business(self) -> BusinessFacts:
        """Return the business's facts, with this computer's zone until one is told."""
        facts = cast("BusinessFacts", self._values["business"])
        return facts if facts.zone else facts.model_copy(update={"zone": self._first_zone})

    @property
    def model(self) -> ModelChoice:
        """Return which models are in use."""
        return cast("ModelChoice", self._values["model"])

    @property
    def manners(self) -> Manners:
        """Return how the bot behaves on every platform."""
        return cast("Manners", self._values["manners"])

    @property
    def knowledge(self) -> KnowledgeChoice:
        """Return where knowledge may come from, and how it is found."""
        return cast("KnowledgeChoice", self._values["knowledge"])

    @property
    def questions(self) -> QuestionsChoice:
        """Return how the team is told of open questions."""
        return cast("QuestionsChoice", self._values["questions"])

    @property
    def hand_overs(self) -> HandOverChoice:
        """Return how conversations are handed to a person, and given back."""
        return cast("HandOverChoice", self._values["hand_overs"])

    @property
    def follow_ups(self) -> FollowUpChoice:
        """Return when reminders come, and what becomes of those that nobody marks done."""
        return cast("FollowUpChoice", self._values["follow_ups"])

    @property
    def platforms(self) -> frozenset[str]:
        """Return the names of the platforms that something is chosen for: "slack", "discord"."""
        return frozenset(
            name for name, value in self._values.items() if isinstance(value, PlatformChoice)
        )

    def platform(self, name: str) -> PlatformChoice:
        """Return what was chosen for a platform, "slack" or "discord"."""
        return cast("PlatformChoice", self._values[name])

    def staff_room(self, platform: str) -> Address | None:
        """Return the team's room on a platform, this process among them; None: there is none."""
        match self._values.get(platform):
            case LocalChoice(staff_room=name) if name:
                return local_room(name, Audience.STAFF)
            case PlatformChoice(staff_room=channel) if channel:
                return Address(platform, channel)
        return None

    def is_staff_room(self, address: Address) -> bool:
        """Return whether an address is in the team's room of its platform."""
        room = self.staff_room(address.platform)
        return room is not None and room.channel == address.channel

    def above_in_staff_room(self, address: Address, reply_to: str) -> tuple[str, ...]:
        """Return the ids of posts that something stands below in a team's room; none elsewhere.

        Args:
            address: Where it stands.
            reply_to: The id of the message it replies to, "" for none.
        """
        if not self.is_staff_room(address):
            return ()
        # A thread below a post has that post's id on Slack and on Discord alike.
        return tuple(filter(None, (reply_to, address.thread)))

    def owner_room(self, platform: str) -> Address | None:
        """Return the owner's room on a platform, where alarms are told; None: there is none."""
        match self._values.get(platform):
            case PlatformChoice(owner_room=channel) if channel:
                return Address(platform, channel)
        return None

    def readers(self, address: Address) -> Audience | None:
        """Return who reads a room as the owner has chosen; None where nothing is chosen."""
        match self._values.get(address.platform):
            case LocalChoice() if address == self.staff_room(address.platform):
                return Audience.STAFF
            case PlatformChoice(rooms=rooms) if address.channel in rooms:
                return rooms[address.channel].audience
        return None

    def on_change(self, listener: Callable[[str], None]) -> None:
        """Have a function called with the name of each setting that changes."""
        self._listeners.append(listener)

    async def load(self) -> None:
        """Read what was chosen before.

        Raises:
            InvalidSettingError: A stored value fits this version no longer.
        """
        for name, value in (await self._rows.all()).items():
            if name in self._values:
                self._values[name] = self._checked(name, value)

    async def refresh(self) -> None:
        """Put in force what another process has stored since.

        Raises:
            InvalidSettingError: A value does not fit this version; the others hold.
            StorageError: What held before still holds.
        """
        refused: InvalidSettingError | None = None
        async with self._changing:
            for name, value in (await self._rows.all()).items():
                if name not in self._values:
                    continue
                try:
                    checked = self._checked(name, value)
                except InvalidSettingError as error:
                    refused = error
                    continue
                if checked != self._values[name]:
                    self._hold(name, checked)
        if refused is not None:
            raise refused

    @property
    def groups(self) -> frozenset[str]:
        """Return the names of the groups of settings."""
        return frozenset(self._values)

    def names(self) -> list[str]:
        """Return every setting's name, dotted, in order."""
        return [
            f"{name}.{field}"
            for name in sorted(self._values)
            for field in type(self._values[name]).model_fields
        ]

    def get(self, name: str) -> JsonValue:
        """Return a setting ("business.zone") or a whole group ("business") as JSON.

        Raises:
            UnknownSettingError: There is none of this name.
        """
        group, field = self._place(name)
        value: JsonValue = self._values[group].model_dump(mode="json")
        return value[field] if field and isinstance(value, dict) else value

    def first(self, name: str) -> JsonValue:
        """Return what held for a setting until somebody chose, as `get` does.

        Raises:
            UnknownSettingError: There is none of this name.
        """
        group, field = self._place(name)
        value: JsonValue = self._first[group].model_dump(mode="json")
        return value[field] if field and isinstance(value, dict) else value

    async def set(self, name: str, value: JsonValue) -> None:
        """Check, store and put in force a setting or a whole group.

        Raises:
            UnknownSettingError: There is none of this name.
            InvalidSettingError: The value does not fit.
            StorageError: It was not stored; what held before still holds.
        """
        group, field = self._place(name)
        async with self._changing:
            before = self._values[group].model_dump(mode="json")
            checked = self._checked(group, {**before, field: value} if field else value)
            await self._rows.choose(
                group, checked.model_dump(mode="json"), before=before, now=self._now()
            )
            self._hold(group, checked)

    async def set_all(self, values: dict[str, JsonValue]) -> list[str]:
        """Set several groups at once; keys that are no setting are left out.

        Returns:
            The names that were set. Nothing is set when one of them does not fit.

        Raises:
            InvalidSettingError: A value does not fit.
        """
        known = {name: value for name, value in values.items() if name in self._values}
        self.check(known)
        for name, value in known.items():
            await self.set(name, value)
        return sorted(known)

    def check(self, values: Mapping[str, JsonValue]) -> None:
        """See that groups of settings could be set; nothing is.

        Raises:
            InvalidSettingError: A value does not fit.
        """
        for name, value in values.items():
            self._checked(name, value)

    def _hold(self, group: str, value: BaseModel) -> None:
        """Have a value hold from now on, and tell who listens."""
        self._values[group] = value
        for listener in self._listeners:
            listener(group)

    def _place(self, name: str) -> tuple[str, str]:
        group, _, field = name.partition(".")
        known = self._values.get(group)
        if known is None or (field and field not in type(known).model_fields):
            raise UnknownSettingError(
                f"There is no setting {name!r}. Those there are: {', '.join(self.names())}."
            )
        return group, field

    def _checked(self, name: str, value: JsonValue) -> BaseModel:
        kind = type(self._values[name])
        try:
            return kind.model_validate(value)
        except ValidationError as error:
            raise InvalidSettingError(_sentence(name, error)) from error


def _sentence(name: str, error: ValidationError) -> str:
    first = error.errors()[0]
    place = ".".join([name, *(str(part) for part in first["loc"])])
    return f"{place}: {first['msg'].removeprefix('Value error, ')}"
