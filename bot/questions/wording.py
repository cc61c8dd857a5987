"""A gap in words that say nothing of who asked."""

from collections.abc import Iterable

from bot.business.facts import BusinessFacts
from bot.domain.gaps import Gap, OpenQuestion
from bot.language.courtesies import without_courtesies
from bot.questions.personal import told_names, without_askers, without_personal_data

MAX_OTHERS = 20


def plain(question: OpenQuestion, facts: BusinessFacts) -> str:
    """Return one question without courtesies and personal data, to be compared with others."""
    words = without_courtesies(question.text)
    country = country_of(facts)
    return without_personal_data(words, names=[question.asked_by], region=country) or words


def question_of(gap: Gap, facts: BusinessFacts) -> str:
    """Return a gap's question without personal data.

    The first that had none, or what is left of the first; "" where nothing is.
    """
    cleaned = [(each, _cleaned(each, gap, facts)) for each in gap.wordings]
    untouched = [left for asked, left in cleaned if left and left == without_courtesies(asked)]
    return next(iter(untouched), "") or next((left for _, left in cleaned if left), "")


def others_of(gap: Gap, question: str, facts: BusinessFacts) -> tuple[str, ...]:
    """Return the other wordings of a gap that may be kept: those that have no personal data."""
    asked_as = {each: without_courtesies(each) for each in gap.wordings}
    found = {
        words.casefold(): words
        for asked, words in asked_as.items()
        if words and words == _cleaned(asked, gap, facts)
    }
    found.pop(question.casefold(), None)
    return tuple(found.values())[:MAX_OTHERS]


def answer_of(text: str, gap: Gap, facts: BusinessFacts) -> str:
    """Return what one of the team replied, without who asked."""
    return without_askers(text, names=_names(gap), asked=gap.wordings, region=country_of(facts))


def country_of(facts: BusinessFacts) -> str:
    """Return the business's country, ISO 3166-1 alpha-2, "" while it is not told."""
    return facts.region.partition("-")[0]


def _cleaned(text: str, gap: Gap, facts: BusinessFacts) -> str:
    words = without_courtesies(text)
    return without_personal_data(words, names=_names(gap), region=country_of(facts))


def _names(gap: Gap) -> Iterable[str]:
    """Return the names of all who asked: their platforms', and those they told in words."""
    told = (name for each in gap.questions for name in told_names(each.text))
    return [*(each.asked_by for each in gap.questions), *told]
