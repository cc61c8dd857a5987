"""The shapes of health and of keys to the house, as JSON."""

from pydantic import Field

from bot.web.api.shapes.base import Shown, Wanted


class PartShown(Shown):
    """The health of one part."""

    part: str
    ok: bool
    needed: bool
    text: str
    todo: str
    took_ms: float


class Token(Shown):
    """A one-time token that opens the page's set-up."""

    token: str


class PasswordSet(Shown):
    """The owner's password is set; whether a second factor was asked for before."""

    second_factor_ended: bool


class Password(Wanted):
    """The owner's new password."""

    password: str = Field(min_length=1, max_length=1_000)
