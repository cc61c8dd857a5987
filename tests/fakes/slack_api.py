"""Slack's web methods, as far as the connector and its tests use them."""

import json
from typing import Any

from aiohttp import web

from tests.fakes.slack_files import Files
from tests.fakes.slack_rooms import Rooms

Body = dict[str, Any]

MAX_UPDATE_CHARS = 4_000
MAX_TEXT_CHARS = 40_000
MAX_BLOCKS = 50
MAX_BLOCKS_CHARS = 13_200


class SlackError(Exception):
    """An answer with `ok: false`."""


def refusal(blocks: list[Body]) -> str:
    """Return Slack's code for blocks it does not take, or ""."""
    if len(blocks) > MAX_BLOCKS or any(_malformed(block) for block in blocks):
        return "invalid_blocks"
    if len(json.dumps(blocks, ensure_ascii=False)) > MAX_BLOCKS_CHARS:
        return "msg_blocks_too_long"
    return ""


def _malformed(part: Any) -> bool:
    if isinstance(part, list):
        return any(_malformed(one) for one in part)
    if not isinstance(part, dict):
        return False
    kind, text = part.get("type"), part.get("text")
    if kind in ("text", "plain_text", "mrkdwn"):
        return not text
    if kind in ("rich_text", "rich_text_section", "rich_text_list") and not part["elements"]:
        return True
    if kind == "button" and (len(text["text"]) > 75 or len(part["action_id"]) > 255):
        return True
    links = ("http://", "https://", "mailto:")
    bad_link = kind == "link" and not str(part["url"]).startswith(links)
    return bad_link or any(_malformed(value) for value in part.values())


