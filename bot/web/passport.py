"""An answer in plain words: why it is what it is, what it was checked for, where time went."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.domain.conversations import Answer, Check, Kind, Outcome
from bot.web.reader import N_, ngettext, number
from bot.web.reader import gettext as _

WHOLE = "all"
_DIGEST_CHARS = 12

_STEPS = {
    "search": N_("Looking it up"),
    "search: embed": N_("reading the question"),
    "search: find": N_("finding passages"),
    "search: cover": N_("comparing words"),
    "model": N_("The model, waiting for it included"),
    "model: support": N_("asking it what carries the answer"),
}
_MATCHES = {
    "word for word": N_("An entry has this question word for word."),
    "sure": N_("Sure: it may be said word for word."),
    "found": N_("Close enough to build on, not to be said word for word."),
    "close": N_("On the subject, but not surely the answer."),
    "nothing": N_("Nothing that is known comes close."),
}
_CHECKS = {
    "match": N_("Match with what it knows"),
    "mention": N_("Calls nobody"),
    "link": N_("Links and addresses"),
    "promise": N_("Promises"),
    "number": N_("Numbers"),
    "model": N_("The model"),
    "support": N_("A passage carries it"),
}
_PASSED = {
    "mention": N_("Nobody is called who should not be."),
    "link": N_("Each stands in what the model was given, or there is none."),
    "promise": N_("It promises nothing that the business does not."),
    "number": N_("Each stands in what the model was given, or there is none."),
}
_FAILED = {
    "mention": N_("It called somebody: withheld."),
    "link": N_("One does not stand in what the model was given: withheld."),
    "promise": N_("It promised what nobody does: withheld."),
    "number": N_("One does not stand in what the model was given: withheld."),
}
_OF_MODEL = {
    "unknown": N_("It said that the passages do not answer this."),
    "empty": N_("It said nothing."),
    "BusyError": N_("Too many waited for it."),
    "SilentError": N_("It did not answer in time."),
}


@dataclass(frozen=True, slots=True)
class CheckShown:
    """A check, in words.

    Attributes:
        passed: None where it only tells which way the answer went.
    """

    title: str
    passed: bool | None
    words: str


@dataclass(frozen=True, slots=True)
class Step:
    """A step, with its share of the whole time.

    Attributes:
        inner: It is a part of the step above it.
        percent: 0 to 100.
    """

    title: str
    took_ms: float
    inner: bool
    percent: int


@dataclass(frozen=True, slots=True)
class Passport:
    """What the page tells of an answer beside its words.

    Attributes:
        why: What it is and where it came from, a sentence or two.
        whole_ms: All steps together; None where that was not measured.
        versions: Of what it came from, by what it is.
    """

    why: str
    checks: tuple[CheckShown, ...]
    steps: tuple[Step, ...]
    whole_ms: float | None
    versions: Mapping[str, str]


def passport_of(answer: Answer) -> Passport:
    """Return what the page tells of an answer, in the reader's language."""
    outcome = answer.outcome
    return Passport(
        why=_why(outcome),
        checks=tuple(_check(each) for each in outcome.checks),
        steps=_steps(outcome.timings_ms),
        whole_ms=outcome.timings_ms.get(WHOLE),
        versions=_versions(outcome),
    )


def _why(outcome: Outcome) -> str:
    return _WHY[outcome.kind](outcome)


def _verbatim(outcome: Outcome) -> str:
    if not any(source.document_id for source in outcome.sources):
        return _("It was worked out from the opening hours that are set, without a model.")
    said = _("It answered in your own words, from {titles}.").format(titles=_titles(outcome))
    match = next((each for each in outcome.checks if each.name == "match" and each.passed), None)
    if match is None:
        return said
    if match.said == "word for word":
        return f"{said} " + _("An entry has this question word for word.")
    return f"{said} " + _("The question matched it surely: {found}, needed {needed}.").format(
        found=_figure(match.found), needed=_figure(match.needed)
    )


def _composed(outcome: Outcome) -> str:
    said = _("{model} composed it from {titles}.").format(
        model=outcome.model or _("A model"), titles=_titles(outcome)
    )
    return f"{said} " + _("It passed every check.") if outcome.checks else said


