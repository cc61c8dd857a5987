"""A cell's value as its spreadsheet shows it: prices with their digits, dates in their order."""

import re
from datetime import date, datetime, time, timedelta

# Quoted words, escaped signs, colours and conditions, room and fill signs of a number format;
# ECMA-376-1, 18.8.31.
_CURRENCY = re.compile(r"\[\$([^\]-]*)(?:-[^\]]*)?\]")
_BRACKETS = re.compile(r"\[(?!h+\]|m+\]|s+\])[^\]]*\]", re.IGNORECASE)
_LITERAL = re.compile(r'"([^"]*)"|\\(.)')
_ROOM = re.compile(r"[_*].")
_DIGITS = re.compile(r"[#0?,]*[#0?](?:[#0?,]*)(?:\.([#0?]*))?")
_DATE_PARTS = re.compile(r"y+|m+|d+|h+|s+|am/pm|a/p|.", re.IGNORECASE | re.DOTALL)
# Format 14, which openpyxl names so, is shown as each computer's own language has it.
_ANYWHERE = frozenset({"mm-dd-yy", "General", "@"})
_DAY = {1: "{0.day}", 2: "{0:%d}", 3: "{0:%a}", 4: "{0:%A}"}
_MONTH = {1: "{0.month}", 2: "{0:%m}", 3: "{0:%b}", 4: "{0:%B}"}


def shown(value: object, form: str) -> str:
    """Return a value as text.

    Args:
        value: As openpyxl gives it.
        form: The cell's number format.

    Returns:
        What a reader sees; a date whose order depends on the computer as 2026-12-24.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, datetime | date | time):
        return _moment(value, form)
    if isinstance(value, int | float):
        return _number(value, form)
    if isinstance(value, timedelta):
        minutes = round(value.total_seconds()) // 60
        return f"{minutes // 60}:{minutes % 60:02}"
    return "\n".join(" ".join(line.split()) for line in str(value).splitlines()).strip()


def _number(value: float, form: str) -> str:
    sections = form.split(";")
    pattern = sections[1] if value < 0 and len(sections) > 1 and sections[1] else sections[0]
    pattern = _BRACKETS.sub("", _CURRENCY.sub(r'"\1"', pattern))
    pattern = _LITERAL.sub(lambda found: _kept(found[1] or found[2] or ""), _ROOM.sub("", pattern))
    digits = _DIGITS.search(pattern)
    if form in _ANYWHERE or digits is None or "e+" in pattern.lower() or "/" in pattern:
        return f"{value:.10g}"
    whole, places = digits[0].partition(".")[0], len(digits[1] or "")
    if "%" in pattern:
        value *= 100
    figure = f"{abs(value):{',' if ',' in whole else ''}.{places}f}"
    figure = figure.zfill(whole.count("0") + places + bool(places))
    signed = value < 0 and pattern == _plain(sections[0])
    before, after = pattern[: digits.start()], pattern[digits.end() :]
    return f"{'-' if signed else ''}{_spoken(before)}{figure}{_spoken(after)}".strip()


def _plain(section: str) -> str:
    """Return a format's section as `_number` prepares it."""
    section = _BRACKETS.sub("", _CURRENCY.sub(r'"\1"', section))
    return _LITERAL.sub(lambda found: _kept(found[1] or found[2] or ""), _ROOM.sub("", section))


def _kept(words: str) -> str:
    """Return a literal's words moved out of the way of the signs that mean digits."""
    return "".join(chr(0xE000 + ord(sign)) if sign in "#0?,.%/eE" else sign for sign in words)


def _spoken(words: str) -> str:
    return "".join(
        chr(ord(sign) - 0xE000) if 0xE000 <= ord(sign) < 0xE080 else sign for sign in words
    )


def _moment(value: datetime | date | time, form: str) -> str:
    pattern = _BRACKETS.sub("", form.split(";", maxsplit=1)[0])
    pattern = _LITERAL.sub(lambda found: found[1] or found[2] or "", _ROOM.sub("", pattern))
    if form in _ANYWHERE or not re.search("[ymdhs]", pattern, re.IGNORECASE):
        return _iso(value)
    parts = _DATE_PARTS.findall(pattern)
    halves = any(part.lower() in ("am/pm", "a/p") for part in parts)
    written = ""
    hour_before = False
    for number, part in enumerate(parts):
        sign, length = part[0].lower(), len(part)
        following = next((each[0].lower() for each in parts[number + 1 :] if each.isalpha()), "")
        minutes = sign == "m" and (hour_before or following == "s")
        written += _part(value, part, minutes=minutes, halves=halves)
        if part.isalpha() and length:
            hour_before = sign == "h"
    return " ".join(written.split())


def _part(value: datetime | date | time, part: str, *, minutes: bool, halves: bool) -> str:
    sign, length = part[0].lower(), len(part)
    if part.lower() in ("am/pm", "a/p"):
        return f"{value:%p}"
    if sign in "hs" or minutes:
        if not isinstance(value, datetime | time):
            return ""
        hour = (value.hour % 12 or 12) if halves else value.hour
        number = {"h": hour, "m": value.minute, "s": value.second}[sign]
        return f"{number:02}" if length > 1 else str(number)
    if sign not in "ymd" or isinstance(value, time):
        return "" if sign in "ymd" else part
    if sign == "y":
        return f"{value:%Y}" if length > 2 else f"{value:%y}"
    return (_DAY if sign == "d" else _MONTH)[min(length, 4)].format(value)


def _iso(value: datetime | date | time) -> str:
    if isinstance(value, datetime):
        at = value.time()
        return value.date().isoformat() + ("" if at == time() else f" {at:%H:%M}")
    return f"{value:%H:%M}" if isinstance(value, time) else value.isoformat()
