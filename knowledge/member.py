"""One process's part in a knowledge base that several share: which index it answers from."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import partial

from knowledge.embedding import Embedder
from knowledge.errors import (
    EmbeddingUnavailableError,
    IndexAwayError,
    IndexDamagedError,
    KnowledgeError,
)
from knowledge.finder import Finder
from knowledge.following import Following
from knowledge.ingest import Ingest
from knowledge.learning import Learning
from knowledge.sharing import CHANGING, Place, Sharing
from knowledge.swap import Swap

log = logging.getLogger(__name__)

SWAPPING = "swapping"
_RENEWING = "renewing"
# How many sweeps pass between two looks for what nobody needs to be told any more.
_FORGETTING = 20


class Member:
    """Takes up the index that serves, sees that it holds what the rows say, makes a lost one anew.

    An index that others answer from is never emptied: another generation is filled beside it, then
    all take that up, and only when nobody reads the old one any more it is deleted.
    """

    def __init__(
        self,
        sharing: Sharing,
        ingest: Ingest,
        following: Following,
        learning: Learning,
        *,
        made: Callable[[Embedder, int], Finder],
        known: Callable[[str], Embedder | None],
        answers: Callable[[], Finder],
        answer: Callable[[Finder], None],
    ) -> None:
        """Take part in nothing yet.

        Args:
            sharing: What processes tell each other.
            ingest: What changes documents here.
            following: What reads others' changes.
            learning: What brings them into memory.
            made: Makes what answers by an embedder from an index of one generation.
            known: Returns the embedder of a name, None where this process has none.
            answers: Returns what answers now.
            answer: Has another one answer from now on.
        """
        self._sharing = sharing
        self._ingest = ingest
        self._following = following
        self._learning = learning
        self._indexes = learning.indexes
        self._made = made
        self._known = known
        self._answers = answers
        self._answer = answer
        self._sweeping = asyncio.Lock()
        self._proven = False
        self._untidy = True
        self._sweeps = 0

    async def start(self) -> None:
        """Answer from the index that serves; by words alone until there is one."""
        state = await self._sharing.state()
        if not self._can_serve(state.place):
            async with self._sharing.changing():
                state = await self._sharing.state()
                if not self._can_serve(state.place):
                    await self._sharing.serve(self._answers().meaning.place)
                    state = await self._sharing.state()
        if state.place != self._answers().meaning.place:
            self._take(self._finder(state.place))
        self._following.begin(state)
        await self._sharing.reads(state.place, state.changed)
        await self._indexes.serving.know(self._ingest.put_words)
        await self._join(self._indexes.serving.join)
        await self._following.follow()
        if await self.nobody_changes():
            await self.sweep()

    async def sweep(self) -> None:
        """Bring everything in step: what is known here, the index, and who reads from it."""
        async with self._sweeping:
            await self._following.follow()
            await self._catch_up()
            try:
                await self._tend()
            except IndexAwayError:
                self._proven = False
            except IndexDamagedError:
                await self._renewed_if_it_can_be()
            serving = self._indexes.serving
            await self._sharing.reads(serving.place, self._following.number)
            await self._tidy()

    async def up_to_date(self) -> None:
        """Answer from the index that others answer from.

        Raises:
            EmbeddingUnavailableError: It cannot be taken up here.
        """
        async with self._sweeping:
            await self._following.follow()
            await self._catch_up()
            if self._following.state.place != self._indexes.serving.place:
                raise EmbeddingUnavailableError(
                    "Another embedder took over, and does not answer here: try again."
                )

    async def renew(self) -> None:
        """Fill another generation of the index from the rows, and have all answer from it.

        Where another process is about to, that is left to it.

        Raises:
            IndexDamagedError: Chroma cannot be used.
        """
        async with self._sweeping:
            await self._catch_up()
            await self._renewed()

    async def nobody_changes(self) -> bool:
        """Return whether no process changes anything just now; an import may take minutes."""
        async with self._sharing.only_one(CHANGING) as free:
            return free

    def left_behind(self) -> None:
        """Have what nobody reads any more deleted, by and by."""
        self._untidy = True

    def _can_serve(self, place: Place) -> bool:
        return bool(place.embedder) and self._embedder(place.embedder) is not None

    def _embedder(self, name: str) -> Embedder | None:
        mine = self._answers().embedder
        return mine if mine.name == name else self._known(name)

    def _finder(self, place: Place) -> Finder:
        embedder = self._embedder(place.embedder)
        if embedder is None:
            raise EmbeddingUnavailableError(f"This version has no embedder {place.embedder}.")
        return self._made(embedder, place.generation)

    def _take(self, finder: Finder) -> None:
        self._indexes.serving = finder.meaning
        self._proven = False
        self._untidy = True
        self._answer(finder)

    async def _catch_up(self) -> None:
        """Take up the index that others answer from, where it is another one."""
        place, old = self._following.state.place, self._answers()
        if place in (old.meaning.place, Place()):
            return
        try:
            new = self._finder(place)
        except EmbeddingUnavailableError as error:
            log.warning("cannot take up index: %s", error)
            return
        left = new
        try:
            if await self._taken_up(new):
                left = old
                log.info("took up index embedder=%s generation=%s", *_told(place))
        except EmbeddingUnavailableError as error:
            log.warning("cannot take up index: %s", error)
        finally:
            await left.close()

    async def _taken_up(self, new: Finder) -> bool:
        state = self._following.state
        before = min(state.indexed, state.changed)
        await new.meaning.know()
        await self._join(new.meaning.join)
        await new.rehearsal.measure()
        async with self._following.still() as state:
            if state.place != new.meaning.place:
                return False
            _, changed = await self._sharing.news(before)
            await self._learning.expect(new.meaning, changed, state)
            self._take(new)
        new.rehearsal.changed()
        return True

    async def _join(self, join: Callable[[], Awaitable[None]]) -> None:
        try:
            await join()
        except IndexDamagedError as error:
            log.warning("answering by words alone: %s", error)

    async def _tend(self) -> None:
        """See that the index holds what the rows say.

        Raises:
            IndexDamagedError: It is lost or lies: it has to be made anew.
        """
        meaning = self._indexes.serving
        if self._following.state.place != meaning.place:
            return
        if self._following.state.behind or not self._proven or not await meaning.is_whole():
            # Whoever is in the middle of a change gets to its end first.
            async with self._following.turn() as turn:
                ours = turn.state.place == meaning.place
                if ours and not (self._proven and await meaning.is_whole()):
                    await meaning.correct()
        if not self._proven:
            await self._ingest.compare()
            self._proven = True

    async def _renewed(self) -> bool:
        """Make the index anew, beside what is left of it; False where another process does."""
        async with self._sharing.only_one(_RENEWING) as ours:
            old = self._answers()
            place = old.meaning.place
            if not ours:
                return False
            if (await self._sharing.state()).place != place:
                return True
            new = self._made(old.embedder, place.generation + 1)
            log.warning("making index anew embedder=%s generation=%s", *_told(new.meaning.place))
            swap = Swap(self._ingest, new, None, partial(self._take, new))
            try:
                await swap.once()
            finally:
                await self._ingest.leave(new.meaning)
                await (old if self._answers() is new else new).close()
            new.rehearsal.changed()
            return True

    async def _renewed_if_it_can_be(self) -> None:
        try:
            await self._renewed()
        except KnowledgeError as error:
            log.warning("cannot make the index anew: %s", error)

    async def _tidy(self) -> None:
        self._sweeps += 1
        if self._sweeps % _FORGETTING == 0:
            await self._sharing.forget()
        if not self._untidy:
            return
        place = self._indexes.serving.place
        if set(await self._sharing.readers()) - {place}:
            return
        async with (
            self._sharing.only_one(_RENEWING) as renewing,
            self._sharing.only_one(SWAPPING) as swapping,
        ):
            if not (renewing and swapping) or (await self._sharing.state()).place != place:
                return
            try:
                await self._indexes.serving.drop_others()
            except IndexDamagedError:
                return
            self._untidy = False


def _told(place: Place) -> tuple[str, int]:
    return place.embedder, place.generation
