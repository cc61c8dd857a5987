"""The lines of a streamed answer, as JSON."""

from typing import Literal

from pydantic import JsonValue

from bot.web.api.shapes.base import Shown
from bot.web.api.shapes.conversation import MessageShown

# A streamed answer has at least an empty line this often; who hears nothing for `SILENCE_S`
# may take it for broken.
BEAT_S = 5.0
SILENCE_S = 30.0


class Step(Shown):
    """One line of a streamed answer (NDJSON).

    Attributes:
        event: "waiting" and "growing" replace what the same event showed before; "said" is a
            message of its own; "progress" tells `done` of `total`, 0 while unknown; "asked" tells
            what an import that was tried came to; "result" and "error" are the last line, exactly
            one of them.
        text: A line to show; with "error" the sentence; with "asked" the token of the answer that
            is waited for, "" where none is.
        message: With "said" what was said, with "answered" what says the answer, which follows
            as the result.
    """

    event: Literal["waiting", "growing", "said", "answered", "progress", "asked", "result", "error"]
    text: str = ""
    message: MessageShown | None = None
    done: int = 0
    total: int = 0
    value: JsonValue = None
