"""What can go wrong with knowledge; each error's text is a sentence for people."""


def N_(sentence: str) -> str:  # noqa: N802 - gettext's own name for it, which extraction knows
    """Mark a sentence of an error that the page may say in other words, and return it."""
    return sentence


class KnowledgeError(Exception):
    """Something about a document or the index is wrong; the text says what and what to do.

    Attributes:
        sentence: The text, with names in braces where this one case's values stand in it; with
            them apart it can be said in another language.
        values: Those values by their names.
    """

    def __init__(self, sentence: str, **values: object) -> None:
        """Say a sentence, with values in it or without any."""
        super().__init__(sentence.format(**values) if values else sentence)
        self.sentence = sentence
        self.values = values


class UnreadableError(KnowledgeError):
    """A file or entry cannot be read as knowledge.

    Attributes:
        where: The place in the file ("line 3"), or "".
    """

    def __init__(self, sentence: str, where: str = "", **values: object) -> None:
        super().__init__(sentence, **values)
        self.where = where


class FolderUnreadableError(KnowledgeError):
    """The watched folder cannot be looked into: nothing is known of its files."""


class NotApprovedError(KnowledgeError):
    """Documents are not to take effect as their owner decided, or must; nothing was changed."""


class NoRoomError(KnowledgeError):
    """There is too little room on the disk to take documents in; nothing was changed."""


class EmbeddingUnavailableError(KnowledgeError):
    """The embedder did not answer; nothing was changed."""


class IndexDamagedError(KnowledgeError):
    """The index does not hold what the rows say; it can be rebuilt from them."""


class IndexAwayError(IndexDamagedError):
    """The server that has the index does not answer; it may have everything still."""


class IndexLostError(IndexDamagedError):
    """The index is not there."""


class IndexChangedError(IndexDamagedError):
    """Another process changed the index while it was asked."""
