"""Vectors in Chroma: an index of the rows that can always be thrown away and made again.

With `knowledge.chroma` the only user of chromadb. Not for two threads at once: the knowledge worker
owns it.
"""

import hashlib
import logging
import shutil
import time
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from chromadb.api.collection_configuration import CreateCollectionConfiguration
from chromadb.api.shared_system_client import SharedSystemClient

from knowledge.chroma import close, connected, damage, hurried
from knowledge.documents import Audience, PassageVectors, Vector
from knowledge.errors import IndexAwayError, IndexChangedError, IndexDamagedError
from knowledge.inventory import Indexed, Inventory, in_order, indexed, passage_of
from knowledge.sharing import Place

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection as ChromaCollection

log = logging.getLogger(__name__)

# Inner product: the vectors have length 1, and a question's length does not change their order. A
# breadth of 200 finds all of the ten nearest of 35,000 in 3 ms; with Chroma's own 100 some are
# missed.
_CONFIGURATION: CreateCollectionConfiguration = {
    "hnsw": {"space": "ip", "ef_search": 200, "ef_construction": 200}
}
_BATCH = 100  # vectors a write: about 50 ms, so that a question need not wait longer
CANARIES = 16  # passages that are read back and asked for
_AWAY_S = 3.0  # a server that did not answer a question is asked none for so long


@dataclass(frozen=True, slots=True)
class Nearest:
    """What lies nearest to a question.

    Attributes:
        meanings: By passage id, the inner product of its best way.
        others: No other passage's is higher.
    """

    meanings: dict[str, float]
    others: float


@dataclass(frozen=True, slots=True)
class Fresh:
    """Vectors that belong into the index and may not be there yet.

    Attributes:
        number: The change of documents that they came with.
    """

    audience: Audience
    vectors: Vector
    number: float

    def meaning(self, asked: Vector) -> float:
        """Return the inner product of the best way."""
        return float(np.max(self.vectors @ asked))


