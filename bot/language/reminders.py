"""What is said when people ask for, move, reword or cancel their reminders in plain words."""

from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo

from babel.dates import format_skeleton

from bot.language.moments import Moments, local

# Of a button's 40 characters, beside the moment.
_SUBJECT_CHARS = 20


class Reminders(Moments):
    """Words about the times of reminders and changes to them, in one language."""

    _: Callable[[str], str]
    my_follow_ups: Callable[[Sequence[str]], str]

    def when_missing(self) -> str:
        """Return the question for a time where none was said."""
        return self._('When shall I remind you? For example "on Friday at 9".')

    def when_past(self, when: str) -> str:
        """Return that a time has passed, and the question for another."""
        return self._("{when} has already passed. When shall I remind you?").format(when=when)

    def when_over(self, choices: Sequence[str]) -> str:
        """Return that a time that was said has passed, and the question for another.

        Args:
            choices: The times to come that may be meant; none for a date that is over for good.
        """
        if not choices:
            return self._(
                "That time has already passed. Please say a day and a time, for example "
                '"on Friday at 9".'
            )
        return self._(
            "That time has already passed. Do you mean {choices}? Please say the day and the time."
        ).format(choices=self.either(choices))

    def when_unclear(self, choices: Sequence[str]) -> str:
        """Return the question which time is meant, of those that are given."""
        if not choices:
            return self._(
                "I do not understand that time. Please say a day and a time, for example "
                '"on Friday at 9".'
            )
        if len(choices) == 1:
            return self._("Do you mean {choice}?").format(choice=choices[0])
        return self._("Which do you mean: {choices}?").format(choices=self.either(choices))

    def follow_up_changed(self, subject: str, when: str, number: int) -> str:
        """Return how a follow-up stands after a change, from its row."""
        return self._("Changed: {subject}, {when} (no. {number})").format(
            subject=subject, when=when, number=number
        )

    def follow_up_skipped(self, subject: str, next_when: str, number: int) -> str:
        """Return that one time of a repeated follow-up is left out, and when the next is."""
        return self._("Left out once: {subject}, then {when} (no. {number})").format(
            subject=subject, when=next_when, number=number
        )

    def follow_up_unchanged(self) -> str:
        """Return that everything stays as it is."""
        return self._("Nothing was changed.")

    def follow_up_meant(self, line: str) -> str:
        """Return the question whether a reminder is meant; `line` from `follow_up_line`."""
        return self._("Do you mean your reminder? {reminder}").format(reminder=line)

    def follow_up_which(self, lines: Sequence[str]) -> str:
        """Return the question which of some reminders is meant; lines from `follow_up_line`."""
        return "\n".join([self._("Which reminder do you mean?"), *(f"- {line}" for line in lines)])

    def follow_up_unknown(self, words: str, lines: Sequence[str]) -> str:
        """Return that no reminder is about some words, and the list of those there are."""
        said = self._('None of your reminders is about "{words}".').format(words=words)
        return f"{said} {self.my_follow_ups(lines)}"

    def once_or_always(self, line: str) -> str:
        """Return the question which times of a repeated follow-up are meant."""
        return self._("This one comes again and again. Which times do you mean? {reminder}").format(
            reminder=line
        )

    def series_days(self) -> str:
        """Return that the days of a repeated follow-up can't be moved as a whole so."""
        return self._(
            "To change its days, say all of it, for example "
            '"move the flour reminder to every Thursday at 9".'
        )

    def end_all(self, count: int) -> str:
        """Return the question whether all of somebody's reminders are to be cancelled."""
        return self._("Cancel all of your reminders? There are {count}.").format(count=count)

    def all_ended(self, count: int) -> str:
        """Return how many reminders were cancelled."""
        return self._("Cancelled reminders: {count}.").format(count=count)

    def move_past(self) -> str:
        """Return that the new time has passed, and the question for another."""
        return self._("That time has already passed. When instead?")

    def move_missing(self) -> str:
        """Return the question for the new time."""
        return self._('When instead? For example "on Friday at 9".')

    def short(self, subject: str, at: datetime, zone: tzinfo | str) -> str:
        """Return a reminder as it fits on a button: "order flour, Thu, 26 Nov 09:00"."""
        short = subject if len(subject) <= _SUBJECT_CHARS else f"{subject[: _SUBJECT_CHARS - 1]}…"
        return f"{short}, {self.short_moment(at, zone)}"

    def short_moment(self, at: datetime, zone: tzinfo | str) -> str:
        """Return day and time as they fit on a button: "Thu, 26 Nov 09:00"."""
        day = format_skeleton("MMMEd", local(at, zone), locale=self._locale)
        return f"{day} {self.clock(at, zone)}"
