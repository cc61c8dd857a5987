"""Fills in a skill's form in a conversation: asks, checks, shows, and hands it to the team.

What a form is after a turn goes into the transaction of the turn's answer: a turn that is taken
again begins from where the form was before it, and what is said to be with the team is.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.business.calendar import BusinessCalendar
from bot.choices import Choices
from bot.domain.conversations import FORM, Kind, Outcome, Turn
from bot.domain.forms import Form, FormState
from bot.language.courtesies import agrees
from bot.language.sentences import Phrasebook, Sentences
from bot.skills import fields
from bot.skills.form import FieldSpec, FieldType, FormSpec, said
from bot.skills.service import Skills
from bot.skills.situation import NotThatError, Situation
from bot.skills.skill import Skill
from bot.storage.forms import FormRows

log = logging.getLogger(__name__)

# The settings' group of the skills.
GROUP = "skills"
# By so much more than a day what was told is kept at most.
SWEEP_S = 600.0


@dataclass(frozen=True, slots=True)
class _Asking:
    """A form with what it asks for, in the words of who fills it in."""

    form: Form
    spec: FormSpec
    situation: Situation

    @property
    def sentences(self) -> Sentences:
        return self.situation.sentences

    @property
    def asked(self) -> FieldSpec | None:
        return next((each for each in self.spec.fields if each.name == self.form.asked), None)

    @property
    def missing(self) -> FieldSpec | None:
        """Return the first field that nothing was told for."""
        return next((each for each in self.spec.fields if each.name not in self.form.values), None)

    def label(self, field: FieldSpec) -> str:
        return said(field.label, self.form.language, self.situation.business_language)

    def told(self, field: FieldSpec) -> str:
        value = self.form.values[field.name]
        business = self.situation.business_language
        return f"{self.label(field)}: {fields.shown(field, value, self.sentences, business)}"


class Filling:
    """Forms in conversations."""

    def __init__(
        self,
        rows: FormRows,
        skills: Skills,
        choices: Choices,
        phrasebook: Phrasebook,
        *,
        promise: Callable[[Sentences], str],
        now: Callable[[], datetime],
    ) -> None:
        """Fill in with these parts; `promise` words that somebody stands on the team's list."""
        self._rows = rows
        self._skills = skills
        self._choices = choices
        self._phrasebook = phrasebook
        self._promise = promise
        self._now = now

    async def run(self) -> None:
        """Forget what was told in forms that nobody goes on with, until cancelled.

        Raises:
            StorageError: The rows could not be written.
        """
        while True:
            if expired := await self._rows.expire(now=self._now()):
                log.info("expired forms=%s", expired)
            await asyncio.sleep(SWEEP_S)

    async def open(self, turn: Turn) -> Form | None:
        """Return the form that a turn's person is filling in there, or None."""
        return await self._rows.open(
            turn.conversation.conversation_id, turn.person.person_id, now=self._now()
        )

    def begin(self, skill: Skill, turn: Turn, *, language: str) -> Outcome:
        """Begin a skill's form with what the message tells already, and ask for the rest.

        The skill must have a form.
        """
        if skill.form is None:
            raise ValueError(f"{skill.name} has no form")
        new = Form(skill.name, skill.content_hash, FormState.FILLING, {}, "", language)
        asking = self._asking(new, skill.form, turn)
        text = turn.text.strip()
        found, wrong = fields.found_in(skill.form.fields, text, asking.situation)
        title = said(skill.form.title, language, self._choices.business.language)
        return self._on(asking, found, wrong, before=[asking.sentences.form_begins(title)])

    async def go_on(self, form: Form, turn: Turn, *, asks: bool) -> Outcome | None:
        """Take a message as the next step of a form; None where it is about something else.

        Args:
            form: As `open` gave it.
            turn: The message.
            asks: It asks a question, so that it is no text for a field.
        """
        sentences = self._phrasebook.sentences(form.language)
        text = turn.text.strip()
        if fields.ends(text):
            ended = replace(form, state=FormState.CANCELLED)
            return Outcome(Kind.SOCIAL, sentences.form_ended(), form.language, form=ended)
        skill = await self._skills.usable(form.skill, form.content_hash)
        if skill is None or skill.form is None:
            ended = replace(form, state=FormState.CANCELLED)
            return Outcome(Kind.REFUSED, sentences.form_gone(), form.language, form=ended)
        asking = self._asking(form, skill.form, turn)
        if form.state is FormState.CONFIRMING:
            return self._confirmed(asking, text, asks=asks)
        return self._answered(asking, text, asks=asks)

    async def pending(self, form: Form, turn: Turn) -> str:
        """Return what a form waits for, said again; "" where it is not in use any more."""
        skill = await self._skills.usable(form.skill, form.content_hash)
        if skill is None or skill.form is None:
            return ""
        asking = self._asking(form, skill.form, turn)
        if form.state is FormState.CONFIRMING or asking.asked is None:
            return self._summary(asking)
        return self._question(asking, asking.asked)

    def _answered(self, asking: _Asking, text: str, *, asks: bool) -> Outcome | None:
        field = asking.asked
        if field is None:
            return self._on(asking, {}, {})
        free = field.type is FieldType.TEXT
        if free and asks:
            return None
        found: dict[str, str] = {}
        wrong: dict[str, str] = {}
        if not free:
            open_ones = [
                each
                for each in asking.spec.fields
                if each.name == field.name or each.name not in asking.form.values
            ]
            found, wrong = fields.found_in(open_ones, text, asking.situation)
        if field.name not in {*found, *wrong}:
            try:
                found[field.name] = fields.check(field, text, asking.situation)
            except NotThatError as error:
                if asks:
                    return None
                wrong[field.name] = str(error)
        return self._on(asking, found, wrong)

    def _confirmed(self, asking: _Asking, text: str, *, asks: bool) -> Outcome | None:
        if agrees(text):
            return self._sent(asking)
        found, wrong = fields.found_in(asking.spec.fields, text, asking.situation)
        if found or wrong:
            return self._on(asking, found, wrong)
        business = asking.situation.business_language
        named = fields.named_label(asking.spec.fields, text, asking.sentences, business)
        if named is not None:
            values = {
                name: value for name, value in asking.form.values.items() if name != named.name
            }
            form = replace(asking.form, values=values, state=FormState.FILLING)
            return self._on(replace(asking, form=form), {}, {})
        if asks:
            return None
        labels = [asking.label(each) for each in asking.spec.fields]
        text = asking.sentences.form_changing(labels)
        return Outcome(Kind.ASKED, text, asking.form.language, form=asking.form)

    def _on(
        self,
        asking: _Asking,
        found: dict[str, str],
        wrong: dict[str, str],
        *,
        before: list[str] | None = None,
    ) -> Outcome:
        """Ask for what is missing after what was found, what was wrong first of all."""
        values = {**asking.form.values, **found}
        for name in wrong:
            # What was told before does not hold any more either.
            values.pop(name, None)
        asking = replace(asking, form=replace(asking.form, values=values))
        lines = list(before or ())
        understood = [each for each in asking.spec.fields if each.name in found]
        if understood and (before or wrong or len(understood) > 1):
            told = [asking.told(each) for each in understood]
            lines.append(asking.sentences.form_understood(told))
        field = next((each for each in asking.spec.fields if each.name in wrong), asking.missing)
        if field is None:
            form = replace(asking.form, state=FormState.CONFIRMING, asked="")
            lines.append(self._summary(replace(asking, form=form)))
        else:
            form = replace(asking.form, state=FormState.FILLING, asked=field.name)
            lines.append(wrong.get(field.name) or self._question(asking, field))
        return Outcome(Kind.ASKED, "\n\n".join(lines), form.language, form=form)

    def _sent(self, asking: _Asking) -> Outcome:
        """Hand a form to the team: the row on its list is stored with this answer.

        What was told yesterday may be too soon by now.
        """
        for field in asking.spec.fields:
            if field.type is FieldType.DATE and (told := asking.form.values[field.name]):
                try:
                    fields.check(field, told, asking.situation)
                except NotThatError as error:
                    return self._on(asking, {}, {field.name: str(error)})
        text = self._for_the_team(asking)
        form = replace(asking.form, state=FormState.SENT, text=text)
        promised = self._promise(asking.sentences)
        return Outcome(Kind.HANDOVER, promised, form.language, hand_over=FORM, form=form)

    def _for_the_team(self, asking: _Asking) -> str:
        language = self._choices.business.language
        sentences = self._phrasebook.sentences(language)
        asked = replace(asking, situation=replace(asking.situation, sentences=sentences))
        asked = replace(asked, form=replace(asking.form, language=language))
        title = said(asking.spec.title, language)
        return "\n".join([title, *(asked.told(each) for each in asking.spec.fields)])

    def _summary(self, asking: _Asking) -> str:
        language = asking.form.language
        title = said(asking.spec.title, language, asking.situation.business_language)
        return asking.sentences.form_summary(
            title, [asking.told(each) for each in asking.spec.fields]
        )

    def _question(self, asking: _Asking, field: FieldSpec) -> str:
        business = asking.situation.business_language
        parts = [said(field.ask, asking.form.language, business)]
        if field.choices:
            possible = fields.choices_of(field, asking.sentences, business)
            parts.append(asking.sentences.form_choices(possible))
        if field.optional:
            parts.append(asking.sentences.form_optional())
        return " ".join(parts)

    def _asking(self, form: Form, spec: FormSpec, turn: Turn) -> _Asking:
        set_days = self._choices.get(f"{GROUP}.lead_days")
        lead = set_days.get(form.skill) if isinstance(set_days, dict) else None
        situation = Situation(
            now=turn.sent_at,
            calendar=BusinessCalendar(self._choices.business),
            sentences=self._phrasebook.sentences(form.language),
            lead_days=lead if isinstance(lead, int) else None,
        )
        return _Asking(form, spec, situation)
