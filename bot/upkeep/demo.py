"""A sample business, to try Deskhand before one's own knowledge is in."""

import json
import logging
from importlib.resources import files

from bot.choices import Choices
from bot.domain.changes import together
from knowledge.base import KnowledgeBase
from knowledge.documents import Audience, Document
from knowledge.readers.files import read

log = logging.getLogger(__name__)

_SAMPLE = files("bot.upkeep") / "sample"
_DOCUMENTS = ("faq.jsonl", "price-list.csv", "about.md")
_ORIGIN = "sample: "


async def fill(knowledge: KnowledgeBase, choices: Choices) -> bool:
    """Put the sample business into an empty knowledge base.

    Returns:
        False when there is knowledge already: nothing is changed then.
    """
    if await knowledge.documents_count():
        return False
    await add(knowledge)
    business = json.loads((_SAMPLE / "business.json").read_text(encoding="utf-8"))
    if not choices.business.name:
        zone = choices.business.zone
        await choices.set("business", {**business, "zone": zone})
    log.info("filled with the sample business")
    return True


async def add(knowledge: KnowledgeBase) -> None:
    """Put the sample's documents to what is known; what has the id of one of them stays."""
    with together("sample"):
        for name in _DOCUMENTS:
            content = (_SAMPLE / name).read_bytes()
            documents = read(name, content, audience=Audience.PUBLIC, origin=f"{_ORIGIN}{name}")
            there = await knowledge.heads([each.document_id for each in documents])
            known = {document.document_id for document in there}
            await knowledge.add([each for each in documents if each.document_id not in known])


async def remove(knowledge: KnowledgeBase) -> int:
    """Take the sample away, what was changed of it too, and return how many documents it were."""
    there = await sample_of(knowledge)
    with together("sample"):
        for document in there:
            await knowledge.remove(document.document_id)
    return len(there)


async def sample_of(knowledge: KnowledgeBase) -> list[Document]:
    """Return the sample's documents that are known."""
    return await knowledge.of_origin(_ORIGIN)
