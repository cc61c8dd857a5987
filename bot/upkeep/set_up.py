"""How far the owner is with setting up: what is done, what was put off, how fast the box is."""

import asyncio
from collections.abc import Callable
from datetime import datetime

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.llm.pace import Pace
from bot.storage.settings import SettingRows

_NAME = "setting up"
STEPS = ("password", "business", "model", "knowledge", "platforms", "rooms", "try", "done")
"""In the order in which they come; each is also its page's address."""


class Progress(BaseModel):
    """Where the owner is.

    Attributes:
        begun: The password was set by the assistant. An owner from before it never began.
        over: They are through, or want to be asked no more.
        done, later: Steps that are done, and steps put off.
        pace: How fast this box was when it was measured; None while it was not.
    """

    model_config = ConfigDict(frozen=True)

    begun: bool = False
    over: bool = False
    done: frozenset[str] = frozenset()
    later: frozenset[str] = frozenset()
    pace: Pace | None = None

    @property
    def step(self) -> str:
        """Return the step to go on with: the first that was neither done nor put off."""
        seen = self.done | self.later
        return next((step for step in STEPS if step not in seen), STEPS[-1])

    @property
    def open_step(self) -> str:
        """Return the first step that is not done, put off or not; "" when nothing is left."""
        return next((step for step in STEPS[:-1] if step not in self.done), "")

    @property
    def waiting(self) -> bool:
        """Return whether the owner should be asked to go on."""
        return self.begun and not self.over and bool(self.open_step)


class SettingUp:
    """Keeps the progress, so that it goes on where it was after a power cut."""

    def __init__(self, rows: SettingRows, *, now: Callable[[], datetime]) -> None:
        """Keep it in these rows."""
        self._rows = rows
        self._now = now
        self._turnstile = asyncio.Lock()

    async def progress(self) -> Progress:
        """Return where the owner is; what an other version wrote and this cannot read is none."""
        stored = (await self._rows.all()).get(_NAME)
        try:
            return Progress() if stored is None else Progress.model_validate(stored)
        except ValidationError:
            return Progress()

    async def begin(self) -> None:
        """Note that the owner has a password and goes on from there."""
        await self._change(lambda _: Progress(begun=True, done=frozenset({STEPS[0]})))

    async def tick(self, step: str) -> None:
        """Note that a step is done."""
        await self._change(
            lambda now: now.model_copy(
                update={"done": now.done | {step}, "later": now.later - {step}}
            )
        )

    async def put_off(self, step: str) -> None:
        """Note that a step is passed over; what was done before stays done."""
        await self._change(
            lambda now: now.model_copy(update={"later": (now.later | {step}) - now.done})
        )

    async def keep(self, pace: Pace) -> None:
        """Keep how fast the box is."""
        await self._change(lambda now: now.model_copy(update={"pace": pace}))

    async def end(self) -> None:
        """Ask no more."""
        await self._change(lambda now: now.model_copy(update={"over": True}))

    async def _change(self, changed: Callable[[Progress], Progress]) -> None:
        # One after the other: two pages may be open, and a measuring ends when it ends.
        async with self._turnstile:
            progress = changed(await self.progress())
            await self._rows.put(_NAME, progress.model_dump(mode="json"), now=self._now())
