"""The shapes of models and of their trials, as JSON."""

from pydantic import Field

from bot.web.api.shapes.base import MAX_NAME_CHARS, Shown, Wanted


class ModelShown(Shown):
    """A model on the box."""

    name: str
    size_bytes: int
    parameters: str
    quantization: str
    in_use: bool


class Naming(Wanted):
    """A model by its name."""

    name: str = Field(min_length=1, max_length=MAX_NAME_CHARS)


class Figures(Shown):
    """What was right of the owner's questions; `known` should be known, `unknown` should not."""

    model: str
    known_right: int
    known: int
    unknown_right: int
    unknown: int


class ComparisonShown(Shown):
    """How a model does on the owner's questions beside the one in use.

    Attributes:
        worse: Less is right with it.
        lost: The questions that are right now and would not be.
    """

    before: Figures
    after: Figures
    worse: bool
    lost: list[str]


class Compared(Shown):
    """What a trial before a change came to; None where there was nothing to try."""

    comparison: ComparisonShown | None = None


class Tried(Shown):
    """A model that answered a test."""

    name: str
    seconds: float
