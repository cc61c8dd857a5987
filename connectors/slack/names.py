"""Who and where somebody is: users, their groups, and rooms, kept for ten minutes."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from slack_sdk.web.async_client import AsyncWebClient

from connectors.messages import Author
from connectors.slack.failures import FAILURES, refusal

log = logging.getLogger(__name__)

KEPT_S = 600.0
# Slack wants an acknowledgement within 3 s, and a message is not stored without its author:
# what cannot be learnt in this time is left out, and asked again no sooner than in half a minute.
LOOKUP_S = 1.5
AGAIN_S = 30.0
MAX_KEPT = 5_000  # An office has 20 people; a shared channel with the world has thousands.

SLACKBOT = "USLACKBOT"  # Slack's own, whom it does not call a bot.

# Codes that no second question changes.
_FINAL = frozenset({"missing_scope", "user_not_found", "users_not_found", "channel_not_found"})

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Known(Generic[T]):
    value: T
    until: float


class _Kept(Generic[T]):
    """Answers by key; a failed question gives the answer before, else the blank one."""

    def __init__(
        self, ask: Callable[[str], Awaitable[T]], blank: T, now: Callable[[], float]
    ) -> None:
        self._ask = ask
        self._blank = blank
        self._now = now
        self._known: dict[str, _Known[T]] = {}
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def get(self, key: str) -> T:
        known = self._known.get(key)
        if known and known.until > self._now():
            return known.value
        async with self._locks[key]:
            known = self._known.get(key)
            if known and known.until > self._now():
                return known.value
            return await self._renew(key, known)

    async def _renew(self, key: str, known: _Known[T] | None) -> T:
        if len(self._known) >= MAX_KEPT:
            self._known.clear()
            self._locks.clear()
        try:
            async with asyncio.timeout(LOOKUP_S):
                value, kept_s = await self._ask(key), KEPT_S
        except FAILURES as error:
            answer = refusal(error)
            final = answer is not None and answer.code in _FINAL
            value = known.value if known and not final else self._blank
            kept_s = KEPT_S if final else AGAIN_S
            log.info(
                "slack name not learnt error=%s", answer.code if answer else type(error).__name__
            )
        self._known[key] = _Known(value, self._now() + kept_s)
        return value


class Names:
    """Asks Slack who somebody is and what a room is called; never fails."""

    def __init__(self, web: AsyncWebClient, *, now: Callable[[], float]) -> None:
        """Start with nothing known.

        Args:
            web: With the bot token.
            now: Seconds that only grow.
        """
        self._web = web
        self._users = _Kept[Author | None](self._ask_user, None, now)
        self._rooms = _Kept(self._ask_room, "", now)
        self._groups = _Kept(self._ask_groups, _NO_GROUPS, now)

    async def author(self, user_id: str) -> Author:
        """Return who a user is, with their groups; the name is "?" where Slack does not tell."""
        user, members = await asyncio.gather(self._users.get(user_id), self._groups.get(""))
        groups = frozenset(group for group, users in members.items() if user_id in users)
        return replace(user or Author(user_id, "?"), groups=groups)

    async def user_name(self, user_id: str) -> str:
        """Return what people call a user; "" where Slack does not tell."""
        user = await self._users.get(user_id)
        return user.name if user else ""

    async def room_name(self, channel: str) -> str:
        """Return what people call a room; "" for a direct message and where it is not told."""
        return await self._rooms.get(channel)

    async def _ask_user(self, user_id: str) -> Author:
        user: Mapping[str, Any] = (await self._web.users_info(user=user_id)).get("user") or {}
        profile = user.get("profile") or {}
        names = (profile.get("display_name"), profile.get("real_name"), user.get("name"), "?")
        name = next(str(one) for one in names if one)
        bot = bool(user.get("is_bot")) or user_id == SLACKBOT
        return Author(user_id, name, zone=user.get("tz") or None, bot=bot)

    async def _ask_room(self, channel: str) -> str:
        found = (await self._web.conversations_info(channel=channel)).get("channel") or {}
        return "" if found.get("is_im") else str(found.get("name") or "")

    async def _ask_groups(self, _: str) -> Mapping[str, frozenset[str]]:
        found = await self._web.usergroups_list(include_users=True)
        return {
            str(group["id"]): frozenset(group.get("users") or ())
            for group in found.get("usergroups") or ()
        }


_NO_GROUPS: Mapping[str, frozenset[str]] = {}
