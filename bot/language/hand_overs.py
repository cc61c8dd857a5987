"""What is said where a person takes over: to the customer, and in the team's room."""

from collections.abc import Callable, Sequence

from bot.language.notices import quoted


class HandOvers:
    """Words about conversations in a person's hands, in one language."""

    _: Callable[[str], str]
    both: Callable[[Sequence[str]], str]
    label: Callable[[str], str]
    _with_contact: Callable[[str, str], str]

    # To the customer

    def team_reads(self) -> str:
        """Return that the team sees what was written, told with every hand-over."""
        return self._("The team can read what we last wrote here.")

    def team_back(self, when: str) -> str:
        """Return when somebody is there again; `when` is a day and a time."""
        return self._("Nobody is there just now; the team is back on {when}.").format(when=when)

    def sorry_for_trouble(self) -> str:
        """Return what somebody upset is told first."""
        return self._("I am sorry for the trouble.")

    def answer_comes(self, name: str) -> str:
        """Return that a person writes an answer; `name` as in `taken_over`."""
        if not name:
            return self._(
                "Somebody of the team is writing you an answer. I stay silent until it is here."
            )
        return self._("{name} is writing you an answer. I stay silent until it is here.").format(
            name=name
        )

    def taken_over(self, name: str) -> str:
        """Return that a person has the conversation from now on.

        Args:
            name: Under which they write; "" for the team.
        """
        if not name:
            return self._(
                "Somebody of the team is here now and reads along. Just write; I stay silent "
                "until they give back to me."
            )
        return self._(
            "{name} is here now and reads along. Just write; I stay silent until they give back "
            "to me."
        ).format(name=name)

    def given_back(self, *, silence: bool) -> str:
        """Return that the bot answers again; `silence` says that it is for want of words."""
        back = self._("I, the automated assistant, answer here again.")
        quiet = self._("It has been quiet here for a while.")
        return f"{quiet} {back}" if silence else back

    def not_ours(self, contact: str = "") -> str:
        """Return that the team does not take a request on."""
        said = self._("The team has looked at this and can't help with it here.")
        return self._with_contact(said, contact)

    def nobody_came(self, contact: str = "") -> str:
        """Return that a request has ended without anybody."""
        said = self._("I am sorry: nobody of the team could see to your request.")
        return self._with_contact(said, contact)

    def passed_on(self, name: str) -> str:
        """Return that words were handed on; `name` is who gets them, "" for the team."""
        if not name:
            return self._("Passed on to the team.")
        return self._("Passed on to {name}.").format(name=name)

    # Either way

    def words_of(self, name: str, text: str, files: Sequence[str]) -> str:
        """Return somebody's words under their name.

        Args:
            name: "" for the team.
            text: As they wrote it, "" for none.
            files: Names of files that came with it and cannot be passed on.
        """
        said = f"**{name or self._the_team()}:** {text}".rstrip()
        if files:
            named = self._("(with files that I can't pass on: {files})").format(
                files=", ".join(files)
            )
            said = f"{said}\n{named}" if text else f"{said} {named}"
        return said

    def left_out(self, files: Sequence[str], most: int, megabytes: int) -> str:
        """Return, to who sent them, that files were not passed on.

        Args:
            files: Their names.
            most: How many of a message can be.
            megabytes: How large each may be.
        """
        return self._(
            "Not passed on: {files}. At most {most} files of a message go along, each of up to "
            "{megabytes} MB and not empty, if I may read them."
        ).format(files=", ".join(files), most=most, megabytes=megabytes)

    def words_withdrawn(self, name: str) -> str:
        """Return what stands in place of words that were deleted."""
        gone = self._("(deleted)")
        return f"**{name or self._the_team()}:** {gone}"

    def _the_team(self) -> str:
        return self._("The team")

    def not_delivered(self, text: str) -> str:
        """Return that words could not be delivered; `text` is what should have been shown."""
        said = self._("This could not be delivered:")
        return f"{said}\n{quoted(text)}"

    # To the team

    def hand_over(
        self,
        reason: str,
        name: str,
        asked: str,
        before: Sequence[tuple[str, str]],
        found: Sequence[str],
    ) -> str:
        """Return what the team's room is told of a conversation in which a person is wanted.

        Args:
            reason: "asked", "colleague", "word", "form", "upset", "unknown" or "missed".
            name: Who wrote.
            asked: Their words.
            before: What they asked and were told before, oldest first.
            found: Titles of what the search offered.
        """
        head = {
            "missed": self._("I was away when {name} wrote, and have not answered:"),
            "colleague": self._("A colleague would like somebody to see to {name}:"),
            "word": self._("{name} wrote words that you want to see:"),
            "form": self._("{name} has filled this in for you:"),
            "upset": self._("{name} is upset:"),
            "unknown": self._("I could not answer {name}:"),
        }.get(reason, self._("{name} would like to talk to a person:"))
        lines = [f"{head.format(name=name)}\n{quoted(asked)}"]
        if before:
            said = "\n".join(
                line
                for question, answer in before
                for line in (f"> **{name}:** {question}", f"> **Deskhand:** {answer}")
            )
            lead = self._("Before that:")
            lines.append(f"{lead}\n{said}")
        if found:
            lines.append(self._("Closest to it: {titles}").format(titles=", ".join(found)))
        return "\n\n".join(lines)

    def how_to_take(self, name: str, mark: str) -> str:
        """Return what pressing does; `mark` begins what stays with the team."""
        return self._(
            'Press "{take}": from then on what you write below this reaches {name}. '
            'Press "{answer}": only the next thing you write does. What begins with {mark} stays '
            "here."
        ).format(take=self.label("take"), answer=self.label("answer"), name=name, mark=mark)

    def answers_it(self, colleague: str, name: str, mark: str) -> str:
        """Return who is writing an answer."""
        return self._(
            "{colleague} answers: the next thing you write below this reaches {name}, and then I "
            "answer them again. What begins with {mark} stays here."
        ).format(colleague=colleague, name=name, mark=mark)

    def has_it(self, colleague: str, name: str, mark: str) -> str:
        """Return who has a conversation."""
        return self._(
            "{colleague} has it: what you write below this reaches {name}. What begins with "
            "{mark} stays here."
        ).format(colleague=colleague, name=name, mark=mark)

    def ended(self, state: str, colleague: str) -> str:
        """Return what became of a hand-over.

        Args:
            state: "answered", "given_back", "not_ours", "expired" or "done".
            colleague: Who had it, "" for nobody.
        """
        return {
            "answered": self._("Answered by {colleague} and given back.").format(
                colleague=colleague
            ),
            "given_back": self._("Given back by {colleague} without an answer.").format(
                colleague=colleague
            ),
            "not_ours": self._("Not ours: the customer was told."),
            "expired": self._("Nobody took it in time: the customer was told."),
        }.get(state, self._("Seen to."))

    def over_here(self, *, silence: bool) -> str:
        """Return, below a hand-over, that it is given back."""
        if silence:
            return self._(
                "It has been quiet for a while: I answer the customer again, and pass nothing on "
                "from here any more."
            )
        return self._("I answer the customer again, and pass nothing on from here any more.")

    def overnight(self, count: int) -> str:
        """Return what stands before those who wrote while nobody was here, two at least."""
        return self._(
            "Good morning. {count} people asked for you while nobody was here; each follows."
        ).format(count=count)

    def taken_elsewhere(self) -> str:
        """Return, in the owner's room, where a hand-over can be taken."""
        return self._("It can be taken in the team's room.")

    def still_waiting(self, owners: Sequence[str], told: str) -> str:
        """Return the second notice of what nobody has taken.

        Args:
            owners: Names, may be empty.
            told: The first notice.
        """
        head = (
            self._("{owners}, nobody has taken this yet.").format(owners=self.both(owners))
            if owners
            else self._("Nobody has taken this yet.")
        )
        return f"{head}\n\n{told}"

    # To the colleague who presses or writes, alone or below the notice

    def you_have_it(self, name: str) -> str:
        """Return that a conversation is theirs; `name` is the customer's."""
        return self._("It is yours: what you write below the message reaches {name}.").format(
            name=name
        )

    def answer_now(self, name: str) -> str:
        """Return that their next words are the answer; `name` is the customer's."""
        return self._(
            "Write your answer below the message: it reaches {name}, and then I answer them again."
        ).format(name=name)

    def somebody_has_it(self, colleague: str) -> str:
        """Return that a colleague was first."""
        return self._("{colleague} has it already.").format(colleague=colleague)

    def hand_over_ended(self) -> str:
        """Return that a hand-over has ended."""
        return self._("This has ended already: nothing was passed on.")

    def take_first(self) -> str:
        """Return that words below a hand-over that nobody has taken go nowhere."""
        return self._(
            'Nobody has taken this yet, so nothing was passed on: press "{take}".'
        ).format(take=self.label("take"))

    def too_early(self) -> str:
        """Return that words were written before somebody had the conversation."""
        return self._("That was written before it was taken, so it was not passed on.")

    def stays_here(self) -> str:
        """Return that words stay with the team."""
        return self._("That stays with the team.")

    def customer_told(self) -> str:
        """Return that what was pressed is done."""
        return self._("Done, and the customer is told.")