class Methods:
    """What `POST /api/<method>` does, one method a function."""

    def __init__(self, rooms: Rooms) -> None:
        self.rooms = rooms
        self.files = Files()
        self.base = ""
        self.bot_token = "xoxb-test"
        self.app_token = "xapp-test"
        self.scopes: set[str] = set()
        self.suggested: list[Body] = []
        self.statuses: list[Body] = []
        self.shown: dict[tuple[str, str], str] = {}
        self.ephemeral: list[Body] = []
        self.per_page = 100
        # What is shared stands in its room only when so many calls were made after it.
        self.shares_after = 0
        self._unshared: list[tuple[int, str, Body]] = []

    async def call(self, method: str, body: Body, token: str) -> Body:
        wanted = self.app_token if method == "apps.connections.open" else self.bot_token
        if token != wanted:
            raise SlackError("invalid_auth" if token else "not_authed")
        function = getattr(self, "do_" + method.replace(".", "_"), None)
        if function is None:
            raise SlackError("unknown_method")
        self._share()
        answer: Body = function(body)
        return {"ok": True} | answer

    def needs(self, scope: str) -> None:
        if scope not in self.scopes:
            raise SlackError("missing_scope")

    def do_auth_test(self, body: Body) -> Body:
        return {
            "team": "Kornblume Bakery",
            "team_id": "T1",
            "user": "deskhand",
            "user_id": self.rooms.bot,
            "bot_id": self.rooms.bot_id,
        }

    def do_apps_connections_open(self, body: Body) -> Body:
        return {"url": self.base.replace("http://", "ws://") + "/socket?ticket=secret"}

    def do_chat_postMessage(self, body: Body) -> Body:  # noqa: N802
        self.needs("chat:write")
        room = self._room(body["channel"])
        if len(body.get("text", "")) > MAX_TEXT_CHARS:
            raise SlackError("msg_too_long")
        self._take_blocks(body)
        message = self.rooms.own(body)
        room.messages.append(message)
        # Slack takes a status down where the app replies.
        self.shown.pop((body["channel"], body.get("thread_ts", "")), None)
        return {"channel": body["channel"], "ts": message["ts"], "message": message}

    def do_chat_update(self, body: Body) -> Body:
        self.needs("chat:write")
        message = self._message(body["channel"], body["ts"])
        if len(body.get("text", "")) > MAX_UPDATE_CHARS:
            raise SlackError("msg_too_long")
        self._take_blocks(body)
        message |= {key: body[key] for key in ("text", "blocks", "metadata") if key in body}
        return {"channel": body["channel"], "ts": body["ts"], "text": message["text"]}

    def do_chat_postEphemeral(self, body: Body) -> Body:  # noqa: N802
        self._room(body["channel"])
        self.ephemeral.append(body)
        return {"message_ts": self.rooms.stamp()}

    def do_conversations_history(self, body: Body) -> Body:
        room = self._room(body["channel"])
        seen = [
            one
            for one in room.messages
            if one.get("thread_ts", one["ts"]) == one["ts"]
            or one.get("subtype") == "thread_broadcast"
        ]
        shown = [self.rooms.with_replies(room, one) for one in seen]
        return self._page("messages", shown[::-1], body)

    def do_conversations_replies(self, body: Body) -> Body:
        room = self._room(body["channel"])
        root = self._message(body["channel"], body["ts"])
        replies = [
            one
            for one in room.messages
            if one.get("thread_ts") == body["ts"] and one["ts"] != body["ts"]
        ]
        found = self._page("messages", replies, body)
        if not body.get("cursor"):
            found["messages"].insert(0, self.rooms.with_replies(room, root))
        return found

    def do_users_info(self, body: Body) -> Body:
        self.needs("users:read")
        user = self.rooms.users.get(body["user"])
        if user is None:
            raise SlackError("user_not_found")
        return {"user": user}

    def do_usergroups_list(self, body: Body) -> Body:
        self.needs("usergroups:read")
        return {
            "usergroups": [
                {"id": key, "handle": key.lower(), "users": sorted(users)}
                for key, users in self.rooms.groups.items()
            ]
        }

    def do_conversations_info(self, body: Body) -> Body:
        room = self._room(body["channel"])
        return {"channel": room.described()}

    def do_users_conversations(self, body: Body) -> Body:
        kinds = body.get("types", "public_channel").split(",")
        scopes = {
            "public_channel": "channels:read",
            "private_channel": "groups:read",
            "im": "im:read",
            "mpim": "mpim:read",
        }
        for kind in kinds:
            self.needs(scopes[kind])
        rooms = [one.described() for one in self.rooms.rooms.values() if one.kind in kinds]
        return self._page("channels", rooms, body)

    def do_files_info(self, body: Body) -> Body:
        self.needs("files:read")
        found = self.files.info(body["file"])
        if found is None:
            raise SlackError("file_not_found")
        return {"file": found}

    def do_files_getUploadURLExternal(self, body: Body) -> Body:  # noqa: N802
        self.needs("files:write")
        return self.files.offer(body["filename"], int(body["length"]))

    def do_files_completeUploadExternal(self, body: Body) -> Body:  # noqa: N802
        self.needs("files:write")
        self._room(body["channel_id"])
        found = [self.files.complete(one["id"]) for one in json.loads(body["files"])]
        if None in found:
            raise SlackError("file_not_found")
        told = {"text": body.get("initial_comment"), "thread_ts": body.get("thread_ts")}
        message = self.rooms.own(told) | {"subtype": "file_share", "files": found}
        self._unshared.append((self.shares_after, body["channel_id"], message))
        if not self.shares_after:
            self._share()
        return {"files": [{"id": one["id"], "title": one["name"]} for one in found if one]}

    def _share(self) -> None:
        """Put what was shared into its rooms, as far as its time has come."""
        for after, channel, message in self._unshared:
            if not after:
                self._room(channel).messages.append(message)
        self._unshared = [(n - 1, *rest) for n, *rest in self._unshared if n]

    def do_assistant_threads_setStatus(self, body: Body) -> Body:  # noqa: N802
        if "assistant:write" not in self.scopes:
            self.needs("chat:write")
        place = channel, thread = body["channel_id"], body["thread_ts"]
        self._room(channel)
        if all(one["ts"] != thread for one in self._room(channel).messages):
            raise SlackError("invalid_thread_ts")
        self.statuses.append(body)
        self.shown[place] = body["status"]
        if not body["status"]:
            del self.shown[place]
        return {}

    def do_assistant_threads_setSuggestedPrompts(self, body: Body) -> Body:  # noqa: N802
        if len(body["prompts"]) > 4:
            raise SlackError("invalid_arguments")
        self.suggested.append(body)
        return {}

    def _take_blocks(self, body: Body) -> None:
        code = refusal(body.get("blocks") or [])
        if code:
            raise SlackError(code)

    def _room(self, channel: str) -> Any:
        room = self.rooms.rooms.get(channel)
        if room is None:
            raise SlackError("channel_not_found")
        return room

    def _message(self, channel: str, ts: str) -> Body:
        for message in self._room(channel).messages:
            if message["ts"] == ts:
                return message  # type: ignore[no-any-return]
        raise SlackError("message_not_found")

    def _page(self, key: str, found: list[Body], body: Body) -> Body:
        """Return one page, between `oldest` and `latest`, with a cursor where more follows."""
        oldest = float(body.get("oldest") or 0)
        latest = float(body.get("latest") or "inf")
        found = [one for one in found if "ts" not in one or oldest < float(one["ts"]) < latest]
        with_metadata = body.get("include_all_metadata") in (True, "1", "true")
        if not with_metadata:
            found = [{k: v for k, v in one.items() if k != "metadata"} for one in found]
        start = int(body.get("cursor") or 0)
        size = min(int(body.get("limit") or 100), self.per_page)
        more = start + size < len(found)
        return {
            key: found[start : start + size],
            "has_more": more,
            "response_metadata": {"next_cursor": str(start + size) if more else ""},
        }


async def body_of(request: web.Request) -> Body:
    """Return a call's arguments wherever they stand: query, form or JSON."""
    body: Body = dict(request.query)
    if request.content_type == "application/json":
        body |= await request.json()
    elif request.can_read_body:
        body |= dict(await request.post())
    return body
