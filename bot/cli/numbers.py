"""What can be pressed or replied to in a conversation on the terminal, by number or in words."""

import re
from dataclasses import dataclass

from bot.web.api.shapes.conversation import ButtonShown, MessageShown

REPLY = "/reply"
_REPLY = re.compile(rf"{REPLY}\b\s*(?:(?P<number>\d{{1,9}})\b[:.]?)?\s*(?P<words>.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Reply:
    """Words that reply to a message.

    Attributes:
        message_id: "" where it is not told which message they reply to, or none is there.
        words: "" where there are none.
    """

    message_id: str
    words: str


class Numbers:
    """Numbers go up as long as a conversation lasts, so that one never means two things.

    Attributes:
        asked_back: The last answer is a question: a bare number answers it, and presses nothing.
    """

    def __init__(self) -> None:
        """Number nothing yet."""
        self._messages: dict[str, MessageShown] = {}
        self._numbered: list[tuple[MessageShown, ButtonShown | None]] = []
        self.asked_back = False

    def news(self, message: MessageShown) -> bool:
        """Return whether a message says anything that was not shown in these very words."""
        return self._messages.get(message.message_id) != message

    def line(self, message: MessageShown) -> str:
        """Return the line to show below a message, "" for none; its numbers hold from now on."""
        self._messages[message.message_id] = message
        choices = [self._next(message, each) for each in message.buttons]
        if message.answerable:
            number = self._next(message, None)
            choices.append(f"{number} reply: {REPLY} {len(self._numbered)} and your words")
        return "  ".join(choices)

    def pressed(self, text: str) -> tuple[MessageShown, ButtonShown] | None:
        """Return the button that a number or its own words name; the latest of several."""
        if text.isdecimal():
            found = self._at(int(text)) if not self.asked_back else None
            return None if found is None or found[1] is None else (found[0], found[1])
        said = text.casefold()
        for message, button in reversed(self._numbered):
            if button is not None and button.label.casefold() == said:
                return message, button
        return None

    def reply(self, text: str) -> Reply | None:
        """Return what a text replies to; None: it is no reply.

        Without a number it replies to the latest message that can be replied to.
        """
        found = _REPLY.fullmatch(text)
        if found is None:
            return None
        if found["number"] and (place := self._at(int(found["number"]))) is not None:
            return Reply(place[0].message_id, found["words"])
        words = text.removeprefix(REPLY).strip()
        answerable = [message for message, button in self._numbered if button is None]
        return Reply(answerable[-1].message_id if answerable else "", words)

    def _next(self, message: MessageShown, button: ButtonShown | None) -> str:
        self._numbered.append((message, button))
        number = f"[{len(self._numbered)}]"
        return number if button is None else f"{number} {button.label}"

    def _at(self, number: int) -> tuple[MessageShown, ButtonShown | None] | None:
        return self._numbered[number - 1] if 0 < number <= len(self._numbered) else None
