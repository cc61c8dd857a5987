"""What a composed sentence must pass before anybody sees it.

Whatever a model says in numbers, links, addresses, mentions or promises must stand in what it
was given, or the sentence is withheld.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cached_property

from bot.agent.promises import Facts, promises

# In the order in which a sentence is held against them; the first that it fails is told.
OBJECTIONS = ("mention", "link", "promise", "number")

_LINK = re.compile(r"(?:https?://|www\.)\S+|\b[\w.+-]+@[\w-]+\.[\w.-]+", re.IGNORECASE)
_BARE_DOMAIN = re.compile(
    r"\b(?:[a-z0-9-]+\.)+(?:com|org|net|de|at|ch|io|info|biz|eu|uk|ie|fr|es|it|nl|pt|us|example)"
    r"\b(?:/\S*)?",
    re.IGNORECASE,
)
# Live mentions of Slack and Discord, and the words that ring everybody's bell.
_MENTION = re.compile(r"<[@!#&][^>\s]*>|@(?:everyone|here|channel)\b|<!\w+>", re.IGNORECASE)
_NUMBER = re.compile(r"\d+(?:[.,:’' ]\d+)*")
_SPELT = {
    "de": "null ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf",
    "en": "zero one two three four five six seven eight nine ten eleven twelve",
    "es": "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce",
    "fr": "zéro un deux trois quatre cinq six sept huit neuf dix onze douze",
    "it": "zero uno due tre quattro cinque sei sette otto nove dieci undici dodici",
    "nl": "nul een twee drie vier vijf zes zeven acht negen tien elf twaalf",
    "pt": "zero um dois três quatro cinco seis sete oito nove dez onze doze",
}
_NOON = dict.fromkeys(("noon", "midday", "mittags", "mediodía", "midi"), "12")
_WORD_NUMBERS = _NOON | {
    word: str(number) for words in _SPELT.values() for number, word in enumerate(words.split())
}
_WORD = re.compile(r"[^\W\d_]+")


class Grounds:
    """Everything a composed answer may take its facts from.

    Attributes:
        facts: What it may say that somebody does.
    """

    def __init__(self, passages: Sequence[str], *, said: Sequence[str] = ()) -> None:
        """Take the texts it was given.

        Args:
            passages: What it stands on.
            said: What people and the bot said before, whose numbers and links may be repeated.
        """
        self.facts = Facts(passages)
        self._whole = "\n".join([*passages, *said])

    @cached_property
    def text(self) -> str:
        """Return all of it, without capitals."""
        return self._whole.casefold()

    @cached_property
    def numbers(self) -> frozenset[str]:
        """Return every number in every form it may be repeated in.

        Read only once an answer holds one, which few do.
        """
        return frozenset(_forms(self._whole))


def objection(sentence: str, grounds: Grounds) -> str:
    """Return why a sentence may not be shown, "" if it may.

    Returns:
        One of `OBJECTIONS`.
    """
    if _MENTION.search(sentence):
        return "mention"
    for pattern in (_LINK, _BARE_DOMAIN):
        for found in pattern.findall(sentence):
            if found.rstrip(".,;:!?)").casefold() not in grounds.text:
                return "link"
    if promises(sentence, grounds.facts):
        return "promise"
    if any(not _stands(number, grounds) for number in _NUMBER.findall(_without_links(sentence))):
        return "number"
    return ""


def _without_links(text: str) -> str:
    return _LINK.sub(" ", text)


def _stands(number: str, grounds: Grounds) -> bool:
    return not _spellings(number).isdisjoint(grounds.numbers)


def _forms(text: str) -> Iterator[str]:
    """Yield every number of a text in every form it may be repeated in."""
    for number in set(_NUMBER.findall(text)):
        yield from _spellings(number)
        yield from _twelve_hour(number)
    for word in _WORD_NUMBERS.keys() & set(_WORD.findall(text.casefold())):
        yield _WORD_NUMBERS[word]


def _spellings(number: str) -> set[str]:
    """Return the forms that mean the same: 6.50 and 6,50, 8:00 and 8, 1,150 and 1150."""
    plain = number.replace(" ", "").replace("’", "").replace("'", "")
    forms = {plain, plain.replace(",", ".").replace(":", ".")}
    if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", plain):
        forms.add(re.sub(r"[.,]", "", plain))
    # Whole hours and whole amounts: 8:00, 8.00 and 8,00 are 8; 6.50 is 6.5.
    if match := re.fullmatch(r"(\d+)[.,:](\d\d)", plain):
        whole, part = match.groups()
        forms.add(whole if part == "00" else f"{whole}.{part.rstrip('0')}")
    return {form.lstrip("0") or "0" for form in forms}


def _twelve_hour(number: str) -> set[str]:
    """Return how an afternoon hour may be said: 13:30 is 1:30. Never the other way round."""
    match = re.fullmatch(r"(1[3-9]|2[0-3]):(\d\d)", number)
    if match is None:
        return set()
    hour, minutes = int(match[1]) - 12, match[2]
    return {f"{hour}:{minutes}", f"{hour}.{minutes}", *({str(hour)} if minutes == "00" else set())}
