"""The front desk: fixed words where fixed words do, the agent for everything else."""

import time
from dataclasses import replace
from datetime import timedelta

from bot.agent.agent import Agent
from bot.business.calendar import BusinessCalendar
from bot.choices import Choices
from bot.commands.fetching import fetches
from bot.commands.fixed import FixedWords
from bot.commands.forms import WithoutModel
from bot.commands.words import Intent, asks, recognise
from bot.domain.conversations import MISSED, UNKNOWN, UPSET, WORD, History, Kind, Outcome, Turn
from bot.domain.forms import Form
from bot.domain.people import Role
from bot.followups.requests import requests
from bot.followups.when import Ask, Why, understand
from bot.handover.service import HandOvers
from bot.language.courtesies import courtesy, without_courtesies
from bot.language.detection import Detector
from bot.language.moods import upset
from bot.language.sentences import Phrasebook, Sentences
from bot.outbox.reply import Reply
from bot.questions.drafting import Drafting
from bot.skills.skill import Skill
from bot.uploads.offer import offered
from bot.wishes.done import Done
from bot.wishes.plain import is_wish

# More is not a question; the embedder would read it for seconds.
MAX_CHARS = 4_000
# Below these it is said that a form can be filled in, where one is near.
_BELOW_NONE = (Kind.PASSAGE, Kind.UNKNOWN)
_BELOW_ANY = (*_BELOW_NONE, Kind.VERBATIM)


