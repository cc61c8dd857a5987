"""What is said around an answer, and of documents that end."""

from collections.abc import Callable, Sequence
from datetime import date
from textwrap import shorten

MAX_TITLE_CHARS = 120


class Notices:
    """Words around answers in one language."""

    _: Callable[[str], str]
    day: Callable[[date], str]

    def late(self) -> str:
        """Return an apology for an answer to something that was missed when it was written."""
        return self._("Sorry for the late answer: I was away when you wrote.")

    def slow_down(self) -> str:
        """Return that somebody writes more than can be answered at once."""
        return self._("That is a lot at once. Give me a minute, then I'll go on.")

    def not_read(self, names: Sequence[str]) -> str:
        """Return that files were not read, by their names."""
        return self._("I can only read text: I have not read {files}.").format(
            files=", ".join(names)
        )

    def follow_up_undelivered(self, name: str, number: int, due: str, *, subject: str) -> str:
        """Return that a reminder could not be delivered.

        Args:
            name: Whose it is.
            number: Its own.
            due: When it was due, in words.
            subject: What it is about; "" where that is not for those who read this.
        """
        said = self._(
            "I could not deliver a reminder for {name}, due {due} (no. {number}): its room is gone "
            "or closed to me. Please tell them."
        ).format(name=name, due=due, number=number)
        if subject:
            return f"{said}\n{quoted(subject)}"
        on_page = self._("What it is about stands on the page, under Follow-ups.")
        return f"{said} {on_page}"

    def ending_soon(self, endings: Sequence[tuple[str, date]], *, more: int) -> str:
        """Return which documents end soon, by title and last day.

        Args:
            endings: At least one.
            more: How many there are beside these.
        """
        lines = [
            self._("{title}: last day {day}").format(
                title=shorten(title, MAX_TITLE_CHARS, placeholder="…"), day=self.day(day)
            )
            for title, day in endings
        ]
        if more:
            lines.append(self._("and {count} more").format(count=more))
        return "\n".join(
            [
                self._("Some of what I answer from ends soon:"),
                *(f"- {line}" for line in lines),
                self._(
                    "After its last day I do not use it any more. On the page, under Knowledge, "
                    "you can change it."
                ),
            ]
        )


def quoted(text: str) -> str:
    """Return a text as Markdown quotes it."""
    return "\n".join(f"> {line}" for line in text.splitlines())
