"""Documents that will soon hold no longer."""

from dataclasses import dataclass
from datetime import date, timedelta

# Before a document's last day: time enough to ask a supplier or to print a new list.
NOTICE = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Ending:
    """A document with its last day."""

    document_id: str
    title: str
    ends_on: date
