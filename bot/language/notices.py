"""What is said around an answer: an apology before it, and what the team is told of it."""

from collections.abc import Callable


class Notices:
    """Words around answers in one language."""

    _: Callable[[str], str]

    def late(self) -> str:
        """Return an apology for an answer to something that was missed when it was written."""
        return self._("Sorry for the late answer: I was away when you wrote.")

    def wants_person(self, name: str, asked: str) -> str:
        """Return what the team is told of somebody who wants a person.

        Args:
            name: Theirs, as the platform has it.
            asked: Their words.
        """
        said = self._("{name} would like to talk to a person:").format(name=name)
        return f"{said}\n{_quoted(asked)}"

    def could_not_answer(self, name: str, asked: str) -> str:
        """Return what the team is told of a question without an answer."""
        said = self._("I could not answer {name}:").format(name=name)
        return f"{said}\n{_quoted(asked)}"


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}" for line in text.splitlines())
