"""What is said of quiet hours."""

from collections.abc import Callable
from datetime import time


class Quiet:
    """Sentences about when nobody is written to, in one language."""

    _: Callable[[str], str]
    span: Callable[[time, time], str]

    def quiet_set(self, starts: time, ends: time) -> str:
        """Return that a person's quiet hours are kept, and what they hold back."""
        return self._(
            "I keep {span} quiet for you: what comes without your having named its time, or from "
            'others, waits until then. "Write to me at any time" ends this.'
        ).format(span=self.span(starts, ends))

    def quiet_ended(self) -> str:
        """Return that a person may be written to at any time."""
        return self._("I write to you at any time again.")

    def quiet_unclear(self) -> str:
        """Return the question for hours of which the beginning is not the end."""
        return self._('From when until when? For example "don\'t write to me before 8".')

    def follow_up_quiet(self) -> str:
        """Return that a follow-up comes when quiet hours end."""
        return self._("Its time falls into quiet hours, so it comes when they end.")
