"""The test chat: talk to it as a customer or as staff would, by the same path, or be the team."""

import contextlib
import re
import secrets
from collections.abc import AsyncGenerator
from dataclasses import dataclass

from litestar import MediaType, get, post
from litestar.response import Response, ServerSentEvent, ServerSentEventMessage

from bot.domain.conversations import Answer
from bot.domain.people import Role
from bot.inbox.talk import Answered, Growing, Heard, Waiting, room_address
from bot.storage.errors import StorageError
from bot.web.events import event, stream
from bot.web.forms import Form, read_form
from bot.web.parts import Asked, Given, Parts
from bot.web.reader import explained
from bot.web.reader import gettext as _
from bot.web.rendering import Page, go_to
from bot.web.roles import EDITOR, FOR
from connectors.local.connector import MAX_FILE_BYTES, MAX_FILES
from connectors.local.connector import PLATFORM as LOCAL

PERSON = "test chat"
MAX_CHARS = 2_000
MAX_SHOWN = 50
MAX_QUOTED_CHARS = 80
MAX_BODY_BYTES = MAX_FILES * MAX_FILE_BYTES + 1_000_000
# Where the set-up assistant has the same chat.
AT_SET_UP = "/setup/try"
_ROOM = re.compile(r"[0-9a-f]{8}")


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody talks, and as whom; staff or the public, never more.

    Attributes:
        teams: It is the room where the team is told of open questions.
    """

    room: str
    role: Role
    teams: bool = False


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message of ours, with what it answers.

    Attributes:
        answer: None for what was said of our own accord.
    """

    heard: Heard
    text: str
    answer: Answer | None = None


@get("/test-chat", opt={FOR: EDITOR})
async def show(request: Asked, parts: Given) -> Page:
    """Show a conversation, or begin a new one."""
    context = await shown(request, parts)
    return parts.rendering.page(request, "test_chat.html", status=200, **context)


async def shown(request: Asked, parts: Parts) -> dict[str, object]:
    """Return what a template shows of the conversation that an address names, or of a new one."""
    query = request.query_params
    place = _place(parts, query.get("room", ""), query.get("role", ""))
    return await _shown(parts, place, reply_to=query.get("reply_to", ""))


@post("/test-chat", request_max_body_size=MAX_BODY_BYTES, opt={FOR: EDITOR})
async def say(request: Asked, parts: Given) -> Page:
    """Say something and show the conversation once the answer is there."""
    form = await read_form(request)
    place = _place(parts, form.text("room"), form.text("role"))
    text, files = form.text("text")[:MAX_CHARS], _files(form)
    if text or files:
        async with contextlib.aclosing(_said(parts, place, text, form)) as events:
            async for _ in events:
                pass
    return go_to(_at(form), role=place.role.value, room=place.room)


@post("/test-chat/stream", request_max_body_size=MAX_BODY_BYTES, opt={FOR: EDITOR})
async def say_and_watch(request: Asked, parts: Given) -> ServerSentEvent:
    """Say something and stream what is shown: `waiting`, `growing`, then `answered` or `failed`."""
    return stream(_events(request, parts, await read_form(request)))


@post("/test-chat/press", opt={FOR: EDITOR})
async def press(request: Asked, parts: Given) -> Page:
    """Press a button under a message and show the sentence for who pressed it below it."""
    form = await read_form(request)
    place = _place(parts, form.text("room"), form.text("role"))
    message_id = form.text("message_id")
    told = await parts.services.talk.press(
        form.text("action"), message_id, room=place.room, role=place.role, person=PERSON
    )
    if request.headers.get("HX-Request"):
        piece = parts.rendering.piece(request, "_pressed.html", told=told)
        return Response(piece, status_code=200, media_type=MediaType.HTML)
    if _at(form) == AT_SET_UP:
        return go_to(AT_SET_UP, role=place.role.value, room=place.room)
    context = await _shown(parts, place, pressed={message_id: told})
    return parts.rendering.page(request, "test_chat.html", status=200, **context)


@get("/test-chat/room", opt={FOR: EDITOR})
async def listen(request: Asked, parts: Given) -> ServerSentEvent:
    """Stream what is said in a room of its own accord, each as `said` with its id and its HTML."""
    query = request.query_params
    return stream(
        _heard(request, parts, _place(parts, query.get("room", ""), query.get("role", "")))
    )


