"""What was said to the front desk, read once for everybody there who asks."""

from functools import cached_property

from bot.commands.words import Intent, asks, recognise
from bot.domain.conversations import Turn
from bot.language.courtesies import without_courtesies
from bot.language.detection import Detector
from bot.uploads.offer import offered
from bot.wishes.plain import is_wish
from connectors.messages import File


class Said:
    """A turn's words; each way to read them is taken when it is first asked for.

    Attributes:
        turn: Whose words they are.
        text: They, without the space around them; "" where only files came.
    """

    def __init__(self, turn: Turn, detector: Detector, business: str, *, text: str = "") -> None:
        """Take what was said.

        Args:
            turn: The turn.
            detector: Tells its language.
            business: ISO 639-1, the business's own.
            text: A part of the words that is answered alone; "" for all of them.
        """
        self.turn = turn
        self.text = text or turn.text.strip()
        self._detector = detector
        self._business = business

    def only(self, text: str) -> "Said":
        """Return a part of what was said, as if it were all."""
        return Said(self.turn, self._detector, self._business, text=text)

    @cached_property
    def language(self) -> str:
        """Return the language to answer in, ISO 639-1."""
        return self._detector.language(
            self.text, conversation=self._spoken, business=self._business
        )

    @cached_property
    def question(self) -> str:
        """Return the words without greetings, thanks and the like."""
        return without_courtesies(self.text)

    @cached_property
    def intent(self) -> Intent | None:
        """Return what is wanted of the bot itself; None for a question like any other."""
        return recognise(self.text, preferred=self._spoken)

    @cached_property
    def wishes_reminder(self) -> bool:
        """Return whether it is wished that somebody be reminded."""
        return is_wish(self.text)

    @cached_property
    def asks(self) -> bool:
        """Return whether it asks anything, but to take in the files that came with it."""
        return asks(self.text)

    @cached_property
    def files(self) -> tuple[File, ...]:
        """Return what came with it and may be added to the knowledge."""
        return offered(self.turn.person.role, self.turn.files)

    @property
    def _spoken(self) -> str | None:
        return self.turn.conversation.language or None