class FrontDesk:
    """Answers a turn."""

    def __init__(
        self,
        agent: Agent,
        fixed: FixedWords,
        doing: WithoutModel,
        drafting: Drafting,
        hand_overs: HandOvers,
        choices: Choices,
        phrasebook: Phrasebook,
        detector: Detector,
    ) -> None:
        """Answer with these parts."""
        self._agent = agent
        self._fixed = fixed
        self._reminders = doing.reminders
        self._forms = doing.forms
        self._drafting = drafting
        self._hand_overs = hand_overs
        self._choices = choices
        self._phrasebook = phrasebook
        self._detector = detector

    async def answer(self, turn: Turn, reply: Reply) -> Outcome | None:
        """Return what a turn comes to; only a reminder's own row is stored here.

        Returns:
            None: nothing is said. Nobody asked the bot and there is nothing sure to say, or a
            person has the conversation.
        """
        if (seen := await self._hand_overs.carrying.carry(turn)) is not None:
            return seen.outcome
        began = time.perf_counter()
        outcome = await (self._unasked(turn) if turn.unasked else self._asked(turn, reply))
        if outcome is None:
            return None
        outcome = await self._fetched(turn, outcome)
        took_ms = round((time.perf_counter() - began) * 1000, 2)
        return replace(
            outcome,
            timings_ms={**outcome.timings_ms, "all": took_ms},
            yields=self._yields(turn, reply, outcome),
        )

    def _yields(self, turn: Turn, reply: Reply, outcome: Outcome) -> bool:
        """Return whether an answer is dropped where somebody took it over while it was made.

        What is in sight or done already is said to its end. In their own room the team asks the
        bot beside what it writes to others.
        """
        in_team_room = self._choices.is_staff_room(turn.conversation.address)
        return not (reply.begun or outcome.follow_up_ids or in_team_room)

    async def _asked(self, turn: Turn, reply: Reply) -> Outcome:
        """Answer what a message asks, and offer to add the files that came with it."""
        if (draft := await self._draft(turn)) is not None:
            return draft
        if not offered(turn.person.role, turn.files):
            return await self._answer(turn, reply)
        offer = self._offer(turn)
        if not self._wants_more(turn):
            return offer
        answered = await self._answer(turn, reply)
        return replace(answered, text=f"{answered.text}\n\n{offer.text}", offers_files=True)

    def _offer(self, turn: Turn) -> Outcome:
        language = self._language(turn, turn.text.strip())
        names = [file.name for file in offered(turn.person.role, turn.files)]
        text = self._phrasebook.sentences(language).files_offered(names)
        return Outcome(Kind.ASKED, text, language, offers_files=True)

    def _wants_more(self, turn: Turn) -> bool:
        """Return whether the words beside files want anything but that these are added."""
        text = turn.text.strip()
        return (
            is_wish(text)
            or asks(text)
            or recognise(text, preferred=turn.conversation.language) is not None
        )

    async def _unasked(self, turn: Turn) -> Outcome | None:
        """Offer to save what answers an open question, or to add files; else say what is sure."""
        if await self._drafting.awaits(turn.conversation.address, turn.reply_to):
            return await self._draft(turn)
        in_team_room = self._choices.is_staff_room(turn.conversation.address)
        if in_team_room and offered(turn.person.role, turn.files):
            return self._offer(turn)
        return await self._if_sure(turn)

    async def _draft(self, turn: Turn) -> Outcome | None:
        """Return the draft of an entry that one of the team replied to an open question.

        Who asks back, or wants something of the bot itself, does not answer.
        """
        if not self._drafting.may_answer(turn):
            return None
        text = turn.text.strip()
        if not self._drafting.labelled(text) and (asks(text) or recognise(text) is not None):
            return None
        return await self._drafting.offer(turn)

    async def _answer(self, turn: Turn, reply: Reply) -> Outcome:
        text = turn.text.strip()
        language = self._language(turn, text)
        sentences = self._phrasebook.sentences(language)
        if not text:
            return Outcome(Kind.ASKED, sentences.only_attachment(), language)
        if why := self._fetches(turn, text, language):
            return self._handed_over(sentences, why)
        if len(text) > MAX_CHARS:
            return Outcome(Kind.ASKED, sentences.too_long(MAX_CHARS), language)
        form = await self._forms.open(turn) if turn.fills_form else None
        if form is None:
            return await self._wish(turn, reply, text, language)
        return await self._in_form(form, turn, reply, text, language)

    async def _in_form(
        self, form: Form, turn: Turn, reply: Reply, text: str, language: str
    ) -> Outcome:
        """Go on with a form; what is about something else is answered, and the form asked again."""
        intent = recognise(text, preferred=turn.conversation.language or None)
        of_reminders = is_wish(text) or any(each.named for each in requests(text))
        if not of_reminders and (intent is None or intent.social):
            asking = asks(text, form.language) or intent is not None
            if (step := await self._forms.go_on(form, turn, asks=asking)) is not None:
                return step
        answered = await self._wish(turn, reply, text, language, begins=False)
        pending = "" if answered.hand_over else await self._forms.pending(form, turn)
        if not pending:
            return answered
        return replace(answered, text=f"{answered.text}\n\n{pending}", form=form)

    async def _wish(
        self, turn: Turn, reply: Reply, text: str, language: str, *, begins: bool = True
    ) -> Outcome:
        """Do or answer what a message wishes for; `begins` says whether a form may begin."""
        if (done := await self._reminders.fulfil(turn, language)) is not None:
            return _done(done, language)
        if (managed := await self._managed(turn, text, language)) is not None:
            return managed
        intent = recognise(text, preferred=turn.conversation.language or None)
        if intent is not None:
            return await self._command(turn, reply, intent, language)
        if begins:
            return await self._begin_or_ask(turn, reply, text, language)
        return await self._ask(turn, reply, text, language)

    async def _begin_or_ask(self, turn: Turn, reply: Reply, text: str, language: str) -> Outcome:
        """Begin the form that a message is surely for; a question with a sure answer gets that."""
        fit = await self._forms.fit(turn, without_courtesies(text))
        answered = None
        if fit is not None and self._forms.begins(fit, turn):
            if asks(text, language):
                question = without_courtesies(text)
                answered = await self._agent.answer_if_sure(turn, question, language=language)
            if answered is None:
                return self._forms.begin(fit, turn, language=language)
        if answered is None:
            answered = await self._ask(
                turn, reply, text, language, skill=fit.skill if fit else None
            )
        sure = fit is not None and fit.sure
        if answered.form is not None or answered.kind not in (_BELOW_ANY if sure else _BELOW_NONE):
            return answered
        business = self._choices.business.language
        offer = self._forms.offer(fit, turn, language=language, business=business)
        return replace(answered, text=f"{answered.text}\n\n{offer}") if offer else answered

    def _fetches(self, turn: Turn, text: str, language: str) -> str:
        """Return why a person is to see to a message, whatever it asks; "" where none is."""
        if self._too_late(turn) and not courtesy(text):
            return MISSED
        if turn.person.role is not Role.PUBLIC:
            return ""
        choice, languages = self._choices.hand_overs, {language, self._choices.business.language}
        if fetches(text, choice.words, languages):
            return WORD
        return UPSET if choice.upset and upset(text, languages) else ""

    def _too_late(self, turn: Turn) -> bool:
        """Return whether a message came in so long after it was sent that no answer helps."""
        return turn.heard_after > timedelta(hours=self._choices.manners.answers_missed_h)

    def _handed_over(self, sentences: Sentences, why: str) -> Outcome:
        """Put a message on the team's list: whom to help how is theirs to tell."""
        text = self._hand_overs.promise(sentences)
        if why == UPSET:
            text = f"{sentences.sorry_for_trouble()} {text}"
        return Outcome(Kind.HANDOVER, text, sentences.language, hand_over=why)

    async def _fetched(self, turn: Turn, outcome: Outcome) -> Outcome:
        """Fetch a person for a question that could not be answered, where the owner wishes it."""
        nobody_knew = outcome.open_question and not outcome.hand_over and not turn.unasked
        if not (nobody_knew and turn.person.role is Role.PUBLIC and asks(turn.text)):
            return outcome
        if not await self._hand_overs.may_fetch(turn):
            return outcome
        sentences = self._phrasebook.sentences(outcome.language)
        offered_a_person = sentences.unknown(self._choices.business.contact)
        said = outcome.text.replace(offered_a_person, sentences.unknown_fetched())
        text = f"{said}\n\n{self._hand_overs.promise(sentences)}"
        return replace(outcome, text=text, hand_over=UNKNOWN)

    async def _if_sure(self, turn: Turn) -> Outcome | None:
        """Return the entry that answers what people say to each other, if one surely does."""
        text = turn.text.strip()
        if not text or len(text) > MAX_CHARS:
            return None
        if is_wish(text) or recognise(text) is not None:
            # Whom it is said to is not known: "can I talk to somebody?" need not mean the bot.
            return None
        return await self._agent.answer_if_sure(
            # What was said to the bot before is no part of what people say to each other.
            replace(turn, history=History()),
            without_courtesies(text),
            language=self._language(turn, text),
        )

    async def _ask(
        self, turn: Turn, reply: Reply, text: str, language: str, *, skill: Skill | None = None
    ) -> Outcome:
        read = self._read(turn, text)
        names_time = not (isinstance(read, Ask) and read.why is Why.NONE)
        return await self._agent.answer(
            turn,
            without_courtesies(text),
            reply,
            language=language,
            names_time=names_time or await self._fixed.touches(turn, text, language),
            skill=skill,
        )

    def _language(self, turn: Turn, text: str) -> str:
        return self._detector.language(
            text,
            conversation=turn.conversation.language or None,
            business=self._choices.business.language,
        )

    async def _managed(self, turn: Turn, text: str, language: str) -> Outcome | None:
        """Return what a request about the person's own reminders comes to, None for none.

        Where the words may as well be a question, what the business surely answers goes before.
        """
        managed = await self._fixed.manage(turn, language)
        if managed is None:
            return None
        outcome, is_request = managed
        if is_request:
            return outcome
        question = without_courtesies(text)
        return await self._agent.answer_if_sure(turn, question, language=language) or outcome

    def _read(self, turn: Turn, text: str) -> object:
        return understand(
            text,
            now=turn.sent_at,
            zone=self._reminders.zone(turn),
            calendar=BusinessCalendar(self._choices.business),
        )

    async def _command(self, turn: Turn, reply: Reply, intent: Intent, language: str) -> Outcome:
        """Answer a command or a courtesy, and the question beside it if there is one."""
        if not intent.rest:
            return await self._fixed.say(turn, intent, intent.language or language)
        answered = await self._ask(turn, reply, intent.rest, self._language(turn, intent.rest))
        if intent.social:
            return answered
        return _joined(answered, await self._fixed.say(turn, intent, answered.language))


def _done(done: Done, language: str) -> Outcome:
    return Outcome(
        done.kind,
        done.text,
        language,
        follow_up_ids=done.follow_up_ids,
        promised=done.promised,
        buttons=done.buttons,
    )


def _joined(answered: Outcome, command: Outcome) -> Outcome:
    """Return one outcome for a question and the command beside it; the command names the kind."""
    return replace(
        answered,
        kind=command.kind,
        text=f"{answered.text}\n\n{command.text}",
        follow_up_ids=(*answered.follow_up_ids, *command.follow_up_ids),
        promised=answered.promised and command.promised,
        hand_over=command.hand_over,
    )
