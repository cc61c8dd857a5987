import pytest

from bot.business.calendar import BusinessCalendar
from bot.business.facts import BusinessFacts

_DAY = [["09:00", "12:30"], ["13:30", "17:00"]]


@pytest.fixture(scope="session")
def facts() -> BusinessFacts:
    return BusinessFacts.model_validate(
        {
            "zone": "Europe/Berlin",
            "region": "DE-BY",
            "language": "de",
            "hours": dict.fromkeys(("MO", "TU", "WE", "TH", "FR"), _DAY) | {"SA": [], "SU": []},
            "closed_days": ["2026-12-28"],
            "closed_from": {"12-24": "12:30"},
        }
    )


@pytest.fixture(scope="session")
def calendar(facts: BusinessFacts) -> BusinessCalendar:
    return BusinessCalendar(facts)
