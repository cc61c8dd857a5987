"""What skills know: their knowledge files are documents as long as they are on."""

import asyncio
import logging
from collections.abc import Collection, Sequence
from pathlib import PurePosixPath

from bot.skills.errors import InvalidSkillError
from bot.skills.skill import Skill
from knowledge.base import KnowledgeBase
from knowledge.documents import Document
from knowledge.errors import KnowledgeError, UnreadableError
from knowledge.readers.files import read

log = logging.getLogger(__name__)

_ORIGIN = "skill "


class Bringing:
    """Brings what skills know, and takes it away again."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        """Bring it into this knowledge."""
        self._knowledge = knowledge
        # Of each skill whose documents were brought: what its files were, and the documents' ids.
        self._brought: dict[str, tuple[str, frozenset[str]]] = {}

    async def bring(self, skills: Sequence[Skill]) -> None:
        """Have the knowledge hold what these skills know, and of no other skill anything."""
        names = {skill.name for skill in skills}
        here: dict[str, set[str]] = {}
        for document in await self._knowledge.documents():
            if is_of_skill(document):
                name = document.origin.removeprefix(_ORIGIN)
                here.setdefault(name, set()).add(document.document_id)
        for name in here.keys() - names:
            await self._remove(here[name])
            self._brought.pop(name, None)
        for skill in skills:
            await self._bring(skill, here.get(skill.name, set()))

    async def documents(self, skill: Skill) -> list[Document]:
        """Return what a skill's knowledge files hold.

        Raises:
            InvalidSkillError: One of them cannot be read, or takes another document's place.
        """
        found: dict[str, Document] = {}
        for path in skill.knowledge:
            try:
                reading = await asyncio.to_thread(
                    read,
                    f"{skill.name}-{PurePosixPath(path).name}",
                    skill.files[path],
                    audience=skill.audience,
                    origin=_origin_of(skill.name),
                )
            except UnreadableError as error:
                raise InvalidSkillError(f"{path}: {error}") from error
            found |= {each.document_id: each for each in reading}
        for document in await self._knowledge.documents():
            if document.document_id in found and document.origin != _origin_of(skill.name):
                raise InvalidSkillError(
                    f"Its {document.document_id} would take the place of what came another way"
                    f" ({document.origin}): give it another id."
                )
        return list(found.values())

    async def _bring(self, skill: Skill, here: set[str]) -> None:
        content_hash, document_ids = self._brought.get(skill.name, ("", frozenset()))
        if content_hash == skill.content_hash and document_ids <= here:
            return
        try:
            documents = await self.documents(skill)
            await self._knowledge.add_at_once(documents)
        except (InvalidSkillError, KnowledgeError) as error:
            log.warning("skill brings no knowledge skill=%s: %s", skill.name, error)
            return
        brought = frozenset(each.document_id for each in documents)
        await self._remove(here - brought)
        self._brought[skill.name] = (skill.content_hash, brought)

    async def _remove(self, document_ids: Collection[str]) -> None:
        for document_id in document_ids:
            await self._knowledge.remove(document_id)


def is_of_skill(document: Document) -> bool:
    """Return whether a document is a skill's, and comes and goes with it."""
    return document.origin.startswith(_ORIGIN)


def _origin_of(name: str) -> str:
    """Return what people are told that a skill's documents came from."""
    return f"{_ORIGIN}{name}"
