"""Regions by code and by name."""

import pytest

from bot.business.regions import code_of, parts_of


@pytest.mark.parametrize(
    ("typed", "code"),
    [("Bayern", "DE-BY"), (" bayern ", "DE-BY"), ("California", "US-CA"), ("Scotland", "GB-SCT")],
)
def test_a_region_is_found_by_its_name(typed: str, code: str):
    assert code_of(typed) == code


@pytest.mark.parametrize("typed", ["", "DE-BY", "GB", "Atlantis"])
def test_codes_and_what_nothing_is_called_stay_as_they_are(typed: str):
    assert code_of(typed) == typed


def test_a_country_s_parts_bear_their_names():
    assert parts_of("DE")["DE-BY"] == "Bayern"
    assert parts_of("XX") == {}
    # The library has the city of Augsburg too, which is no region by ISO 3166-2.
    assert len(parts_of("DE")) == 16
