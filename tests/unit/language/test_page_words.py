"""The page's words: all of them can be translated, and every language has all of them."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po
from jinja2 import Environment, nodes

from bot.web.rendering import TEMPLATES
from script.words import catalogues, missing, template

FILES = catalogues()
WEB = TEMPLATES.parent
# The sheet for the EU AI Act has a catalogue of its own.
SHEET = {"sheet.html", "sheet.py"}
# For machines and for the terminal, which speak English.
ENGLISH = {"figures.py", "server.py"}
PLACEHOLDER = re.compile(r"%\(\w+\)s|\{\w*\}")
TAG = re.compile(r"<[^>]+>")
WORD = re.compile(r"[^\W\d_]{2,}")
READ_OUT = {"alt", "aria-label", "data-busy", "placeholder", "title"}
# Names and examples, the same in every language.
NAMES = {"/invite @Deskhand", "/srv/backups", "/srv/knowledge", "Crumb & Co.", "qwen3:4b"}
CLASSES = set(re.findall(r"\.([a-z-]+)", (WEB / "static/page.css").read_text("utf-8")))
TRANSLATES = {"_", "N_", "counted", "gettext", "ngettext"}


def messages(language: str) -> list[Message]:
    with FILES[language].open("rb") as file:
        return [each for each in read_po(file, locale=language, abort_invalid=True) if each.id]


def strings(text: object) -> tuple[str, ...]:
    return tuple(text) if isinstance(text, tuple | list) else (str(text),)


def values(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text))


def test_the_page_speaks_german():
    assert "de" in FILES


@pytest.mark.parametrize("language", FILES)
def test_every_language_has_every_message_and_no_other(language: str):
    """`script/words` brings a file up to date and prints what is to be translated."""
    have = {strings(each.id) for each in messages(language)}
    want = {strings(each.id) for each in template() if each.id}
    assert sorted(want - have) == []
    assert sorted(have - want) == []


@pytest.mark.parametrize("language", FILES)
def test_every_message_is_translated_for_sure(language: str):
    with FILES[language].open("rb") as file:
        catalog = read_po(file, locale=language, abort_invalid=True)
    assert [each.id for each in missing(catalog)] == []
    assert [each.id for each in catalog if each.id and each.fuzzy] == []
    assert list(catalog.obsolete) == []


@pytest.mark.parametrize("language", FILES)
def test_a_translation_has_the_sources_values_and_tags(language: str):
    for each in messages(language):
        *_, source = strings(each.id)
        *others, last = strings(each.string)
        assert values(last) == values(source), source
        # One of a thing can be said without its number.
        assert all(values(other) <= values(source) for other in others), source
        for translation in (*others, last):
            assert sorted(TAG.findall(translation)) == sorted(TAG.findall(source)), source


@pytest.mark.parametrize("language", FILES)
def test_only_single_words_are_the_same_in_another_language(language: str):
    same = {each.id for each in messages(language) if strings(each.id) == strings(each.string)}
    assert {each for each in same if len(WORD.findall(PLACEHOLDER.sub("", str(each)))) > 1} == set()


class Bare(HTMLParser):
    """The words of a template outside every `{{ }}` and `{% %}`."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.inside: list[str] = []
        self.found: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside.append(tag)
        self.found += [value for name, value in attrs if name in READ_OUT and value]

    def handle_endtag(self, tag: str) -> None:
        while self.inside and self.inside.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not {"code", "pre"} & set(self.inside):
            # A macro may write attributes alone.
            self.found += [data.strip()] if not data.strip().startswith("aria-") else []


def bare(template: str) -> Iterator[str]:
    without = re.sub(r"\{#.*?#\}|\{% *macro .*?%\}", "", template, flags=re.DOTALL)
    without = re.sub(r"\{%-? *trans\b.*?endtrans *-?%\}", "", without, flags=re.DOTALL)
    without = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "", without, flags=re.DOTALL)
    yield from Bare(without).found
    yield from shown(Environment(extensions=["jinja2.ext.i18n"]).parse(template))


def shown(node: nodes.Node) -> Iterator[str]:
    """Yield the sentences that are written out in expressions and not translated."""
    if isinstance(node, nodes.Call) and getattr(node.node, "name", "") in TRANSLATES:
        return
    text = node.value if isinstance(node, nodes.Const) else None
    if isinstance(text, str) and " " in text.strip() and not text.startswith(" "):
        yield text
    for child in node.iter_child_nodes():
        yield from shown(child)


@pytest.mark.parametrize("path", sorted(TEMPLATES.glob("*.html")), ids=lambda path: path.name)
def test_no_word_of_a_template_is_in_one_language_alone(path: Path):
    if path.name in SHEET:
        return
    words = {
        each
        for each in bare(path.read_text("utf-8"))
        if set(WORD.findall(each)) - {"Deskhand"} and not set(each.split()) <= CLASSES
    } - NAMES
    assert sorted(words) == []


def sentences(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Call(func=ast.Name(id=name)) if name in TRANSLATES:
            return
        case ast.Call(func=ast.Attribute(value=ast.Name(id="log"))):
            return
        case ast.Expr(value=ast.Constant()):
            return
        case ast.Constant(value=str(text)) if re.match(r"[A-Z].* .*[.:…]$", text, re.DOTALL):
            yield text
        case ast.JoinedStr(values=parts):
            whole = "".join(str(getattr(part, "value", "x")) for part in parts)
            if re.match(r"[A-Z].* .*[.:…]$", whole, re.DOTALL):
                yield whole
            return
    for child in ast.iter_child_nodes(node):
        yield from sentences(child)


@pytest.mark.parametrize(
    "path",
    sorted(path for path in WEB.rglob("*.py") if "api" not in path.relative_to(WEB).parts),
    ids=lambda path: str(path.relative_to(WEB)),
)
def test_no_sentence_of_the_page_s_code_is_in_one_language_alone(path: Path):
    if path.name in SHEET | ENGLISH:
        return
    assert sorted(sentences(ast.parse(path.read_text("utf-8")))) == []
