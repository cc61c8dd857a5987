"""What is said of reminders for somebody else."""

from collections.abc import Callable, Sequence


class ForOthers:
    """Sentences about whom a reminder is for, in one language.

    A `name` is a person's ("Ben") or a room's with its sign ("#kitchen").
    """

    _: Callable[[str], str]
    either: Callable[[Sequence[str]], str]
    both: Callable[[Sequence[str]], str]

    def follow_up_set_for(self, name: str, subject: str, when: str, number: int) -> str:
        """Return the confirmation of a committed follow-up for somebody else."""
        return self._("Reminder for {name} set: {subject}, {when} (no. {number})").format(
            name=name, subject=subject, when=when, number=number
        )

    def times_apart(self, theirs: str, name: str, own: str) -> str:
        """Return one moment on two clocks: that of who is reminded, and that of who asks."""
        return self._("{theirs} for {name}, {own} for you").format(
            theirs=theirs, name=name, own=own
        )

    def written_to(self, name: str, *, direct: bool) -> str:
        """Return that a person gets it where nobody else reads, or else here, and why."""
        if direct:
            return self._("I'll write it to {name} directly.").format(name=name)
        return self._(
            "I'll write it here, to {name} by name: I have no direct conversation with {name} yet."
        ).format(name=name)

    def follow_up_from(self, subject: str, asker: str, name: str = "") -> str:
        """Return a follow-up for somebody else that is due.

        Args:
            subject: What to remind of.
            asker: Who asked for it.
            name: A person's; "" where it is for a room.
        """
        if not name:
            return self._("Reminder from {asker}: {subject}").format(asker=asker, subject=subject)
        return self._("{name}, a reminder from {asker}: {subject}").format(
            name=name, asker=asker, subject=subject
        )

    def whom_unclear(self, choices: Sequence[str]) -> str:
        """Return the question whom of several is meant; at least one is given."""
        return self._("Whom do you mean: {choices}?").format(choices=self.either(choices))

    def whom_unknown(self, name: str, choices: Sequence[str]) -> str:
        """Return that nobody of a name is known, and the question who of others is meant."""
        said = self._(
            "I know no colleague called {name}: I know whoever of the team has written to me once."
        ).format(name=name)
        return f"{said} {self.whom_unclear(choices)}" if choices else said

    def whom_alike(self, name: str) -> str:
        """Return that several persons or rooms bear the same name."""
        return self._(
            "More than one here is called {name}, and I can't tell them apart. Ask for the reminder"
            " in a room they read."
        ).format(name=name)

    def only_yourself(self) -> str:
        """Return that only the team may have others reminded."""
        return self._(
            "I can remind only you yourself. If you would like to tell the team something, write "
            '"a person, please".'
        )

    def out_of_reach(self, name: str) -> str:
        """Return that a person would not read it here and has no direct conversation."""
        return self._(
            "I can't reach {name}: they have never written to me directly, and here only you read "
            "along. Ask for it in a room you share, or have {name} write to me once."
        ).format(name=name)

    def room_unknown(self, name: str) -> str:
        """Return that the bot is in no room of a name."""
        return self._("I am in no room called {name}.").format(name=name)

    def room_closed(self, name: str) -> str:
        """Return that nothing shows that the asker may write in a room."""
        return self._(
            "I don't know whether you may write in {name}. Write to me there once, then I can "
            "remind that room for you."
        ).format(name=name)

    def on_several_platforms(self, name: str, platforms: Sequence[str]) -> str:
        """Return that a name is known on more than one platform, and how to tell which is meant."""
        return self._(
            "More than one is called {name}: {platforms}. Write which you mean, like this: {name} "
            "({first})."
        ).format(name=name, platforms=self.both(platforms), first=platforms[0])

    def the_office(self) -> str:
        """Return who asks for a reminder where that was typed at the page or in the terminal."""
        return self._("the office")

    def rooms_unseen(self) -> str:
        """Return that rooms cannot be looked up just now."""
        return self._("I can't look up the rooms just now. Please try again in a minute.")

    def too_many_waiting(self, count: int) -> str:
        """Return that somebody has as many follow-ups waiting as one may have."""
        return self._("You have {count} reminders waiting; more I don't take.").format(count=count)

    def too_many_for(self, name: str) -> str:
        """Return that somebody receives as many reminders from others as one should."""
        return self._("For {name} so many reminders wait that I take no more.").format(name=name)

    def too_many_at_once(self) -> str:
        """Return that somebody has asked for many reminders for others in a short time."""
        return self._(
            "You have asked for many reminders for others within an hour. Please wait a little."
        )

    # What has to be done by a moment

    def to_be_done_by(self, subject: str, limit: str) -> str:
        """Return what a follow-up is about with the day or moment by which it has to be done."""
        return self._("{subject} (by {limit})").format(subject=subject, limit=limit)

    def follow_up_warns(self, limit: str) -> str:
        """Return that a follow-up comes before its limit, and once more at it."""
        return self._("That is a warning before; it comes once more: {limit}.").format(limit=limit)

    # Not marked done

    def follow_up_insists(self, second: str = "") -> str:
        """Return that a follow-up is said again while nobody has marked it done.

        Args:
            second: Whom it is told after that; "" for nobody.
        """
        if second:
            return self._(
                "If nobody marks it done, I'll say it again, and then tell {name}."
            ).format(name=second)
        return self._("If nobody marks it done, I'll say it again.")

    def still_open(self, said: str) -> str:
        """Return a follow-up, as it was said, that nobody has marked done."""
        return self._("Not marked done yet: {said}").format(said=said)

    def not_done_by(self, name: str, subject: str, due: str, *, second: str) -> str:
        """Return to a second person that somebody has not marked a follow-up done.

        Args:
            name: Who has not.
            subject: What it is about.
            due: When it was due, in words.
            second: Whom it is told.
        """
        return self._("{second}, {name} has not marked this done: {subject} (due {due})").format(
            second=second, name=name, subject=subject, due=due
        )

    def hand_to_whom(self) -> str:
        """Return how a follow-up is handed to somebody."""
        return self._('To whom? Write here, for example: "give it to Ben".')

    def follow_up_handed(self, subject: str, name: str, number: int) -> str:
        """Return that a follow-up is somebody else's now."""
        return self._("Handed to {name}: {subject} (no. {number})").format(
            name=name, subject=subject, number=number
        )
