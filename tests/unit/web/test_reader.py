import asyncio

from bot.web import reader
from bot.web.reader import Reader, reads


async def test_one_request_does_not_change_who_reads_another():
    async def asked(language: str) -> str:
        reads(Reader(language))
        await asyncio.sleep(0)
        return reader.reader().language

    assert await asyncio.gather(asked("de"), asked("en")) == ["de", "en"]
