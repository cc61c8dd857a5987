"""The hosts of connections, on the computer's clock."""

from datetime import UTC, datetime

from bot.llm.connection import OllamaConnection
from bot.llm.hosts import Hosts


def hosts_of(*connections: OllamaConnection) -> Hosts:
    return Hosts(connections, now=lambda: datetime.now(UTC))
