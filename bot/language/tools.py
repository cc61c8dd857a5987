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

    def listing(self) -> str:
        """Return the title of what lists reminders."""
        return self._("List reminders")

    def about_listing(self) -> str:
        """Return what lists reminders, in a sentence."""
        return self._("Shows somebody which reminders of theirs wait.")

    def moving(self) -> str:
        """Return the title of what moves reminders."""
        return self._("Move reminders")

    def about_moving(self) -> str:
        """Return what moves reminders, in a sentence."""
        return self._("Moves a reminder of somebody's to another time that they name.")

    def cancelling(self) -> str:
        """Return the title of what cancels reminders."""
        return self._("Cancel reminders")

    def about_cancelling(self) -> str:
        """Return what cancels reminders, in a sentence."""
        return self._("Cancels a reminder of somebody's; asks first where their words leave doubt.")

    def filling(self) -> str:
        """Return the title of what fills in forms."""
        return self._("Take down a form")

    def about_filling(self) -> str:
        """Return what fills in forms, in a sentence."""
        return self._(
            "Asks for what a skill's form needs, one thing after the other, and hands it to the "
            "team once the person has agreed."
        )
