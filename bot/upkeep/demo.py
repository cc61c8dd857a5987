"""A sample business, to try Deskhand before one's own knowledge is in."""

import json
import logging
from importlib.resources import files

from bot.choices import Choices
from bot.domain.changes import together
from knowledge.base import KnowledgeBase
from knowledge.documents import Audience
from knowledge.readers.files import read

log = logging.getLogger(__name__)

_DOCUMENTS = ("faq.jsonl", "price-list.csv", "about.md")


async def fill(knowledge: KnowledgeBase, choices: Choices) -> bool:
    """Put the sample business into an empty knowledge base.

    Returns:
        False when there is knowledge already: nothing is changed then.
    """
    if await knowledge.documents():
        return False
    folder = files("bot.upkeep") / "sample"
    with together("sample"):
        for name in _DOCUMENTS:
            content = (folder / name).read_bytes()
            origin = f"sample: {name}"
            await knowledge.add(read(name, content, audience=Audience.PUBLIC, origin=origin))
    business = json.loads((folder / "business.json").read_text(encoding="utf-8"))
    if not choices.business.name:
        zone = choices.business.zone
        await choices.set("business", {**business, "zone": zone})
    log.info("filled with the sample business")
    return True
