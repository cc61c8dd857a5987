"""Adds files that staff sent in a chat to the knowledge, for who they said may read them."""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.changes import Actor, By, acting, together
from bot.domain.conversations import Answer
from bot.domain.people import Person, Role
from bot.domain.uploads import Upload, UploadState
from bot.language.sentences import Phrasebook, Sentences
from bot.storage.answers import AnswerRows
from bot.storage.outbox import NewOutgoing
from bot.storage.uploads import UploadRows
from bot.uploads.offer import offered
from bot.waiting import happened
from connectors.base import FileSource
from connectors.errors import (
    ConnectorError,
    FileRefusedError,
    PermissionMissingError,
    TokenRefusedError,
)
from connectors.messages import File
from knowledge.documents import Audience, Document, Shape
from knowledge.errors import KnowledgeError, NotApprovedError, UnreadableError
from knowledge.readers.files import MAX_BYTES, Reading, read

log = logging.getLogger(__name__)

# Pauses of 15, 30, 60 and 120 s: who waits hears within four minutes that it did not work.
MAX_ATTEMPTS = 5
FIRST_PAUSE_S = 15.0
# What was put off, and what waits for a platform that is away, is seen this often.
SWEEP_S = 15.0

# What another attempt does not mend.
_FINAL = (
    FileRefusedError,
    NotApprovedError,
    PermissionMissingError,
    TokenRefusedError,
    UnreadableError,
)

Add = Callable[[Sequence[Document]], Awaitable[object]]


class _LaterError(Exception):
    """An attempt failed, and another may help; the text says why it failed."""


@dataclass(frozen=True, slots=True)
class _Told:
    """What is said of one file, and whether it was added."""

    text: str
    added: bool


