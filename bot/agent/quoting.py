"""The business's own words: an entry word for word, the closest passages, or "I don't know"."""

from bot.agent.part import Asked, Part, Piece, source
from bot.agent.prompt import label
from bot.choices import Choices
from bot.domain.conversations import Kind
from bot.language.detection import Detector
from bot.language.sentences import Phrasebook, Sentences
from knowledge.search import Hit, Verdict

MAX_SHOWN_PASSAGES = 3
# With more to show, each part of a question gets its best only.
MAX_SHOWN_EACH = 2


class Quoting:
    """Answers without a model."""

    def __init__(self, choices: Choices, phrasebook: Phrasebook, detector: Detector) -> None:
        """Word answers with these parts."""
        self._choices = choices
        self._phrasebook = phrasebook
        self._detector = detector

    def verbatim(self, asked: Asked, hit: Hit) -> Piece:
        """Return an approved entry, word for word; in another language it says so."""
        business = self._choices.business.language
        written_in = hit.language or self._detector.language(hit.passage.text, business=business)
        text = hit.passage.text
        if written_in != asked.language:
            text = f"{text}\n\n{self._sentences(asked).shown_as_written()}"
        return Piece(Kind.VERBATIM, text, (source(hit),))

    def unknown(self, asked: Asked) -> Piece:
        """Return that nothing is known, with the way to a person."""
        text = self._sentences(asked).unknown(self._choices.business.contact)
        return Piece(Kind.UNKNOWN, text)

    def passages(
        self, asked: Asked, part: Part, *, alone: bool, model_down: bool, told: str = ""
    ) -> Piece:
        """Return the closest passages, said to be that; with none to stand on, "I don't know".

        Args:
            asked: The message.
            part: Its question, and what was found.
            alone: It is the only question of the message.
            model_down: A model was wanted and did not answer.
            told: What the person is told about that first.
        """
        if part.findings.verdict is Verdict.NOTHING:
            sentences = self._sentences(asked)
            gone = sentences.model_gone(self._choices.business.contact)
            return Piece(Kind.UNKNOWN, told or gone) if model_down else self.unknown(asked)
        hits = part.findings.hits[: MAX_SHOWN_PASSAGES if alone else MAX_SHOWN_EACH]
        intro = self._sentences(asked).passages_intro(model_down=model_down)
        quoted = "\n\n".join(_quoted(hit) for hit in hits)
        offer = self._sentences(asked).person_offered()
        text = "\n\n".join(paragraph for paragraph in (told, intro, quoted, offer) if paragraph)
        # What is only close was not known: the team hears of it at once.
        close = part.findings.verdict is Verdict.CLOSE
        return Piece(Kind.PASSAGE, text, tuple(source(hit) for hit in hits), kept=close)

    def _sentences(self, asked: Asked) -> Sentences:
        return self._phrasebook.sentences(asked.language)


def _quoted(hit: Hit) -> str:
    lines = "\n".join(f"> {line}" for line in hit.passage.text.splitlines())
    return f"**{label(hit)}**\n{lines}"
