"""What the written forms of dates and numbers may mean: they are the same in every language."""

import re

from bot.followups.grammar.lexicon import Edge
from bot.followups.grammar.tokens import Token


def form_edges(token: Token, at: int) -> list[Edge]:
    """Return the meanings of a token that its form alone tells; none for a plain word."""
    if token.form == "word":
        return []
    numbers = re.findall(r"\d+", token.text)
    return [Edge(at + 1, tag, value) for tag, value in _meanings(token, numbers)]


def _meanings(token: Token, numbers: list[str]) -> list[tuple[str, str]]:
    dashed = "-".join(numbers)
    told = {
        "iso": ("ISO", token.text),
        "dotted": ("DATE", dashed),
        "slashed": ("SLASHED", dashed),  # Month and day, or day and month?
        "dashed": ("SLASHED", dashed),
        "clock": ("CLOCK", ":".join(numbers[:2])),
        "meridiem": ("MERIDIEM", token.text[0] + "m"),
    }
    if token.form in told:
        return [told[token.form]]
    return _dot(token.text, *numbers) if token.form == "dot" else _numbers(token.form, numbers)


def _numbers(form: str, numbers: list[str]) -> list[tuple[str, str]]:
    match form:
        case "ordinal":
            return [("ORD", numbers[0]), ("ORD_DIGITS", numbers[0])]
        case "ordinal_dot":
            return [("ORD", numbers[0]), ("ORD_DIGITS", numbers[0]), ("NUM", numbers[0])]
        case "number":
            year = [("YEAR", numbers[0])] if re.fullmatch(r"20\d\d", numbers[0]) else []
            return [("NUM", ".".join(numbers)), *year]
        case _:
            return []


def _dot(text: str, first: str, second: str) -> list[tuple[str, str]]:
    # "10.12" is a clock in one country and a date in the next.
    clock = [("DOT_CLOCK", f"{first}:{second}")] if int(first) <= 24 and int(second) <= 59 else []
    day = [("DOT_DATE", f"{first}-{second}")] if 1 <= int(second) <= 12 else []
    return [*clock, *day, ("NUM", text)]
