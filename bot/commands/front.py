"""The front desk: fixed words where fixed words do, the agent for everything else."""

import time
from dataclasses import replace
from importlib.metadata import version

from bot.agent.agent import Agent
from bot.choices import Choices
from bot.commands.fetching import Fetching
from bot.commands.fixed import FixedWords
from bot.commands.forms import WithoutModel
from bot.commands.said import Said
from bot.commands.words import Intent, asks
from bot.domain.conversations import History, Kind, Outcome, Turn
from bot.domain.forms import Form
from bot.followups.requests import requests
from bot.handover.service import HandOvers
from bot.language.detection import Detector
from bot.language.sentences import Phrasebook
from bot.outbox.reply import Reply
from bot.questions.drafting import Drafting
from bot.skills.skill import Skill
from bot.wishes.done import Done

_VERSION = version("deskhand")
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
        self._carrying = hand_overs.carrying
        self._fetching = Fetching(hand_overs, choices, phrasebook)
        self._choices = choices
        self._phrasebook = phrasebook
        self._detector = detector

    async def answer(self, turn: Turn, reply: Reply) -> Outcome | None:
        """Return what a turn comes to; only a reminder's own row is stored here.

        Returns:
            None: nothing is said. Nobody asked the bot and there is nothing sure to say, or a
            person has the conversation.
        """
        if (seen := await self._carrying.carry(turn)) is not None:
            return seen.outcome
        began = time.perf_counter()
        said = Said(turn, self._detector, self._choices.business.language)
        outcome = await (self._unasked(said) if turn.unasked else self._asked(said, reply))
        if outcome is None:
            return None
        outcome = await self._fetching.unanswered(said, outcome)
        took_ms = round((time.perf_counter() - began) * 1000, 2)
        return replace(
            outcome,
            timings_ms={**outcome.timings_ms, "all": took_ms},
            versions=replace(outcome.versions, deskhand=_VERSION, knowledge=turn.knowledge),
            yields=self._yields(turn, reply, outcome),
        )

    def _yields(self, turn: Turn, reply: Reply, outcome: Outcome) -> bool:
        """Return whether an answer is dropped where somebody took it over while it was made.

        What is in sight or done already is said to its end. In their own room the team asks the
        bot beside what it writes to others.
        """
        in_team_room = self._choices.is_staff_room(turn.conversation.address)
        return not (reply.begun or outcome.follow_up_ids or in_team_room)

    async def _asked(self, said: Said, reply: Reply) -> Outcome:
        """Answer what a message asks, and offer to add the files that came with it."""
        if (draft := await self._draft(said)) is not None:
            return draft
        if not said.files:
            return await self._answer(said, reply)
        offer = self._offer(said)
        if not (said.wishes_reminder or said.asks or said.intent):
            return offer
        answered = await self._answer(said, reply)
        return replace(answered, text=f"{answered.text}\n\n{offer.text}", offers_files=True)

    def _offer(self, said: Said) -> Outcome:
        sentences = self._phrasebook.sentences(said.language)
        text = sentences.files_offered([file.name for file in said.files])
        return Outcome(Kind.ASKED, text, said.language, offers_files=True)

    async def _unasked(self, said: Said) -> Outcome | None:
        """Offer to save what answers an open question, or to add files; else say what is sure."""
        turn = said.turn
        if await self._drafting.awaits(turn.conversation.address, turn.reply_to):
            return await self._draft(said)
        if self._choices.is_staff_room(turn.conversation.address) and said.files:
            return self._offer(said)
        if not said.text or len(said.text) > MAX_CHARS or said.wishes_reminder or said.intent:
            # Whom it is said to is not known: "can I talk to somebody?" need not mean the bot.
            return None
        # What was said to the bot before is no part of what people say to each other.
        alone = replace(turn, history=History())
        return await self._agent.answer_if_sure(alone, said.question, language=said.language)

    async def _draft(self, said: Said) -> Outcome | None:
        """Return the draft of an entry that one of the team replied to an open question.

        Who asks back, or wants something of the bot itself, does not answer.
        """
        if not self._drafting.may_answer(said.turn):
            return None
        wants = said.asks or said.intent or said.wishes_reminder
        if wants and not self._drafting.labelled(said.text):
            return None
        return await self._drafting.offer(said.turn)

    async def _answer(self, said: Said, reply: Reply) -> Outcome:
        sentences = self._phrasebook.sentences(said.language)
        if not said.text:
            return Outcome(Kind.ASKED, sentences.only_attachment(), said.language)
        if (fetched := self._fetching.at_once(said)) is not None:
            return fetched
        if len(said.text) > MAX_CHARS:
            return Outcome(Kind.ASKED, sentences.too_long(MAX_CHARS), said.language)
        form = await self._forms.open(said.turn)
        if form is None:
            return await self._wish(said, reply)
        return await self._in_form(form, said, reply)

    async def _in_form(self, form: Form, said: Said, reply: Reply) -> Outcome:
        """Go on with a form; what is about something else is answered, and the form asked again."""
        intent = said.intent
        of_reminders = said.wishes_reminder or any(each.named for each in requests(said.text))
        if not of_reminders and (intent is None or intent.social):
            asking = asks(said.text, form.language) or intent is not None
            if (step := await self._forms.go_on(form, said.turn, asks=asking)) is not None:
                return step
        answered = await self._wish(said, reply, begins=False)
        pending = "" if answered.hand_over else await self._forms.pending(form, said.turn)
        if not pending:
            return answered
        return replace(answered, text=f"{answered.text}\n\n{pending}", form=form)

    async def _wish(self, said: Said, reply: Reply, *, begins: bool = True) -> Outcome:
        """Do or answer what a message wishes for; `begins` says whether a form may begin."""
        if (done := await self._reminders.fulfil(said.turn, said.language)) is not None:
            return _done(done, said.language)
        if (managed := await self._managed(said)) is not None:
            return managed
        if said.intent is not None:
            return await self._command(said, reply, said.intent)
        if begins:
            return await self._begin_or_ask(said, reply)
        return await self._ask(said, reply)

    async def _managed(self, said: Said) -> Outcome | None:
        """Return what a request about the person's own reminders comes to, None for none.

        Where the words may as well be a question, what the business surely answers goes before.
        """
        managed = await self._fixed.manage(said.turn, said.language)
        if managed is None:
            return None
        outcome, is_request = managed
        if is_request:
            return outcome
        return await self._if_sure(said) or outcome

    async def _command(self, said: Said, reply: Reply, intent: Intent) -> Outcome:
        """Answer a command or a courtesy, and the question beside it if there is one."""
        if not intent.rest:
            return await self._fixed.say(said.turn, intent, intent.language or said.language)
        answered = await self._ask(said.only(intent.rest), reply)
        if intent.social:
            return answered
        return _joined(answered, await self._fixed.say(said.turn, intent, answered.language))

    async def _begin_or_ask(self, said: Said, reply: Reply) -> Outcome:
        """Begin the form that a message is surely for; a question with a sure answer gets that."""
        fit = await self._forms.fit(said.turn, said.question)
        answered = None
        if fit is not None and self._forms.begins(fit, said.turn):
            if asks(said.text, said.language):
                answered = await self._if_sure(said)
            if answered is None:
                return self._forms.begin(fit, said.turn, language=said.language)
        if answered is None:
            answered = await self._ask(said, reply, skill=fit.skill if fit else None)
        sure = fit is not None and fit.sure
        if answered.form is not None or answered.kind not in (_BELOW_ANY if sure else _BELOW_NONE):
            return answered
        business = self._choices.business.language
        offer = self._forms.offer(fit, said.turn, language=said.language, business=business)
        return replace(answered, text=f"{answered.text}\n\n{offer}") if offer else answered

    async def _if_sure(self, said: Said) -> Outcome | None:
        question, language = said.question, said.language
        return await self._agent.answer_if_sure(said.turn, question, language=language)

    async def _ask(self, said: Said, reply: Reply, *, skill: Skill | None = None) -> Outcome:
        return await self._agent.answer(
            said.turn,
            said.question,
            reply,
            language=said.language,
            names_time=self._reminders.names_time(said.turn, said.text)
            or await self._fixed.touches(said.turn, said.text, said.language),
            skill=skill,
        )


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
