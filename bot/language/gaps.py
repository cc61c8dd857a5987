"""What the team is told of open questions, and what becomes of their answers."""

from collections.abc import Callable, Sequence

from bot.language.notices import quoted


class Gaps:
    """Words about questions without an answer, in one language."""

    _: Callable[[str], str]

    # To who asked

    def question_kept(self) -> str:
        """Return that the team sees a question."""
        return self._(
            "The team sees this question, without your name, and can teach me the answer."
        )

    def will_tell(self) -> str:
        """Return that a person is told once there is an answer."""
        return self._("I'll tell you here as soon as the team has taught me the answer.")

    def ask_again(self) -> str:
        """Return that a question has an answer by now."""
        return self._("I know the answer by now: please ask me again.")

    def answered_now(self, question: str, answer: str) -> str:
        """Return an answer to what could not be answered when it was asked.

        Args:
            question: In the asker's own words.
            answer: The entry, word for word.
        """
        said = self._("You asked me this, and now I know the answer:")
        return f"{said}\n{quoted(question)}\n\n{answer}"

    # To the team

    def gap(self, reason: str, asked: str, count: int, closest: Sequence[str]) -> str:
        """Return what the team's room is told of a question.

        Args:
            reason: "unknown", "doubtful", "rated" or "corrected".
            asked: The question.
            count: How often it was asked.
            closest: Titles of what the search offered; may be empty.
        """
        head = {
            "doubtful": self._("I was not sure of my answer to this:"),
            "rated": self._("My answer to this did not help:"),
            "corrected": self._("A colleague says that my answer to this is wrong:"),
        }.get(reason, self._("I could not answer this:"))
        lines = [head, quoted(asked)]
        if count > 1:
            lines.append(self._("Asked {count} times.").format(count=count))
        if closest:
            lines.append(self._("Closest to it: {titles}").format(titles=", ".join(closest)))
        lines.append(self._("Reply to this with the answer, and I'll offer to save it."))
        return "\n\n".join(lines)

    def digest(self, gaps: Sequence[tuple[int, str, int]], left_out: int) -> str:
        """Return the week's list of open questions.

        Args:
            gaps: Of each its number, its question and how often it was asked; at least one.
            left_out: How many more there are.
        """
        lines = [self._("Questions that wait for your answer, the most asked first:")]
        listed = [f"- {number}: {asked} ({count}×)" for number, asked, count in gaps]
        lines.append("\n".join(listed))
        if left_out:
            lines.append(self._("{count} more stand on the page.").format(count=left_out))
        lines.append(self.number_wanted(gaps[0][0]))
        return "\n\n".join(lines)

    def number_wanted(self, number: int) -> str:
        """Return how to answer one of several questions; `number` is one of theirs."""
        return self._(
            'Reply with a number and the answer, like "{number}: …", and I\'ll offer to save it.'
        ).format(number=number)

    # Drafts

    def labels(self) -> tuple[str, str]:
        """Return what stands before a draft's question and its answer."""
        return self._("Question"), self._("Answer")

    def draft(self, question: str, answer: str, others: Sequence[str]) -> str:
        """Return a draft that is offered to be saved.

        Args:
            question: As it would be saved.
            answer: Likewise, word for word.
            others: Other wordings that would find it; may be empty.
        """
        asked, said = self.labels()
        lines = [
            self._("Shall I save this? Press who may read it; until then nothing changes."),
            f"**{asked}:** {question}",
            f"**{said}:** {answer}",
        ]
        if others:
            lines.append(
                self._("Asked in these words, too: {others}").format(others=" / ".join(others))
            )
        return "\n\n".join(lines)

    def draft_changed_by(self) -> str:
        """Return how to change a draft."""
        asked, said = self.labels()
        return self._(
            'Reply with what shall change, each on its own line: "{question}: …", "{answer}: …". '
            "I'll show you the new draft."
        ).format(question=asked, answer=said)

    def draft_saving(self) -> str:
        """Return that a draft is being saved."""
        return self._("I am saving it, and tell you when it is in use.")

    def draft_saved(self, question: str, *, everyone: bool) -> str:
        """Return that an entry is in use, and for whom."""
        said = (
            self._("Saved for everyone, and in use from now on: {question}")
            if everyone
            else self._("Saved for the team only, and in use from now on: {question}")
        )
        return said.format(question=question)

    def draft_not_saved(self, why: str) -> str:
        """Return that a draft could not be saved."""
        return self._("That was not saved: {why}").format(why=why)

    def draft_discarded(self) -> str:
        """Return that a draft is dropped."""
        return self._("Not saved. The question stays on the list.")

    def gap_closed(self) -> str:
        """Return that a question is off the list."""
        return self._("This question is off the list already.")

    def gap_dismissed(self) -> str:
        """Return that a question was taken off the list."""
        return self._("Taken off the list.")
