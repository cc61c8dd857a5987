"""Words' side of the search: BM25 over stems, in memory, built from the rows at every start.

Not for two threads at once: the knowledge worker owns it.

Measured: 10,000 entries take 0.25 s to index and 12 ms to change one, so nothing is kept on disk
that could disagree with the rows.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import tantivy

from knowledge.documents import Audience, Passage
from knowledge.synonyms import Synonyms
from knowledge.terms import Term, terms
from knowledge.vocabulary import Vocabulary, held_terms

_HEAP_BYTES = 15_000_000  # tantivy's least for one writing thread


# What stands on each shelf.
_SHELVED = {
    Audience.PUBLIC: {Audience.PUBLIC},
    Audience.STAFF: {Audience.PUBLIC, Audience.STAFF},
    Audience.ROOMS: {Audience.ROOMS},
}


@dataclass(frozen=True, slots=True)
class Wording:
    """What of a passage is searched by words."""

    passage: Passage
    audience: Audience
    language: str


@dataclass(frozen=True, slots=True)
class WordHits:
    """What words found.

    Attributes:
        scores: BM25 by passage id, the best `limit` of them; empty when no word is known.
        most: The score of a passage that held every word of the question once; over all the
            question's words, the unknown ones too. 0.0 for a question without words.
    """

    scores: dict[str, float]
    most: float


class Words:
    """The words of all passages, on a shelf for each kind of reader.

    Staff read what is public too, so their shelf holds both; no word of a staff document is on
    the public shelf, neither to be found nor to be guessed from a typing error. What is for chosen
    rooms has a shelf of its own, which is looked at beside one of the other two.

    Attributes:
        synonyms: What means the same; another list holds from the next question on.
    """

    def __init__(self) -> None:
        self._shelves = {audience: _Shelf() for audience in Audience}
        self.synonyms = Synonyms()

    def replace(self, gone: Iterable[str], new: Iterable[Wording]) -> None:
        """Take passages out by their ids and put others in; one step for whoever searches."""
        held = [(each, held_terms(each.passage, each.language)) for each in new]
        gone = {*gone, *(wording.passage.passage_id for wording, _ in held)}
        for shelved, audiences in _SHELVED.items():
            mine = [(each, of_it) for each, of_it in held if each.audience in audiences]
            self._shelves[shelved].replace(gone, mine)

    def search(self, question: str, audiences: Collection[Audience], limit: int) -> WordHits:
        """Return the passages that share words with a question, typing errors allowed for."""
        found = self._shelf(audiences).search(question, limit, self.synonyms)
        if Audience.ROOMS not in audiences or not self._shelves[Audience.ROOMS].vocabulary:
            return found
        of_rooms = self._shelves[Audience.ROOMS].search(question, limit, self.synonyms)
        # Each shelf has its own measure of what is rare: what is alike is the share of the most.
        most = found.most or of_rooms.most
        alike = most / of_rooms.most if of_rooms.most else 1.0
        scores = {known: score * alike for known, score in of_rooms.scores.items()}
        return WordHits(found.scores | scores, most)

    def clear(self) -> None:
        """Forget everything."""
        self._shelves = {audience: _Shelf() for audience in Audience}

    def passages_of(self, document_ids: Collection[str]) -> set[str]:
        """Return the ids of what the shelves hold of these documents."""
        shelves = (self._shelves[Audience.STAFF], self._shelves[Audience.ROOMS])
        return {known for shelf in shelves for known in shelf.passages_of(document_ids)}

    def document_ids(self) -> set[str]:
        """Return the ids of all documents that the shelves hold something of."""
        shelves = (self._shelves[Audience.STAFF], self._shelves[Audience.ROOMS])
        return {known for shelf in shelves for known in shelf.document_ids()}

    def passage_ids(self, audiences: Collection[Audience]) -> list[str]:
        """Return the ids of all passages that these readers' shelf holds."""
        return self._shelf(audiences).vocabulary.passage_ids()

    def coverages(
        self, question: str, wordings: Sequence[Wording], audiences: Collection[Audience]
    ) -> list[float]:
        """Return for each passage the share of a question's content words that it holds.

        May be asked on any thread: it looks single words up and walks over nothing shared.

        Returns:
            0.0 to 1.0, in the order of the passages.
        """
        vocabulary = self._shelf(audiences).vocabulary
        of_rooms = self._shelves[Audience.ROOMS].vocabulary
        asked = {each.language: terms(question, each.language) for each in wordings}
        meant = {known: list(self.synonyms.meant(run, known)) for known, run in asked.items()}
        return [
            (of_rooms if each.audience is Audience.ROOMS else vocabulary).coverage(
                asked[each.language], each.passage, each.language, meant[each.language]
            )
            for each in wordings
        ]

    def _shelf(self, audiences: Collection[Audience]) -> "_Shelf":
        return self._shelves[Audience.STAFF if Audience.STAFF in audiences else Audience.PUBLIC]


class _Shelf:
    """One index, with the vocabulary of what stands in it."""

    def __init__(self) -> None:
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
        builder.add_text_field("stems", tokenizer_name="whitespace", index_option="freq")
        self._schema = builder.build()
        self._index = tantivy.Index(self._schema)
        self._writer = self._index.writer(heap_size=_HEAP_BYTES, num_threads=1)
        self._documents: dict[str, set[str]] = {}
        self.vocabulary = Vocabulary()

    def replace(self, gone: Iterable[str], new: Iterable[tuple[Wording, Sequence[Term]]]) -> None:
        for passage_id in gone:
            self._forget(passage_id)
        for wording, held in new:
            passage = wording.passage
            self.vocabulary.add(passage.passage_id, wording.language, held)
            stems = [term.stem for term in held]
            self._documents.setdefault(passage.document_id, set()).add(passage.passage_id)
            self._writer.add_document(
                tantivy.Document(id=passage.passage_id, stems=" ".join(stems))
            )
        self._writer.commit()
        self._index.reload()

    def passages_of(self, document_ids: Collection[str]) -> set[str]:
        return {known for each in document_ids for known in self._documents.get(each, ())}

    def document_ids(self) -> set[str]:
        return set(self._documents)

    def search(self, question: str, limit: int, synonyms: Synonyms) -> WordHits:
        wanted: dict[str, float] = {}
        most = 0.0
        for stems, weight in self.vocabulary.readings(question, synonyms).items():
            known = [stem for stem in stems if stem in self.vocabulary]
            most += weight * max(self.vocabulary.rarity(stem) for stem in known or [""])
            wanted |= {stem: max(weight, wanted.get(stem, 0.0)) for stem in known}
        if not wanted:
            return WordHits({}, most)
        clauses = [
            (tantivy.Occur.Should, self._weighed(stem, wanted[stem])) for stem in sorted(wanted)
        ]
        searcher = self._index.searcher()
        hits = searcher.search(tantivy.Query.boolean_query(clauses), limit).hits
        return WordHits({searcher.doc(at)["id"][0]: score for score, at in hits}, most)

    def _weighed(self, stem: str, weight: float) -> tantivy.Query:
        query = tantivy.Query.term_query(self._schema, "stems", stem, "freq")
        return tantivy.Query.boost_query(query, weight)

    def _forget(self, passage_id: str) -> None:
        if not self.vocabulary.forget(passage_id):
            return
        self._writer.delete_documents_by_term("id", passage_id)
        document_id = passage_id.rpartition("#")[0]
        self._documents[document_id].discard(passage_id)
        if not self._documents[document_id]:
            del self._documents[document_id]
