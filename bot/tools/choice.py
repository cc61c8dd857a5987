"""What the owner chooses of the tools."""

from pydantic import BaseModel, ConfigDict


class ToolsChoice(BaseModel):
    """Which tools may be used: a switch for each, by its name."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    cancel_follow_up: bool = True
    fill_form: bool = True
    list_follow_ups: bool = True
    move_follow_up: bool = True
    schedule_follow_up: bool = True
