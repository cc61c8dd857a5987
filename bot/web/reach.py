"""Whether people can reach it: one sentence, from what is known without asking anybody."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.upkeep.health import Row
from bot.web.parts import Parts
from bot.web.platforms.guides import GUIDES
from bot.web.reader import gettext as _


@dataclass(frozen=True, slots=True)
class Reach:
    """Whether people can reach it.

    Attributes:
        lamp: "" for good, "care", "bad", or "off" while nothing is connected yet.
        sentence: So in words.
        path: Where more is to be seen, or done; "" where there is no need.
        action: What can be done there.
    """

    lamp: str
    sentence: str
    path: str = ""
    action: str = ""


def reach(parts: Parts, rows: Sequence[Row]) -> Reach:
    """Return whether people can reach it, by each part's last proof and each connection's state.

    Args:
        parts: The app's.
        rows: A row a part as it was proved last; none where nothing was proved yet.
    """
    platforms = parts.services.platforms
    states = {name: platforms.status(name) for name in platforms.names}
    wanted = [name for name in platforms.names if states[name].wanted]
    up = [name for name in wanted if states[name].up]
    down = [name for name in wanted if not states[name].up]
    # A platform's own row is as old as its proof: its connection tells of itself.
    broken = [row.part for row in rows if row.needed and not row.ok and row.part not in states]
    if broken:
        sentence = _("People may get no answer: {parts} does not work.")
        return Reach("bad", sentence.format(parts=", ".join(broken)), "#health", _("See why"))
    if not wanted:
        sentence = _("Nobody can reach it yet: neither Slack nor Discord is connected.")
        return Reach("off", sentence, "/platforms", _("Connect one"))
    if not up:
        sentence = _("Nobody can reach it now: {platforms} is not connected.")
        named = _named(parts, down)
        return Reach("bad", sentence.format(platforms=named), _place(down), _("See why"))
    if down:
        sentence = _("People can reach it on {platforms}, but not on {others}.")
        told = sentence.format(platforms=_named(parts, up), others=_named(parts, down))
        return Reach("care", told, _place(down), _("See why"))
    return _by_model(parts, _named(parts, up))


def _by_model(parts: Parts, platforms: str) -> Reach:
    services = parts.services
    if services.choices.model.name and services.model.status.ok is False:
        sentence = _(
            "People can reach it on {platforms}. The model is away: it answers in your own words."
        )
        return Reach("care", sentence.format(platforms=platforms), "/model", _("See why"))
    return Reach("", _("People can reach it on {platforms}.").format(platforms=platforms))


def _named(parts: Parts, names: Sequence[str]) -> str:
    return parts.sentences.both([GUIDES[name].title for name in names])


def _place(names: Sequence[str]) -> str:
    return f"/platforms/{names[0]}" if len(names) == 1 else "/platforms"
