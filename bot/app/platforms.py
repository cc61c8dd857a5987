"""The owner's chat platforms, which come and go."""

from collections.abc import Callable, Mapping

from bot.app.rows import Now, Rows
from bot.choices import Choices
from bot.inbox.accord import Accord
from bot.inbox.alarms import Alarms
from bot.inbox.exits import Exits
from bot.inbox.lookout import Lookout
from bot.inbox.platforms import Kind, Owner, Platforms, Tokens
from bot.inbox.reception import Admit, Reception, Vouch
from bot.kinds import PLATFORMS
from bot.people.rules import admitted, vouched
from bot.settings import Settings
from connectors.base import Connector, Platform


def platforms_of(
    settings: Settings,
    kinds: Mapping[str, Kind],
    rows: Rows,
    choices: Choices,
    connectors: dict[str, Connector],
    reception: Callable[[Admit, Vouch], Reception],
    sent: Callable[[], None],
    now: Now,
) -> Platforms:
    """Return the owner's chat platforms; those that are on enter `connectors` while connected.

    Args:
        settings: Tokens that the environment fixes, and where the way out is opened.
        kinds: How each is connected, by name.
        rows: Where tokens and what was heard are kept.
        choices: Which are on, who is who there, and what is alarmed.
        connectors: By platform.
        reception: Makes what takes a platform's messages in.
        sent: Called when there is something new in the outbox.
        now: The clock.
    """

    async def tokens(name: str) -> Tokens:
        known = await rows.secrets.all() | settings.tokens
        return {each: known.get(each, "") for each in kinds[name].tokens}

    def look_after(platform: Platform, incoming: Reception, accord: Accord | None) -> Lookout:
        return Lookout(
            platform,
            incoming,
            rows.inbox,
            rows.settings,
            accord,
            now=now,
        )

    def used_elsewhere(name: str) -> bool:
        return rows.workers.shared and choices.platform(name).on

    def admitting(name: str) -> Admit:
        return lambda message: admitted(message, choices.platform(name))

    def vouching(name: str) -> Vouch:
        return lambda author: vouched(author, choices.platform(name))

    alarms = Alarms(rows.outbox, choices, platforms=PLATFORMS, sent=sent, now=now)
    platforms = Platforms(
        kinds,
        connectors,
        {name: reception(admitting(name), vouching(name)) for name in kinds},
        look_after,
        Exits(settings.way_out_open, list(kinds), used_elsewhere=used_elsewhere),
        Owner(tokens, lambda name: choices.platform(name).on, alarms.tell),
        now=now,
    )
    choices.on_change(lambda name: platforms.chosen(name) if name in kinds else None)
    return platforms
