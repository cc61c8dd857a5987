"""The messages that a hand-over makes: in the team's room, and where the person is."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from bot.choices import Choices
from bot.domain.conversations import FORM
from bot.domain.hand_overs import HandOver, HandOverState, Lead
from bot.language.sentences import Phrasebook, Sentences
from bot.outbox.buttons import under_hand_over
from bot.storage.outbox import NewOutgoing
from connectors.base import Connector
from connectors.local.connector import PLATFORM as LOCAL
from connectors.messages import Address
from connectors.splitting import split

# All of it fits Discord's 2,000 characters; the page has the rest.
MAX_ASKED_CHARS = 600
# A form that was filled in stands alone there.
MAX_FORM_CHARS = 1_500
MAX_BEFORE = 3
MAX_QUESTION_CHARS = 100
MAX_ANSWER_CHARS = 160
MAX_FOUND = 3
MAX_TITLE_CHARS = 60
# Where a platform is not connected just now: no known one takes less.
LEAST_MAX_CHARS = 2_000
# Stands for no words: what is left of a piece whose words fit fewer by now, or a sticker.
NOTHING = "…"


class Wording:
    """Words hand-overs by the owner's choices."""

    def __init__(
        self, choices: Choices, phrasebook: Phrasebook, connectors: Mapping[str, Connector]
    ) -> None:
        """Word with these sentences; what is too long for a connector is split."""
        self._choices = choices
        self._phrasebook = phrasebook
        self._connectors = connectors

    @property
    def team(self) -> Sentences:
        """Return the team's language."""
        return self._phrasebook.sentences(self._choices.business.language)

    def customers(self, hand_over: HandOver) -> Sentences:
        """Return the language of who wants a person."""
        return self._phrasebook.sentences(
            hand_over.asker.language or self._choices.business.language
        )

    def signature(self, colleague: str) -> str:
        """Return the name under which a colleague's words are carried; "" for the team."""
        return self._choices.hand_overs.signature(colleague, self._choices.business.name)

    def post(self, hand_over: HandOver, lead: Lead, room: Address) -> NewOutgoing:
        """Return what the team's room is told, as the hand-over stands now."""
        return self._in_room(
            hand_over,
            hand_over.post or hand_over.origin("post"),
            self.notice(hand_over, lead),
            room,
        )

    def reminder(
        self, hand_over: HandOver, lead: Lead, room: Address, owners: Sequence[str]
    ) -> NewOutgoing:
        """Return the second notice of what nobody has taken."""
        text = self.team.still_waiting(owners, self.notice(hand_over, lead))
        return self._in_room(hand_over, hand_over.origin("again"), text, room)

    def to_owner(self, hand_over: HandOver, lead: Lead, room: Address) -> NewOutgoing:
        """Return what the owner's room is told of what nobody has taken."""
        told = f"{self._told(hand_over, lead)}\n\n{self.team.taken_elsewhere()}"
        text = self.team.still_waiting([], told)
        return NewOutgoing(hand_over.origin("owner"), secrets.token_hex(8), room, text)

    def overnight(self, count: int, day: date, room: Address) -> NewOutgoing:
        """Return what stands above those who wrote while nobody was here; once a day."""
        origin = f"overnight {day} {room.platform}"
        return NewOutgoing(origin, secrets.token_hex(8), room, self.team.overnight(count))

    def notice(self, hand_over: HandOver, lead: Lead) -> str:
        """Return a hand-over's text for the team."""
        standing = self._standing(hand_over, self.team)
        return f"{self._told(hand_over, lead)}\n\n{standing}"

    def _told(self, hand_over: HandOver, lead: Lead) -> str:
        sentences, name = self.team, hand_over.asker.name
        asked, most = hand_over.text, MAX_ASKED_CHARS
        if hand_over.reason == FORM:
            lead, most = Lead((), ()), MAX_FORM_CHARS
        if len(asked) > most:
            # What was added last is at the end.
            asked = f"…{asked[-most:]}"
        return sentences.hand_over(
            hand_over.reason,
            name,
            asked or "…",
            [
                (_line(question, MAX_QUESTION_CHARS), _line(answer, MAX_ANSWER_CHARS))
                for question, answer in lead.exchanges
            ],
            [_line(title, MAX_TITLE_CHARS) for title in lead.found[:MAX_FOUND]],
        )

    def _standing(self, hand_over: HandOver, sentences: Sentences) -> str:
        name, mark = hand_over.asker.name, self._choices.hand_overs.mark
        match hand_over.state:
            case HandOverState.WAITING:
                return sentences.how_to_take(name, mark)
            case HandOverState.TAKEN if hand_over.once:
                return sentences.answers_it(hand_over.taken_by, name, mark)
            case HandOverState.TAKEN:
                return sentences.has_it(hand_over.taken_by, name, mark)
            case state:
                return sentences.ended(state.value, hand_over.taken_by)

    def _in_room(self, hand_over: HandOver, origin: str, text: str, room: Address) -> NewOutgoing:
        buttons = under_hand_over(hand_over.hand_over_id, hand_over.state, self.team)
        return NewOutgoing(origin, secrets.token_hex(8), room, text, buttons=buttons)

    def to_customer(
        self, hand_over: HandOver, what: str, text: str, *, pieces: int = 0
    ) -> list[NewOutgoing]:
        """Return a message where the person asked, in as many pieces as it needs.

        Args:
            hand_over: Theirs.
            what: Names it among the messages of the hand-over.
            text: Markdown.
            pieces: There are at least so many.
        """
        asker = hand_over.asker
        message = NewOutgoing("", "", asker.address, text, reply_to=asker.message_id)
        return self._pieces(hand_over, what, message, pieces)

    def to_team(
        self, hand_over: HandOver, what: str, text: str, *, pieces: int = 0
    ) -> list[NewOutgoing]:
        """Return a message below what the team's room was told; none where it was not told."""
        room = hand_over.posted_at
        if room is None:
            return []
        address = Address(room.platform, room.channel, hand_over.thread)
        # A thread is below already, and here everything stands in one row.
        below = "" if hand_over.thread or room.platform == LOCAL else hand_over.posted_id
        message = NewOutgoing("", "", address, text, reply_to=below)
        return self._pieces(hand_over, what, message, pieces)

    def _pieces(
        self, hand_over: HandOver, what: str, message: NewOutgoing, least: int
    ) -> list[NewOutgoing]:
        connector = self._connectors.get(message.address.platform)
        longest = connector.abilities.max_chars if connector is not None else LEAST_MAX_CHARS
        texts = split(message.text, longest)
        texts += [NOTHING] * (least - len(texts))
        return [
            replace(
                message,
                origin=hand_over.origin(f"{what}.{number}"),
                nonce=secrets.token_hex(8),
                text=text,
            )
            for number, text in enumerate(texts)
        ]


def _line(text: str, max_chars: int) -> str:
    """Return the beginning of a text as one line."""
    line = " ".join(text.split())
    return line if len(line) <= max_chars else f"{line[: max_chars - 1]}…"
