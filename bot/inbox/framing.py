"""What is said around an answer on a chat platform, and what the team is told of it."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.choices import Choices
from bot.domain.conversations import MISSED, Outcome, Turn
from bot.language.sentences import Phrasebook, Sentences
from bot.storage.outbox import NewOutgoing
from bot.uploads.offer import offered
from connectors.local.connector import PLATFORM as LOCAL
from connectors.messages import Address

# Of a long message the team reads the beginning; the page has all of it.
MAX_QUOTED_CHARS = 1_000


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
        platforms: Sequence[str],
        now: Callable[[], datetime],
    ) -> None:
        """Frame by the owner's choices; the team's rooms are on these platforms."""
        self._choices = choices
        self._phrasebook = phrasebook
        self._platforms = tuple(platforms)
        self._now = now

    def framed(self, turn: Turn, outcome: Outcome) -> Framed:
        """Return an answer with what goes with it.

        An apology where it is late, that the team sees an open question, what was not read, and
        for somebody new who speaks.
        """
        if turn.unasked or turn.conversation.address.platform == LOCAL:
            return Framed(outcome.text)
        sentences, manners = self._phrasebook.sentences(outcome.language), self._choices.manners
        parts = [outcome.text]
        late = self._now() - turn.sent_at > timedelta(minutes=manners.late_after_min)
        if late or outcome.hand_over == MISSED:
            parts.insert(0, sentences.late())
        if outcome.wants_answer is not None:
            parts.append(sentences.question_kept())
        if unread := _unread(turn, outcome):
            parts.append(sentences.not_read(unread))
        if not turn.person.introduced:
            parts.append(manners.introduction or self._introduction(outcome, sentences))
        text = "\n\n".join(part for part in parts if part)
        return Framed(text, introduces=not turn.person.introduced)

    def _introduction(self, outcome: Outcome, sentences: Sentences) -> str:
        """Return our own line for somebody new; "" where the answer says all of that itself."""
        name = self._choices.business.name
        return "" if outcome.text == sentences.robot(name) else sentences.introduction(name)

    def notices(self, turn: Turn, outcome: Outcome) -> list[NewOutgoing]:
        """Return what the team's room is told of an answer; mostly nothing."""
        if not outcome.hand_over:
            return []
        room = self._team_room(turn.conversation.address)
        if room is None:
            return []
        sentences = self._phrasebook.sentences(self._choices.business.language)
        said = sentences.missed if outcome.hand_over == MISSED else sentences.wants_person
        return [
            NewOutgoing(
                origin=f"turn {turn.turn_id} notice",
                nonce=secrets.token_hex(8),
                address=room,
                text=said(turn.person.name, turn.text[:MAX_QUOTED_CHARS]),
            )
        ]

    def _team_room(self, asked_in: Address) -> Address | None:
        """Return the team's room on the platform of a question, else on another one.

        What is tried in this process's own rooms rings nobody elsewhere.
        """
        here = asked_in.platform
        order = sorted(self._platforms, key=lambda name: name != here) if here != LOCAL else [here]
        room = next(filter(None, map(self._choices.staff_room, order)), None)
        # Who asks in the team's own room is heard there anyway.
        own = room is not None and (room.platform, room.channel) == (here, asked_in.channel)
        return None if own else room


def _unread(turn: Turn, outcome: Outcome) -> list[str]:
    """Return the names of files of which the answer does not speak otherwise."""
    if not turn.text.strip() and not outcome.offers_files:
        return []
    spoken_of = offered(turn.person.role, turn.files) if outcome.offers_files else ()
    return [file.name for file in turn.files if file not in spoken_of]
