"""Listens on one platform, as one of the processes that serve an office.

Where the platform lets several listen, each does, and one of them reads the rooms back. Else one
listens and reads back, and the others are signed in, so that they can answer all the same.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from dataclasses import dataclass

from bot.inbox.accord import Accord
from bot.inbox.lookout import DeafError, Lookout
from bot.inbox.reception import Reception
from bot.inbox.status import State
from bot.storage.leadership import Leadership
from connectors.base import Platform

log = logging.getLogger(__name__)

LookAfter = Callable[[Platform, Reception, Accord | None], Lookout]


@dataclass(frozen=True, slots=True)
class Office:
    """The processes that serve one office, this one among them.

    Attributes:
        leadership: Who does what only one may do.
        accord: What they agree on.
    """

    leadership: Leadership
    accord: Accord


class Listening:
    """This process's part in listening on a platform.

    Attributes:
        on_state: Told how it is while nothing is wrong.
        on_heard: Called when the connection has brought something: it is not deaf.
    """

    def __init__(
        self,
        platform: Platform,
        reception: Reception,
        look_after: LookAfter,
        office: Office | None,
    ) -> None:
        """Listen to nothing yet.

        Args:
            platform: On what.
            reception: What takes in what is heard.
            look_after: Makes what reads the rooms back.
            office: Who else serves it; None: nobody.
        """
        self._platform = platform
        self._name = platform.platform
        self._reception = reception
        self._look_after = look_after
        self._office = office
        # What other processes had asked for at the beginning.
        self._anew = ""
        self._lookout: Lookout | None = None
        self._signed_in = False
        self.on_state: Callable[[State], None] = lambda _state: None
        self.on_heard: Callable[[], None] = lambda: None

    async def begin(self) -> None:
        """Have what waits begin once its rooms are read back: something may have been missed.

        Raises:
            StorageError: It was not stored, or what others hold could not be read.
        """
        if self._office is None:
            await self._reception.hold(self._name)
            return
        agreed = await self._office.accord.read(self._name)
        self._anew = agreed.anew
        await self._reception.hold_as(self._name, agreed.held)

    async def run(self) -> None:
        """Listen, and see to it that rooms are read back, until one of the two ends.

        Raises:
            DeafError: Something was said to the bot that no connection brought.
            ConnectorError: It cannot go on.
        """
        office = self._office
        if self._platform.abilities.several_listen:
            await self._listen_beside(office)
        elif office is None:
            await self._listen()
        else:
            await self._listen_or_stand_by(office)

    async def agree(self) -> bool:
        """Take up what other processes say; return whether to connect anew.

        Raises:
            StorageError: It could not be read.
        """
        if self._office is None:
            return False
        agreed = await self._office.accord.read(self._name)
        if agreed.anew != self._anew:
            return True
        if self._lookout is not None:
            await self._lookout.agree(self._office.accord)
        else:
            await self._reception.hold_as(self._name, agreed.held)
        if self._signed_in and not self._office.leadership.leads(self._name):
            self.on_state(State.ON if agreed.listening else State.CONNECTING)
        return False

    async def _listen_beside(self, office: Office | None) -> None:
        """Listen as every process does; one of them reads rooms back."""
        with self._looking() as lookout:
            try:
                await self._both(
                    self._platform.run(self._reception),
                    lookout.run()
                    if office is None
                    else office.leadership.led(f"{self._name} lookout", lookout.run),
                )
            except DeafError:
                if office is not None:
                    # Whose connection brought nothing, nobody knows.
                    self._anew = await office.accord.connect_anew(self._name)
                raise

    async def _listen_or_stand_by(self, office: Office) -> None:
        """Be signed in, and listen while this process is the one that does."""
        async with self._platform.signed_in():
            self._signed_in = True
            try:
                await self.agree()
                await office.leadership.led(self._name, lambda: self._listen_for(office.accord))
            finally:
                self._signed_in = False

    async def _listen_for(self, accord: Accord) -> None:
        """Listen, and tell the other processes when it is connected."""
        self.on_state(State.CONNECTING)
        # Until it says otherwise: whoever listened before may have been.
        await accord.listens(self._name, connected=False)
        await self._listen(lambda: accord.listens(self._name, connected=True))

    async def _listen(self, connected: Callable[[], Awaitable[None]] | None = None) -> None:
        with self._looking(connected) as lookout:
            await self._both(self._platform.run(self._reception), lookout.run())

    @contextlib.contextmanager
    def _looking(self, connected: Callable[[], Awaitable[None]] | None = None) -> Iterator[Lookout]:
        """Give what reads rooms back, for one stretch of listening."""
        accord = None if self._office is None else self._office.accord
        lookout = self._lookout = self._look_after(self._platform, self._reception, accord)

        async def on_connected() -> None:
            self.on_state(State.ON)
            log.info("connected platform=%s", self._name)
            if connected is not None:
                await connected()

        lookout.on_connected, lookout.on_heard = on_connected, self.on_heard
        try:
            yield lookout
        finally:
            self._lookout = None

    async def _both(self, *parts: Coroutine[object, object, None]) -> None:
        """Run both until one of them ends, and stop the other."""
        tasks = [asyncio.create_task(part, name=f"listen {self._name}") for part in parts]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
