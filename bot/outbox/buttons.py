"""Which buttons stand under which message; `bot/commands/presses.py` does what they say."""

from collections.abc import Iterable
from textwrap import shorten

from bot.domain.conversations import Kind, Outcome
from bot.domain.followups import Receiver
from bot.domain.hand_overs import HandOverState
from bot.language.sentences import Sentences
from bot.storage.outbox import ANSWER
from connectors.messages import Button

_RATED = ("good", "bad", "why")
_FILES = ("everyone", "team")
# Who of several is meant, and to whom of several a reminder is handed: behind the answer's or the
# reminder's id stands the person's.
WHOM, GIVE = "whom", "give"
MAX_LABEL_CHARS = 40  # see `Button.label`
MAX_BUTTONS = 5  # what a message may have, see `OutgoingMessage.buttons`
# When it comes again in other words: as a reply below it.
_REMINDER = ("done", "soon", "snooze", "morning")
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
    HandOverState.WAITING: ("take", "answer", "notours"),
    HandOverState.TAKEN: ("giveback",),
}


def under_answer(
    outcome: Outcome, sentences: Sentences, *, private: bool = False
) -> tuple[Button, ...]:
    """Return the buttons under an answer, at most five; the last ones can be said in words too.

    Their actions name the answer by `ANSWER`, as it is not stored yet.

    Args:
        outcome: The answer.
        sentences: In its language.
        private: It is said in one of the team's direct messages, which nobody else sees.
    """
    under = _UNDER.get(outcome.kind, ())
    if outcome.kind is Kind.PASSAGE and outcome.open_question:
        under = _CLOSE
    if outcome.hand_over:
        # A person is fetched already.
        under = tuple(verb for verb in under if verb != "person")
    if private and "good" in under and not outcome.wants_answer:
        under = (*under, "share")
    verbs = (
        *(_FILES if outcome.offers_files else ()),
        *(_DRAFT if outcome.draft is not None else ()),
        *under,
    )
    buttons = tuple(Button(sentences.label(verb), f"{verb}:{ANSWER}") for verb in verbs)
    buttons = (*buttons, *outcome.buttons)
    if outcome.promised and len(outcome.follow_up_ids) == 1:
        [number] = outcome.follow_up_ids
        buttons = (*buttons, Button(sentences.label("cancel"), f"cancel:{number}"))
    return buttons[:MAX_BUTTONS]


def people(action: str, choices: Iterable[Receiver]) -> tuple[Button, ...]:
    """Return a button for each person one can mean; its action ends with their id."""
    return tuple(
        Button(shorten(each.name, MAX_LABEL_CHARS, placeholder="…"), f"{action}-{each.person_id}")
        for each in choices
    )


def offers_change(buttons: Iterable[Button]) -> bool:
    """Return whether buttons are those under a draft, which a reply changes."""
    return any(button.action.startswith("change:") for button in buttons)


def under_reminder(
    follow_up_id: int, sentences: Sentences, *, series_id: int | None, by_team: bool
) -> tuple[Button, ...]:
    """Return the buttons under a follow-up that is due.

    Args:
        follow_up_id: Which.
        sentences: In its language.
        series_id: What it is one time of, where more are to come; None: it comes this once.
        by_team: One of the team asked for it, who may hand it to a colleague.
    """
    verbs = _REMINDER if series_id is not None or not by_team else (*_REMINDER, "hand")
    buttons = tuple(Button(sentences.label(verb), f"{verb}:{follow_up_id}") for verb in verbs)
    if series_id is None:
        return buttons
    # Five are the most: what comes again can be handed on in words.
    return (*buttons, Button(sentences.label("cancel"), f"cancel:{series_id}"))


def under_digest(sentences: Sentences, *, series_id: int | None) -> tuple[Button, ...]:
    """Return the button under an overview by which it comes no more; none where it came once."""
    if series_id is None:
        return ()
    return (Button(sentences.label("cancel"), f"cancel:{series_id}"),)


def under_unfinished(follow_up_id: int, sentences: Sentences) -> tuple[Button, ...]:
    """Return the buttons under what a second person is told that a colleague has not done."""
    return tuple(
        Button(sentences.label(verb), f"{verb}:{follow_up_id}") for verb in ("done", "hand")
    )


def under_gap(gap_id: int, sentences: Sentences) -> tuple[Button, ...]:
    """Return the buttons under what the team is told of a gap."""
    return (Button(sentences.label("unneeded"), f"unneeded:{gap_id}"),)


def under_hand_over(
    hand_over_id: int, state: HandOverState, sentences: Sentences
) -> tuple[Button, ...]:
    """Return the buttons under what the team is told of a hand-over; none when it has ended."""
    verbs = _HAND_OVER.get(state, ())
    return tuple(Button(sentences.label(verb), f"{verb}:{hand_over_id}") for verb in verbs)
