"""How a platform is, in the words and with the lamp that the page shows."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.inbox.platforms import DEAF_ALARM, Platforms, State, Status
from bot.web.platforms.form import without
from bot.web.platforms.guides import GUIDES, Guide
from bot.web.platforms.memory import PlatformMemory
from bot.web.reader import N_
from bot.web.reader import gettext as _

_WORDS: Mapping[State, tuple[str, str]] = {
    State.OFF: ("off", N_("Switched off")),
    State.UNSET: ("off", N_("Not set up yet")),
    State.CONNECTING: ("care", N_("Connecting …")),
    State.ON: ("", N_("Connected")),
    State.WAITING: ("care", N_("Not connected. It is tried again by itself")),
    State.REFUSED: ("bad", N_("Not connected. It needs you")),
}
_DEAF = ("bad", N_("Connected, but it brings no messages"))
# Seconds until a page that is open looks again.
_LOOK_AGAIN_S: Mapping[State, int] = {State.CONNECTING: 2, State.WAITING: 10, State.REFUSED: 30}


@dataclass(frozen=True, slots=True)
class View:
    """One platform as the page shows it.

    Attributes:
        lamp: "", "care", "bad" or "off".
        words: The state in a few words.
        text: What is wrong and what to do, "" while nothing is.
        signed_in_as: "" while it is not known.
        on: The owner has it switched on.
        set_up: It has all its tokens.
        troubled: It should be connected and is not: trying again at once may help.
        look_again_s: After how many seconds the state may be another, 0 when it lasts.
    """

    name: str
    guide: Guide
    lamp: str
    words: str
    text: str
    signed_in_as: str
    on: bool
    set_up: bool
    troubled: bool
    look_again_s: int


async def view(platforms: Platforms, memory: PlatformMemory, name: str, *, on: bool) -> View:
    """Return how a platform is just now."""
    tokens = await platforms.tokens(name)
    set_up = all(tokens.values())
    status = _told(platforms.status(name), on=on, set_up=set_up)
    told = memory.last(name)
    deaf = status.deaf >= DEAF_ALARM
    lamp, words = _DEAF if deaf else _WORDS[status.state]
    usable = status.state not in (State.OFF, State.UNSET)
    text = status.text or (told.problem if status.state is not State.ON else "")
    return View(
        name=name,
        guide=GUIDES[name],
        lamp=lamp,
        words=words,
        text=without(_(text), tokens) if usable else "",
        signed_in_as=without(told.signed_in_as, tokens) if usable else "",
        on=on,
        set_up=set_up,
        troubled=deaf or status.state in (State.WAITING, State.REFUSED),
        look_again_s=_LOOK_AGAIN_S.get(status.state, 0),
    )


def _told(status: Status, *, on: bool, set_up: bool) -> Status:
    """Return the status that a change just made leads to, before it is taken up."""
    if not on:
        return Status(State.OFF)
    if not set_up:
        return Status(State.UNSET)
    if status.state in (State.OFF, State.UNSET):
        return Status(State.CONNECTING)
    return status
