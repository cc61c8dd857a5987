"""What was promised, and when it is due."""

from litestar import get, post
from litestar.params import FromPath

from bot.domain.followups import FollowUp
from bot.domain.people import Role
from bot.followups.named import Asker
from bot.followups.plain import found_by, moved_by
from bot.followups.receivers import ReceiverError
from bot.followups.second import person_key
from bot.followups.service import PastError, ReceiverFullError, TooManyError, TooOftenError
from bot.followups.when import Ask, Why
from bot.inbox.talk import room_address
from bot.storage.follow_up_edits import Edit
from bot.web import follow_ups_form
from bot.web.api.errors import problem
from bot.web.forms import Form, read_form
from bot.web.parts import Asked, Given, Parts
from bot.web.rendering import Page, go_to
from bot.web.roles import FOR, VIEWER
from bot.wishes.refusals import nobody
from bot.wishes.typed import OnlyInChatError, Typed

ROOM = "page"
MAX_OVER = 20
MAX_FIND_CHARS = 200


@get("/follow-ups", opt={FOR: VIEWER})
async def show(request: Asked, parts: Given) -> Page:
    """List what waits by due date, or what of it some words name; and what is over."""
    words = str(request.query_params.get("find", ""))[:MAX_FIND_CHARS]
    return await _page(request, parts, _beside_chosen(parts, Form({"find": words})))


@post("/follow-ups/choices")
async def choose(request: Asked, parts: Given) -> Page:
    """Put in force what becomes of the team's reminders that nobody marks done."""
    form = await read_form(request)
    choice = follow_ups_form.read(form)
    if choice is None:
        return await _page(request, parts, form)
    await parts.services.choices.set("follow_ups", choice.model_dump(mode="json"))
    return go_to("/follow-ups", said="saved")


@post("/follow-ups")
async def add(request: Asked, parts: Given) -> Page:
    """Promise what the owner's plain words say."""
    form = await read_form(request)
    typed, zone = await _understood(parts, form), parts.services.calendar().zone
    if typed is not None:
        try:
            await parts.services.typed.promise(typed, zone, room_address(ROOM, Role.OWNER))
        except (PastError, TooManyError, ReceiverFullError, TooOftenError) as error:
            form.errors["text"] = problem(error).text
    if form.errors:
        return await _page(request, parts, _beside_chosen(parts, form))
    return go_to("/follow-ups", said="follow-up-added")


@post("/follow-ups/{follow_up_id:int}/cancel")
async def cancel(parts: Given, follow_up_id: FromPath[int]) -> Page:
    """Cancel a follow-up of anybody."""
    cancelled = await parts.services.follow_ups.cancel(follow_up_id, person_id=None)
    return go_to("/follow-ups", said="follow-up-cancelled" if cancelled else "already-done")


@post("/follow-ups/{follow_up_id:int}/move")
async def move(request: Asked, parts: Given, follow_up_id: FromPath[int]) -> Page:
    """Move a follow-up of anybody to where plain words say."""
    form = await read_form(request)
    follow_up = await parts.services.follow_ups.get(follow_up_id)
    if follow_up is None:
        return go_to("/follow-ups", said="already-done")
    field = f"to-{follow_up_id}"
    words = form.required(field, "Say when, like: to Thursday, to 10, an hour later.")
    edit = _moved(parts, follow_up, words, form, field) if words else None
    if edit is None:
        return await _page(request, parts, _beside_chosen(parts, form))
    try:
        done = await parts.services.edits.put(follow_up, edit)
    except PastError:
        form.errors[field] = "That moment is over. Name a later one."
        return await _page(request, parts, _beside_chosen(parts, form))
    return go_to("/follow-ups", said="follow-up-moved" if done else "already-done")


def _moved(parts: Parts, follow_up: FollowUp, words: str, form: Form, field: str) -> Edit | None:
    """Return the edit that moves a follow-up; None where the field's error says what is missing."""
    calendar = parts.services.calendar()
    edit = moved_by(
        words,
        follow_up,
        every_time=form.text("times") == "all",
        now=parts.services.now(),
        zone=calendar.zone,
        calendar=calendar,
    )
    if isinstance(edit, Ask):
        form.errors[field] = _question(parts, edit)
    elif edit is None:
        form.errors[field] = "To change its days, say all of it: every Thursday at 9."
    else:
        return edit
    return None


async def _understood(parts: Parts, form: Form) -> Typed | None:
    text = form.required("text", "Say what and when, like: call the supplier tomorrow at 9.")
    if form.errors:
        return None
    services = parts.services
    zone = services.calendar().zone
    try:
        typed = await services.typed.understand(text, now=services.now(), zone=zone)
    except ReceiverError as error:
        form.errors["text"] = nobody(error, services.phrasebook)
        return None
    except OnlyInChatError as error:
        form.errors["text"] = str(error)
        return None
    if isinstance(typed.promised, Ask):
        form.errors["text"] = _question(parts, typed.promised)
        return None
    return typed


def _question(parts: Parts, ask: Ask) -> str:
    sentences = parts.services.phrasebook.sentences("en")
    zone = parts.services.calendar().zone
    moments = sentences.either([sentences.moment(each, zone) for each in ask.candidates])
    match ask.why:
        case Why.NONE:
            return "When? Add a day or a time, like: tomorrow at 9."
        case Why.PAST:
            return "That moment is over." + (f" Do you mean {moments}?" if moments else "")
        case _ if moments:
            return f"Do you mean {moments}? Say it more exactly."
        case _:
            return "The time is not clear. Say it like: tomorrow at 9, or 2027-03-01 14:00."


def _beside_chosen(parts: Parts, form: Form) -> Form:
    chosen = follow_ups_form.typed(parts.services.choices.follow_ups)
    return Form({**chosen, **form.values}, form.errors)


async def _page(request: Asked, parts: Parts, form: Form) -> Page:
    follow_ups, calendar = parts.services.follow_ups, parts.services.calendar()
    waiting = await follow_ups.waiting()
    asker = Asker(waiting, (), parts.services.now(), calendar.zone, calendar)
    return parts.rendering.page(
        request,
        "follow_ups.html",
        status=422 if form.errors else 200,
        form=form,
        waiting=found_by(form.text("find"), asker),
        any_waiting=bool(waiting),
        over=await follow_ups.over(limit=MAX_OVER),
        team=[
            (person_key(each), each.name, each.platform)
            for each in await parts.services.receivers.team()
        ],
        rule=parts.services.phrasebook.sentences("en").rule,
    )
