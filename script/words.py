"""The words of the page, collected from code and templates and put into every `page.po`.

What is to be translated stands in `_("…")`, `ngettext("…", "…", n)` and `{% trans %}`, in `N_("…")`
where it is translated later, and in the errors whose sentences people read.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_file
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[1]
LOCALES = ROOT / "bot/language/locales"
DOMAIN = "page"
WIDTH = 100

_WEB = ROOT / "bot/web"
# The sheet for the EU AI Act has a catalogue of its own.
_OTHERS = {_WEB / "sheet.py", _WEB / "templates/sheet.html"}
_KEYWORDS = DEFAULT_KEYWORDS | {"counted": (1, 2)}
_ERRORS = (
    "BackupError",
    "ConnectorError",
    "EmbeddingUnavailableError",
    "FolderUnreadableError",
    "KnowledgeError",
    "N_",
    "NoRoomError",
    "NotApprovedError",
    "PassphraseError",
    "PermissionMissingError",
    "TokenRefusedError",
    "UnreadableError",
)
_TOLD_ELSEWHERE = ("bot/llm", "bot/upkeep", "connectors", "knowledge")


def template() -> Catalog:
    """Return every message of the page, untranslated, in the order of the files."""
    catalog = Catalog(charset="utf-8")
    for message in _messages():
        catalog.add(message)
    return catalog


def catalogues() -> dict[str, Path]:
    """Return the file of each language that the page is translated into, by its code."""
    return {path.parent.name: path for path in sorted(LOCALES.glob(f"*/{DOMAIN}.po"))}


def missing(catalog: Catalog) -> list[Message]:
    """Return the messages of a catalogue that have no translation, or not in every form."""
    return [each for each in catalog if each.id and not _whole(each)]


def brought_up_to_date(path: Path, words: Catalog) -> Catalog:
    """Write a language's file with all `words` and no others, and return what it holds."""
    with path.open("rb") as file:
        catalog = read_po(file, locale=path.parent.name, abort_invalid=True)
    catalog.update(words, no_fuzzy_matching=True)
    catalog.obsolete.clear()
    with path.open("wb") as file:
        file.write(_header(catalog).encode())
        write_po(file, catalog, width=WIDTH, no_location=True, omit_header=True)
    return catalog


def main(begun: list[str]) -> None:
    """Bring every language up to date, those that are just begun too, and print what is missing."""
    for language in begun:
        path = LOCALES / language / f"{DOMAIN}.po"
        path.parent.mkdir(exist_ok=True)
        path.touch()
    words = template()
    for language, path in catalogues().items():
        left = missing(brought_up_to_date(path, words))
        print(f"{path.relative_to(ROOT)}: {len(words)} messages, {len(left)} to be translated")  # noqa: T201 - said to who ran it
        for each in left:
            print(f"  {language}: {each.id!r}")  # noqa: T201 - as above


def _messages() -> Iterator[str | tuple[str, ...]]:
    options = {"trimmed": "true"}
    for path in sorted(_WEB.rglob("*.html")):
        if path not in _OTHERS:
            for found in extract_from_file(
                "jinja2.ext:babel_extract", path, keywords=_KEYWORDS, options=options
            ):
                yield found[1]
    for path in sorted(_WEB.rglob("*.py")):
        if path not in _OTHERS:
            for found in extract_from_file("python", path, keywords=_KEYWORDS):
                yield found[1]
    for folder in _TOLD_ELSEWHERE:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield from _errors(path)


def _errors(path: Path) -> Iterator[str]:
    """Yield the sentences of errors in a file, those that are whole and not put together there."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        match node:
            case ast.Call(func=ast.Name(name), args=[ast.Constant(str(sentence)), *_]) if (
                name in _ERRORS
            ):
                yield sentence
            case ast.Call(func=ast.Name("Finding"), args=[_, *said]):
                yield from (text for each in said for text in _either(each))


def _either(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Constant(str(text)):
            yield text
        case ast.IfExp(body=one, orelse=other):
            yield from (*_either(one), *_either(other))


def _whole(message: Message) -> bool:
    strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return all(strings)


def _header(catalog: Catalog) -> str:
    return (
        'msgid ""\n'
        'msgstr ""\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n'
        f'"Language: {catalog.locale_identifier}\\n"\n'
        f'"Plural-Forms: {catalog.plural_forms}\\n"\n\n'
    )


if __name__ == "__main__":
    main(sys.argv[1:])
