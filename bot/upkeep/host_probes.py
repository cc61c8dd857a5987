"""How each of several model hosts is proved to be well: by asking it for a token."""

from functools import partial

from bot.language.catalogue import N_
from bot.llm.errors import ModelError
from bot.llm.hosted import HostedChat
from bot.llm.hosts import Host, Hosts
from bot.upkeep.health import Finding, Probe, failed


class HostProbes:
    """The proofs of every host, where there are several; a single one is proved as the model."""

    def __init__(self, hosts: Hosts, chat: HostedChat) -> None:
        """Prove these hosts by the chosen model."""
        self._hosts = hosts
        self._chat = chat

    def all(self) -> list[Probe]:
        """Return a proof a host; none of them is needed, since others do what it does not."""
        if len(self._hosts) == 1:
            return []
        return [
            Probe(f"model at {host.address}", False, partial(self._prove, host))
            for host in self._hosts
        ]

    async def _prove(self, host: Host) -> Finding:
        """Ask it for one token; one that the owner does without for its version."""
        try:
            if host.drained or not self._chat.name:
                version = await host.library.version()
                told = {"version": version}
                return Finding(
                    True, N_("Ollama {version} answers; it gets no questions."), values=told
                )
            took_s = await self._chat.at(host.address).probe()
        except ModelError as error:
            return failed(error)
        told = {"model": self._chat.name, "seconds": f"{took_s:.1f}"}
        return Finding(True, N_("{model} answered a test in {seconds} s."), values=told)
