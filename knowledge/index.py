"""Vectors in Chroma: an index of the rows that can always be thrown away and made again.

The only module that uses chromadb. Not for two threads at once: the knowledge worker owns it.
"""

import hashlib
import logging
import shutil
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import chromadb
import httpx
import numpy as np
from chromadb.api.collection_configuration import CreateCollectionConfiguration
from chromadb.api.shared_system_client import SharedSystemClient
from chromadb.config import Settings
from chromadb.errors import ChromaError

from knowledge.blank import blank_memory
from knowledge.documents import Audience, PassageVectors, Vector
from knowledge.errors import IndexDamagedError

if TYPE_CHECKING:
    from collections.abc import Iterator

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


@dataclass(frozen=True, slots=True)
class Indexed:
    """A passage as the index has it.

    Attributes:
        ids: One for each of its vectors, naming passage, content hash and number.
    """

    audience: Audience
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Nearest:
    """What lies nearest to a question.

    Attributes:
        meanings: By passage id, the inner product of its best way.
        others: No other passage's is higher.
    """

    meanings: dict[str, float]
    others: float


class Index:
    """One collection for each audience, named with the embedder; what is in none cannot leak."""

    def __init__(self, path: Path, url: str, embedder: str) -> None:
        """Open nothing yet.

        Args:
            path: The folder of the embedded Chroma's folders, one an embedder: what happens to one
                is nothing to the other. Unused with a server.
            url: A Chroma server's address; "" for the embedded one.
            embedder: Name and version; another one has collections of its own.
        """
        self._mark = hashlib.sha256(f"directions {embedder}".encode()).hexdigest()[:12]
        self._path = path / self._mark
        self._opening = path / f"{self._mark}.opening"
        self._url = url
        self._embedder = embedder
        self._client: ClientAPI | None = None
        self._collections: dict[Audience, ChromaCollection] = {}
        self._indexed: dict[str, dict[str, Indexed]] = {}  # by document, then passage
        self._passages: Counter[Audience] = Counter()

    def open(self) -> None:
        """Connect, make the collections and learn what is in them.

        Measured: damaged files can end the process inside Chroma. So a mark stands beside the
        folder until the index is proven, and a folder whose mark is found is not opened again.

        Raises:
            IndexDamagedError: Chroma cannot be opened or does not answer.
        """
        self.close()
        with _damage("open"):
            if not self._url:
                if self._opening.exists():
                    log.warning("removed index reason=ended while it was opened")
                    shutil.rmtree(self._path, ignore_errors=True)
                self._path.mkdir(parents=True, exist_ok=True)
                self._opening.touch()
            self._client = self._connect()
            self._collections = {
                audience: self._client.get_or_create_collection(
                    f"{audience.value}-{self._mark}",
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
            with _damage("reset"):
                client = self._connect()
                try:
                    there = {collection.name for collection in client.list_collections()}
                    for name in there & {f"{audience.value}-{self._mark}" for audience in Audience}:
                        client.delete_collection(name)
                finally:
                    _close(client)
        self.open()

    def close(self) -> None:
        """Let go of Chroma's files. Closing twice is allowed."""
        client, self._client = self._client, None
        self._collections, self._indexed, self._passages = {}, {}, Counter()
        if client is not None:
            _close(client)

    def wrong(self, rows: Mapping[str, tuple[Audience, str, int]]) -> tuple[set[str], set[str]]:
        """Compare the index with the rows.

        Args:
            rows: By passage id, its audience, content hash and number of vectors.

        Returns:
            The passages that have to be taken out (gone, or changed), and those to be put in.
        """
        expected = {
            passage_id: Indexed(audience, _ids(passage_id, content_hash, ways))
            for passage_id, (audience, content_hash, ways) in rows.items()
        }
        present = {known: held for each in self._indexed.values() for known, held in each.items()}
        gone = {known for known, held in present.items() if expected.get(known) != held}
        missing = {known for known, held in expected.items() if present.get(known) != held}
        return gone, missing

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
        held = sum(len(ids) for ids in self._indexed.values())
        if held != passages:
            raise IndexDamagedError(
                f"The search index holds {held} passages of {passages}: "
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
        return {known for each in document_ids for known in self._indexed.get(each, ())}

    def replace(
        self, gone: Collection[str], new: Sequence[tuple[Audience, PassageVectors]]
    ) -> None:
        """Take passages out and put others in.

        Raises:
            IndexDamagedError: Chroma refused; the rows know what should be there.
        """
        with _damage("write"):
            before: set[tuple[Audience, str]] = set()
            for passage_id in {*gone, *(vectors.passage_id for _, vectors in new)}:
                held = self._forget(passage_id)
                before |= {(held.audience, known) for known in held.ids} if held else set()
            after: dict[tuple[Audience, str], Vector] = {}
            for audience, vectors in new:
                ids = _ids(vectors.passage_id, vectors.content_hash, len(vectors.vectors))
                self._remember(vectors.passage_id, Indexed(audience, ids))
                after |= dict(
                    zip([(audience, known) for known in ids], vectors.vectors, strict=True)
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
        with _damage("query"):
            # Chroma takes over a millisecond to find nothing in an empty collection.
            for audience in (each for each in audiences if self._passages[each]):
                found = self._collections[audience].query(
                    query_embeddings=vector.tolist(), n_results=limit, include=["distances"]
                )
                ids, distances = found["ids"][0], (found["distances"] or [[]])[0]
                for known, distance in zip(ids, distances, strict=True):
                    passage_id = known.rpartition("@")[0]
                    best[passage_id] = max(best.get(passage_id, -2.0), 1.0 - float(distance))
                if len(ids) == limit:
                    others = max(others, 1.0 - float(distances[-1]))
        return Nearest(best, others)

    def meanings(self, vector: Vector, passage_ids: Iterable[str]) -> dict[str, float]:
        """Return by passage id the inner product of its best way, for these passages.

        Raises:
            IndexDamagedError: Chroma did not answer.
        """
        wanted: dict[Audience, list[str]] = defaultdict(list)
        for passage_id in passage_ids:
            held = self._indexed.get(document_of(passage_id), {}).get(passage_id)
            if held:
                wanted[held.audience].extend(held.ids)
        best: dict[str, float] = {}
        with _damage("query"):
            for audience, ids in wanted.items():
                got = self._collections[audience].get(ids=ids, include=["embeddings"])
                scores = np.asarray(got["embeddings"], dtype=np.float32) @ vector
                for known, score in zip(got["ids"], scores, strict=True):
                    passage_id = known.rpartition("@")[0]
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
        with _damage("clean"):
            names = {collection.name for collection in self._collections.values()}
            for collection in self._client.list_collections():
                ours = "embedder" in (collection.metadata or {})
                if ours and collection.name not in names:
                    self._client.delete_collection(collection.name)

    def _is_kept(self, audience: Audience, canary: PassageVectors) -> bool:
        ids = _ids(canary.passage_id, canary.content_hash, len(canary.vectors))
        with _damage("read"):
            got = self._collections[audience].get(ids=list(ids), include=["embeddings"])
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

    def _connect(self) -> "ClientAPI":
        settings = Settings(anonymized_telemetry=False)
        if not self._url:
            blank_memory()
            return chromadb.PersistentClient(path=str(self._path), settings=settings)
        parts = urlsplit(self._url)
        secure = parts.scheme == "https"
        return chromadb.HttpClient(
            host=parts.hostname or "127.0.0.1",
            port=parts.port or (443 if secure else 8000),
            ssl=secure,
            settings=settings,
        )

    def _learn(self) -> None:
        self._indexed, self._passages = {}, Counter()
        twice: set[tuple[Audience, str]] = set()
        for audience, collection in self._collections.items():
            ids: dict[str, list[str]] = defaultdict(list)
            for known in collection.get(include=[])["ids"]:
                ids[known.rpartition("@")[0]].append(known)
            for passage_id, known_ids in ids.items():
                other = self._forget(passage_id)
                if other:  # in two collections: killed while it moved; neither is believed
                    twice |= {(other.audience, known) for known in other.ids}
                    twice |= {(audience, known) for known in known_ids}
                else:
                    self._remember(passage_id, Indexed(audience, _sorted(known_ids)))
        self._delete(twice)

    def _remember(self, passage_id: str, held: Indexed) -> None:
        self._indexed.setdefault(document_of(passage_id), {})[passage_id] = held
        self._passages[held.audience] += 1

    def _forget(self, passage_id: str) -> Indexed | None:
        document_id = document_of(passage_id)
        passages = self._indexed.get(document_id, {})
        held = passages.pop(passage_id, None)
        if held:
            self._passages[held.audience] -= 1
        if not passages:
            self._indexed.pop(document_id, None)
        return held

    def _add(self, new: Mapping[tuple[Audience, str], Vector]) -> None:
        for audience, collection in self._collections.items():
            ids = [known for whose, known in new if whose is audience]
            for start in range(0, len(ids), _BATCH):
                batch = ids[start : start + _BATCH]
                collection.upsert(
                    ids=batch,
                    embeddings=np.stack([new[audience, known] for known in batch]),
                )

    def _delete(self, old: Collection[tuple[Audience, str]]) -> None:
        for audience, collection in self._collections.items():
            ids = [known for whose, known in old if whose is audience]
            for start in range(0, len(ids), _BATCH):
                collection.delete(ids=ids[start : start + _BATCH])


def _close(client: "ClientAPI") -> None:
    try:
        client.close()  # type: ignore[attr-defined] # every client of ours has it
        # Of a server's client Chroma leaves the connections open, its inner one's too.
        for each in (client, getattr(client, "_admin_client", None)):
            session = getattr(getattr(each, "_server", None), "_session", None)
            if isinstance(session, httpx.Client):
                session.close()
    except (ChromaError, AttributeError) as error:
        log.warning("closed index badly error=%s", type(error).__name__)


def document_of(passage_id: str) -> str:
    """Return the id of the document that a passage belongs to."""
    return passage_id.rpartition("#")[0]


def _ids(passage_id: str, content_hash: str, ways: int) -> tuple[str, ...]:
    return tuple(f"{passage_id}@{content_hash[:16]}.{way:04}" for way in range(ways))


def _sorted(ids: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(ids))


@contextmanager
def _damage(doing: str) -> "Iterator[None]":
    try:
        yield
    except (ChromaError, httpx.HTTPError, OSError, ValueError, AttributeError) as error:
        log.warning("failed index doing=%s error=%s", doing, type(error).__name__)
        raise IndexDamagedError(
            "The search index cannot be used: see whether the disk is full; if it is not, run"
            " `deskhand knowledge rebuild`."
        ) from error
