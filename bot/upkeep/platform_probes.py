"""How each chat platform is proved to be well: by asking it who we are."""

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.choices import Choices
from bot.inbox.exits import NoWayOutError
from bot.inbox.platforms import DEAF_ALARM, Platforms, State, Status
from bot.language.catalogue import N_
from bot.upkeep.health import Finding, Probe, failed
from connectors.base import Platform
from connectors.errors import ConnectorError

# Health is asked for every few seconds, Slack lets a connection be opened once a minute (Tier 1).
# In between the connection proves itself: its rooms are read back all the time.
CHECK_KEPT = timedelta(minutes=5)

_SEE_PAGE = N_("Look at the page under Slack and Discord.")
_TODO = {
    State.CONNECTING: N_("Wait a moment."),
    State.WAITING: N_("It is tried again by itself; if that does not help, look at the network."),
    State.REFUSED: _SEE_PAGE,
}


class PlatformProbes:
    """The proofs of every chat platform."""

    def __init__(
        self, platforms: Platforms, choices: Choices, *, now: Callable[[], datetime]
    ) -> None:
        """Prove these platforms."""
        self._platforms = platforms
        self._choices = choices
        self._now = now
        self._checked: dict[str, tuple[Platform, datetime]] = {}

    def all(self) -> list[Probe]:
        """Return a proof a platform; one that is off or has no tokens is not needed."""
        return [self._probe(name) for name in self._platforms.names]

    def _probe(self, name: str) -> Probe:
        async def prove() -> Finding:
            return await self._prove(name)

        return Probe(name, True, prove)

    async def _prove(self, name: str) -> Finding:
        if not self._choices.platform(name).on:
            return Finding(True, "Switched off.", needed=False)
        tokens = await self._platforms.tokens(name)
        if not all(tokens.values()):
            return Finding(True, "Not set up: it has no token yet.", needed=False)
        platform = self._platforms.connected(name)
        if platform is not None:
            trouble = _trouble(self._platforms.status(name))
            return trouble or await self._asked(name, platform, N_("Connected."))
        # A command beside which nothing runs: the tokens can be proved all the same.
        try:
            with self._platforms.trying(name, tokens) as platform:
                return await self._asked(name, platform, N_("Its tokens are right."))
        except NoWayOutError as error:
            return failed(error, _SEE_PAGE)

    async def _asked(self, name: str, platform: Platform, well: str) -> Finding:
        known, at = self._checked.get(name, (None, self._now()))
        if known is not platform or self._now() - at > CHECK_KEPT:
            try:
                await platform.check()
            except ConnectorError as error:
                return failed(error, _SEE_PAGE)
            self._checked[name] = (platform, self._now())
        return Finding(True, well)


def _trouble(status: Status) -> Finding | None:
    """Return what is wrong with a connection that should be there."""
    if status.deaf >= DEAF_ALARM:
        return Finding(False, "It is connected but brings no messages.", _SEE_PAGE)
    if status.up:
        return None
    text = status.text or N_("It is not connected yet.")
    return Finding(False, text, _TODO.get(status.state, ""))
