"""The shapes of follow-ups, as JSON."""

from datetime import datetime

from pydantic import Field

from bot.web.api.shapes.base import MAX_NAME_CHARS, MAX_TEXT_CHARS, Shown, Wanted


class FollowUpShown(Shown):
    """A follow-up.

    Attributes:
        due_at: In the zone it was asked for in.
        rule: RFC 5545, "" for once.
        repeats: The rule in words, "" for once.
        kind: "reminder", "digest", "condition" (said only if something does not happen) or
            "message" (words to a customer).
        receiver: Whom it is for, "" for who asked for it.
        limit_at: When it comes once more, where `due_at` is a warning before, in the same zone.
    """

    id: int
    subject: str
    due_at: datetime
    zone: str
    state: str
    rule: str = ""
    repeats: str = ""
    kind: str = "reminder"
    receiver: str = ""
    limit_at: datetime | None = None


class Promising(Wanted):
    """A follow-up in words.

    Attributes:
        now: When the words are said; None: now. Without an offset it is the zone's wall clock.
        zone: The speaker's IANA zone, "" for the business's.
        dry_run: Only tell what the words mean.
    """

    text: str = Field(min_length=1, max_length=MAX_TEXT_CHARS)
    now: datetime | None = None
    zone: str = Field(default="", max_length=MAX_NAME_CHARS)
    dry_run: bool = False


class Understood(Shown):
    """What words for a time mean: `due_at`, or `rule` and `due_at`, or `ask`.

    Attributes:
        due_at: In the speaker's zone.
        ask: Why it has to be asked: "ambiguous", "past", "none" or "unclear".
        candidates: What may be meant, likeliest first.
        moved: The time falls into the hour skipped in spring and was moved behind it.
        subject: What is left of the words.
        by: It is a limit: something has to be done by then.
        warns_at: When the limit is told of first, in the speaker's zone. A promise is then made
            even where `ask` says that the hour is open: once more it comes on that day.
    """

    due_at: datetime | None = None
    rule: str | None = None
    ask: str | None = None
    candidates: list[datetime] | None = None
    moved: bool | None = None
    subject: str | None = None
    by: bool | None = None
    warns_at: datetime | None = None


class Promised(Shown):
    """What became of a wish for a follow-up: the promise, or what has to be asked.

    Attributes:
        question: What has to be asked, as a sentence; "" when nothing.
        follow_up: None on a dry run and when something has to be asked.
    """

    understood: Understood
    question: str = ""
    follow_up: FollowUpShown | None = None


class Snoozing(Wanted):
    """A new moment for a follow-up, in words."""

    when: str = Field(min_length=1, max_length=MAX_TEXT_CHARS)


class Moving(Wanted):
    """Where a follow-up is moved, in words: "to Thursday" keeps its time of day.

    Attributes:
        every_time: Of a repeated one, all its times and not the next alone.
    """

    when: str = Field(min_length=1, max_length=MAX_TEXT_CHARS)
    every_time: bool = False
