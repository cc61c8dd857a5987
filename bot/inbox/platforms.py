"""Connects the chat platforms, each on its own: on, off and with a new token at any time."""

import asyncio
import contextlib
import logging
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.inbox.exits import Exits, NoWayOutError
from bot.inbox.listening import Listening, LookAfter, Office
from bot.inbox.lookout import DeafError
from bot.inbox.reception import Reception
from bot.inbox.status import DEAF_ALARM, State, Status
from connectors.base import Connector, Platform
from connectors.errors import ConnectorError, PermissionMissingError, TokenRefusedError
from connectors.messages import Address

__all__ = ["DEAF_ALARM", "Kind", "Office", "Owner", "Platforms", "State", "Status", "Tokens"]

log = logging.getLogger(__name__)

FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 60.0
# What only the owner can mend is tried again now and then: they may mend it on the platform.
OWNER_PAUSE_S = 300.0

Tokens = Mapping[str, str]
"""A platform's tokens by name, each not empty."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of platform.

    Attributes:
        make: Makes its connector of its tokens.
        tokens: The names of the tokens it needs.
    """

    make: Callable[[Tokens], Platform]
    tokens: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Owner:
    """What the owner has set, and how they hear of what they must know.

    Attributes:
        tokens: Reads a platform's tokens.
        on: Whether a platform is switched on.
        alarm: Told a platform's name and a sentence.
    """

    tokens: Callable[[str], Awaitable[Tokens]]
    on: Callable[[str], bool]
    alarm: Callable[[str, str], Awaitable[None]]


