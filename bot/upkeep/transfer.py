"""A business's knowledge, open questions and settings, out of one Deskhand and into another."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from importlib.resources import files

from pydantic import JsonValue

from bot.choices import Choices
from bot.domain.changes import together
from bot.domain.gaps import CarriedQuestion
from bot.domain.trials import OwnQuestion
from bot.questions.service import OpenQuestions
from bot.skills.bringing import is_of_skill
from bot.skills.folder import is_safe
from bot.skills.service import Skills
from bot.upkeep import portable
from bot.upkeep.evaluation import InvalidQuestionsError
from bot.upkeep.import_approval import Decide, ImportApproval
from bot.upkeep.own_questions import OwnQuestions
from bot.upkeep.portable import PORTABLE, Group
from knowledge import archive
from knowledge.archive import Archive
from knowledge.base import KnowledgeBase
from knowledge.documents import Document, Shape
from knowledge.errors import UnreadableError

README = "README.txt"
QUESTIONS = "questions.jsonl"
OWN_QUESTIONS = "own-questions.jsonl"
SETTINGS = "settings.json"
SKILLS = "skills/"


@dataclass(frozen=True, slots=True)
class Parcel:
    """An export that was looked through, and what it meets here.

    Attributes:
        own_questions: The owner's list; empty also in an export of before there was one.
        settings: By group, those that may be taken over.
        replaced: Ids of documents here that it holds too.
        others: Ids of documents here that it does not hold.
        ignored: Names of files in it that are none of an export's.
        skills: The files of the owner's skills, by their path; empty in an export of before them.
    """

    made_at: datetime
    documents: tuple[Document, ...]
    questions: tuple[CarriedQuestion, ...]
    own_questions: tuple[OwnQuestion, ...]
    settings: Mapping[str, Group]
    replaced: tuple[str, ...]
    others: tuple[str, ...]
    ignored: tuple[str, ...]
    skills: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def skill_names(self) -> list[str]:
        """Return the names of the skills."""
        return sorted({path.partition("/")[0] for path in self.skills})

    @property
    def origin(self) -> str:
        """Return what it is called in the log of changes."""
        return f"export {self.made_at.date().isoformat()}"

    @property
    def entries(self) -> int:
        """Return how many of the documents are entries."""
        return sum(document.shape is Shape.ENTRY for document in self.documents)


@dataclass(frozen=True, slots=True)
class Received:
    """What came in.

    Attributes:
        documents: Those that are not entries.
        questions: Those that were not known here.
        own_questions: Those that were not on the owner's list.
        settings: Their dotted names.
        removed: Documents that had to go.
        skills: The names of those that are new or have changed, and are to be looked at.
    """

    entries: int
    documents: int
    questions: int
    own_questions: int
    settings: tuple[str, ...]
    replaced: int
    removed: int
    skills: tuple[str, ...] = ()


class Transfer:
    """Packs everything that is the business's own, and takes in what another one packed."""

    def __init__(
        self,
        knowledge: KnowledgeBase,
        approval: ImportApproval,
        questions: OpenQuestions,
        own_questions: OwnQuestions,
        skills: Skills,
        choices: Choices,
        *,
        now: Callable[[], datetime],
    ) -> None:
        """Pack from these parts, and take in by them."""
        self._knowledge = knowledge
        self._approval = approval
        self._questions = questions
        self._own_questions = own_questions
        self._skills = skills
        self._choices = choices
        self._now = now

    async def pack(self) -> bytes:
        """Return everything as a zip of plain files; vectors, secrets and conversations are not.

        What skills bring to the knowledge comes with the skills.

        Raises:
            KnowledgeError: It is too much for one file.
        """
        settings = {name: self._choices.get(name) for name in PORTABLE}
        packed = Archive(
            made_at=self._now(),
            documents=tuple(
                each for each in await self._knowledge.whole() if not is_of_skill(each)
            ),
            others={
                README: (files("bot.upkeep") / "archive_readme.txt").read_bytes(),
                QUESTIONS: portable.questions_written(await self._questions.each()),
                OWN_QUESTIONS: portable.own_questions_written(await self._own_questions.all()),
                SETTINGS: portable.settings_written(settings),
                **{f"{SKILLS}{path}": each for path, each in (await self._skills.pack()).items()},
            },
        )
        return await asyncio.to_thread(archive.write, packed)

    async def look(self, content: bytes) -> Parcel:
        """Look an export through, all of it; nothing is changed.

        Raises:
            UnreadableError: It cannot be taken in; the sentence says why.
        """
        found = await asyncio.to_thread(archive.read, content)
        others = dict(found.others)
        others.pop(README, None)
        for name in (QUESTIONS, SETTINGS):
            if name not in others:
                raise UnreadableError(f"The file is not whole: {name} is missing in it.")
        questions = portable.questions_read(others.pop(QUESTIONS), name=QUESTIONS)
        own = portable.own_questions_read(others.pop(OWN_QUESTIONS, b""), name=OWN_QUESTIONS)
        try:
            await self._own_questions.unknown_of(own)
        except InvalidQuestionsError as error:
            raise UnreadableError(f"{OWN_QUESTIONS}: {error}") from error
        settings = portable.settings_read(others.pop(SETTINGS), name=SETTINGS)
        skills = {
            name.removeprefix(SKILLS): others.pop(name)
            for name in list(others)
            if name.startswith(SKILLS) and is_safe(name.removeprefix(SKILLS))
        }
        here = {
            document.document_id
            for document in await self._knowledge.documents()
            if not is_of_skill(document)
        }
        given = {document.document_id for document in found.documents}
        return Parcel(
            made_at=found.made_at,
            documents=found.documents,
            questions=tuple(questions),
            own_questions=tuple(own),
            settings=settings,
            replaced=tuple(sorted(here & given)),
            others=tuple(sorted(here - given)),
            ignored=tuple(others),
            skills=skills,
        )

    async def take_in(
        self,
        parcel: Parcel,
        *,
        decide: Decide | None,
        alone: bool = False,
        with_settings: bool = False,
        progress: Callable[[int, int], None] | None = None,
    ) -> Received:
        """Put in what `look` found; documents are made ready first, then all go in at once.

        Where the owner has questions, documents are tried on them before.

        Args:
            parcel: What `look` returned.
            decide: Asked where there is something to compare; None: nothing is to be tried.
            alone: Remove every document that is not in it.
            with_settings: Take its settings over as well.
            progress: Called with documents made ready and all documents.

        Raises:
            InvalidSettingError: A setting does not fit; nothing was changed.
            EmbeddingUnavailableError: Nothing was changed.
            NotApprovedError: Nothing was changed.
            StorageError: What is stored by then stays; importing again puts in the rest.
        """
        settings = self._merged(parcel.settings) if with_settings else {}
        self._choices.check(settings)
        if alone and not parcel.documents:
            raise UnreadableError(
                "The file holds no document, so none would be left: import it without replacing."
            )
        with together(parcel.origin):
            await self._approval.add_at_once(
                parcel.documents, alone=alone, decide=decide, progress=progress
            )
        adopted = await self._questions.adopt(parcel.questions, now=self._now())
        own_adopted = await self._own_questions.adopt(parcel.own_questions)
        await self._choices.set_all(settings)
        changed = await self._skills.take_in(parcel.skills)
        return Received(
            entries=parcel.entries,
            documents=len(parcel.documents) - parcel.entries,
            questions=adopted,
            own_questions=own_adopted,
            settings=tuple(dotted(parcel.settings)) if with_settings else (),
            replaced=len(parcel.replaced),
            removed=len(parcel.others) if alone else 0,
            skills=tuple(changed),
        )

    def _merged(self, given: Mapping[str, Group]) -> dict[str, JsonValue]:
        """Return whole groups: what is given, and for the rest what holds now."""
        merged: dict[str, JsonValue] = {}
        for name, group in given.items():
            now = self._choices.get(name)
            merged[name] = {**now, **group} if isinstance(now, dict) else {**group}
        return merged


def dotted(settings: Mapping[str, Group]) -> list[str]:
    """Return the settings' dotted names."""
    return [f"{name}.{key}" for name, group in settings.items() for key in group]