async def _shown(
    parts: Parts,
    place: Place,
    *,
    reply_to: str = "",
    pressed: dict[str, str] | None = None,
) -> dict[str, object]:
    bubbles = await _bubbles(parts, place)
    texts = {each.heard.message_id: each.text for each in bubbles if each.heard.answerable}
    quoted = " ".join(texts.get(reply_to, "").split())
    team_room = parts.services.choices.staff_room(LOCAL)
    return {
        "bubbles": bubbles,
        "place": place,
        "team_room": "" if team_room is None else _name(team_room.channel),
        "reply_to": reply_to if quoted else "",
        "quoted": quoted[:MAX_QUOTED_CHARS],
        "pressed": pressed or {},
        "max_chars": MAX_CHARS,
    }


def _at(form: Form) -> str:
    """Return the page that a form was sent from: the set-up's, or the test chat's own."""
    return AT_SET_UP if form.text("at") == AT_SET_UP else "/test-chat"


async def _bubbles(parts: Parts, place: Place) -> list[Bubble]:
    """Return what was said in a room, oldest first."""
    services = parts.services
    bubbles = []
    room = room_address(place.room, place.role)
    for sent in await services.outbox.room(room, limit=MAX_SHOWN, under_way=True):
        message = sent.message
        answer = None
        if message.answer_id is not None and message.reply_to:
            answer = await services.answers.get(message.answer_id)
        text = message.text if answer is None else answer.outcome.text
        # What is just being told has no id yet; the local connector makes it the nonce.
        heard = services.talk.heard(sent.posted_id or message.nonce, message)
        bubbles.append(Bubble(heard, text, answer))
    return bubbles


async def _events(
    request: Asked, parts: Parts, form: Form
) -> AsyncGenerator[ServerSentEventMessage, None]:
    place = _place(parts, form.text("room"), form.text("role"))
    text = form.text("text")[:MAX_CHARS]
    if not (text or _files(form)):
        yield event("failed", text=_("Type a question first."))
        return
    try:
        async with contextlib.aclosing(_said(parts, place, text, form)) as events:
            async for each in events:
                match each:
                    case Waiting(text=line):
                        yield event("waiting", text=line)
                    case Growing(text=so_far):
                        yield event("growing", text=so_far)
                    case Answered(text=whole, answer=answer, heard=heard):
                        html = _html(request, parts, place, Bubble(heard, whole, answer))
                        yield event("answered", html=html)
    except StorageError as error:
        yield event("failed", text=explained(error))
    except OSError as error:
        yield event(
            "failed", text=_("The files could not be kept: {why}.").format(why=error.strerror)
        )


async def _heard(
    request: Asked, parts: Parts, place: Place
) -> AsyncGenerator[ServerSentEventMessage, None]:
    said = parts.services.talk.listen(place.room, place.role)
    async with contextlib.aclosing(said) as messages:
        async for heard in messages:
            html = _html(request, parts, place, Bubble(heard, heard.text))
            yield event("said", id=_element(heard), html=html)


def _said(
    parts: Parts, place: Place, text: str, form: Form
) -> AsyncGenerator[Waiting | Growing | Answered, None]:
    return parts.services.talk.say(
        text,
        room=place.room,
        role=place.role,
        person=PERSON,
        reply_to=form.text("reply_to"),
        files=_files(form),
    )


def _files(form: Form) -> dict[str, bytes]:
    """Return what was attached, by name; a browser sends a nameless one where nothing was."""
    return {each.name: each.content for each in form.files if each.name}


def _html(request: Asked, parts: Parts, place: Place, bubble: Bubble) -> str:
    return parts.rendering.piece(request, "_said.html", bubble=bubble, place=place, pressed={})


def _element(heard: Heard) -> str:
    return f"said-{heard.message_id}"


def _place(parts: Parts, room: str, role: str) -> Place:
    """Return where somebody talks; a room that cannot be one of theirs begins a new one."""
    speaks = Role.STAFF if role == Role.STAFF else Role.PUBLIC
    team_room = parts.services.choices.staff_room(LOCAL)
    teams = bool(room) and room_address(room, speaks) == team_room
    known = teams or _ROOM.fullmatch(room)
    return Place(room if known else secrets.token_hex(4), speaks, teams)


def _name(channel: str) -> str:
    return channel.partition(":")[2]
