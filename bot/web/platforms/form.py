"""What the owner chooses for a platform, as forms have it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pydantic import JsonValue

from bot.people.choices import Manners, PlatformChoice, RoomChoice
from bot.web.forms import Form
from bot.web.platforms.guides import Guide
from bot.web.reader import gettext as _
from connectors.messages import Room
from knowledge.documents import Audience

# Two fields a room; a form may have 200 in all (`bot.web.forms.MAX_FIELDS`).
MAX_LINES = 80
# The longest token there is has some 120 characters.
MAX_TOKEN_CHARS = 400
PEOPLE = ("owners", "staff", "bots")
_ROOM_FIELDS = ("audience", "speaks")
_TOLD_IN = ("staff_room", "owner_room")
# How a platform writes a mention that was copied instead of an id: <@U1>, <@&2>, <!subteam^S3>.
_MENTION = re.compile(r"<(?:@[!&]?|!subteam\^)([A-Za-z0-9_]+)(?:\|[^>]*)?>")


@dataclass(frozen=True, slots=True)
class RoomLine:
    """One room as the form lists it.

    Attributes:
        name: Its id where the platform does not tell its name just now.
        visible: The bot can read it.
    """

    channel: str
    name: str
    private: bool = False
    visible: bool = True


def lines(rooms: Iterable[Room], choice: PlatformChoice, *, find: str = "") -> list[RoomLine]:
    """Return the shared rooms whose names have `find` in them, as the platform orders them.

    Rooms that something was chosen for are among them, the invisible ones last.
    """
    known: dict[str, RoomLine] = {}
    for room in rooms:
        channel = room.address.channel
        if not room.direct and channel not in known:
            known[channel] = RoomLine(channel, room.name or channel, room.private)
    for channel in (*choice.rooms, choice.staff_room, choice.owner_room):
        if channel and channel not in known:
            known[channel] = RoomLine(channel, channel, visible=False)
    wanted = find.casefold()
    return [line for line in known.values() if wanted in line.name.casefold()]


def fitting(found: Sequence[RoomLine], choice: PlatformChoice) -> list[RoomLine]:
    """Return as many lines as a form may have, those that something was chosen for first of all."""
    chosen = [line for line in found if line.channel in choice.rooms]
    others = [line for line in found if line.channel not in choice.rooms]
    kept = {line.channel for line in (chosen + others)[:MAX_LINES]}
    return [line for line in found if line.channel in kept]


def typed(choice: PlatformChoice, shown: Iterable[RoomLine]) -> dict[str, str]:
    """Return a choice as a person would type it, by the form's field."""
    values = {name: "\n".join(getattr(choice, name)) for name in PEOPLE}
    values |= {name: getattr(choice, name) for name in _TOLD_IN}
    values["joins_threads"] = "yes" if choice.joins_threads else ""
    for line in shown:
        room = choice.rooms.get(line.channel, RoomChoice())
        values[f"audience-{line.channel}"] = room.audience.value
        values[f"speaks-{line.channel}"] = room.speaks.value
    return values


def read(form: Form, guide: Guide, now_in_force: PlatformChoice) -> dict[str, JsonValue]:
    """Return the choice a form tells as JSON; what it has no field for stays as it is.

    What does not fit is in `form.errors` then, by field.
    """
    told: dict[str, JsonValue] = now_in_force.model_dump(mode="json")
    rooms = _rooms(form, now_in_force)
    told["rooms"] = rooms
    told["joins_threads"] = bool(form.text("joins_threads"))
    for name in PEOPLE:
        told[name] = _ids(form, name, guide)
    for name in _TOLD_IN:
        told[name] = form.text(name)
    staff_room = rooms.get(form.text("staff_room"))
    private = isinstance(staff_room, dict) and staff_room["audience"] == Audience.STAFF.value
    if form.text("staff_room") and not private:
        form.fault(
            "staff_room",
            _(
                "Questions of customers are told here, so set this room to “The team only” first,"
                " in the list above."
            ),
        )
    return told


def tokens(form: Form, guide: Guide, names: Iterable[str]) -> dict[str, str]:
    """Return the tokens that were typed, by name; what cannot be one is in `form.errors`."""
    found: dict[str, str] = {}
    for name in names:
        token = form.text(name)
        begins = guide.tokens[name].begins if name in guide.tokens else ""
        plain = token.isascii() and token.isprintable() and " " not in token
        if not token:
            continue
        if not plain or len(token) > MAX_TOKEN_CHARS:
            form.fault(
                name, _("This is no token: copy it again, without anything before or after.")
            )
        elif not token.startswith(begins):
            form.fault(
                name,
                _("This is another token: the one wanted here begins with {begins}.").format(
                    begins=begins
                ),
            )
        else:
            found[name] = token
    return found


def typed_manners(manners: Manners) -> dict[str, str]:
    """Return the manners as a person would type them, by the form's field."""
    return {name: str(value) for name, value in manners.model_dump(mode="json").items()}


def read_manners(form: Form) -> dict[str, JsonValue]:
    """Return the manners a form tells as JSON; what does not fit is in `form.errors` then."""
    told: dict[str, JsonValue] = {"introduction": form.text("introduction")}
    for name in ("late_after_min", "answers_missed_h"):
        if form.text(name).isdecimal():
            told[name] = int(form.text(name))
        else:
            form.fault(name, _("This must be a whole number."))
    return told


def without(text: str, secrets: Mapping[str, str]) -> str:
    """Return a text with each secret that is in it made unreadable."""
    for secret in secrets.values():
        if secret:
            text = text.replace(secret, _("(the token)"))
    return text


def _rooms(form: Form, now_in_force: PlatformChoice) -> dict[str, JsonValue]:
    """Return what is chosen for rooms; one treated like any other needs no entry."""
    usual = RoomChoice().model_dump(mode="json")
    rooms = {name: room.model_dump(mode="json") for name, room in now_in_force.rooms.items()}
    for field in form.values:
        kind, _, channel = field.partition("-")
        if kind in _ROOM_FIELDS and channel:
            rooms[channel] = rooms.get(channel, usual) | {kind: form.text(field)}
    return {channel: room for channel, room in rooms.items() if room != usual}


def _ids(form: Form, name: str, guide: Guide) -> list[JsonValue]:
    found: list[JsonValue] = []
    for word in _MENTION.sub(r"\1", form.text(name)).replace(",", " ").split():
        if not guide.person_id.fullmatch(word):
            form.fault(
                name,
                _("“{word}” is no id. One looks like {example}.").format(
                    word=word[:40], example=guide.example_id
                ),
            )
        elif word not in found:
            found.append(word)
    return found
