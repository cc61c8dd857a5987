"""What was promised, and when it is due."""

from litestar import get, post
from litestar.params import FromPath

from bot.domain.followups import WAITING, FollowUp, NamedFollowUp, Sought
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
from bot.web.follow_up_filter import OVER, STATES, Filter
from bot.web.forms import Form, read_form
from bot.web.parts import Asked, Given, Parts
from bot.web.reader import gettext as _
from bot.web.rendering import Page, go_to
from bot.web.roles import FOR, VIEWER
from bot.wishes.refusals import nobody
from bot.wishes.typed import OnlyInChatError, Typed

ROOM = "page"
PAGE_SIZE = 50
MAX_OVER = 20
MAX_FIND_CHARS = 200


@get("/follow-ups", opt={FOR: VIEWER})
async def show(request: Asked, parts: Given) -> Page:
    """List what waits by due date, or what else is looked for; and what is over."""
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
    if not cancelled:
        return go_to("/follow-ups", said="already-done")
    return go_to("/follow-ups", said="follow-up-cancelled", undo=follow_up_id)


@post("/follow-ups/{follow_up_id:int}/keep")
async def keep(parts: Given, follow_up_id: FromPath[int]) -> Page:
    """Take the cancelling of a follow-up back."""
    kept = await parts.services.follow_ups.keep(follow_up_id)
    return go_to("/follow-ups", said="follow-up-kept" if kept else "too-late")


@post("/follow-ups/{follow_up_id:int}/move")
async def move(request: Asked, parts: Given, follow_up_id: FromPath[int]) -> Page:
    """Move a follow-up of anybody to where plain words say."""
    form = await read_form(request)
    follow_up = await parts.services.follow_ups.get(follow_up_id)
    if follow_up is None:
        return go_to("/follow-ups", said="already-done")
    field = f"to-{follow_up_id}"
    words = form.required(field, _("Say when, like: to Thursday, to 10, an hour later."))
    edit = _moved(parts, follow_up, words, form, field) if words else None
    if edit is None:
        return await _page(request, parts, _beside_chosen(parts, form))
    try:
        done = await parts.services.edits.put(follow_up, edit)
    except PastError:
        form.errors[field] = _("That moment is over. Name a later one.")
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
        form.errors[field] = _("To change its days, say all of it: every Thursday at 9.")
    else:
        return edit
    return None


async def _understood(parts: Parts, form: Form) -> Typed | None:
    text = form.required("text", _("Say what and when, like: call the supplier tomorrow at 9."))
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
    sentences = parts.sentences
    zone = parts.services.calendar().zone
    moments = sentences.either([sentences.moment(each, zone) for each in ask.candidates])
    match ask.why:
        case Why.NONE:
            return _("When? Add a day or a time, like: tomorrow at 9.")
        case Why.PAST:
            if not moments:
                return _("That moment is over.")
            return _("That moment is over. Do you mean {moments}?").format(moments=moments)
        case _ if moments:
            return _("Do you mean {moments}? Say it more exactly.").format(moments=moments)
        case _:
            return _("The time is not clear. Say it like: tomorrow at 9, or 2027-03-01 14:00.")


def _beside_chosen(parts: Parts, form: Form) -> Form:
    chosen = follow_ups_form.typed(parts.services.choices.follow_ups)
    return Form({**chosen, **form.values}, form.errors)


async def _page(request: Asked, parts: Parts, form: Form) -> Page:
    chosen = Filter.of(request)
    found, last = await _found(request, parts, chosen, form.text("find"))
    agenda = parts.services.agenda
    over = Sought(OVER, chosen.who, chosen.person_id, latest_first=True)
    return parts.rendering.page(
        request,
        "follow_ups.html",
        status=422 if form.errors else 200,
        form=form,
        found=await _with_refused(parts, form, found),
        last=last,
        first_page="after" not in request.query_params,
        filter=chosen,
        states=[(key, _(called)) for key, (called, _states) in STATES.items()],
        over=[] if chosen.state else await agenda.page(over, limit=MAX_OVER),
        waiting_states=WAITING,
        team=[
            (person_key(each), each.name, each.platform)
            for each in await parts.services.receivers.team()
        ],
        rule=parts.sentences.rule,
    )


async def _found(
    request: Asked, parts: Parts, chosen: Filter, words: str
) -> tuple[list[NamedFollowUp], int | None]:
    """Return what a page of the list shows, and where the next begins; None: there is none."""
    agenda = parts.services.agenda
    if words:
        calendar = parts.services.calendar()
        waiting = await parts.services.follow_ups.waiting()
        asker = Asker(waiting, (), parts.services.now(), calendar.zone, calendar)
        return await agenda.named(found_by(words, asker)[:PAGE_SIZE]), None
    after = request.query_params.get("after", "")
    sought = chosen.sought(WAITING, latest_first=chosen.state not in ("", "waiting"))
    found = await agenda.page(
        sought, limit=PAGE_SIZE + 1, after=int(after) if after.isdecimal() else None
    )
    more = len(found) > PAGE_SIZE
    return found[:PAGE_SIZE], found[PAGE_SIZE - 1].follow_up.follow_up_id if more else None


async def _with_refused(
    parts: Parts, form: Form, found: list[NamedFollowUp]
) -> list[NamedFollowUp]:
    """Return a page of the list with what could not be moved, so that the reason is seen."""
    shown = {each.follow_up.follow_up_id for each in found}
    refused = {int(name[3:]) for name in form.errors if name.startswith("to-")} - shown
    again = [await parts.services.follow_ups.get(each) for each in refused]
    return [*await parts.services.agenda.named([each for each in again if each]), *found]
