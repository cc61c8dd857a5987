"""Which skill a message is for, told by meaning."""

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.skills.service import Skills
from bot.skills.skill import Skill
from knowledge.base import KnowledgeBase
from knowledge.errors import EmbeddingUnavailableError

log = logging.getLogger(__name__)

# Of the business's entries, so many lie less close to the entry nearest to them, each of which is
# about something else. The first is the search's own share for "sure", the second that for "found".
SURE = 0.9
PERHAPS = 0.5
# A longer message tells a story; what it is about stands at its beginning.
MAX_CHARS = 500
_SENTENCE = re.compile(r"(?<=[.!?])\s+")


@dataclass(frozen=True, slots=True)
class Fit:
    """How well a skill fits a message.

    Attributes:
        way: What it is like that people say who want the skill.
        share: 0 to 1, as `SURE` and `PERHAPS` measure it.
    """

    skill: Skill
    way: str
    share: float

    @property
    def sure(self) -> bool:
        """Return whether it surely fits."""
        return self.share >= SURE


class Fitting:
    """Finds the skill that a message is for."""

    def __init__(self, skills: Skills, knowledge: KnowledgeBase) -> None:
        """Look among these skills, measured in this knowledge."""
        self._skills = skills
        self._knowledge = knowledge

    async def of(self, text: str, approved: Mapping[str, str]) -> Fit | None:
        """Return the skill that fits best, if one perhaps does; None without an embedder.

        Args:
            text: What was said.
            approved: The skills to look among, as `Turn.skills` has them.
        """
        skills = await self._skills.on_among(approved)
        ways = [(skill, way) for skill in skills for way in _ways(skill)]
        if not ways or not text.strip():
            return None
        try:
            shares = await self._knowledge.likeness(text[:MAX_CHARS], [way for _, way in ways])
        except EmbeddingUnavailableError:
            log.warning("looked for no skill reason=embedder")
            return None
        best = max(range(len(ways)), key=lambda place: shares[place])
        if shares[best] < PERHAPS:
            return None
        fitting, way = ways[best]
        skill = await self._skills.usable(fitting.name, fitting.content_hash)
        return None if skill is None else Fit(skill, way, shares[best])


def _ways(skill: Skill) -> tuple[str, ...]:
    """Return how people say that they want it: as its form tells, else as its description does."""
    if skill.form is not None:
        return skill.form.starts
    return tuple(each for each in _SENTENCE.split(skill.description) if each)
