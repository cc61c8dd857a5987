"""A skill as it stands in its folder."""

import re
from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator

from bot.skills.form import FormSpec
from knowledge.documents import Audience

MANIFEST = "SKILL.md"
FORM = "form.yaml"
# More than a small model reads beside a question; the open form's own advice is 5,000 tokens.
MAX_INSTRUCTIONS_CHARS = 4_000
NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class FrontMatter(BaseModel):
    """The YAML that SKILL.md begins with, in the open form of Agent Skills (agentskills.io).

    Attributes:
        description: What it is for, and when to use it.
        allowed_tools: Names, parted by spaces.
        metadata: Of it `audience` is looked at: who may read the skill's knowledge files.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: Annotated[str, StringConstraints(pattern=f"^{NAME.pattern}$", max_length=64)]
    description: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)] = Field(
        max_length=1_024
    )
    allowed_tools: tuple[str, ...] = Field(default=(), alias="allowed-tools")
    metadata: dict[str, str] = {}

    @field_validator("allowed_tools", mode="before")
    @classmethod
    def _parted(cls, value: object) -> object:
        return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value

    @field_validator("metadata")
    @classmethod
    def _known_audience(cls, value: dict[str, str]) -> dict[str, str]:
        if value.get("audience", Audience.STAFF) not in {Audience.PUBLIC, Audience.STAFF}:
            raise ValueError("audience must be public or staff")
        return value

    @property
    def audience(self) -> Audience:
        """Return who may read the knowledge files; staff where nothing is said."""
        return Audience(self.metadata.get("audience", Audience.STAFF))


@dataclass(frozen=True, slots=True)
class Skill:
    """What a folder holds.

    Attributes:
        title: Its form's, else its name.
        files: Every file's content, by its path in the folder.
        knowledge: The paths of those that are read as knowledge.
        unused: The paths of those that are neither read nor run.
        content_hash: Of all files.
        shipped: It came with Deskhand; the owner has no folder of its name.
    """

    name: str
    description: str
    instructions: str
    tools: tuple[str, ...]
    audience: Audience
    form: FormSpec | None
    files: dict[str, bytes]
    knowledge: tuple[str, ...]
    unused: tuple[str, ...]
    content_hash: str
    shipped: bool
