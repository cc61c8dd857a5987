"""What pages show of trials: each beside the one before, and what is not right by its words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.trials import Comparison, OwnQuestion, Result, Scope, Trial, difference
from bot.web.parts import Parts
from bot.web.reader import gettext as _
from bot.web.reader import ngettext, number
from bot.web.trying import State


@dataclass(frozen=True, slots=True)
class Line:
    """A question that did not come out right, or does no more.

    Attributes:
        expected: In a few words.
        came: Likewise.
        document_id: Of the entry to be corrected, "" where there is none.
        was_right: It was right in the trial before.
    """

    question_id: int
    text: str
    expected: str
    came: str
    document_id: str
    was_right: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A trial beside the one before of the same scope.

    Attributes:
        gained, lost: How many questions came right and went wrong; None where there is none
            before.
        not_right: Of the questions that are on the list still, those it was right on before first.
    """

    trial: Trial
    gained: int | None
    lost: int | None
    not_right: Sequence[Line]

    @property
    def of_search(self) -> bool:
        """Return whether the search alone was tried."""
        return self.trial.scope is Scope.SEARCH


@dataclass(frozen=True, slots=True)
class Fallen:
    """A question whose answer would be further down or nowhere.

    Attributes:
        expected: In a few words.
        now, then: What is found first and where the expected is, as it is and as it would be.
    """

    text: str
    expected: str
    now: str
    then: str


@dataclass(frozen=True, slots=True)
class Question:
    """What the owner is asked of an import.

    Attributes:
        rows: As it is, and as it would be.
        worse: Less would be found.
    """

    rows: Sequence[Row]
    worse: bool
    fallen: Sequence[Fallen]


def compared(
    trials: Sequence[Trial], questions: Sequence[OwnQuestion], titles: Mapping[str, str]
) -> list[Row]:
    """Return a row a trial, newest first, each compared with the next older one of its scope.

    Args:
        trials: Newest first.
        questions: Those on the list now.
        titles: Of documents, by id.
    """
    rows = []
    for place, trial in enumerate(trials):
        older = (each for each in trials[place + 1 :] if each.scope is trial.scope)
        rows.append(row(trial, next(older, None), questions, titles))
    return rows


async def beside(parts: Parts, comparison: Comparison) -> list[Row]:
    """Return what is now and what would be, the second compared with the first."""
    questions = await parts.services.own_questions.all()
    titles = await _titles(parts, questions)
    return [
        row(comparison.before, None, questions, titles),
        row(comparison.after, comparison.before, questions, titles),
    ]


async def asked(parts: Parts, comparison: Comparison | None) -> Question | None:
    """Return what the owner is asked of an import that was tried; None when nothing is."""
    if comparison is None:
        return None
    questions = await parts.services.own_questions.all()
    titles = await _titles(parts, questions)
    known = {each.question_id: each for each in questions}
    fallen = [
        Fallen(own.text, _expected(own, titles), _found(now), _found(then))
        for now, then in comparison.fallen
        if (own := known.get(now.question_id))
    ]
    return Question(await beside(parts, comparison), comparison.worse, fallen)


async def _titles(parts: Parts, questions: Sequence[OwnQuestion]) -> dict[str, str]:
    return await parts.services.knowledge.titles_of({each.document_id for each in questions})


def row(
    trial: Trial,
    before: Trial | None,
    questions: Sequence[OwnQuestion],
    titles: Mapping[str, str],
) -> Row:
    """Return one trial beside another."""
    changed = difference(before, trial) if before else None
    lost = changed.lost if changed else frozenset()
    known = {each.question_id: each for each in questions}
    lines = [
        Line(
            own.question_id,
            own.text,
            expected=_expected(own, titles),
            came=_came(each.kind, each.title),
            document_id=own.document_id if own.document_id in titles else each.document_id,
            was_right=own.question_id in lost,
        )
        for each in trial.results
        if each.result != "right" and (own := known.get(each.question_id))
    ]
    return Row(
        trial,
        len(changed.gained) if changed else None,
        len(lost) if changed else None,
        sorted(lines, key=lambda line: not line.was_right),
    )


def in_words(state: State) -> str:
    """Return where a trial is in one sentence."""
    if state.ended:
        return state.error or _("{what}: done.").format(what=state.what)
    if not state.total:
        return _("{what}: under way.").format(what=state.what)
    far = _("{what}: {done} of {total} questions asked.")
    if state.left_s is not None:
        far = _("{what}: {done} of {total} questions asked, {time} left.")
    return far.format(
        what=state.what,
        done=number(state.done),
        total=number(state.total),
        time=took(state.left_s or 0.0),
    )


def percent(state: State) -> int:
    """Return how much of a trial is done, 0 to 100."""
    return 100 * state.done // state.total if state.total else 0


def took(seconds: float) -> str:
    """Return a length of time as one says it: "about 40 seconds", "about 12 minutes"."""
    if seconds < 90:
        count = max(1, round(seconds))
        return ngettext("about {n} second", "about {n} seconds", count).format(n=count)
    if seconds < 5400:
        return _("about {n} minutes").format(n=round(seconds / 60))
    return _("about {n} hours").format(n=number(seconds / 3600, digits=1))


def _expected(own: OwnQuestion, titles: Mapping[str, str]) -> str:
    if own.unknown:
        return _("it should not know")
    if own.contains:
        return _("the words “{words}”").format(words=own.contains)
    title = titles.get(own.document_id)
    if title:
        return _quoted(title)
    return _("{document}, which is not there any more").format(document=own.document_id)


def _found(result: Result) -> str:
    if result.rank == 0:
        return _("found first")
    first = _("nothing was found")
    if result.title:
        first = _("{title} first").format(title=_quoted(result.title))
    if result.rank is None:
        return first
    return _("{first}, this on place {place}").format(first=first, place=result.rank + 1)


def _came(kind: str, title: str) -> str:
    found = _quoted(title) if title else ""
    words = {
        "": found or _("nothing was found"),
        "verbatim": _("word for word {title}").format(title=found),
        "passage": _("the closest passages, first {title}").format(title=found),
        "composed": _("composed from {title}").format(title=found),
        "unknown": _("it did not know"),
        "handover": _("it called for a person"),
    }
    return words.get(kind, kind)


def _quoted(title: str) -> str:
    return _("“{title}”").format(title=title)
