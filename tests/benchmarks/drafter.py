"""Ways to ask that a real model drafted, each entry asked about once."""

import contextlib
import hashlib
from datetime import date
from pathlib import Path

from bot.llm.connection import OllamaConnection
from bot.llm.model import ChatRequest, Text
from bot.llm.ollama import ModelSettings, OllamaChat
from bot.upkeep.way_prompt import request, ways_in
from knowledge.base import KnowledgeBase


class Drafter:
    """Drafts for every entry of a knowledge base."""

    def __init__(self, folder: Path, *, url: str, model: str) -> None:
        """Ask a model at Ollama's URL, and keep its answers in a folder."""
        self._folder = folder
        self._folder.mkdir(parents=True, exist_ok=True)
        self._model = model
        self._connection = OllamaConnection(url)
        self._chat = OllamaChat(self._connection, ModelSettings(model))

    async def draft(self, base: KnowledgeBase, today: date) -> str:
        """Draft for what has no ways yet; return the counts in words."""
        entries = written = passed = 0
        while entry := await base.undrafted(today):
            (passage,) = entry.passages
            ways = ways_in(
                await self._answer(request(passage, entry.language)), passage, entry.language
            )
            entries += 1
            written += len(ways)
            passed += len(await base.draft(entry, ways))
        return f"{entries} entries, {written} ways drafted, {passed} serve"

    async def close(self) -> None:
        """Let go of the connection."""
        await self._connection.close()

    async def _answer(self, asked: ChatRequest) -> str:
        name = hashlib.sha256(f"{self._model} {asked}".encode()).hexdigest()[:24]
        kept = self._folder / f"{name}.json"
        if kept.exists():
            return kept.read_text(encoding="utf-8")
        answer = ""
        async with contextlib.aclosing(self._chat.chat(asked)) as chunks:
            async for chunk in chunks:
                if isinstance(chunk, Text):
                    answer += chunk.text
        kept.write_text(answer, encoding="utf-8")
        return answer
