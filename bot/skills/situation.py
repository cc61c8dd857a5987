"""In what a form's fields are read, and what is said where something does not do."""

from dataclasses import dataclass
from datetime import datetime

from bot.business.calendar import BusinessCalendar
from bot.language.sentences import Sentences
from bot.language.territories import territory_of


class NotThatError(Exception):
    """What was written does not do; the text is what the person is told."""


@dataclass(frozen=True, slots=True)
class Situation:
    """In what a field is read.

    Attributes:
        now: When it was written; aware.
        calendar: The business's, in whose zone days are reckoned.
        sentences: The words of the form's language.
        lead_days: What the owner has set for the form; None: what the field says.
    """

    now: datetime
    calendar: BusinessCalendar
    sentences: Sentences
    lead_days: int | None = None

    @property
    def business_language(self) -> str:
        """Return what the owner writes in."""
        return self.calendar.facts.language

    @property
    def region(self) -> str:
        """Return whose telephone numbers are written without a country code; "" for none.

        The country of the business, where the owner has not named it that of its clock.
        """
        facts = self.calendar.facts
        return facts.region.partition("-")[0] or territory_of(facts.zone)
