"""What can go wrong between the product and a chat platform; the type carries the decision."""


def N_(sentence: str) -> str:  # noqa: N802 - gettext's own name for it, which extraction knows
    """Mark a sentence of an error that the page may say in other words, and return it."""
    return sentence


class ConnectorError(Exception):
    """The platform cannot be used just now; trying again later may help.

    The text is a sentence for the owner: what is wrong and what to do.
    """


class TokenRefusedError(ConnectorError):
    """The platform does not accept the token; nothing helps but another one."""


class PermissionMissingError(ConnectorError):
    """The app lacks a permission; nothing helps but giving it.

    Attributes:
        missing: The platform's own names of what is missing.
    """

    def __init__(self, text: str, missing: tuple[str, ...] = ()) -> None:
        super().__init__(text)
        self.missing = missing


class RoomGoneError(ConnectorError):
    """A room is not there any more, or the bot may not read it; the others are not affected."""


class FileRefusedError(ConnectorError):
    """A file of a message cannot be had, and trying again does not help.

    The text is a sentence for who wants it: why, and what to do.
    """


class SendError(Exception):
    """A message was not delivered.

    Attributes:
        permanent: True when trying again cannot help (channel deleted, bot removed).
        unknown: True when it may have been delivered all the same (the connection broke while
            waiting for the platform's answer); look before posting again.
        retry_after_s: Seconds the platform asked us to wait, or None.
    """

    def __init__(
        self,
        text: str,
        *,
        permanent: bool = False,
        unknown: bool = False,
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(text)
        self.permanent = permanent
        self.unknown = unknown
        self.retry_after_s = retry_after_s
