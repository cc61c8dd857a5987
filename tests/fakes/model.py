"""A scripted model: what it is to say, one reply a call; what it was asked is kept."""

from collections.abc import AsyncGenerator, Sequence

from bot.llm.errors import ModelError
from bot.llm.gate import Place
from bot.llm.model import (
    Abilities,
    ChatMessage,
    ChatRequest,
    Chunk,
    Done,
    Text,
    ToolCall,
    ToolSpec,
)

Reply = str | ToolCall | ModelError


class ScriptedModel:
    """A `ChatModel` that says what it was told to, word by word."""

    name = "scripted"
    digest = "5c21"

    def __init__(self, *replies: Reply, context_tokens: int = 4096) -> None:
        self.replies = list(replies)
        self.requests: list[ChatRequest] = []
        self.closed_early = 0
        self.context_tokens = context_tokens

    async def chat(
        self, request: ChatRequest, place: Place | None = None
    ) -> AsyncGenerator[Chunk, None]:
        del place
        self.requests.append(request)
        reply = self.replies.pop(0)
        ended = False
        try:
            if isinstance(reply, ModelError):
                raise reply
            if isinstance(reply, ToolCall):
                yield reply
            else:
                for word in reply.split(" "):
                    yield Text(f"{word} ")
            ended = True
            yield Done(10, 10, 0.0, 0.1, 0.1, cut=False)
        finally:
            self.closed_early += not ended

    async def abilities(self) -> Abilities:
        return Abilities(self.context_tokens, tools=True, thinking=False)

    def tokens(self, request: ChatRequest) -> int:
        return sum(len(message.text) for message in request.messages) // 4

    async def warm(
        self,
        messages: Sequence[ChatMessage],
        tools: Sequence[ToolSpec] = (),
        place: Place | None = None,
    ) -> None:
        del messages, tools, place

    async def probe(self) -> float:
        return 0.0
