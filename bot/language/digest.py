"""What stands in an overview of what is due."""

from collections.abc import Callable


class Digest:
    """Lines of an overview in one language."""

    _: Callable[[str], str]

    def digest_subject(self) -> str:
        """Return what an overview is called in confirmations and lists."""
        return self._("overview of what is due")

    def digest_only_directly(self) -> str:
        """Return that an overview is only for the person who asks."""
        return self._("I send an overview only to you alone: ask me for it in a direct message.")

    def digest_due(self, until: str) -> str:
        """Return the heading of what is due until a moment."""
        return self._("Due until {until}:").format(until=until)

    def digest_nothing(self, until: str) -> str:
        """Return that nothing is due until a moment."""
        return self._("Nothing of yours is due until {until}.").format(until=until)

    def digest_unfinished(self) -> str:
        """Return the heading of what came and was not marked done."""
        return self._("Came and is not marked done:")

    def digest_people(self, count: int) -> str:
        """Return how many people want somebody of the team."""
        return self._("People who want somebody of the team: {count}").format(count=count)

    def digest_questions(self, count: int) -> str:
        """Return how many questions are open."""
        return self._("Open questions: {count}").format(count=count)

    def and_more(self, count: int) -> str:
        """Return how many there are beside those named."""
        return self._("and {count} more").format(count=count)
