"""The hosts that run the model, the gate in front of them, and what is asked of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from bot.choices import ModelChoice
from bot.llm.availability import Availability
from bot.llm.connection import OllamaConnection
from bot.llm.gate import Gate
from bot.llm.hosted import HostedChat
from bot.llm.hosts import Hosts
from bot.llm.libraries import HostedLibrary
from bot.llm.line import OwnLine
from bot.llm.ollama import ModelSettings
from bot.llm.shared_line import SharedLine
from bot.settings import Settings
from bot.storage.model_places import ModelPlaceRows


@dataclass(frozen=True, slots=True)
class Hosting:
    """What computes.

    Attributes:
        connections: To be closed at the end.
        model: The chosen one.
    """

    connections: Sequence[OllamaConnection]
    hosts: Hosts
    library: HostedLibrary
    chat: HostedChat
    model: Availability
    gate: Gate

    def use(self, choice: ModelChoice) -> None:
        """Answer as the owner has chosen, from the next call on."""
        self.chat.use(model_settings(choice))
        self.hosts.drain(choice.drained)
        self.gate.slots = choice.calls_at_once

    def called(self, choice: ModelChoice, name: str) -> HostedChat:
        """Return another model, kept as the chosen one is."""
        return HostedChat(self.hosts, model_settings(choice.model_copy(update={"name": name})))


def hosting_of(
    settings: Settings, choice: ModelChoice, places: ModelPlaceRows, now: Callable[[], datetime]
) -> Hosting:
    """Return what the environment names, used as the owner has chosen."""
    connections = [OllamaConnection(url) for url in settings.ollama_urls]
    pulls = OllamaConnection(settings.ollama_pull_url) if settings.ollama_pull_url else None
    hosts = Hosts(connections, now=now)
    line = partial(SharedLine, rows=places) if places.shared else OwnLine
    gate = Gate(choice.calls_at_once, hosts=hosts, line=line)
    hosts.drain(choice.drained)
    hosts.changed = gate.look_again
    chat = HostedChat(hosts, model_settings(choice))
    return Hosting(
        connections if pulls is None else (*connections, pulls),
        hosts,
        HostedLibrary(hosts, pulls=pulls),
        chat,
        Availability(chat, now),
        gate,
    )


def model_settings(choice: ModelChoice) -> ModelSettings:
    """Return how the model that the owner chose is kept."""
    return ModelSettings(name=choice.name, context_tokens=choice.context_tokens)
