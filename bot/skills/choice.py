"""What the owner chooses of the skills."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from bot.skills.skill import NAME

MAX_SKILLS = 200

_Name = Annotated[str, StringConstraints(pattern=f"^{NAME.pattern}$", max_length=64)]


class SkillsChoice(BaseModel):
    """How skills are used.

    Attributes:
        lead_days: By the skill's name, how many business days ahead the date in its form must at
            least be; where nothing is said, its form says it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    lead_days: dict[_Name, Annotated[int, Field(ge=0, le=365)]] = Field(
        default={}, max_length=MAX_SKILLS
    )
