import inspect
import re
from datetime import UTC, date, datetime, timedelta
from importlib import resources
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

from bot.commands.words import Wish, recognise
from bot.language import (
    backups,
    buttons,
    digest,
    files,
    for_others,
    forms,
    gaps,
    hand_overs,
    hours,
    notices,
    quiet,
    reminders,
    repeats,
    sentences,
    tools,
    watching,
)
from bot.language.sentences import Phrasebook, Sentences

LOCALES = resources.files("bot.language") / "locales"
BOOK = Phrasebook()
TRANSLATED = [language for language in BOOK.languages if language != "en"]
NINE = datetime(2026, 11, 27, 8, 0, tzinfo=UTC)
BERLIN = "Europe/Berlin"
# French has the word, too.
ALIKE = {"Question"}


def sources() -> set[str]:
    return {
        message
        for module in (
            sentences,
            backups,
            buttons,
            digest,
            files,
            for_others,
            forms,
            gaps,
            hand_overs,
            hours,
            notices,
            quiet,
            reminders,
            repeats,
            tools,
            watching,
        )
        for _, message, *_ in extract_from_file(
            "python", inspect.getfile(module), keywords={"_": None}
        )
    }


def catalogue(language: str) -> dict[str, str]:
    with (LOCALES / language / "deskhand.po").open("rb") as file:
        return {m.id: m.string for m in read_po(file) if m.id}


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_language_has_every_sentence_and_no_other(language):
    assert set(catalogue(language)) == sources()


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_translation_has_words_and_the_sources_placeholders(language):
    for source, translation in catalogue(language).items():
        assert translation.strip()
        assert translation != source or source in ALIKE
        assert placeholders(translation) == placeholders(source), source


@pytest.mark.parametrize("language", TRANSLATED)
def test_lists_keep_their_lines(language):
    for source, translation in catalogue(language).items():
        assert translation.count("\n- ") == source.count("\n- ")


def test_the_sentences_are_there_in_seven_languages():
    assert BOOK.languages == ("de", "en", "es", "fr", "it", "nl", "pt")


@pytest.mark.parametrize(
    ("asked", "given"),
    [("de", "de"), ("de-AT", "de"), ("pt_BR", "pt"), ("EN", "en"), ("da", "en"), ("", "en")],
)
def test_a_region_finds_its_language_and_an_unknown_one_english(asked, given):
    assert BOOK.sentences(asked).language == given


@pytest.mark.parametrize(
    ("language", "word"), [("en", "assistant"), ("de", "Assistent"), ("es", "asistente")]
)
def test_asked_whether_it_is_a_robot_it_says_what_it_is(language, word):
    assert word in BOOK.sentences(language).robot()
    assert word in BOOK.sentences(language).robot("Corner Bakery")


@pytest.mark.parametrize(
    "say", [Sentences.unknown, Sentences.handover_recorded, Sentences.model_gone]
)
@pytest.mark.parametrize("language", BOOK.languages)
def test_the_contact_line_stands_only_where_there_is_one(say, language):
    t = BOOK.sentences(language)
    assert "01 555 0100" in say(t, "call 01 555 0100")
    assert len(say(t)) < len(say(t, "call 01 555 0100"))
    assert "{" not in say(t)


def test_a_moment_is_written_in_the_readers_zone_and_language():
    assert BOOK.sentences("en").moment(NINE, BERLIN) == "Friday, 27 November 2026, 09:00"
    assert BOOK.sentences("de").moment(NINE, BERLIN) == "Freitag, 27. November 2026, 09:00"
    assert BOOK.sentences("es").moment(NINE, "America/Lima") == (
        "viernes, 27 de noviembre de 2026, 3:00"
    )


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="zone"):
        BOOK.sentences("en").moment(NINE.replace(tzinfo=None), BERLIN)


def test_a_day_is_written_with_its_weekday():
    assert BOOK.sentences("en").day(date(2026, 12, 24)) == "Thursday, 24 December 2026"


def test_a_late_reminder_says_when_it_was_due_and_why_it_is_late():
    t = BOOK.sentences("en")
    assert t.follow_up_late("Reminder: x", NINE, NINE + timedelta(minutes=40), BERLIN) == (
        "Reminder: x (due 09:00, the box was off until 09:40)"
    )


def test_a_reminder_late_by_a_day_names_the_days():
    late = BOOK.sentences("en").follow_up_late("x", NINE, NINE + timedelta(days=1), BERLIN)
    assert "Friday, 27 November 2026, 09:00" in late
    assert "Saturday, 28 November 2026, 09:00" in late


def test_what_people_wrote_is_never_read_as_a_placeholder():
    assert "{number} {0}" in BOOK.sentences("de").follow_up_set("{number} {0}", "now", 3)