class Uploads:
    """Keeps wishes and fulfils them, one at a time."""

    def __init__(
        self,
        rows: UploadRows,
        answers: AnswerRows,
        add: Add,
        source: Callable[[str], FileSource | None],
        phrasebook: Phrasebook,
        *,
        sent: Callable[[], None],
        now: Callable[[], datetime],
    ) -> None:
        """Fulfil the wishes of these rows.

        Args:
            rows: The wishes.
            answers: What offered the files.
            add: Puts their content into the knowledge.
            source: Returns a platform by name while it can be asked for files.
            phrasebook: The words of what became of it.
            sent: Called when there is something new in the outbox.
            now: The clock.
        """
        self._rows = rows
        self._answers = answers
        self._add = add
        self._source = source
        self._phrasebook = phrasebook
        self._sent = sent
        self._now = now
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Say that there is a wish."""
        self._woken.set()

    async def wish(self, answer: Answer, person: Person, audience: Audience) -> str:
        """Have the files that came with a question added; return a sentence for who wishes it.

        What became of it is told in the conversation.

        Args:
            answer: The one that offered them.
            person: Who wishes it, with the role they have now.
            audience: Who may read them.
        """
        sentences = self._phrasebook.sentences(answer.outcome.language)
        if person.role is Role.PUBLIC:
            return sentences.not_allowed()
        files = offered(answer.person.role, answer.files)
        if not files:
            return sentences.files_gone()
        earlier = await self._rows.wish(
            answer.answer_id, person_id=person.person_id, audience=audience, now=self._now()
        )
        if earlier is None:
            self.wake()
            return sentences.files_wished([file.name for file in files])
        if earlier.state is UploadState.WAITING:
            return sentences.files_waiting()
        return sentences.files_added_before(everyone=earlier.audience is Audience.PUBLIC)

    async def run(self) -> None:
        """Fulfil wishes until cancelled, those of an earlier start first.

        Raises:
            StorageError: The wishes could not be read or written.
        """
        while True:
            self._woken.clear()
            for upload in await self._rows.due(now=self._now()):
                await self._fulfil(upload)
            await happened(self._woken, within_s=SWEEP_S)

    async def _fulfil(self, upload: Upload) -> None:
        answer = await self._answers.get(upload.answer_id)
        assert answer is not None  # noqa: S101 - the row's foreign key
        source = self._source(answer.conversation.address.platform)
        if source is None:
            return
        attempts = await self._rows.begin(upload.upload_id)
        try:
            with acting(Actor(By.PERSON, person_id=upload.person_id)):
                told = await self._tried(upload, answer, source, attempts)
        except _LaterError as error:
            pause = timedelta(seconds=FIRST_PAUSE_S * 2 ** (attempts - 1))
            log.info("put off upload=%s attempts=%s: %s", upload.upload_id, attempts, error)
            await self._rows.put_off(upload.upload_id, until=self._now() + pause)
            return
        added = all(each.added for each in told)
        await self._rows.finish(
            upload.upload_id,
            UploadState.ADDED if added else UploadState.FAILED,
            _said(answer, "\n".join(each.text for each in told)),
            now=self._now(),
        )
        self._sent()
        log.info("uploaded upload=%s files=%s added=%s", upload.upload_id, len(told), added)

    async def _tried(
        self, upload: Upload, answer: Answer, source: FileSource, attempts: int
    ) -> list[_Told]:
        """Add what can be added; return what is said of each file.

        Raises:
            _LaterError: Another attempt may help.
        """
        sentences = self._phrasebook.sentences(answer.outcome.language)
        files = offered(answer.person.role, answer.files)
        if not files:
            return [_Told(sentences.files_gone(), added=False)]
        if attempts > MAX_ATTEMPTS:
            # Reading it ended this process each time.
            why = sentences.failed(upload.upload_id)
            return [_Told(sentences.file_not_added(file.name, why), added=False) for file in files]
        told: list[_Told] = []
        for file in files:
            try:
                reading = await self._read(file, upload.audience, answer, source)
            except (ConnectorError, KnowledgeError) as error:
                if not isinstance(error, _FINAL) and attempts < MAX_ATTEMPTS:
                    raise _LaterError(str(error)) from error
                told.append(_Told(sentences.file_not_added(file.name, str(error)), added=False))
            else:
                told.append(_Told(_understood(file, reading, upload, sentences), added=True))
        return told

    async def _read(
        self, file: File, audience: Audience, answer: Answer, source: FileSource
    ) -> Reading:
        """Add a file's content; the same again replaces it."""
        content = await source.fetch(
            answer.conversation.address, answer.message_id, file.file_id, max_bytes=MAX_BYTES
        )
        reading = await asyncio.to_thread(
            read, file.name, content, audience=audience, origin=file.name
        )
        if audience is Audience.STAFF:
            # What was pressed counts: an entry that calls itself public is not.
            documents = tuple(
                replace(each, audience=audience) if each.audience is Audience.PUBLIC else each
                for each in reading
            )
            reading = replace(reading, documents=documents)
        with together(file.name):
            await self._add(reading.documents)
        return reading


def _understood(file: File, reading: Reading, upload: Upload, sentences: Sentences) -> str:
    """Return what was understood of a file, and beside it what was not."""
    documents = reading.documents
    entries = documents[0].shape is Shape.ENTRY
    title = "" if entries or documents[0].title == file.name else documents[0].title
    added = sentences.file_added(
        file.name,
        title=title,
        entries=len(documents) if entries else 0,
        passages=sum(len(each.passages) for each in documents),
        for_team=sum(each.audience is Audience.STAFF for each in documents),
        everyone=upload.audience is Audience.PUBLIC,
    )
    return "\n".join([added, *reading.notes])


def _said(answer: Answer, text: str) -> NewOutgoing:
    return NewOutgoing(
        origin=f"upload {secrets.token_hex(8)}",
        nonce=secrets.token_hex(8),
        address=answer.conversation.address,
        text=text,
        reply_to=answer.message_id,
    )
