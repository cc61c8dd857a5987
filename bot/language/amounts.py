"""Numbers, sizes and lengths of time as a language writes them."""

from functools import lru_cache

from babel.numbers import format_decimal

_SIZES = ((1_000_000_000, "GB", 1), (1_000_000, "MB", 0), (1_000, "kB", 1))


# A page of figures writes two hundred of them, most of them small ones again and again.
@lru_cache(4_096)
def number(value: float, language: str, *, digits: int = 0) -> str:
    """Return a number with so many digits after the point: "12,345", in German "12.345"."""
    pattern = f"#,##0.{'0' * digits}" if digits else "#,##0"
    return format_decimal(value, pattern, locale=language)


def size(size_bytes: int, language: str) -> str:
    """Return a size as people read it: "12 kB", "986 MB", "2.6 GB"."""
    for least, unit, digits in _SIZES:
        if size_bytes >= least:
            return f"{number(size_bytes / least, language, digits=digits)} {unit}"
    return f"{number(size_bytes, language)} B"


def seconds(took_ms: float, language: str) -> str:
    """Return a time taken as people read it: "12 ms", "3.4 s"."""
    if took_ms < 1000:
        return f"{number(took_ms, language)} ms"
    return f"{number(took_ms / 1000, language, digits=1)} s"