def _passage(outcome: Outcome) -> str:
    said = _("It showed the passages that come closest, said to be that.")
    failed = [each for each in outcome.checks if not (each.passed or each.name == "match")]
    if failed:
        return f"{said} {_held_against(failed[0])}"
    match = next((each for each in outcome.checks if each.name == "match"), None)
    if match is None or match.found is None or match.needed is None:
        return said
    return f"{said} " + _("Nothing matched surely enough: {found}, needed {needed}.").format(
        found=_figure(match.found), needed=_figure(match.needed)
    )


def _unknown(outcome: Outcome) -> str:
    if outcome.found:
        return _("It did not know: what it found is about something else.")
    return _("It did not know: nothing that it knows comes close.")


def _handover(outcome: Outcome) -> str:
    del outcome
    return _("A person was wanted, or a colleague had the conversation.")


_WHY: Mapping[Kind, Callable[[Outcome], str]] = {
    Kind.VERBATIM: _verbatim,
    Kind.COMPOSED: _composed,
    Kind.PASSAGE: _passage,
    Kind.UNKNOWN: _unknown,
    Kind.ASKED: lambda _outcome: _("It asked back: something was missing, or not clear."),
    Kind.ACTION: lambda _outcome: _(
        "It did what was asked, and told it from what was stored, not from a model's words."
    ),
    Kind.HANDOVER: _handover,
    Kind.SOCIAL: lambda _outcome: _("Small talk: fixed words, nothing was looked up."),
    Kind.REFUSED: lambda _outcome: _("It did not do what was asked, and said why."),
}


def _titles(outcome: Outcome) -> str:
    titles = dict.fromkeys(source.title for source in outcome.sources)
    return ", ".join(_("“{title}”").format(title=title) for title in titles) or _("what it knows")


def _check(check: Check) -> CheckShown:
    passed = None if check.name == "match" and not check.passed else check.passed
    return CheckShown(_(_CHECKS.get(check.name, check.name)), passed, _held_against(check))


def _held_against(check: Check) -> str:
    match check.name:
        case "match":
            words = _(_MATCHES.get(check.said, check.said))
            if check.found is None or check.needed is None:
                return words
            return f"{words} " + _("Measured {found}, for sure it takes {needed}.").format(
                found=_figure(check.found), needed=_figure(check.needed)
            )
        case "model":
            known = _OF_MODEL.get(check.said)
            return _(known) if known else _("It failed: {error}.").format(error=check.said)
        case "support":
            return _support(check)
        case _:
            told = _PASSED if check.passed else _FAILED
            return _(told.get(check.name, check.name))


def _support(check: Check) -> str:
    if check.said == "unchecked":
        return _("The model did not tell in time which passage carries what it said.")
    if check.passed:
        return _("A passage says it of what was asked about: {asked}.").format(asked=check.said)
    return _("No passage says it of what was asked about: {asked}.").format(asked=check.said)


def _figure(measured: float | None) -> str:
    return "–" if measured is None else number(measured, digits=2)


def _steps(timings_ms: Mapping[str, float]) -> tuple[Step, ...]:
    most = max([*timings_ms.values(), 0.0])
    return tuple(
        Step(
            _step(name),
            took_ms,
            inner=": " in name and not name.startswith("tool: "),
            percent=round(100 * took_ms / most) if most else 0,
        )
        for name, took_ms in _in_order(timings_ms)
        if name != WHOLE
    )


def _in_order(timings_ms: Mapping[str, float]) -> list[tuple[str, float]]:
    """Return the steps, each part below what it is a part of."""
    firsts = {name: number for number, name in enumerate(timings_ms)}

    def place(named: tuple[str, float]) -> tuple[int, bool, int]:
        name = named[0]
        above = name.partition(": ")[0]
        return firsts.get(above, firsts[name]), name != above, firsts[name]

    return sorted(timings_ms.items(), key=place)


def _step(name: str) -> str:
    if name.startswith("tool: "):
        return _("Tool: {name}").format(name=name.removeprefix("tool: "))
    return _(_STEPS[name]) if name in _STEPS else name


def _versions(outcome: Outcome) -> Mapping[str, str]:
    """Return the versions that are known, by what they are of."""
    versions = outcome.versions
    changes = ngettext("after {n} change", "after {n} changes", versions.knowledge)
    known = {
        _("Model"): " ".join(
            filter(None, (outcome.model, versions.model.removeprefix("sha256:")[:_DIGEST_CHARS]))
        ),
        _("Prompt"): versions.prompt,
        _("Knowledge"): changes.format(n=versions.knowledge) if versions.knowledge else "",
        "Deskhand": versions.deskhand,
    }
    return {name: version for name, version in known.items() if version}
