"""What of questions and settings leaves this box, as JSON, and what is taken from another's."""

import json
from collections.abc import Iterable, Mapping
from typing import Self, TypeVar, cast

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    ValidationError,
    model_validator,
)

from bot.domain.gaps import CarriedQuestion, OpenQuestion
from bot.domain.people import Role
from bot.domain.trials import Origin, OwnQuestion
from bot.upkeep.own_questions import MAX_CHARS, MAX_KIND_CHARS
from knowledge.errors import UnreadableError

Group = dict[str, JsonValue]

_PLATFORM = frozenset(
    {"on", "rooms", "joins_threads", "owners", "staff", "bots", "staff_room", "owner_room"}
)
# The settings that may leave, by group. What is not named stays: a new setting may be a secret.
PORTABLE: Mapping[str, frozenset[str]] = {
    "business": frozenset(
        {
            "name",
            "contact",
            "zone",
            "region",
            "language",
            "hours",
            "open_on_holidays",
            "closed_days",
            "closed_from",
        }
    ),
    "manners": frozenset({"introduction", "late_after_min", "answers_missed_h"}),
    "model": frozenset({"name", "embedder"}),
    "questions": frozenset({"told", "weekday", "at"}),
    "hand_overs": frozenset(
        {
            "words",
            "upset",
            "unanswered",
            "signed",
            "mark",
            "untaken_min",
            "silent_min",
            "expires_days",
        }
    ),
    "follow_ups": frozenset({"again_min", "second", "quiet_from", "quiet_until"}),
    "knowledge": frozenset({"more_ways", "synonyms"}),
    "tools": frozenset(
        {
            "cancel_follow_up",
            "fill_form",
            "list_follow_ups",
            "move_follow_up",
            "schedule_follow_up",
        }
    ),
    "retention": frozenset({"public_days", "staff_days"}),
    "skills": frozenset({"lead_days"}),
    "slack": _PLATFORM,
    "discord": _PLATFORM,
    "local": frozenset({"staff_room"}),
}
# Those that suit one box and not the next.
STAYING: Mapping[str, frozenset[str]] = {
    "backups": frozenset({"on", "hour", "folder", "daily", "weekly"}),
    "model": frozenset({"context_tokens", "calls_at_once", "drained"}),
    # Whether a box may ask the web, and which folder of it is read, is decided for that box.
    "knowledge": frozenset({"web_pages", "folder"}),
}


class _Asked(BaseModel):
    """A line of the open questions."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    question: str = Field(min_length=1, max_length=20_000)
    language: str = Field(default="", max_length=8)
    asked_at: AwareDatetime
    asked_by: str = Field(default="", max_length=200)


class _Own(BaseModel):
    """A line of the owner's list, as a questions file has it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    question: str = Field(min_length=1, max_length=MAX_CHARS)
    expect_document: str | None = Field(default=None, max_length=200)
    expect_contains: str | None = Field(default=None, max_length=MAX_CHARS)
    expect_unknown: bool = False
    kind: str = Field(default="", max_length=MAX_KIND_CHARS)
    role: Role = Role.PUBLIC
    origin: Origin = Origin.FILE

    @model_validator(mode="after")
    def _expects_one_thing(self) -> Self:
        wants = (self.expect_document, self.expect_contains, self.expect_unknown)
        if sum(bool(want) for want in wants) != 1:
            raise ValueError(
                "it needs exactly one of expect_document, expect_contains and expect_unknown"
            )
        if self.role is Role.OWNER:
            raise ValueError("its role is public or staff")
        return self


_Line = TypeVar("_Line", bound=BaseModel)


def questions_written(questions: Iterable[OpenQuestion]) -> bytes:
    """Return open questions as JSON lines, oldest first."""
    lines = [
        _Asked(
            question=each.text,
            language=each.language,
            asked_at=each.asked_at,
            asked_by=each.asked_by,
        ).model_dump(mode="json")
        for each in sorted(questions, key=lambda each: each.question_id)
    ]
    return _written(lines)


def questions_read(content: bytes, *, name: str) -> list[CarriedQuestion]:
    """Return the questions in JSON lines.

    Args:
        content: As `questions_written` gives it, or an owner's change of that.
        name: What the file is called.

    Raises:
        UnreadableError: With the first line that is wrong.
    """
    return [
        CarriedQuestion(asked.question, asked.language, asked.asked_at, asked.asked_by)
        for asked in _read(_Asked, content, name)
    ]


def own_questions_written(questions: Iterable[OwnQuestion]) -> bytes:
    """Return the owner's list as a questions file, oldest first; with who asks and whence it is."""
    lines = [
        _Own(
            question=each.text,
            expect_document=each.document_id or None,
            expect_contains=each.contains or None,
            expect_unknown=each.unknown,
            kind=each.kind,
            role=each.role,
            origin=each.origin,
        ).model_dump(mode="json", exclude_defaults=True)
        for each in sorted(questions, key=lambda each: each.question_id)
    ]
    return _written(lines)


def own_questions_read(content: bytes, *, name: str) -> list[OwnQuestion]:
    """Return the owner's list in a questions file; a document that it expects need not be there.

    Raises:
        UnreadableError: With the first line that is wrong.
    """
    return [
        OwnQuestion(
            own.question,
            own.expect_document or "",
            own.expect_contains or "",
            unknown=own.expect_unknown,
            role=own.role,
            origin=own.origin,
            kind=own.kind,
        )
        for own in _read(_Own, content, name)
    ]


def _written(lines: Iterable[dict[str, JsonValue]]) -> bytes:
    return "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines).encode()


def _read(shape: type[_Line], content: bytes, name: str) -> list[_Line]:
    """Return a shape a line of JSON lines."""
    found = []
    for number, line in enumerate(content.split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            found.append(shape.model_validate(json.loads(line)))
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(map(str, first["loc"])) or "it"
            raise UnreadableError(f"Line {number} of {name}: {place}: {first['msg']}.") from error
        except (ValueError, RecursionError) as error:
            raise UnreadableError(
                f"Line {number} of {name} is not JSON: write one whole object on each line."
            ) from error
    return found


def settings_written(groups: Mapping[str, JsonValue]) -> bytes:
    """Return what of the settings may leave, as JSON."""
    leaving = _portable(groups)
    return f"{json.dumps(leaving, ensure_ascii=False, indent=2)}\n".encode()


def settings_read(content: bytes, *, name: str) -> dict[str, Group]:
    """Return by group the settings in JSON that may be taken over; others are left out.

    Raises:
        UnreadableError: It is no JSON object of objects.
    """
    try:
        told = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise UnreadableError(f"{name} is not JSON: export it again.") from error
    if not isinstance(told, dict) or not all(isinstance(group, dict) for group in told.values()):
        raise UnreadableError(f"{name} holds no settings: export it again.")
    return _portable(told)


def _portable(groups: Mapping[str, JsonValue]) -> dict[str, Group]:
    found = {
        name: {key: value for key, value in cast("Group", groups[name]).items() if key in portable}
        for name, portable in PORTABLE.items()
        if name in groups
    }
    return {name: group for name, group in found.items() if group}
