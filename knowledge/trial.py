"""Which drafted ways may serve: those that find their own entry and pull no question away."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from knowledge.calibration import Measured
from knowledge.catalog import Catalog
from knowledge.documents import Audience, Passage, Vector
from knowledge.embedding import Embedder
from knowledge.rehearsal import Rehearsal
from knowledge.sides import Near, Sides, ranking_of
from knowledge.vectors import embedded

# What a way could pull away lies near to it, and so it finds it: this many passages are asked.
_NEIGHBOURS = 12
_EVERYBODY = frozenset(Audience)  # staff find what is public too


@dataclass(frozen=True, slots=True)
class _Found:
    """A question as it is measured, and what lies near to it."""

    measured: Measured
    near: Near


class Trial:
    """Tries drafted ways on everything that is known, before they serve."""

    def __init__(
        self, catalog: Catalog, embedder: Embedder, sides: Sides, rehearsal: Rehearsal
    ) -> None:
        self._catalog = catalog
        self._embedder = embedder
        self._sides = sides
        self._rehearsal = rehearsal

    async def passed(self, entry: Passage, ways: Sequence[str]) -> tuple[str, ...]:
        """Return the ways that may serve, in their order.

        Not a way that finds another entry first while it is not in place itself; nor one that in
        place would come before another entry in answer to that entry's own question or one of its
        alternatives, which finds it now.

        Args:
            entry: As it is stored, without drafted ways.
            ways: The drafts.

        Raises:
            EmbeddingUnavailableError: The embedder did not answer.
        """
        neighbours: dict[str, Passage] = {}
        own: list[str] = []
        for way in ways:
            entries = await self._entries(await self._found(way))
            if entries and entries[0].passage_id == entry.passage_id:
                own.append(way)
                neighbours |= {each.passage_id: each for each in entries[1:]}
        vectors = await self._vectors(entry, own)
        for neighbour in neighbours.values():
            for question in neighbour.ways:
                pulled = await self._pulled(question, neighbour, entry, vectors)
                vectors = {way: each for way, each in vectors.items() if way not in pulled}
        return tuple(vectors)

    async def _pulled(
        self,
        question: str,
        neighbour: Passage,
        entry: Passage,
        vectors: Mapping[str, Vector],
    ) -> set[str]:
        """Return the ways that would take a question away from the entry it finds now."""
        found = await self._found(question)
        entries = await self._entries(found)
        if found is None or not entries or entries[0].passage_id != neighbour.passage_id:
            return set()
        both = found.near.only({neighbour.passage_id, entry.passage_id})
        pulled = set()
        for way, vector in vectors.items():
            meaning = max(
                float(found.measured.asked.vector @ vector),
                found.near.meanings.get(entry.passage_id, -1.0),
            )
            placed = replace(both, meanings=both.meanings | {entry.passage_id: meaning})
            first = next(iter(ranking_of(placed, found.measured).scores))
            if first == entry.passage_id:
                pulled.add(way)
        return pulled

    async def _found(self, question: str) -> _Found | None:
        measured = await self._rehearsal.measured(question, _EVERYBODY)
        if not measured:
            return None
        # The first reading's order is what a search shows.
        near = await self._sides.near(question, measured[0], _EVERYBODY, _NEIGHBOURS)
        return _Found(measured[0], near)

    async def _entries(self, found: _Found | None) -> list[Passage]:
        """Return the entries that a question finds, best first; text says no other's answer."""
        if found is None:
            return []
        ranking = ranking_of(found.near, found.measured)
        first = list(ranking.scores)[: 2 * _NEIGHBOURS]
        rows = await self._catalog.found(first)
        passages = [rows[known].passage for known in first if known in rows]
        return [each for each in passages if each.ways][:_NEIGHBOURS]

    async def _vectors(self, entry: Passage, ways: Sequence[str]) -> dict[str, Vector]:
        """Return by way the vector that would be in place for it."""
        if not ways:
            return {}
        (placed,) = await embedded([replace(entry, drafted=tuple(ways))], self._embedder)
        return dict(zip(ways, placed.vectors[-len(ways) :], strict=True))
