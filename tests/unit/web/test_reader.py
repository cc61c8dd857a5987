import asyncio
from gettext import GNUTranslations

import pytest

from bot.language.catalogue import SHEET, translations
from bot.web import reader
from bot.web.reader import Reader, reads


async def test_one_request_does_not_change_who_reads_another():
    async def asked(language: str) -> str:
        reads(Reader(language))
        await asyncio.sleep(0)
        return reader.reader().language

    assert await asyncio.gather(asked("de"), asked("en")) == ["de", "en"]


async def test_no_words_are_no_words_in_any_language(monkeypatch: pytest.MonkeyPatch):
    german = translations(SHEET)["de"]
    assert isinstance(german, GNUTranslations)
    assert "Content-Type" in german.gettext("")
    monkeypatch.setattr(reader, "translations", lambda _: {"de": german})
    reads(Reader("de"))
    assert reader.gettext("") == ""