class Index:
    """One collection for each audience, named with the embedder; what is in none cannot leak."""

    def __init__(self, path: Path, url: str, place: Place) -> None:
        """Open nothing yet.

        Args:
            path: The folder of the embedded Chroma's folders, one an embedder: what happens to one
                is nothing to the other. Unused with a server.
            url: A Chroma server's address; "" for the embedded one.
            place: Another embedder, name and version, has collections of its own, and so has
                another generation.
        """
        self._mark = hashlib.sha256(f"directions {place.embedder}".encode()).hexdigest()[:12]
        self._path = path / self._mark
        self._opening = path / f"{self._mark}.opening"
        self._url = url
        self._embedder = place.embedder
        nth = f"-{place.generation}" if place.generation else ""
        self._names = {each: f"{each.value}-{self._mark}{nth}" for each in Audience}
        self._client: ClientAPI | None = None
        self._collections: dict[Audience, ChromaCollection] = {}
        self._held = Inventory()
        self._fresh: dict[str, Fresh] = {}
        self._joined = False
        self._away_until = 0.0

    def open(self) -> None:
        """Connect, make the collections and learn what is in them.

        Measured: damaged files can end the process inside Chroma. So a mark stands beside the
        folder until the index is proven, and a folder whose mark is found is not opened again.

        Raises:
            IndexDamagedError: Chroma cannot be opened or does not answer.
        """
        self.close()
        with self._work("open"):
            if not self._url:
                if self._opening.exists():
                    log.warning("removed index reason=ended while it was opened")
                    shutil.rmtree(self._path, ignore_errors=True)
                self._path.mkdir(parents=True, exist_ok=True)
                self._opening.touch()
            self._client = connected(self._path, self._url)
            self._collections = {
                audience: self._client.get_or_create_collection(
                    self._names[audience],
                    configuration=_CONFIGURATION,
                    embedding_function=None,
                    metadata={"embedder": self._embedder},
                )
                for audience in Audience
            }
            self._learn()

    def reset(self) -> None:
        """Throw everything away and open an empty index.

        Raises:
            IndexDamagedError: Not even an empty one can be opened.
        """
        self.close()
        if not self._url:
            # Chroma keeps a client a path for the life of the process, a broken one too.
            SharedSystemClient.clear_system_cache()
            shutil.rmtree(self._path, ignore_errors=True)
        else:
            with self._work("reset"):
                client = connected(self._path, self._url)
                try:
                    there = {collection.name for collection in client.list_collections()}
                    for name in there & set(self._names.values()):
                        client.delete_collection(name)
                finally:
                    close(client)
        self.open()

    def close(self) -> None:
        """Let go of Chroma's files. Closing twice is allowed."""
        self._let_go()
        self._held.clear()
        self._fresh = {}

    def join(self) -> None:
        """Connect to what another process has made; what is in it is told by `expect` alone.

        Where the server does not answer, it is asked again for each question.

        Raises:
            IndexLostError: It was not made, or is gone.
            IndexAwayError: The server does not answer.
        """
        self._let_go()
        self._joined = True
        with self._work("join"):
            self._client = connected(self._path, self._url)
            self._collections = {
                audience: self._client.get_collection(name, embedding_function=None)
                for audience, name in self._names.items()
            }

    def expect(
        self,
        document_ids: Collection[str],
        new: Iterable[tuple[Audience, PassageVectors]],
        *,
        number: float = 0,
    ) -> None:
        """Know from now on that others have replaced these documents' passages; write nothing.

        Args:
            document_ids: Theirs.
            new: The passages' vectors.
            number: Of the change. Until `settle` says that the index has it, they are found here.
        """
        for passage_id in self._held.passages_of(document_ids):
            self._held.forget(passage_id)
            self._fresh.pop(passage_id, None)
        for audience, vectors in new:
            self._held.remember(vectors.passage_id, indexed(audience, vectors))
            if number:
                self._fresh[vectors.passage_id] = Fresh(audience, vectors.vectors, number)

    def settle(self, number: float) -> None:
        """Know that the index has what came with changes up to one."""
        self._fresh = {known: each for known, each in self._fresh.items() if each.number > number}

    def is_whole(self) -> bool:
        """Return whether there are as many vectors as this process knows of.

        Raises:
            IndexLostError: It was not made, or is gone.
            IndexAwayError: The server does not answer.
        """
        known = Counter[Audience]()
        for _, held in self._held:
            known[held.audience] += len(held.ids)
        with self._work("count"):
            there = {each: found.count() for each, found in self._opened().items()}
        return all(number == known[audience] for audience, number in there.items())

    def clean(self) -> set[str]:
        """Take out what this process does not know of.

        Returns:
            The passages of which vectors are missing: to be put in by `write`.

        Raises:
            IndexDamagedError: Chroma refused.
        """
        with self._work("clean"):
            there = {
                (audience, known)
                for audience, collection in self._opened().items()
                for known in collection.get(include=[])["ids"]
            }
            held = {(each.audience, known) for _, each in self._held for known in each.ids}
            self._delete(there - held)
        return {passage_of(known) for _, known in held - there}

    def write(self, vectors: Sequence[tuple[Audience, PassageVectors]]) -> None:
        """Put vectors in that this process knows to be in.

        Raises:
            IndexDamagedError: Chroma refused.
        """
        with self._work("write"):
            self._add(
                {
                    (audience, known): vector
                    for audience, each in vectors
                    if self._held.of(each.passage_id) == (held := indexed(audience, each))
                    for known, vector in zip(held.ids, each.vectors, strict=True)
                }
            )

    def wrong(self, rows: Mapping[str, tuple[Audience, str, int]]) -> tuple[set[str], set[str]]:
        """Return the passages that must be taken out and put in, as `Inventory.wrong` does."""
        return self._held.wrong(rows)

    def prove(self, canaries: Sequence[tuple[Audience, PassageVectors]], passages: int) -> None:
        """Count, read passages' vectors back, and ask for the passages by them.

        What passes is trusted from then on.

        Args:
            canaries: From the rows.
            passages: How many there must be.

        Raises:
            IndexDamagedError: The index lies: Chroma counts and answers without an error after its
                files were lost.
        """
        if len(self._held) != passages:
            raise IndexDamagedError(
                f"The search index holds {len(self._held)} passages of {passages}: "
                "run `deskhand knowledge rebuild`."
            )
        # Reading back is exact. Asking is not: what is alike may crowd out one or the other.
        missed = sum(not self._is_found(audience, canary) for audience, canary in canaries)
        if missed > len(canaries) / 2 or not all(
            self._is_kept(audience, canary) for audience, canary in canaries
        ):
            raise IndexDamagedError(
                "The search index has lost entries: run `deskhand knowledge rebuild`."
            )
        self._opening.unlink(missing_ok=True)

    def passages_of(self, document_ids: Collection[str]) -> set[str]:
        """Return the ids of what the index has of these documents."""
        return self._held.passages_of(document_ids)

    def replace(
        self, gone: Collection[str], new: Sequence[tuple[Audience, PassageVectors]]
    ) -> None:
        """Take passages out and put others in.

        Raises:
            IndexDamagedError: Chroma refused; the rows know what should be there.
        """
        with self._work("write"):
            before: set[tuple[Audience, str]] = set()
            for passage_id in {*gone, *(vectors.passage_id for _, vectors in new)}:
                self._fresh.pop(passage_id, None)
                held = self._held.forget(passage_id)
                before |= {(held.audience, known) for known in held.ids} if held else set()
            after: dict[tuple[Audience, str], Vector] = {}
            for audience, vectors in new:
                made = indexed(audience, vectors)
                self._held.remember(vectors.passage_id, made)
                after |= dict(
                    zip([(audience, known) for known in made.ids], vectors.vectors, strict=True)
                )
            # Equal ids are equal vectors: what stays is not written again.
            self._add({place: after[place] for place in after.keys() - before})
            self._delete(before - after.keys())

    def nearest(self, vector: Vector, audiences: Collection[Audience], limit: int) -> Nearest:
        """Return the passages of the `limit` best ways of each collection.

        Raises:
            IndexDamagedError: Chroma did not answer.
        """
        best: dict[str, float] = {}
        others = -1.0
        with self._question():
            # Chroma takes over a millisecond to find nothing in an empty collection.
            for audience in (each for each in audiences if self._held.has(each)):
                found = self._opened()[audience].query(
                    query_embeddings=vector.tolist(), n_results=limit, include=["distances"]
                )
                ids, distances = found["ids"][0], (found["distances"] or [[]])[0]
                for known, distance in zip(ids, distances, strict=True):
                    passage_id = passage_of(known)
                    best[passage_id] = max(best.get(passage_id, -2.0), 1.0 - float(distance))
                if len(ids) == limit:
                    others = max(others, 1.0 - float(distances[-1]))
        # In the place of what Chroma says of them, which may be what they were before.
        for known, fresh in self._fresh.items():
            if fresh.audience in audiences:
                best[known] = fresh.meaning(vector)
        return Nearest(best, others)

    def meanings(self, vector: Vector, passage_ids: Collection[str]) -> dict[str, float]:
        """Return by passage id the inner product of its best way, for these passages.

        Raises:
            IndexChangedError: Another process has changed some of them meanwhile.
            IndexDamagedError: Chroma did not answer.
        """
        wanted: dict[Audience, list[str]] = defaultdict(list)
        for passage_id in passage_ids:
            held = self._held.of(passage_id)
            if held and passage_id not in self._fresh:
                wanted[held.audience].extend(held.ids)
        best = {
            known: self._fresh[known].meaning(vector)
            for known in passage_ids
            if known in self._fresh
        }
        with self._question():
            for audience, ids in wanted.items():
                got = self._opened()[audience].get(ids=ids, include=["embeddings"])
                if self._joined and len(got["ids"]) < len(ids):
                    raise IndexChangedError("The search index was changed meanwhile: ask again.")
                scores = np.asarray(got["embeddings"], dtype=np.float32) @ vector
                for known, score in zip(got["ids"], scores, strict=True):
                    passage_id = passage_of(known)
                    best[passage_id] = max(best.get(passage_id, -2.0), float(score))
        return best

    def drop_others(self) -> None:
        """Delete what the indexes of other embedders have left behind."""
        mine = {self._path, self._opening}
        for each in self._path.parent.glob("*"):
            if each not in mine:
                shutil.rmtree(each) if each.is_dir() else each.unlink()
        if self._client is None:
            return
        with self._work("clean"):
            names = set(self._names.values())
            for collection in self._client.list_collections():
                ours = "embedder" in (collection.metadata or {})
                if ours and collection.name not in names:
                    self._client.delete_collection(collection.name)

    def _is_kept(self, audience: Audience, canary: PassageVectors) -> bool:
        ids = indexed(audience, canary).ids
        with self._work("read"):
            got = self._opened()[audience].get(ids=list(ids), include=["embeddings"])
        if len(got["ids"]) < len(ids):
            return False
        kept = dict(zip(got["ids"], np.asarray(got["embeddings"]), strict=True))
        return all(
            known in kept and np.allclose(kept[known], vector, atol=1e-4)
            for known, vector in zip(ids, canary.vectors, strict=True)
        )

    def _is_found(self, audience: Audience, canary: PassageVectors) -> bool:
        asked = canary.vectors[0] / np.linalg.norm(canary.vectors[0])
        found = self.nearest(asked, {audience}, limit=50).meanings
        own = float(np.max(canary.vectors @ asked))
        return canary.passage_id in found or min(found.values(), default=0.0) >= own - 1e-3

    @contextmanager
    def _work(self, doing: str) -> Iterator[None]:
        """Do what nobody waits for; what is done shows that the server is there again."""
        with damage(doing):
            yield
        self._away_until = 0.0

    @contextmanager
    def _question(self) -> Iterator[None]:
        """Ask for a question somebody waits for: of a server that is away not again and again."""
        if time.monotonic() < self._away_until:
            raise IndexAwayError("The Chroma server did not answer a moment ago.")
        try:
            with damage("query"), hurried(self._client):
                yield
        except IndexAwayError:
            self._away_until = time.monotonic() + _AWAY_S
            raise

    def _opened(self) -> "dict[Audience, ChromaCollection]":
        if self._joined and not self._collections:
            self.join()
        return self._collections

    def _let_go(self) -> None:
        client, self._client = self._client, None
        self._collections, self._joined = {}, False
        if client is not None:
            close(client)

    def _learn(self) -> None:
        self._held.clear()
        twice: set[tuple[Audience, str]] = set()
        for audience, collection in self._collections.items():
            ids: dict[str, list[str]] = defaultdict(list)
            for known in collection.get(include=[])["ids"]:
                ids[passage_of(known)].append(known)
            for passage_id, known_ids in ids.items():
                other = self._held.forget(passage_id)
                if other:  # in two collections: killed while it moved; neither is believed
                    twice |= {(other.audience, known) for known in other.ids}
                    twice |= {(audience, known) for known in known_ids}
                else:
                    self._held.remember(passage_id, Indexed(audience, in_order(known_ids)))
        self._delete(twice)

    def _add(self, new: Mapping[tuple[Audience, str], Vector]) -> None:
        for audience, collection in self._opened().items():
            ids = [known for whose, known in new if whose is audience]
            for start in range(0, len(ids), _BATCH):
                batch = ids[start : start + _BATCH]
                collection.upsert(
                    ids=batch,
                    embeddings=np.stack([new[audience, known] for known in batch]),
                )

    def _delete(self, old: Collection[tuple[Audience, str]]) -> None:
        for audience, collection in self._opened().items():
            ids = [known for whose, known in old if whose is audience]
            for start in range(0, len(ids), _BATCH):
                collection.delete(ids=ids[start : start + _BATCH])
