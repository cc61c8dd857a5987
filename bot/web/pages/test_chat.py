"""The test chat: talk to it as a customer or as staff would, by the same path."""

import contextlib
import re
import secrets
from collections.abc import AsyncGenerator

from litestar import get, post
from litestar.response import ServerSentEvent, ServerSentEventMessage

from bot.domain.people import Role
from bot.inbox.talk import Answered, Growing, Waiting, room_address
from bot.storage.errors import StorageError
from bot.web.events import event, stream
from bot.web.forms import Form, read_form
from bot.web.parts import Asked, Given, Parts
from bot.web.rendering import Page, go_to

PERSON = "test chat"
MAX_CHARS = 2_000
MAX_SHOWN = 50
_ROOM = re.compile(r"[0-9a-f]{8}")


@get("/test-chat")
async def show(request: Asked, parts: Given) -> Page:
    """Show a conversation, or begin a new one."""
    role = _role(request.query_params.get("role", ""))
    room = _room(request.query_params.get("room", ""))
    address = room_address(room, role)
    answers = await parts.services.answers.newest(limit=MAX_SHOWN)
    said = [answer for answer in reversed(answers) if answer.conversation.address == address]
    return parts.rendering.page(
        request, "test_chat.html", answers=said, role=role.value, room=room, max_chars=MAX_CHARS
    )


@post("/test-chat")
async def say(request: Asked, parts: Given) -> Page:
    """Say something and show the conversation once the answer is there."""
    form = await read_form(request)
    role, room, text = _read(form)
    if text:
        said = parts.services.talk.say(text, room=room, role=role, person=PERSON)
        async with contextlib.aclosing(said) as events:
            async for _ in events:
                pass
    return go_to("/test-chat", role=role.value, room=room)


@post("/test-chat/stream")
async def say_and_watch(request: Asked, parts: Given) -> ServerSentEvent:
    """Say something and stream what is shown: `waiting`, `growing`, then `answered` or `failed`."""
    return stream(_events(request, parts, await read_form(request)))


async def _events(
    request: Asked, parts: Parts, form: Form
) -> AsyncGenerator[ServerSentEventMessage, None]:
    role, room, text = _read(form)
    if not text:
        yield event("failed", text="Type a question first.")
        return
    said = parts.services.talk.say(text, room=room, role=role, person=PERSON)
    try:
        async with contextlib.aclosing(said) as events:
            async for each in events:
                match each:
                    case Waiting(text=line):
                        yield event("waiting", text=line)
                    case Growing(text=so_far):
                        yield event("growing", text=so_far)
                    case Answered(text=whole, answer=answer):
                        html = parts.rendering.piece(
                            request, "_said.html", text=whole, answer=answer
                        )
                        yield event("answered", html=html)
    except StorageError as error:
        yield event("failed", text=str(error))


def _read(form: Form) -> tuple[Role, str, str]:
    text = form.text("text")[:MAX_CHARS]
    return _role(form.text("role")), _room(form.text("room")), text


def _role(value: str) -> Role:
    """Return whom to speak as: staff or the public, never more."""
    return Role.STAFF if value == Role.STAFF else Role.PUBLIC


def _room(value: str) -> str:
    return value if _ROOM.fullmatch(value) else secrets.token_hex(4)
