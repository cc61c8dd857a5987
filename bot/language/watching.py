"""What is said of follow-ups that are said only if something does not happen."""

from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo

from bot.language.moments import Moments, local


class Watching(Moments):
    """Words about what is watched for, in one language.

    A `name` is a person's ("Ann") or a room's with its sign ("#orders"); a `place` is a room's.
    """

    _: Callable[[str], str]

    # What it is about, and why it is said

    def awaited(self, kind: str, name: str, place: str) -> str:
        """Return what a condition is about that nobody has said more of.

        Args:
            kind: What is watched for, see `WatchKind`.
            name: Of whom, or which room.
            place: The room, where it is of somebody in it; else "".
        """
        if kind == "others" and not place:
            return self._("no reply in {name}").format(name=name)
        if kind == "person":
            return self._("no word from {name}").format(name=name)
        return self._("no answer for {name}").format(name=name)

    def since(self, at: datetime, now: datetime, zone: tzinfo | str) -> str:
        """Return a moment from which on something is: a time of today's, else with its day."""
        same_day = local(at, zone).date() == local(now, zone).date()
        return self.clock(at, zone) if same_day else self.moment(at, zone)

    def nobody_answered(self, name: str, since: str) -> str:
        """Return that nobody has taken up what somebody wants."""
        return self._("Nobody has answered {name} since {since}.").format(name=name, since=since)

    def nobody_wrote(self, name: str, place: str, since: str) -> str:
        """Return that nobody else has written in a room; `place` as in `only_unless`."""
        if place:
            return self._("Nobody but {name} has written in {place} since {since}.").format(
                name=name, place=place, since=since
            )
        return self._("Nobody has replied in {name} since {since}.").format(name=name, since=since)

    def has_not_written(self, name: str, place: str, since: str) -> str:
        """Return that somebody has written nothing in a room."""
        return self._("{name} has written nothing in {place} since {since}.").format(
            name=name, place=place, since=since
        )

    def reply_unseen(self, place: str) -> str:
        """Return that a room cannot be read any more."""
        return self._(
            "I can't read {place} any more, so I don't know whether anybody has replied."
        ).format(place=place)

    # The confirmation

    def only_unless(self, kind: str, name: str, place: str) -> str:
        """Return, below a confirmation, what keeps a condition from being said.

        Args:
            kind: As in `awaited`.
            name: Likewise.
            place: Likewise.
        """
        if kind == "others" and place:
            return self._(
                "I'll stay silent if anybody but {name} writes in {place} by then; whether that is "
                "an answer I can't tell."
            ).format(name=name, place=place)
        if kind == "others":
            return self._(
                "I'll stay silent if anybody else writes in {name} by then; whether that is an "
                "answer I can't tell."
            ).format(name=name)
        if kind == "person":
            return self._("I'll stay silent if {name} writes in {place} by then.").format(
                name=name, place=place
            )
        return self._("I'll stay silent if somebody takes {name} over or answers by then.").format(
            name=name
        )

    def their_conversation(self) -> str:
        """Return where a customer writes."""
        return self._("their conversation with us")

    # What is asked, and why not

    def nothing_waits(self, name: str) -> str:
        """Return that nothing is known of somebody that waits for an answer."""
        return self._(
            "I see nothing of {name} that waits for an answer: nobody handed over, and no open "
            'question. In a room I can watch for any reply: "if nobody replies in #orders by noon, '
            'remind me".'
        ).format(name=name)

    def several_wait(self, name: str) -> str:
        """Return that more than one of a name waits for an answer."""
        return self._(
            "More than one called {name} waits for an answer: say the whole name."
        ).format(name=name)

    def replies_unseen(self) -> str:
        """Return that here nobody but the reader writes."""
        return self._(
            "Here only you write to me, so I can't see who replies. Name the room: "
            '"if nobody replies in #orders by noon, remind me".'
        )

    def watched_once(self) -> str:
        """Return that a condition is looked at once, and a customer written to once."""
        return self._("I can do that once, not again and again: name one day and time.")

    def watched_for_team(self) -> str:
        """Return that only the team may have something watched for."""
        return self._(
            "Whether somebody answers I watch for the team only. You I can remind at a time you "
            "name."
        )

    # To a customer's conversation

    def message_set(self, name: str, words: str, when: str, number: int) -> str:
        """Return what will be written to a customer, from the committed row."""
        return self._('I\'ll write to {name}: "{words}", {when} (no. {number})').format(
            name=name, words=words, when=when, number=number
        )

    def unless_written(self, name: str) -> str:
        """Return that a customer who writes before is not written to."""
        return self._("If {name} writes before, I send nothing.").format(name=name)

    def message_default(self, name: str) -> str:
        """Return what a customer is written who has not replied, where nobody said what."""
        return self._(
            "Hello {name}, we have not heard from you since. Is there anything else we can do for "
            "you?"
        ).format(name=name)

    def what_to_write(self, name: str) -> str:
        """Return the question what a customer is to be written."""
        return self._(
            "What shall I write to {name}? Say it once more with the words behind a colon: "
            '"write to them on Tuesday: …".'
        ).format(name=name)

    def when_to_write(self, name: str) -> str:
        """Return the question when a customer is to be written to."""
        return self._(
            "When shall I write to {name}? Say it once more with a day: "
            '"write to them again on Tuesday at 10 if they haven\'t replied".'
        ).format(name=name)

    def when_to_write_past(self, when: str) -> str:
        """Return that a time has passed, and the question for another."""
        return self._("{when} has already passed. Say it once more with a later time.").format(
            when=when
        )

    def which_customer(self, names: Sequence[str]) -> str:
        """Return the question which customer is meant; names of those handed over last."""
        asked = self._(
            "Whom shall I write to? Say it below their hand-over, or with the name of somebody who "
            "was handed over."
        )
        return "\n".join([asked, *(f"- {each}" for each in names)])

    def only_in_team_room(self) -> str:
        """Return where customers can be written to from."""
        return self._("Customers I write to for the team only, asked for in the team's own room.")

    def written_to_enough(self, name: str) -> str:
        """Return that a customer was written to as often as they should without a reply."""
        return self._(
            "Two messages wait for {name} or were sent since they wrote last; more I don't send "
            "without a reply."
        ).format(name=name)

    def how_to_reword(self, number: int) -> str:
        """Return how a message to a customer is given other words, or another time."""
        return self._(
            'Write to me "no. {number}: …" for other words, or "move no. {number} to Thursday".'
        ).format(number=number)
