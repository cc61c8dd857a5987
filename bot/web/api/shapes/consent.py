"""The shapes of imports that are tried before they take effect, as JSON."""

from enum import StrEnum

from bot.web.api.shapes.base import Shown, Wanted


class Consent(StrEnum):
    """Whether a larger import may take effect where it was tried on the owner's questions."""

    ASK = "ask"
    UNLESS_WORSE = "unless-worse"
    UNTRIED = "untried"
    """It is not tried."""


class Decision(Wanted):
    """What was decided on an import that asks; `token` came with the question."""

    token: str
    take: bool


class ImportTried(Shown):
    """How the search does on the owner's questions, now and with an import.

    Attributes:
        questions: How many expect something.
        first: How many of what they expect is found first, now and then.
        shown: Likewise among those that are shown.
        fallen: The questions for which it would be further down or nowhere.
    """

    questions: int
    first: tuple[int, int]
    shown: tuple[int, int]
    worse: bool
    fallen: list[str]
