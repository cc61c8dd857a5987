"""What is said while somebody fills in a form."""

from collections.abc import Callable, Sequence
from datetime import date


class Forms:
    """Words about forms, in one language."""

    _: Callable[[str], str]
    day: Callable[[date], str]
    either: Callable[[Sequence[str]], str]
    both: Callable[[Sequence[str]], str]

    def form_begins(self, title: str) -> str:
        """Return how a form goes; `title` is the owner's name for it."""
        return self._(
            "{title}: I ask a few things, and send them to the team once you agree. Nothing is "
            'sent before; "never mind" ends it.'
        ).format(title=title)

    def form_choices(self, choices: Sequence[str]) -> str:
        """Return what can be chosen, behind a question."""
        return self._("Possible: {choices}.").format(choices=self.either(choices))

    def form_optional(self) -> str:
        """Return, behind a question, that there may be nothing to say."""
        return self._('If there is nothing, write "none".')

    def form_understood(self, told: Sequence[str]) -> str:
        """Return what was read in a message, as "label: value" each."""
        return self._("I understood: {told}.").format(told=self.both(told))

    def date_unclear(self, example: date) -> str:
        """Return that no day could be read."""
        return self._('I can\'t tell which day you mean. Please write it like "{day}".').format(
            day=self.day(example)
        )

    def date_over(self) -> str:
        """Return that a day is not in the future."""
        return self._("That day is over already. Which other day?")

    def date_closed(self, day: date) -> str:
        """Return that the business is closed on a day."""
        return self._("We are closed on {day}. Which other day?").format(day=self.day(day))

    def date_too_soon(self, earliest: date) -> str:
        """Return that a day is too soon, with the earliest that will do."""
        return self._("That is too soon for us: {day} is the earliest day. Which day?").format(
            day=self.day(earliest)
        )

    def number_missing(self) -> str:
        """Return that a single number was expected."""
        return self._("Please write one number, in digits.")

    def number_outside(self, least: int | None, most: int | None) -> str:
        """Return which numbers will do; at least one of the ends is given."""
        if least is None:
            return self._("That is too many: {most} is the most.").format(most=most)
        if most is None:
            return self._("That is too few: {least} is the least.").format(least=least)
        return self._("Please write a number from {least} to {most}.").format(
            least=least, most=most
        )

    def phone_wrong(self) -> str:
        """Return that no whole telephone number was found."""
        return self._("Please write a whole telephone number, with its area code.")

    def email_wrong(self) -> str:
        """Return that no e-mail address was found."""
        return self._("Please write an e-mail address, like name@example.com.")

    def contact_wrong(self) -> str:
        """Return that neither a telephone number nor an e-mail address was found."""
        return self._("Please write a whole telephone number or an e-mail address.")

    def field_empty(self) -> str:
        """Return that a field was left empty that is needed."""
        return self._("I need this to go on.")

    def form_summary(self, title: str, lines: Sequence[str]) -> str:
        """Return everything that was told, and the question whether it may be sent."""
        ask = self._('Shall I send this to the team? Write "yes", or what to change.')
        listed = "\n".join(f"- {line}" for line in lines)
        return f"**{title}**\n{listed}\n\n{ask}"

    def form_changing(self, labels: Sequence[str]) -> str:
        """Return the question what to change."""
        return self._("What shall I change: {labels}?").format(labels=self.either(labels))

    def form_ended(self) -> str:
        """Return that somebody ended a form."""
        return self._("All right, I have dropped it: nothing was sent.")

    def form_gone(self) -> str:
        """Return that a form is not in use any more; it was not sent."""
        return self._("That form is not in use here any more, so nothing was sent.")

    def form_offered(self, title: str, start: str) -> str:
        """Return, below an answer, that a form can be filled in; `start` begins it."""
        return self._('{title}: I can take that down for the team, just write "{start}".').format(
            title=title, start=start
        )
