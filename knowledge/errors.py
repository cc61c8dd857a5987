"""What can go wrong with knowledge; each error's text is a sentence for people."""


class KnowledgeError(Exception):
    """Something about a document or the index is wrong; the text says what and what to do."""


class UnreadableError(KnowledgeError):
    """A file or entry cannot be read as knowledge.

    Attributes:
        where: The place in the file ("line 3"), or "".
    """

    def __init__(self, text: str, where: str = "") -> None:
        super().__init__(text)
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
