"""What every shape that passes between the command and the API is made of."""

from pydantic import BaseModel, ConfigDict

# Longer than anybody types; the local connector's own limit.
MAX_TEXT_CHARS = 20_000
MAX_NAME_CHARS = 200


class Wanted(BaseModel):
    """Base of what a command asks: a key we do not know is a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Shown(BaseModel):
    """Base of what the API answers."""

    model_config = ConfigDict(frozen=True)


class Problem(Shown):
    """Why something was not done, in a sentence."""

    error: str


class Done(Shown):
    """It is done."""

    done: bool = True
