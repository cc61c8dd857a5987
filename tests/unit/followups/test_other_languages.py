import subprocess
import sys
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from dateparser.date import DateDataParser

from bot.business.calendar import BusinessCalendar
from bot.business.facts import BusinessFacts
from bot.followups import other_languages, when
from bot.followups.other_languages import MAX_PARSES, found_in
from bot.followups.when import Ask, Due, Rule, Why, understand

BERLIN = ZoneInfo("Europe/Berlin")
TUESDAY = datetime(2026, 11, 24, 10, tzinfo=BERLIN)
UNTOLD = BusinessCalendar(BusinessFacts())


def read(words: str, now: datetime = TUESDAY) -> Due | Rule | Ask:
    return understand(words, now=now, zone=BERLIN, calendar=UNTOLD)


def wall(moment: datetime) -> str:
    return f"{moment.astimezone(BERLIN):%Y-%m-%dT%H:%M}"


@pytest.mark.parametrize(
    ("words", "due"),
    [
        ("w piątek o 10:00", "2026-11-27T10:00"),
        ("w poniedziałek 7 grudnia o 10:30", "2026-12-07T10:30"),
        ("послезавтра в 9:00", "2026-11-26T09:00"),
        ("через два часа", "2026-11-24T12:00"),
        ("om 10 minutter", "2026-11-24T10:10"),
        ("cuma 10:00", "2026-11-27T10:00"),
        ("明天 9:00", "2026-11-25T09:00"),
    ],
)
def test_words_of_time_of_other_languages_are_read(words: str, due: str):
    answer = read(words)

    assert isinstance(answer, Due)
    assert wall(answer.due_at) == due
    assert answer.spans == ((0, len(words)),)


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("nie jutro o 9:00", "2026-11-25T09:00"),
        ("następny piątek", "2026-11-27T09:00"),
        ("в следующую пятницу в 10:00", "2026-11-27T10:00"),
        ("hver fredag kl. 10:00", "2026-11-27T10:00"),
        ("przypomnij mi jutro o 14:30 zadzwonić do Anny", "2026-11-25T14:30"),
    ],
)
def test_words_that_the_library_would_pass_over_make_us_ask(words: str, offered: str):
    answer = read(words)

    assert isinstance(answer, Ask)
    assert [wall(each) for each in answer.candidates] == [offered]


def test_a_word_of_time_that_the_library_passes_over_makes_us_ask():
    assert isinstance(read("fredag 10:00"), Due)
    assert isinstance(read("fredag timer 10:00"), Ask)


def test_what_our_own_words_leave_open_is_asked_with_their_moments():
    answer = read("tomorrow at 5 with Jutro")

    assert isinstance(answer, Ask)
    assert [wall(each) for each in answer.candidates] == ["2026-11-25T17:00", "2026-11-25T05:00"]


def test_a_word_that_two_languages_use_for_two_months_asks():
    answer = read("20 listopada 2027")  # November in Polish, October in Croatian.

    assert isinstance(answer, Ask)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("wczoraj o 9:00", Why.PAST),
        ("wtorek", Why.AMBIGUOUS),
        ("19 grudnia", None),
        ("20 ноября", Why.AMBIGUOUS),
        ("по будням 14:30", Why.UNCLEAR),
        ("w grudniu 2026", Why.NONE),
        ("jutro o 5:00", Why.AMBIGUOUS),
    ],
)
def test_the_rules_of_our_own_languages_hold(words: str, why: Why | None):
    answer = read(words)

    assert (answer.why if isinstance(answer, Ask) else None) is why


@pytest.mark.parametrize(
    "words",
    [
        "where can I park?",
        "call the supplier",
        "dzień dobry, czy macie chleb żytni",
        "Anna was here and we like it so much",
        "спасибо большое",
        "a to do for the office",
    ],
)
def test_chatter_is_no_time(words: str):
    assert read(words) == Ask(Why.NONE)


def test_a_written_date_that_the_library_reads_otherwise_asks(monkeypatch: pytest.MonkeyPatch):
    assert isinstance(read("on 3 December at 9"), Due)
    monkeypatch.setattr(when, "written_date", lambda *_: date(2026, 3, 12))

    answer = read("on 3 December at 9")

    assert isinstance(answer, Ask)
    assert [wall(each) for each in answer.candidates] == ["2026-12-03T09:00"]


def test_however_long_a_text_the_library_is_asked_a_limited_number_of_times(
    monkeypatch: pytest.MonkeyPatch,
):
    asked = 0
    plain = DateDataParser.get_date_data

    def counted(self: DateDataParser, text: str) -> object:
        nonlocal asked
        asked += 1
        return plain(self, text)

    monkeypatch.setattr(DateDataParser, "get_date_data", counted)
    read("завтра dan jutro maj 9:00 " * 400)

    assert 0 < asked <= MAX_PARSES


def test_the_library_is_loaded_by_no_start_and_no_time_in_our_own_words():
    program = (
        "import sys;from datetime import datetime;from zoneinfo import ZoneInfo;"
        "from bot.business.calendar import BusinessCalendar;"
        "from bot.business.facts import BusinessFacts;from bot.followups.when import understand;"
        "z=ZoneInfo('Europe/Berlin');c=BusinessCalendar(BusinessFacts());"
        "words=['tomorrow at 9','remind me on Friday at 3pm to call Ann','Ende des Monats'];"
        "[understand(w,now=datetime(2026,11,24,tzinfo=z),zone=z,calendar=c) for w in words];"
        "print('dateparser' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )

    assert done.stdout.strip() == "False"


def test_what_is_read_beforehand_is_not_read_again(monkeypatch):
    other_languages.load()
    read = []
    monkeypatch.setattr(other_languages, "import_module", read.append)
    assert found_in("jutro o 9:00", TUESDAY.replace(tzinfo=None)) is not None
    assert read == []
