"""What people are told of the tools."""

from collections.abc import Callable


class Tools:
    """Words about what can be done, in one language."""

    _: Callable[[str], str]

    def reminding(self) -> str:
        """Return the title of what keeps reminders."""
        return self._("Remind people")

    def about_reminding(self) -> str:
        """Return what keeps reminders, in a sentence."""
        return self._(
            "Writes to somebody again at a time that they name, in the room where they ask for it."
        )

    def reminding_is_off(self) -> str:
        """Return that the owner has turned reminders off; none was made."""
        return self._("Reminders are turned off here, so I have set none.")