class Platforms:
    """Every platform that can be connected.

    Attributes:
        office: Who else serves it; None where this process does alone.
    """

    def __init__(
        self,
        kinds: Mapping[str, Kind],
        connectors: MutableMapping[str, Connector],
        receptions: Mapping[str, Reception],
        look_after: LookAfter,
        exits: Exits,
        owner: Owner,
        *,
        now: Callable[[], datetime],
    ) -> None:
        """Connect nothing yet.

        Args:
            kinds: By the platform's name.
            connectors: Where turns and outbox find a platform that is connected.
            receptions: Where each platform's messages come in.
            look_after: Makes what reads a platform's rooms back.
            exits: The way out to each, open while it is switched on or tried.
            owner: What they have set.
            now: The clock.
        """
        self._kinds = kinds
        self.office: Office | None = None
        self._connectors = connectors
        self._receptions = receptions
        self._look_after = look_after
        self._exits = exits
        self._owner = owner
        self._now = now
        self._status = dict.fromkeys(kinds, Status(State.OFF, since=now()))
        self._changed = {name: asyncio.Event() for name in kinds}
        self._connected: dict[str, Platform] = {}
        self._listening: dict[str, Listening] = {}
        # Those that a platform was last connected with, or found wanting.
        self._tokens: dict[str, Tokens] = {}

    @property
    def names(self) -> list[str]:
        """Return every platform's name."""
        return list(self._kinds)

    def token_names(self, name: str) -> tuple[str, ...]:
        """Return the names of the tokens that a platform needs."""
        return self._kinds[name].tokens

    def status(self, name: str) -> Status:
        """Return how a platform is just now."""
        return self._status[name]

    def connected(self, name: str) -> Platform | None:
        """Return a platform's connector while it is switched on and has its tokens."""
        return self._connected.get(name)

    @property
    def let_out(self) -> list[str]:
        """Return the platforms to which the way out is open; none where nothing stands in it."""
        return self._exits.open

    async def tokens(self, name: str) -> Tokens:
        """Return a platform's tokens by name, "" for one that is missing. Never show them."""
        return await self._owner.tokens(name)

    @contextlib.contextmanager
    def trying(self, name: str, tokens: Tokens) -> Iterator[Platform]:
        """Give a connector that is not running, to try tokens with inside the block.

        Raises:
            NoWayOutError: The platform cannot be reached from here.
        """
        with self._exits.to(name):
            yield self._kinds[name].make(tokens)

    def holds(self, address: Address) -> bool:
        """Return whether a room's turns wait until it is read back.

        Where several processes answer, the rows alone say so: which rooms were read back, only the
        one that reads them knows.
        """
        if self.office is not None:
            return False
        reception = self._receptions.get(address.platform)
        return reception is not None and reception.holds(address)

    def change(self, name: str) -> None:
        """Connect anew at once, with the tokens there are now."""
        self._changed[name].set()

    def chosen(self, name: str) -> None:
        """Take up what the owner chose: only being switched on or off touches the connection."""
        if self._owner.on(name) is (self._status[name].state is State.OFF):
            self.change(name)

    async def refresh(self) -> None:
        """Take up what other processes have set: connect anew what has other tokens by now.

        Raises:
            StorageError: It could not be read.
        """
        for name in tuple(self._tokens):
            if await self._asked_to_connect(name):
                self.change(name)

    async def _asked_to_connect(self, name: str) -> bool:
        listening = self._listening.get(name)
        if await self._owner.tokens(name) != self._tokens[name]:
            return True
        return listening is not None and await listening.agree()

    async def run(self) -> None:
        """Keep every platform connected until cancelled; one never touches another."""
        self._exits.close_unused()
        async with asyncio.TaskGroup() as group:
            for name in self._kinds:
                group.create_task(self._keep(name), name=f"platform {name}")

    def _is(self, name: str, status: Status) -> None:
        """Take down how a platform is; it is so since it last came up or went."""
        was = self._status[name]
        since = was.since if status.up is was.up else self._now()
        self._status[name] = replace(status, since=since)

    async def _keep(self, name: str) -> None:
        changed = self._changed[name]
        while True:
            changed.clear()
            tokens = self._tokens[name] = await self._owner.tokens(name)
            if not self._owner.on(name):
                self._is(name, Status(State.OFF))
            elif not all(tokens.get(each) for each in self._kinds[name].tokens):
                self._is(name, Status(State.UNSET))
            else:
                await self._connect(name, tokens, changed)
                continue
            await changed.wait()

    async def _connect(self, name: str, tokens: Tokens, changed: asyncio.Event) -> None:
        """Be connected until something changes, or for a while where there is no way out."""
        try:
            with self._exits.to(name):
                async with self._registered(name, tokens) as listening:
                    connecting = asyncio.create_task(self._hold(name, listening))
                    await _first(connecting, changed)
        except NoWayOutError as error:
            log.warning("not connected platform=%s: %s", name, error)
            self._is(name, Status(State.WAITING, str(error)))
            await _first(asyncio.create_task(asyncio.sleep(LONGEST_PAUSE_S)), changed)

    @contextlib.asynccontextmanager
    async def _registered(self, name: str, tokens: Tokens) -> AsyncIterator[Listening]:
        """Have turns and outbox find a platform inside the block."""
        platform = self._kinds[name].make(tokens)
        listening = Listening(platform, self._receptions[name], self._look_after, self.office)

        def on_state(state: State) -> None:
            self._is(name, Status(state, deaf=self._status[name].deaf))

        def on_heard() -> None:
            self._is(name, Status(State.ON))

        listening.on_state, listening.on_heard = on_state, on_heard
        await listening.begin()
        self._listening[name] = listening
        self._connectors[name] = self._connected[name] = platform
        try:
            yield listening
        finally:
            del self._connectors[name], self._connected[name], self._listening[name]

    async def _hold(self, name: str, listening: Listening) -> None:
        """Connect again and again, each time a little later."""
        pause_s = FIRST_PAUSE_S
        while True:
            began_s = time.monotonic()
            self._is(name, Status(State.CONNECTING, deaf=self._status[name].deaf))
            problem = await self._until_broken(name, listening)
            if problem != self._status[name]:
                log.warning("not connected platform=%s: %s", name, problem.text)
            self._is(name, problem)
            if time.monotonic() - began_s > LONGEST_PAUSE_S:
                pause_s = FIRST_PAUSE_S
            wait_s = OWNER_PAUSE_S if problem.state is State.REFUSED else pause_s
            await asyncio.sleep(wait_s * random.uniform(0.8, 1.2))  # noqa: S311 - spreads retries
            pause_s = min(pause_s * 2, LONGEST_PAUSE_S)

    async def _until_broken(self, name: str, listening: Listening) -> Status:
        """Listen until that ends and return how the platform is then."""
        try:
            await listening.run()
            text = "The connection ended."
        except DeafError as error:
            deaf = self._status[name].deaf + 1
            if deaf == DEAF_ALARM:
                await self._owner.alarm(name, str(error))
            return Status(State.WAITING, str(error), deaf)
        except (TokenRefusedError, PermissionMissingError) as error:
            return Status(State.REFUSED, str(error))
        except ConnectorError as error:
            text = str(error)
        except Exception as error:  # the edge of one platform
            log.exception("platform broke name=%s", name)
            text = f"It broke: {type(error).__name__}."
        return Status(State.WAITING, text, self._status[name].deaf)


async def _first(task: "asyncio.Task[None]", changed: asyncio.Event) -> None:
    """Wait until a task ends or something changes; the task is stopped then."""
    waiting = asyncio.create_task(changed.wait())
    try:
        await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for each in (task, waiting):
            each.cancel()
        await asyncio.gather(task, waiting, return_exceptions=True)
