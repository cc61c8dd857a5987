"""What can go wrong between the product and a chat platform; the type carries the decision."""


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
