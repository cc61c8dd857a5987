"""The bot's own sentences, in the languages of `locales`. The English ones here are the source.

They promise nothing but what the caller has already written down.
"""

from collections.abc import Sequence
from datetime import datetime, tzinfo
from gettext import NullTranslations

from bot.language.backups import Backups
from bot.language.buttons import Buttons
from bot.language.catalogue import SOURCE, translations
from bot.language.digest import Digest
from bot.language.files import Files
from bot.language.for_others import ForOthers
from bot.language.forms import Forms
from bot.language.gaps import Gaps
from bot.language.hand_overs import HandOvers
from bot.language.hours import Hours
from bot.language.moments import local
from bot.language.notices import Notices
from bot.language.quiet import Quiet
from bot.language.reminders import Reminders
from bot.language.repeats import Repeats
from bot.language.tools import Tools
from bot.language.watching import Watching


class Phrasebook:
    """The sentences in every language. Reads the translations once."""

    def __init__(self) -> None:
        self._sentences = {
            language: Sentences(language, translation)
            for language, translation in translations().items()
        }

    @property
    def languages(self) -> tuple[str, ...]:
        """Return the languages' ISO 639-1 codes, in alphabetical order."""
        return tuple(self._sentences)

    def sentences(self, language: str) -> "Sentences":
        """Return the sentences in a language; in English where there are none.

        Args:
            language: "de", or with a region: "de-AT", "pt_BR".
        """
        code = language.replace("_", "-").split("-")[0].lower()
        return self._sentences.get(code, self._sentences[SOURCE])


