"""Where commands are answered, kept in memory for all connectors of a test."""


class KeptAddresses:
    """Implements the port; keeps everything for good."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    async def keep(self, message_id: str, address: str, *, for_s: float) -> None:
        assert for_s > 0
        self.kept[message_id] = address

    async def of(self, message_id: str) -> str:
        return self.kept.get(message_id, "")
