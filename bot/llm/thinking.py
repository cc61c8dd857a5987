"""Thinking that a model writes into its answer, taken out of the stream."""

OPEN, CLOSE = "<think>", "</think>"


class ThinkingFilter:
    """Takes `<think>…</think>` out of a text that comes in pieces.

    Ollama keeps thinking apart for the models it knows; others write it into the answer.
    """

    def __init__(self, *, begins_inside: bool = False) -> None:
        """Begin.

        Args:
            begins_inside: The prompt ends with the opening tag, so the answer lacks it. Nothing
                is shown then until the thought is closed.
        """
        self._buffer = ""
        self._inside = begins_inside
        self._unopened = begins_inside

    def feed(self, piece: str) -> str:
        """Take a piece in and return what may be shown by now."""
        self._buffer += piece
        shown = ""
        while True:
            tag = CLOSE if self._inside else OPEN
            before, found, after = self._buffer.partition(tag)
            if not found:
                break
            shown += "" if self._inside else before
            self._buffer = after
            self._inside = not self._inside
            self._unopened = False
        kept = len(self._buffer) if self._unopened else _overlap(self._buffer, tag)
        if not self._inside:
            shown += self._buffer[: len(self._buffer) - kept]
        self._buffer = self._buffer[len(self._buffer) - kept :]
        return shown

    def finish(self) -> str:
        """Return what is left to show at the end.

        A thought that the prompt should have opened and that never closed was the answer.
        """
        rest = self._buffer if self._unopened or not self._inside else ""
        self._buffer = ""
        return rest.removeprefix(OPEN) if self._unopened else rest


def _overlap(text: str, tag: str) -> int:
    """Return how many characters at the end of a text may be the beginning of a tag."""
    for length in range(min(len(tag) - 1, len(text)), 0, -1):
        if text.endswith(tag[:length]):
            return length
    return 0
