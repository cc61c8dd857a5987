"""When a person is fetched for what somebody wrote, whatever they ask."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

from bot.choices import Choices
from bot.commands.said import Said
from bot.domain.conversations import MISSED, UNKNOWN, UPSET, WORD, Kind, Outcome
from bot.domain.people import Role
from bot.handover.service import HandOvers
from bot.language.courtesies import courtesy
from bot.language.moods import upset
from bot.language.sentences import Phrasebook
from knowledge.terms import terms


class Fetching:
    """Puts people on the team's list who did not ask for it."""

    def __init__(self, hand_overs: HandOvers, choices: Choices, phrasebook: Phrasebook) -> None:
        """Fetch as the owner chooses."""
        self._hand_overs = hand_overs
        self._choices = choices
        self._phrasebook = phrasebook

    def at_once(self, said: Said) -> Outcome | None:
        """Return the hand-over that a message comes to, whatever it asks; None for most."""
        why = self._why(said)
        if not why:
            return None
        sentences = self._phrasebook.sentences(said.language)
        text = self._hand_overs.promise(sentences)
        if why == UPSET:
            text = f"{sentences.sorry_for_trouble()} {text}"
        return Outcome(Kind.HANDOVER, text, sentences.language, hand_over=why)

    async def unanswered(self, said: Said, outcome: Outcome) -> Outcome:
        """Fetch a person for a question that could not be answered, where the owner wishes it."""
        turn = said.turn
        nobody_knew = outcome.open_question and not outcome.hand_over and not turn.unasked
        if not (nobody_knew and turn.person.role is Role.PUBLIC and said.asks):
            return outcome
        if not await self._hand_overs.may_fetch(turn):
            return outcome
        sentences = self._phrasebook.sentences(outcome.language)
        offered_a_person = sentences.unknown(self._choices.business.contact)
        answered = outcome.text.replace(offered_a_person, sentences.unknown_fetched())
        text = f"{answered}\n\n{self._hand_overs.promise(sentences)}"
        return replace(outcome, text=text, hand_over=UNKNOWN)

    def _why(self, said: Said) -> str:
        """Return why a person is to see to a message; "" where none is."""
        turn = said.turn
        # So long after it was sent no answer helps.
        too_late = timedelta(hours=self._choices.manners.answers_missed_h)
        if turn.heard_after > too_late and not courtesy(said.text):
            return MISSED
        if turn.person.role is not Role.PUBLIC:
            return ""
        choice, languages = (
            self._choices.hand_overs,
            {said.language, self._choices.business.language},
        )
        if fetches(said.text, choice.words, languages):
            return WORD
        return UPSET if choice.upset and upset(said.text, languages) else ""


def fetches(text: str, phrases: Sequence[str], languages: Iterable[str]) -> bool:
    """Return whether a text holds one of some words or phrases, in whatever form they stand.

    Whole words are compared, by their stems: "pain" is found in "pains", not in "paint".

    Args:
        text: As somebody wrote it.
        phrases: Words, or several in their order.
        languages: ISO 639-1; read in each of them.
    """
    for language in set(languages) if phrases else ():
        said = _stems(text, language)
        for phrase in phrases:
            wanted = _stems(phrase, language)
            starts = range(len(said) - len(wanted) + 1)
            if wanted and any(said[at : at + len(wanted)] == wanted for at in starts):
                return True
    return False


def _stems(text: str, language: str) -> list[str]:
    return [term.stem for term in terms(text, language)]
