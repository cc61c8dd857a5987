"""The messages of follow-ups that are said as something has not happened."""

import secrets
from dataclasses import replace
from datetime import datetime

from bot.choices import Choices
from bot.domain.followups import FollowUp, FollowUpKind, Watch, WatchKind
from bot.followups.repeating import Missed
from bot.followups.standing import Standing
from bot.followups.wording import if_late, reminder
from bot.language.sentences import Phrasebook, Sentences
from bot.outbox.buttons import under_reminder
from bot.storage.outgoing_row import NewOutgoing


class WatchWords:
    """Words them."""

    def __init__(self, choices: Choices, phrasebook: Phrasebook, *, started_at: datetime) -> None:
        """Word by the owner's choices.

        Args:
            choices: Under whose name customers are written to.
            phrasebook: The words.
            started_at: When this process began to watch the clock.
        """
        self._choices = choices
        self._phrasebook = phrasebook
        self._started_at = started_at

    def message(
        self, follow_up: FollowUp, watch: Watch, standing: Standing, *, now: datetime
    ) -> NewOutgoing:
        """Return what is said.

        Args:
            follow_up: Which.
            watch: What it watched for.
            standing: What is known of that.
            now: The clock.
        """
        number = follow_up.follow_up_id
        sentences = self._phrasebook.sentences(follow_up.language)
        message = NewOutgoing(
            # One that was put off is said again.
            origin=f"follow-up {number} due {follow_up.due_at:%Y%m%dT%H%M%S.%f}",
            nonce=secrets.token_hex(8),
            address=follow_up.address,
            text="",
            follow_up_id=number,
        )
        if follow_up.kind is FollowUpKind.MESSAGE:
            return replace(message, text=self._to_customer(follow_up, sentences, now))
        subject = _with_reason(follow_up, watch, standing, sentences)
        text = reminder(
            replace(follow_up, subject=subject),
            Missed(follow_up.due_at, 1, None),
            sentences,
            now=now,
            started_at=self._started_at,
        )
        buttons = under_reminder(number, sentences, series_id=None, by_team=follow_up.by_team)
        return replace(message, text=text, buttons=buttons)

    def _to_customer(self, follow_up: FollowUp, sentences: Sentences, now: datetime) -> str:
        business = self._choices.business.name
        name = self._choices.hand_overs.signature(follow_up.asked_by, business)
        said = sentences.words_of(name, follow_up.subject, ())
        return if_late(said, follow_up, sentences, now=now, started_at=self._started_at)


def _with_reason(
    follow_up: FollowUp, watch: Watch, standing: Standing, sentences: Sentences
) -> str:
    """Return what a condition is about and why it is said; where that is all, that alone."""
    why = _why(follow_up, watch, standing, sentences)
    if follow_up.subject == sentences.awaited(watch.kind.value, watch.name, watch.place):
        return why
    return f"{follow_up.subject.rstrip('.')}. {why}"


def _why(follow_up: FollowUp, watch: Watch, standing: Standing, sentences: Sentences) -> str:
    if standing is Standing.UNSEEN:
        return sentences.reply_unseen(watch.place or watch.name)
    since = sentences.since(watch.since, follow_up.due_at, follow_up.zone)
    match watch.kind:
        case WatchKind.TAKEN_UP:
            return sentences.nobody_answered(watch.name, since)
        case WatchKind.PERSON:
            return sentences.has_not_written(watch.name, watch.place, since)
        case _:
            return sentences.nobody_wrote(watch.name, watch.place, since)
