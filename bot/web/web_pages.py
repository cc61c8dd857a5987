"""Pages of the web given to the knowledge, where the owner allows it."""

import asyncio

from bot.web.about_form import Readers
from bot.web.reader import N_
from bot.web.services import Services
from knowledge.errors import UnreadableError
from knowledge.readers.files import Reading, read


async def read_page(services: Services, url: str, readers: Readers) -> Reading:
    """Return what the page at an address says.

    Raises:
        UnreadableError: The owner has not allowed it, or the page cannot be fetched or read.
    """
    if not services.choices.knowledge.web_pages:
        raise UnreadableError(
            N_(
                "Pages are not fetched from the web until the owner allows it: on the page under "
                "Knowledge, Upload files, or by `deskhand settings set knowledge.web_pages true`."
            )
        )
    page = await asyncio.to_thread(services.fetcher.fetch, url)
    return await asyncio.to_thread(
        read,
        page.name,
        page.content,
        audience=readers.audience,
        origin=url,
        rooms=readers.rooms,
    )
