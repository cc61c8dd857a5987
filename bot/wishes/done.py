"""What a wish came to."""

from dataclasses import dataclass

from bot.domain.conversations import Kind
from bot.domain.forms import Form
from connectors.messages import Button


@dataclass(frozen=True, slots=True)
class Done:
    """What a wish, or a call of a tool, came to, in words rendered from what was stored.

    Attributes:
        kind: "action", "asked" (something is missing) or "refused".
        promised: The follow-ups were promised by it, not changed.
        buttons: What can be pressed below it; their actions may hold `ANSWER`.
        form: A form that was begun.
    """

    kind: Kind
    text: str
    follow_up_ids: tuple[int, ...] = ()
    buttons: tuple[Button, ...] = ()
    promised: bool = True
    form: Form | None = None
