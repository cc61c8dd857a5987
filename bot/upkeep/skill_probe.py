"""Whether the skills that the owner has approved are still what was approved."""

from bot.skills.service import Skills
from bot.upkeep.health import Finding


class SkillProbe:
    """The proof of the skills."""

    def __init__(self, skills: Skills) -> None:
        """Prove these skills."""
        self._skills = skills

    async def prove(self) -> Finding:
        """Hold every skill that is approved against its files."""
        problems = await self._skills.problems()
        if problems:
            return Finding(False, " ".join(problems), "See Skills and tools on the page.")
        count = len(await self._skills.on())
        if not count:
            return Finding(True, "None is turned on.")
        return Finding(True, "{count} in use.", values={"count": count})
