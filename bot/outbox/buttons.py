"""Which buttons stand under which message; `bot/commands/presses.py` does what they say."""

from collections.abc import Iterable
from textwrap import shorten

from bot.domain.conversations import Kind, Outcome
from bot.domain.hand_overs import HandOverState
from bot.language.sentences import Sentences
from bot.storage.outbox import ANSWER
from connectors.messages import Button

_RATED = ("good", "bad", "why")
_FILES = ("everyone", "team")
# Who of several is meant; behind the answer's id stands the person's.
WHOM = "whom"
MAX_LABEL_CHARS = 40  # see `Button.label`
MAX_BUTTONS = 5  # what a message may have, see `OutgoingMessage.buttons`
_DRAFT = ("publish", "internal", "change", "discard")
# Passages that are no answer: the answer may come later.
_CLOSE = (*_RATED, "tell", "person")
_UNDER: dict[Kind, tuple[str, ...]] = {
    Kind.VERBATIM: _RATED,
    Kind.COMPOSED: _RATED,
    Kind.PASSAGE: (*_RATED, "person"),
    Kind.UNKNOWN: ("tell", "person"),
}


_HAND_OVER: dict[HandOverState, tuple[str, ...]] = {
    HandOverState.WAITING: ("take", "notours"),
    HandOverState.TAKEN: ("giveback",),
}


def under_answer(outcome: Outcome, sentences: Sentences) -> tuple[Button, ...]:
    """Return the buttons under an answer, at most five; the last ones can be said in words too.

    Their actions name the answer by `ANSWER`, as it is not stored yet.
    """
    under = _UNDER.get(outcome.kind, ())
    if outcome.kind is Kind.PASSAGE and outcome.open_question:
        under = _CLOSE
    verbs = (
        *(_FILES if outcome.offers_files else ()),
        *(_DRAFT if outcome.draft is not None else ()),
        *under,
    )
    buttons = tuple(Button(sentences.label(verb), f"{verb}:{ANSWER}") for verb in verbs)
    buttons = (
        *buttons,
        *(
            Button(
                shorten(each.name, MAX_LABEL_CHARS, placeholder="…"),
                f"{WHOM}:{ANSWER}-{each.person_id}",
            )
            for each in outcome.whom
        ),
    )
    if outcome.promised and len(outcome.follow_up_ids) == 1:
        [number] = outcome.follow_up_ids
        buttons = (*buttons, Button(sentences.label("cancel"), f"cancel:{number}"))
    return buttons[:MAX_BUTTONS]


def offers_change(buttons: Iterable[Button]) -> bool:
    """Return whether buttons are those under a draft, which a reply changes."""
    return any(button.action.startswith("change:") for button in buttons)


def under_reminder(
    follow_up_id: int, sentences: Sentences, *, series_id: int | None
) -> tuple[Button, ...]:
    """Return the buttons under a follow-up that is due.

    Args:
        follow_up_id: Which.
        sentences: In its language.
        series_id: What it is one time of, where more are to come; None: it comes this once.
    """
    buttons = tuple(
        Button(sentences.label(verb), f"{verb}:{follow_up_id}") for verb in ("done", "snooze")
    )
    if series_id is None:
        return buttons
    return (*buttons, Button(sentences.label("cancel"), f"cancel:{series_id}"))


def under_gap(gap_id: int, sentences: Sentences) -> tuple[Button, ...]:
    """Return the buttons under what the team is told of a gap."""
    return (Button(sentences.label("unneeded"), f"unneeded:{gap_id}"),)


def under_hand_over(
    hand_over_id: int, state: HandOverState, sentences: Sentences
) -> tuple[Button, ...]:
    """Return the buttons under what the team is told of a hand-over; none when it has ended."""
    verbs = _HAND_OVER.get(state, ())
    return tuple(Button(sentences.label(verb), f"{verb}:{hand_over_id}") for verb in verbs)
