"""Forms at the front desk: begun by who wants one, gone on with, and offered."""

from dataclasses import dataclass

from bot.domain.conversations import Outcome, Turn
from bot.domain.forms import Form
from bot.language.sentences import Phrasebook
from bot.skills.filling import Filling
from bot.skills.fitting import Fit, Fitting
from bot.skills.form import said
from bot.tools.fill_form import NAME
from bot.tools.registry import Registry
from bot.wishes.plain import PlainWishes


class Forms:
    """Which form a message is for, and its next step."""

    def __init__(
        self, filling: Filling, fitting: Fitting, tools: Registry, phrasebook: Phrasebook
    ) -> None:
        """Fill in with these parts, as far as the tool for it may be used."""
        self._filling = filling
        self._fitting = fitting
        self._tools = tools
        self._phrasebook = phrasebook

    async def open(self, turn: Turn) -> Form | None:
        """Return the form that a turn's person is filling in there, or None."""
        return await self._filling.open(turn) if turn.fills_form else None

    async def go_on(self, form: Form, turn: Turn, *, asks: bool) -> Outcome | None:
        """Take a message as a form's next step; None where it is about something else."""
        return await self._filling.go_on(form, turn, asks=asks)

    async def pending(self, form: Form, turn: Turn) -> str:
        """Return what a form waits for, said again."""
        return await self._filling.pending(form, turn)

    async def fit(self, turn: Turn, text: str) -> Fit | None:
        """Return the skill that a turn's text is for, if one perhaps is."""
        return await self._fitting.of(text, turn.skills)

    def begins(self, fit: Fit | None, turn: Turn) -> bool:
        """Return whether a message surely asks for a form that its person may fill in."""
        return fit is not None and fit.sure and self._has_form(fit, turn)

    def begin(self, fit: Fit, turn: Turn, *, language: str) -> Outcome:
        """Begin the form that a message is for."""
        return self._filling.begin(fit.skill, turn, language=language)

    def offer(self, fit: Fit | None, turn: Turn, *, language: str, business: str) -> str:
        """Return that a form can be filled in, below an answer that may not be all; "" for none."""
        if fit is None or fit.skill.form is None or not self._has_form(fit, turn):
            return ""
        title = said(fit.skill.form.title, language, business)
        return self._phrasebook.sentences(language).form_offered(title, fit.way)

    def _has_form(self, fit: Fit, turn: Turn) -> bool:
        usable = self._tools.usable(NAME, turn.person.role, among=fit.skill.tools)
        return fit.skill.form is not None and usable is not None


@dataclass(frozen=True, slots=True)
class WithoutModel:
    """What is done in plain words, with or without a model."""

    reminders: PlainWishes
    forms: Forms
