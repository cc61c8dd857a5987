"""What people write for a form's fields: read, checked by code, and shown again.

Values are kept as text: a date as ISO writes it, a choice as its place among the choices, a
telephone number with its country code. "" is a field that was left empty.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date

import phonenumbers
from phonenumbers import Leniency, PhoneNumberFormat, PhoneNumberMatcher
from rapidfuzz import fuzz

from bot.followups.when import without
from bot.language.lexicon import lexicons
from bot.language.sentences import Sentences
from bot.language.spelling import folded
from bot.skills.days import checked_day, day_spans
from bot.skills.form import MAX_TEXT_CHARS, FieldSpec, FieldType, said
from bot.skills.situation import NotThatError, Situation

_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_NUMBER = re.compile(r"(?<![\w.,])\d{1,7}(?![\w]|[.,]\d)")
# By its length alone a day may be a telephone number, too.
_DAY = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}")
_LEAST_DIGITS = 7
# Of 100: one wrong letter in a word of eight.
_ALIKE = 85


def check(field: FieldSpec, text: str, situation: Situation) -> str:
    """Return the value that a text gives a field.

    Raises:
        NotThatError: It gives none that does.
    """
    if _is_phrase("nothing", text):
        if field.optional:
            return ""
        if field.type is not FieldType.TEXT:
            raise NotThatError(situation.sentences.field_empty())
    match field.type:
        case FieldType.DATE:
            return checked_day(field, text, situation).isoformat()
        case FieldType.NUMBER:
            return _checked_number(field, _numbers(text), situation)
        case FieldType.CHOICE:
            return _checked_choice(field, text, situation)
        case FieldType.PHONE | FieldType.EMAIL | FieldType.CONTACT:
            return _checked_contact(field.type, text, situation)
        case _:
            return _checked_text(text, situation)


def found_in(
    fields: Sequence[FieldSpec], text: str, situation: Situation
) -> tuple[dict[str, str], dict[str, str]]:
    """Return what a message gives fields of a type that can be told in running text.

    Args:
        fields: Those that are looked for; of each type but choice the first alone.
        text: The message.
        situation: In what it was written.

    Returns:
        Values, and for what was found but does not do what is wrong with it; both by name.
    """
    found: dict[str, str] = {}
    wrong: dict[str, str] = {}
    rest = text
    for kinds in ((FieldType.EMAIL, FieldType.PHONE, FieldType.CONTACT), (FieldType.DATE,)):
        for field in [each for each in fields if each.type in kinds]:
            spans = _spans(field.type, rest, situation)
            if spans:
                _take(field, rest, situation, found, wrong)
                rest = without(rest, spans)
    for field in [each for each in fields if each.type is FieldType.CHOICE]:
        # A mistyped word in running text may be any word.
        if len(_named(field, rest)) == 1:
            _take(field, rest, situation, found, wrong)
    numbers = [each for each in fields if each.type is FieldType.NUMBER]
    if len(numbers) == 1 and len(_numbers(rest)) == 1:
        _take(numbers[0], rest, situation, found, wrong)
    return found, wrong


def shown(field: FieldSpec, value: str, sentences: Sentences, business: str) -> str:
    """Return a value as people read it; "–" for a field that was left empty."""
    if not value:
        return "–"
    if field.type is FieldType.DATE:
        return sentences.day(date.fromisoformat(value))
    if field.type is FieldType.CHOICE:
        return said(field.choices[int(value)], sentences.language, business)
    return value


def choices_of(field: FieldSpec, sentences: Sentences, business: str) -> list[str]:
    """Return what can be chosen, in a language."""
    return [said(each, sentences.language, business) for each in field.choices]


def ends(text: str) -> bool:
    """Return whether a message is nothing but that one wants to leave it."""
    return _is_phrase("never_mind", text)


def named_label(
    fields: Sequence[FieldSpec], text: str, sentences: Sentences, business: str
) -> FieldSpec | None:
    """Return the field that a message calls by its label; None where it is none, or several."""
    words = f" {folded(text)} "
    named = [
        each
        for each in fields
        if f" {folded(said(each.label, sentences.language, business))} " in words
    ]
    return named[0] if len(named) == 1 else None


def _take(
    field: FieldSpec,
    text: str,
    situation: Situation,
    found: dict[str, str],
    wrong: dict[str, str],
) -> None:
    try:
        found[field.name] = check(field, text, situation)
    except NotThatError as error:
        wrong[field.name] = str(error)


def _spans(kind: FieldType, text: str, situation: Situation) -> tuple[tuple[int, int], ...]:
    """Return where in a text a contact or a day stands; empty where none surely does."""
    if kind is FieldType.DATE:
        return day_spans(text, situation)
    mails = [each.span() for each in _MAIL.finditer(text)] if kind is not FieldType.PHONE else []
    phones = _phones(text, situation.region) if kind is not FieldType.EMAIL else ()
    return tuple(mails) or tuple((each.start, each.end) for each in phones)


def _numbers(text: str) -> list[int]:
    return [int(each) for each in _NUMBER.findall(text)]


def _checked_number(field: FieldSpec, numbers: list[int], situation: Situation) -> str:
    sentences = situation.sentences
    if len(numbers) != 1:
        raise NotThatError(sentences.number_missing())
    [number] = numbers
    too_few = field.least is not None and number < field.least
    if too_few or (field.most is not None and number > field.most):
        raise NotThatError(sentences.number_outside(field.least, field.most))
    return str(number)


def _checked_choice(field: FieldSpec, text: str, situation: Situation) -> str:
    named = _named(field, text) or _mistyped(field, text)
    if len(named) == 1:
        return str(named[0])
    place = _numbers(text)
    if not named and len(place) == 1 and 1 <= place[0] <= len(field.choices):
        return str(place[0] - 1)
    sentences = situation.sentences
    possible = choices_of(field, sentences, situation.business_language)
    raise NotThatError(sentences.form_choices(possible))


def _named(field: FieldSpec, text: str) -> list[int]:
    """Return which choices a text names, by their places."""
    words = f" {folded(text)} "
    there = {
        place: max(hits, key=len)
        for place, names in _choice_names(field).items()
        if (hits := [name for name in names if f" {name} " in words])
    }
    # "Dark chocolate" names no plain chocolate.
    return [
        place
        for place, name in there.items()
        if not any(name != other and f" {name} " in f" {other} " for other in there.values())
    ]


def _mistyped(field: FieldSpec, text: str) -> list[int]:
    """Return which choices a text names with a typing error, by their places."""
    words = folded(text)
    parts = [words, *words.split()]
    return [
        place
        for place, names in _choice_names(field).items()
        if any(fuzz.ratio(name, part) >= _ALIKE for name in names for part in parts)
    ]


def _choice_names(field: FieldSpec) -> dict[int, list[str]]:
    """Return how each choice is called in any language, in the spelling of `folded`."""
    return {
        place: [
            folded(each) for each in (choice.values() if isinstance(choice, dict) else [choice])
        ]
        for place, choice in enumerate(field.choices)
    }


def _checked_contact(kind: FieldType, text: str, situation: Situation) -> str:
    sentences = situation.sentences
    if kind is not FieldType.PHONE and (mail := _MAIL.search(text)):
        return mail[0]
    if kind is not FieldType.EMAIL:
        for each in _phones(text, situation.region):
            return phonenumbers.format_number(each.number, PhoneNumberFormat.INTERNATIONAL)
    match kind:
        case FieldType.PHONE:
            raise NotThatError(sentences.phone_wrong())
        case FieldType.EMAIL:
            raise NotThatError(sentences.email_wrong())
        case _:
            raise NotThatError(sentences.contact_wrong())


def _phones(text: str, region: str) -> Iterator[phonenumbers.PhoneNumberMatch]:
    for each in PhoneNumberMatcher(text, region or None, leniency=Leniency.POSSIBLE):
        digits = sum(sign.isdigit() for sign in each.raw_string)
        if digits >= _LEAST_DIGITS and not _DAY.search(each.raw_string):
            yield each


def _checked_text(text: str, situation: Situation) -> str:
    even = " ".join(text.split())
    if not even:
        raise NotThatError(situation.sentences.field_empty())
    if len(even) > MAX_TEXT_CHARS:
        raise NotThatError(situation.sentences.too_long(MAX_TEXT_CHARS))
    return even


def _is_phrase(name: str, text: str) -> bool:
    words = folded(text)
    return any(lexicon.phrase(name, words) for lexicon in lexicons().values())
