"""What is said around an answer on a chat platform."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.choices import Choices
from bot.domain.conversations import MISSED, Kind, Outcome, Turn
from bot.language.sentences import Phrasebook, Sentences
from bot.uploads.offer import offered
from connectors.local.connector import PLATFORM as LOCAL


@dataclass(frozen=True, slots=True)
class Framed:
    """An answer as it is said.

    Attributes:
        introduces: It tells the person that an automated assistant answers.
    """

    text: str
    introduces: bool = False


class Framing:
    """Frames answers on chat platforms; in this process's own rooms they stand alone."""

    def __init__(
        self,
        choices: Choices,
        phrasebook: Phrasebook,
        *,
        now: Callable[[], datetime],
    ) -> None:
        """Frame by the owner's choices."""
        self._choices = choices
        self._phrasebook = phrasebook
        self._now = now

    def framed(self, turn: Turn, outcome: Outcome) -> Framed:
        """Return an answer with what goes with it.

        An apology where it is late, that the team sees an open question, what was not read, and
        for somebody new who speaks. What is said unasked has the last alone.
        """
        if turn.conversation.address.platform == LOCAL:
            return Framed(outcome.text)
        if outcome.kind is Kind.HANDOVER and not outcome.hand_over:
            # A word about what somebody wrote to a colleague, and no answer.
            return Framed(outcome.text)
        sentences = self._phrasebook.sentences(outcome.language)
        parts = [outcome.text] if turn.unasked else self._explained(turn, outcome, sentences)
        introduces = not turn.person.introduced
        if introduces:
            introduction = self._choices.manners.introduction
            parts.append(introduction or self._introduction(outcome, sentences))
        return Framed("\n\n".join(part for part in parts if part), introduces)

    def _explained(self, turn: Turn, outcome: Outcome, sentences: Sentences) -> list[str]:
        """Return an answer with what who asked has to know besides, a paragraph each."""
        parts = [outcome.text]
        late_after = timedelta(minutes=self._choices.manners.late_after_min)
        if self._now() - turn.sent_at > late_after or outcome.hand_over == MISSED:
            parts.insert(0, sentences.late())
        if outcome.wants_answer is not None and not outcome.hand_over:
            parts.append(sentences.question_kept())
        if unread := _unread(turn, outcome):
            parts.append(sentences.not_read(unread))
        return parts

    def _introduction(self, outcome: Outcome, sentences: Sentences) -> str:
        """Return our own line for somebody new; "" where the answer says all of that itself."""
        name = self._choices.business.name
        return "" if outcome.text == sentences.robot(name) else sentences.introduction(name)


def _unread(turn: Turn, outcome: Outcome) -> list[str]:
    """Return the names of files of which the answer does not speak otherwise."""
    if not turn.text.strip() and not outcome.offers_files:
        return []
    spoken_of = offered(turn.person.role, turn.files) if outcome.offers_files else ()
    return [file.name for file in turn.files if file not in spoken_of]
