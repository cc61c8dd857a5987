"""The words on buttons, and what is said to the one person who pressed one."""

from collections.abc import Callable


class Buttons:
    """Labels and replies in one language; the reply is seen by nobody else."""

    _: Callable[[str], str]

    def label(self, verb: str) -> str:
        """Return a button's label, at most 40 characters.

        Args:
            verb: What it does: "good", "bad", "why", "share", "person", "tell", "everyone", "team",
                "publish", "internal", "change", "discard", "unneeded", "done", "soon",
                "snooze", "morning", "hand", "cancel", "take", "answer", "notours", "giveback",
                "moveto", "skip", "moveall", "endall" or "keep".
        """
        return {
            "good": self._("Helpful"),
            "bad": self._("Not helpful"),
            "why": self._("Why this answer?"),
            "share": self._("Show it to the owner"),
            "person": self._("A person, please"),
            "tell": self._("Tell me when you know"),
            "everyone": self._("Add for everyone"),
            "team": self._("Add for the team only"),
            "publish": self._("Save for everyone"),
            "internal": self._("Save for the team only"),
            "change": self._("Change it"),
            "discard": self._("Don't save"),
            "unneeded": self._("Not needed"),
            "done": self._("Done"),
            "soon": self._("Again in 15 minutes"),
            "snooze": self._("Again in an hour"),
            "morning": self._("Tomorrow morning"),
            "hand": self._("Hand to somebody"),
            "cancel": self._("Cancel the reminder"),
            "take": self._("I take it"),
            "answer": self._("Answer once"),
            "notours": self._("Not ours"),
            "giveback": self._("Give back to Deskhand"),
            "moveto": self._("Move it"),
            "skip": self._("Only the next time"),
            "moveall": self._("All of them"),
            "endall": self._("Cancel all of them"),
            "keep": self._("Keep them"),
        }[verb]

    def rated(self) -> str:
        """Return thanks for a rating that is stored."""
        return self._("Thanks, I have noted that.")

    def seen_now(self) -> str:
        """Return that an answer of a direct message can be seen on the page from now on."""
        return self._("Whoever looks after me can read this question and its answer now.")

    def answer_gone(self) -> str:
        """Return that the answer a button belongs to cannot be found in this room."""
        return self._("I can't find that answer here any more.")

    def button_unknown(self) -> str:
        """Return that a button means nothing."""
        return self._("This button does nothing any more.")

    def follow_up_done(self, subject: str) -> str:
        """Return that a delivered follow-up is seen to."""
        return self._("Done: {subject}").format(subject=subject)

    def follow_up_again(self, subject: str, when: str, number: int) -> str:
        """Return when a follow-up comes next, from its row."""
        return self._("I'll remind you again: {subject}, {when} (no. {number})").format(
            subject=subject, when=when, number=number
        )
