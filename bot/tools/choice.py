"""What the owner chooses of the tools."""

from pydantic import BaseModel, ConfigDict


class ToolsChoice(BaseModel):
    """Which tools may be used: a switch for each, by its name."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    fill_form: bool = True
    schedule_follow_up: bool = True
