from datetime import date, datetime, time, timedelta

import pytest

from knowledge.readers.figures import shown

CHRISTMAS = datetime(2026, 12, 24)  # noqa: DTZ001 - a cell has no zone


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [
        (5.8, "General", "5.8"),
        (12.0, "General", "12"),
        (5.8, "0.00", "5.80"),
        (1234.5, '#,##0.00 "€"', "1,234.50 €"),
        (1240, "#,##0.00\\ [$€-407];[RED]\\-#,##0.00\\ [$€-407]", "1,240.00 €"),
        (5, '_-* #,##0.00\\ "€"_-;-* #,##0.00\\ "€"_-;_-@_-', "5.00 €"),
        (0.195, "0.0%", "19.5%"),
        (3.5, '0.0 "% off"', "3.5 % off"),
        (-5.8, "#,##0.00", "-5.80"),
        (-5.8, "0.00;[Red]-0.00", "-5.80"),
        (-5, "#,##0_);(#,##0)", "(5)"),
        (1067, "00000", "01067"),
        (12, '0 "kg"', "12 kg"),
        (CHRISTMAS, "mm-dd-yy", "2026-12-24"),
        (CHRISTMAS, "dd.mm.yyyy", "24.12.2026"),
        (CHRISTMAS, "[$-407]d. mmmm yy;@", "24. December 26"),
        (date(2026, 1, 2), "m/d/yyyy", "1/2/2026"),
        (CHRISTMAS + timedelta(hours=7, minutes=5), "dd/mm/yyyy hh:mm", "24/12/2026 07:05"),
        (time(13, 5), "h:mm AM/PM", "1:05 PM"),
        (timedelta(hours=30, minutes=5), "[h]:mm", "30:05"),
        ("  two\n  lines ", "@", "two\nlines"),
        (True, "General", "TRUE"),
        (None, "0.00", ""),
    ],
)
def test_a_value_is_written_as_its_spreadsheet_shows_it(value: object, form: str, text: str):
    assert shown(value, form) == text