def test_a_time_that_is_over_and_one_not_understood_ask_for_day_and_time_without_naming_nothing():
    words = BOOK.sentences("en")
    assert words.when_over(["tomorrow, 14:00"]) == (
        "That time has already passed. Do you mean tomorrow, 14:00? Please say the day and the"
        " time."
    )
    for text in (words.when_over([]), words.when_unclear([])):
        assert text.endswith(' Please say a day and a time, for example "on Friday at 9".')


def test_choices_are_joined_as_the_language_does():
    assert (
        BOOK.sentences("en").when_unclear(["9:00", "21:00"]) == "Which do you mean: 9:00 or 21:00?"
    )
    assert BOOK.sentences("de").either(["a", "b", "c"]) == "a, b oder c"
    assert BOOK.sentences("en").either([]) == ""


def test_no_reminders_are_said_to_be_none():
    t = BOOK.sentences("en")
    assert t.my_follow_ups([]) == "You have no reminders."
    line = t.follow_up_line(3, "call", t.moment(NINE, BERLIN))
    assert t.my_follow_ups([line]) == (
        "Your reminders:\n- No. 3: call, Friday, 27 November 2026, 09:00"
    )


@pytest.mark.parametrize("kind", ["verbatim", "passage", "composed", "unknown", "social"])
def test_why_names_the_sources_and_the_answers_number(kind):
    said = BOOK.sentences("en").why(kind, ["Opening hours", "handbook.md"], 41)
    assert "Opening hours and handbook.md" in said
    assert "41" in said


@pytest.mark.parametrize("language", BOOK.languages)
def test_a_hand_over_never_promises_that_somebody_comes(language):
    said = BOOK.sentences(language).handover_recorded("x").casefold()
    for promise in ("will", "colleague", "shortly", "wird", "kollege", "en breve", "bientôt"):
        assert promise not in said.split()


VERBS = (
    "good",
    "bad",
    "why",
    "person",
    "done",
    "soon",
    "snooze",
    "morning",
    "hand",
    "cancel",
)


@pytest.mark.parametrize("language", BOOK.languages)
def test_labels_are_short_and_tell_the_buttons_of_a_message_apart(language):
    labels = [BOOK.sentences(language).label(verb) for verb in VERBS]
    assert all(0 < len(label) <= 40 for label in labels)
    assert len(set(labels)) == len(VERBS)


@pytest.mark.parametrize("language", BOOK.languages)
def test_the_introduction_tells_the_words_that_fetch_a_person(language):
    t = BOOK.sentences(language)
    assert "Corner Bakery" in t.introduction("Corner Bakery")
    for line in (t.introduction(), t.introduction("Corner Bakery")):
        words = re.search(r"[„«\"] ?(.+?) ?[“»\"]", line)
        assert words, line
        intent = recognise(words[1])
        assert intent is not None
        assert intent.wish is Wish.HANDOVER


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("FREQ=DAILY", "every day"),
        ("FREQ=DAILY;INTERVAL=3;COUNT=5", "every 3 days 5 times"),
        ("FREQ=WEEKLY;BYDAY=MO,TH", "every week on Monday and Thursday"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=FR", "every 2 weeks on Friday"),
        ("FREQ=MONTHLY;BYDAY=1MO", "every month on the first Monday"),
        ("FREQ=MONTHLY;BYDAY=-1FR", "every month on the last Friday"),
        ("FREQ=MONTHLY;BYMONTHDAY=15", "every month on day 15"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "every month on the last day"),
        (
            "FREQ=MONTHLY;BYDAY=MO,TU,FR;BYSETPOS=-1",
            "every month on the last working day (Monday, Tuesday and Friday)",
        ),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "every year on 29 February"),
        ("FREQ=DAILY;UNTIL=20261225T045959Z", "every day until Thursday, 24 December 2026"),
    ],
)
def test_a_rule_is_said_in_words(rule, words):
    assert BOOK.sentences("en").rule(rule, "America/New_York") == words


@pytest.mark.parametrize("rule", ["FREQ=SECONDLY", "FREQ=DAILY;BYHOUR=9", "FREQ=MONTHLY;BYDAY=5MO"])
def test_a_rule_that_would_be_said_wrongly_is_refused(rule):
    with pytest.raises(ValueError, match="no words"):
        BOOK.sentences("en").rule(rule, "UTC")


@pytest.mark.parametrize("language", BOOK.languages)
def test_every_rule_that_is_understood_can_be_said_in_every_language(language):
    phrases = (Path(__file__).parents[1] / "followups" / "phrases.tsv").read_text("utf-8")
    rules = set(re.findall(r"\trule (\S+)", phrases))
    assert len(rules) > 5
    for rule in rules:
        assert BOOK.sentences(language).rule(rule, "UTC")
