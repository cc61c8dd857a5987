"""Finding patterns of words: kinds of word in a row, some of which may be missing.

A pattern is written as it is read: "ON? THE? NEXT WD" or "AT|APPROX NUM:hour". `?` marks what may
be missing, `|` separates alternatives, `:name` names the value for the rule; otherwise it has the
name of the kind that was found. A kind is a table of words/*.toml or a form of forms.py.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

from bot.followups.grammar.days import Pick, coming
from bot.followups.grammar.lexicon import Edge
from bot.followups.grammar.pieces import Day, Meaning, Vague

Values = Mapping[str, str]
Built = tuple[Meaning, ...] | None
Build = Callable[[Values], Built]
"""Makes the meaning from the values found; None when they make no sense together ("at 27")."""


@dataclass(frozen=True, slots=True)
class Element:
    """One place of a pattern."""

    tags: tuple[str, ...]
    name: str
    optional: bool


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern and what it means; `languages` empty means all."""

    elements: tuple[Element, ...]
    build: Build
    languages: tuple[str, ...] = ()

    def possible(self, tags: Collection[str]) -> bool:
        """Return whether a sentence with these kinds of words can hold it."""
        return all(
            element.optional or any(tag in tags for tag in element.tags)
            for element in self.elements
        )


def rule(pattern: str, build: Build, *languages: str) -> Rule:
    """Return a rule from its written pattern."""
    return Rule(tuple(_element(part) for part in pattern.split()), build, languages)


def matches(rule: Rule, edges: list[list[Edge]], start: int) -> Iterator[tuple[int, Values]]:
    """Yield each way a rule fits from a token on: the token it ends before, and the values."""
    return _walk(rule.elements, edges, start, {})


def _walk(
    elements: tuple[Element, ...], edges: list[list[Edge]], at: int, values: dict[str, str]
) -> Iterator[tuple[int, Values]]:
    if not elements:
        yield at, values
        return
    element, rest = elements[0], elements[1:]
    for edge in edges[at] if at < len(edges) else ():
        if edge.tag in element.tags:
            name = element.name or edge.tag
            yield from _walk(rest, edges, edge.end, {**values, name: edge.value})
    if element.optional:
        yield from _walk(rest, edges, at, values)


def _element(written: str) -> Element:
    optional = written.endswith("?")
    tags, _, name = written.removesuffix("?").partition(":")
    return Element(tuple(tags.split("|")), name, optional)


def whole(written: str) -> int:
    """Return a number of at most four digits, -1 for anything else."""
    return int(written) if written.isdecimal() and len(written) <= 4 else -1


def weekday_of(values: Values) -> int:
    """Return the weekday found, Monday being 0."""
    return int(values["WD"])


def day(pick: Callable[[Values], Pick]) -> Build:
    """Return a build for a day."""
    return lambda values: (Day(pick(values)),)


def vague(_: Values) -> Built:
    """Build words of time that name no instant."""
    return (Vague(),)


def plain_weekday(weekday: int) -> Day:
    """Return the day that "Friday" names."""
    return Day(coming(weekday), weekday=weekday)
