"""What of questions and settings leaves this box, as JSON, and what is taken from another's."""

import json
from collections.abc import Iterable, Mapping
from typing import cast

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, JsonValue, ValidationError

from bot.domain.gaps import CarriedQuestion, OpenQuestion
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
    "knowledge": frozenset({"more_ways", "synonyms"}),
    "slack": _PLATFORM,
    "discord": _PLATFORM,
    "local": frozenset({"staff_room"}),
}
# Those that suit one box and not the next.
STAYING: Mapping[str, frozenset[str]] = {
    "model": frozenset({"context_tokens", "calls_at_once"}),
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
    return "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines).encode()


def questions_read(content: bytes, *, name: str) -> list[CarriedQuestion]:
    """Return the questions in JSON lines.

    Args:
        content: As `questions_written` gives it, or an owner's change of that.
        name: What the file is called.

    Raises:
        UnreadableError: With the first line that is wrong.
    """
    found = []
    for number, line in enumerate(content.split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            asked = _Asked.model_validate(json.loads(line))
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(map(str, first["loc"])) or "it"
            raise UnreadableError(f"Line {number} of {name}: {place}: {first['msg']}.") from error
        except (ValueError, RecursionError) as error:
            raise UnreadableError(
                f"Line {number} of {name} is not JSON: write one whole object on each line."
            ) from error
        found.append(
            CarriedQuestion(asked.question, asked.language, asked.asked_at, asked.asked_by)
        )
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
