"""What the index holds, as this process knows it."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from knowledge.documents import Audience, PassageVectors


@dataclass(frozen=True, slots=True)
class Indexed:
    """A passage as the index has it.

    Attributes:
        ids: One for each of its vectors, naming passage, content hash and number.
    """

    audience: Audience
    ids: tuple[str, ...]


class Inventory:
    """By document and passage, the ids of the vectors that are in the index."""

    def __init__(self) -> None:
        self._indexed: dict[str, dict[str, Indexed]] = {}
        self._passages: Counter[Audience] = Counter()

    def __len__(self) -> int:
        """Return how many passages there are."""
        return self._passages.total()

    def __iter__(self) -> Iterator[tuple[str, Indexed]]:
        """Yield every passage with its id."""
        for each in self._indexed.values():
            yield from each.items()

    def has(self, audience: Audience) -> bool:
        """Return whether there is anything for an audience."""
        return self._passages[audience] > 0

    def of(self, passage_id: str) -> Indexed | None:
        """Return a passage, or None."""
        return self._indexed.get(document_of(passage_id), {}).get(passage_id)

    def passages_of(self, document_ids: Iterable[str]) -> set[str]:
        """Return the ids of the passages of these documents."""
        return {known for each in document_ids for known in self._indexed.get(each, ())}

    def remember(self, passage_id: str, held: Indexed) -> None:
        """Add a passage, in the place of what it was."""
        self.forget(passage_id)
        self._indexed.setdefault(document_of(passage_id), {})[passage_id] = held
        self._passages[held.audience] += 1

    def forget(self, passage_id: str) -> Indexed | None:
        """Take a passage out and return it, None where it was not there."""
        document_id = document_of(passage_id)
        passages = self._indexed.get(document_id, {})
        held = passages.pop(passage_id, None)
        if held:
            self._passages[held.audience] -= 1
        if not passages:
            self._indexed.pop(document_id, None)
        return held

    def clear(self) -> None:
        """Forget everything."""
        self._indexed, self._passages = {}, Counter()

    def wrong(self, rows: Mapping[str, tuple[Audience, str, int]]) -> tuple[set[str], set[str]]:
        """Compare with the rows.

        Args:
            rows: By passage id, its audience, content hash and number of vectors.

        Returns:
            The passages that have to be taken out (gone, or changed), and those to be put in.
        """
        expected = {
            passage_id: Indexed(audience, ids_of(passage_id, content_hash, ways))
            for passage_id, (audience, content_hash, ways) in rows.items()
        }
        present = dict(self)
        gone = {known for known, held in present.items() if expected.get(known) != held}
        missing = {known for known, held in expected.items() if present.get(known) != held}
        return gone, missing


def document_of(passage_id: str) -> str:
    """Return the id of the document that a passage belongs to."""
    return passage_id.rpartition("#")[0]


def passage_of(vector_id: str) -> str:
    """Return the id of the passage that a vector belongs to."""
    return vector_id.rpartition("@")[0]


def indexed(audience: Audience, vectors: PassageVectors) -> Indexed:
    """Return a passage as the index has it once its vectors are in."""
    ids = ids_of(vectors.passage_id, vectors.content_hash, len(vectors.vectors))
    return Indexed(audience, ids)


def ids_of(passage_id: str, content_hash: str, ways: int) -> tuple[str, ...]:
    """Return the ids of a passage's vectors."""
    return tuple(f"{passage_id}@{content_hash[:16]}.{way:04}" for way in range(ways))


def in_order(ids: Collection[str]) -> tuple[str, ...]:
    """Return a passage's ids as `ids_of` gives them."""
    return tuple(sorted(ids))
