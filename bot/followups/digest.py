"""An overview of what is due, for one of the team, worded when it comes."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.followups import FollowUp, FollowUpKind, FollowUpState
from bot.language.sentences import Phrasebook, Sentences
from bot.storage.followups import FollowUpRows

# A chat message is read at a glance; the whole list is one command away.
MAX_LINES = 20
_LOOKED_AT = 1_000
# What was not done for longer is not told day after day.
_UNFINISHED_FOR = timedelta(days=14)
_MANY = 1_000
_WAITING = (FollowUpState.PENDING,)


@dataclass(frozen=True, slots=True)
class TeamCounts:
    """What waits for anybody of the team.

    Attributes:
        questions: Open ones.
        people: Who want a person, or have one.
    """

    questions: int = 0
    people: int = 0


async def _none() -> TeamCounts:
    return TeamCounts()


class Digest:
    """Words overviews.

    Attributes:
        team: Counts what waits for anybody of the team.
    """

    def __init__(self, rows: FollowUpRows, phrasebook: Phrasebook) -> None:
        """Tell of these rows."""
        self._rows = rows
        self._phrasebook = phrasebook
        self.team: Callable[[], Awaitable[TeamCounts]] = _none

    async def text(self, digest: FollowUp, *, now: datetime, until: datetime) -> str:
        """Return what is due to a digest's person until a moment, and what else waits.

        Args:
            digest: The follow-up that is due itself.
            now: The clock.
            until: When the next one comes; aware.
        """
        sentences = self._phrasebook.sentences(digest.language)
        limit = sentences.moment(until, digest.zone)
        due = await self._due(digest, until)
        unfinished = await self._unfinished(digest, now)
        counts = await self.team()
        parts = [sentences.digest_due(limit) if due else sentences.digest_nothing(limit)]
        parts += _lines(due, digest.zone, sentences)
        if unfinished:
            parts += [sentences.digest_unfinished(), *_lines(unfinished, digest.zone, sentences)]
        if counts.people:
            parts.append(sentences.digest_people(counts.people))
        if counts.questions:
            parts.append(sentences.digest_questions(counts.questions))
        return "\n".join(parts)

    async def _due(self, digest: FollowUp, until: datetime) -> list[FollowUp]:
        waiting = await self._rows.list(
            person_id=digest.person_id, states=_WAITING, limit=_LOOKED_AT
        )
        return [
            each for each in waiting if each.kind is FollowUpKind.REMINDER and each.due_at < until
        ]

    async def _unfinished(self, digest: FollowUp, now: datetime) -> list[FollowUp]:
        found = await self._rows.unfinished(
            delivered_after=now - _UNFINISHED_FOR, nudges=_MANY, limit=_LOOKED_AT
        )
        return [each for each in found if each.concerns(digest.person_id)]


def _lines(follow_ups: list[FollowUp], zone: str, sentences: Sentences) -> list[str]:
    lines = [
        sentences.follow_up_line(
            each.follow_up_id, each.subject, sentences.moment(each.due_at, zone)
        )
        for each in follow_ups[:MAX_LINES]
    ]
    if more := len(follow_ups) - MAX_LINES:
        lines += [sentences.and_more(more)] if more > 0 else []
    return [f"- {line}" for line in lines]
