"""Phrases of requests about reminders: `locales/<language>/requests.toml`, where there is one."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import resources

from bot.language.lexicon import ANY_WORD, Entries, Lexicon, lexicons


class RequestLexicon(Lexicon):
    """The phrases of one language's requests, which tell what stands for each of their "..."."""

    def __init__(
        self,
        language: str,
        words: Mapping[str, Sequence[str]],
        phrases: Mapping[str, Sequence[str]],
    ) -> None:
        super().__init__(language, words, phrases)
        self._with_slots: dict[str, tuple[Entries, ...]] = {}

    def slots(self, name: str, words: str) -> Iterator[tuple[range, ...]]:
        """Yield which words each "..." of a phrase stands for, by every entry that the words are.

        Args:
            name: The phrase's.
            words: In the spelling of `folded`.

        Yields:
            For each "..." of the entry, in order, the places of its words, as few as will do; an
            empty range stands where it would begin.
        """
        first, _, _ = words.partition(" ")
        for entry in self._slotted(name):
            # Most words begin none.
            found = entry.may_begin(first) and entry.pattern.fullmatch(f"{words} ")
            if found:
                spans = (found.span(number + 1) for number in range(entry.pattern.groups))
                yield tuple(
                    range(words.count(" ", 0, start), f"{words} ".count(" ", 0, end))
                    for start, end in spans
                )

    def _slotted(self, name: str) -> tuple[Entries, ...]:
        if name not in self._with_slots:
            aside, slot = self._class("aside"), f"({ANY_WORD}*?)"
            self._with_slots[name] = tuple(
                Entries(
                    re.compile(f"(?:{aside})*{self._source(entry, rest=slot)}"),
                    self._first("aside") | self._first_of_any([entry]),
                )
                for entry in self._phrases[name]
            )
        return self._with_slots[name]


@cache
def request_lexicons() -> Mapping[str, RequestLexicon]:
    """Return the lexicons of requests by language, in the order they are tried.

    The classes of `words.toml` can be used in their phrases.
    """
    folder = resources.files("bot.language") / "locales"
    found = {}
    for language, lexicon in lexicons().items():
        file = folder / language / "requests.toml"
        if file.is_file():
            tables = tomllib.loads(file.read_text(encoding="utf-8"))
            words = {name: lexicon.entries(name) for name in lexicon.classes} | tables["words"]
            found[language] = RequestLexicon(language, words, tables["phrases"])
    return found