class Sentences(
    Hours,
    Repeats,
    Backups,
    Buttons,
    Digest,
    Files,
    Forms,
    ForOthers,
    Gaps,
    HandOvers,
    Notices,
    Quiet,
    Reminders,
    Tools,
    Watching,
):
    """What the bot says in one language: plain Markdown, ready to post."""

    def __init__(self, language: str, translation: NullTranslations) -> None:
        super().__init__(language)
        self.language = language
        self._ = translation.gettext

    # Between people

    def greeting(self, business: str = "") -> str:
        """Return an answer to "hello"."""
        if business:
            return self._("Hello! This is the front desk of {business}. How can I help?").format(
                business=business
            )
        return self._("Hello! How can I help?")

    def thanks(self) -> str:
        """Return an answer to "thank you"."""
        return self._("You're welcome!")

    def goodbye(self) -> str:
        """Return an answer to "bye"."""
        return self._("Goodbye, and take care!")

    def acknowledgement(self) -> str:
        """Return an answer to "ok"."""
        return self._("Good. Just write when there is anything else.")

    def robot(self, business: str = "") -> str:
        """Return an answer to "are you a robot?"."""
        if business:
            return self._(
                "I am an automated assistant of {business}, not a person. I answer from what the "
                'business has written down. If you would like a person, write "a person, please".'
            ).format(business=business)
        return self._(
            "I am an automated assistant, not a person. I answer from what the business has "
            'written down. If you would like a person, write "a person, please".'
        )

    def help(self) -> str:
        """Return what can be asked and said."""
        return self._(
            "I answer questions from what the business has written down, and show where it "
            "stands.\n"
            '- Ask me anything: "when are you open on Saturday?"\n'
            '- "Remind me on Friday at 9 to call the supplier" sets a reminder; "my reminders" '
            'lists them, "cancel reminder 3" cancels one.\n'
            '- "Why this answer?" shows what an answer stands on.\n'
            '- "A person, please" puts you on the list for the team.'
        )

    def introduction(self, business: str = "") -> str:
        """Return the line under the first answer to somebody new."""
        if business:
            return self._(
                'I\'m an automated assistant of {business}; write "a person, please" to reach '
                "somebody."
            ).format(business=business)
        return self._('I\'m an automated assistant; write "a person, please" to reach somebody.')

    # Answers

    def unknown(self, contact: str = "") -> str:
        """Return "I don't know", with the way to a person."""
        said = self._(
            "I don't know that: I have found nothing about it in what the business has written "
            'down. If you would like a person to answer, write "a person, please".'
        )
        return self._with_contact(said, contact)

    def unknown_fetched(self) -> str:
        """Return "I don't know", where a person is fetched without being asked for."""
        return self._(
            "I don't know that: I have found nothing about it in what the business has written "
            "down."
        )

    def handover_recorded(self, contact: str = "") -> str:
        """Return that the wish for a person stands on the team's list."""
        return self._with_contact(self._("I have put this on the list for the team."), contact)

    def handover_waiting(self, contact: str = "") -> str:
        """Return that an earlier wish for a person still stands on the list."""
        return self._with_contact(self._("This is already on the list for the team."), contact)

    def passages_intro(self, *, model_down: bool = False) -> str:
        """Return what goes before passages that are no sure answer."""
        if model_down:
            return self._(
                "I can't put an answer into words at the moment. These are the closest passages "
                "I have found:"
            )
        return self._("I have no sure answer to that. These are the closest passages I have found:")

    def person_offered(self) -> str:
        """Return how to get a person, below an answer that may not help."""
        return self._('If that does not help, write "a person, please".')

    def shown_as_written(self) -> str:
        """Return that an entry in another language is shown word for word."""
        return self._("This is shown as the business has written it.")

    # Reminders

    def follow_up_set(self, subject: str, when: str, number: int) -> str:
        """Return the confirmation of a committed follow-up."""
        return self._("Reminder set: {subject}, {when} (no. {number})").format(
            subject=subject, when=when, number=number
        )

    def follow_up_cancelled(self, subject: str, number: int) -> str:
        """Return that a follow-up is cancelled."""
        return self._("Cancelled: {subject} (no. {number})").format(subject=subject, number=number)

    def follow_up_not_found(self, number: int) -> str:
        """Return that the person has no open follow-up of that number."""
        return self._('You have no open reminder no. {number}. "My reminders" lists yours.').format(
            number=number
        )

    def follow_up_line(self, number: int, subject: str, when: str) -> str:
        """Return one follow-up as a line of a list."""
        return self._("No. {number}: {subject}, {when}").format(
            number=number, subject=subject, when=when
        )

    def my_follow_ups(self, lines: Sequence[str]) -> str:
        """Return the list of a person's follow-ups, each from `follow_up_line`, or that none is."""
        if not lines:
            return self._("You have no reminders.")
        return "\n".join([self._("Your reminders:"), *(f"- {line}" for line in lines)])

    def follow_up_due(self, subject: str) -> str:
        """Return a follow-up that is delivered in time."""
        return self._("Reminder: {subject}").format(subject=subject)

    def follow_up_late(
        self, said: str, due_at: datetime, back_at: datetime, zone: tzinfo | str
    ) -> str:
        """Return a follow-up delivered late, with when it was due and why it is late.

        Args:
            said: What would be said in time.
            due_at: Aware.
            back_at: When the box was on again; aware.
            zone: The reader's.
        """
        same_day = local(due_at, zone).date() == local(back_at, zone).date()
        words = self.clock if same_day else self.moment
        late = self._("due {due}, the box was off until {back}").format(
            due=words(due_at, zone), back=words(back_at, zone)
        )
        return f"{said} ({late})"

    # Waiting, and what goes wrong

    def waiting(self, before: int, seconds: int) -> str:
        """Return the status of one who waits; `before` at least 1."""
        return self._("{before} before you, about {seconds} s").format(
            before=before, seconds=seconds
        )

    def working(self) -> str:
        """Return the status while an answer is being worked on."""
        return self._("Working on it")

    def parked(self, reference: int | str) -> str:
        """Return that a message has failed again and again and was set aside."""
        return self._(
            "I could not work on your message and have set it aside. The team can find it by no. "
            "{reference}."
        ).format(reference=reference)

    def failed(self, reference: int | str) -> str:
        """Return that something went wrong this once."""
        return self._(
            "Something went wrong. Please try again; if it stays, tell the team no. {reference}."
        ).format(reference=reference)

    def model_busy(self) -> str:
        """Return that the model has too much to do; the question is kept."""
        return self._("There is a lot to do right now. I have kept your question.")

    def model_gone(self, contact: str = "") -> str:
        """Return that no answer can be composed."""
        said = self._(
            "I can't put an answer into words at the moment. I have kept your question. If you "
            'would like a person to answer, write "a person, please".'
        )
        return self._with_contact(said, contact)

    def model_slow(self) -> str:
        """Return that an answer took too long; the question is kept."""
        return self._("That took too long. I have kept your question; please ask again later.")

    def too_long(self, max_chars: int) -> str:
        """Return that a message is longer than can be read."""
        return self._(
            "That is more than I can read at once: at most {max_chars} characters, please."
        ).format(max_chars=max_chars)

    def only_attachment(self) -> str:
        """Return that a message without words can't be read."""
        return self._("I can only read text. What would you like to know?")

    def not_allowed(self) -> str:
        """Return that the person may not do this here."""
        return self._("I can't do that for you here.")

    # Explaining

    def nothing_to_explain(self) -> str:
        """Return that there is no answer yet to give reasons for."""
        return self._("There is no answer yet that I could explain.")

    def why(
        self, kind: str, sources: Sequence[str], answer_id: int, *, some_gone: bool = False
    ) -> str:
        """Return what an answer stands on.

        Args:
            kind: How it was answered: "verbatim", "passage", "composed", "unknown" or any other.
            sources: Titles, best first; may be empty.
            answer_id: Under which the team finds it.
            some_gone: It stood on something that is not to be told of any more.
        """
        reason = {
            "verbatim": self._("That is an entry of the business, word for word."),
            "passage": self._("Those were the closest passages; I had no sure answer."),
            "composed": self._("I put that into words from what the business has written down."),
            "unknown": self._("I found nothing to stand on, so I said that I don't know."),
        }.get(kind, self._("That was a fixed reply, not an answer from the business's texts."))
        lines = [reason]
        if sources:
            lines.append(self._("It stands on: {sources}").format(sources=self.both(sources)))
        if some_gone:
            lines.append(self._("Some of what it stood on is no longer in use here."))
        lines.append(self._("Answer no. {number}").format(number=answer_id))
        return "\n".join(lines)

    def forget_me(self, contact: str = "") -> str:
        """Return whom to ask for one's data to be deleted; deletes and promises nothing."""
        said = self._("I can't delete anything from this chat. Please ask the team to do it.")
        return self._with_contact(said, contact)

    def about_me(self, days: int) -> str:
        """Return what is kept of a person and how long."""
        return self._(
            "I keep what you write to me and what I answer for {days} days, and your reminders "
            "and requests to the team. The team can show you what there is and delete it."
        ).format(days=days)

    def _with_contact(self, said: str, contact: str) -> str:
        if not contact:
            return said
        reach = self._("You can also reach the team here: {contact}").format(contact=contact)
        return f"{said} {reach}"
