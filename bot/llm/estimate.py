"""How many tokens a prompt has: an estimate before it is sent, and the judgement after."""

import json

from bot.llm.model import ChatRequest, Done

START_RATIO = 4.0
"""Bytes a token before anything was measured: English prose has about 4.5, German about 3.5."""

LOWEST_RATIO, HIGHEST_RATIO = 1.5, 8.0
"""What one odd prompt may teach at most."""

LEARNING_RATE = 0.2
"""The share of one prompt in the ratio: five prompts make most of it."""

MIN_LEARNING_BYTES = 400
"""Below this the chat template's own tokens weigh more than the text."""

FAR_BELOW = 0.6
"""A count under this share of the estimate means that Ollama cut the prompt.

When it cuts, it keeps about half of the window (ollama#3839, ollama#17889: 16,387 of 32,768, 2,050
of 4,096), while between languages the ratio differs by about a quarter.
"""

NEAR_WINDOW = 0.7
"""From this share of the window on a prompt may be too long, the estimate's error included."""


class TokenEstimate:
    """Learns how many bytes of UTF-8 a token of the chosen model has.

    Bytes, since they differ less between scripts than characters do.
    """

    def __init__(self) -> None:
        self._ratio = START_RATIO
        self._sized: tuple[ChatRequest, int] | None = None

    def tokens(self, request: ChatRequest) -> int:
        """Return about how many tokens a prompt has, tools included."""
        return round(self._size(request) / self._ratio)

    def learn(self, request: ChatRequest, prompt_tokens: int) -> None:
        """Take in what a whole prompt really had."""
        size = self._size(request)
        if prompt_tokens <= 0 or size < MIN_LEARNING_BYTES:
            return
        seen = min(HIGHEST_RATIO, max(LOWEST_RATIO, size / prompt_tokens))
        self._ratio += LEARNING_RATE * (seen - self._ratio)

    def may_be_cut(self, request: ChatRequest, context_tokens: int) -> bool:
        """Return whether a prompt is so near the window that its answer must not be trusted yet."""
        return self.tokens(request) >= NEAR_WINDOW * context_tokens

    def was_cut(self, request: ChatRequest, done: Done, context_tokens: int) -> bool:
        """Return whether Ollama's counts show that it dropped a part of the prompt.

        A prompt counted at the whole window was cut to it. Prompt and answer together above the
        window were shifted to make room, unless the answer stopped for want of it (Ollama before
        0.12.6 knows neither `truncate` nor `shift`).
        """
        if done.prompt_tokens <= 0:
            return False
        return (
            done.prompt_tokens >= context_tokens
            or (not done.cut and done.prompt_tokens + done.answer_tokens > context_tokens)
            or done.prompt_tokens < FAR_BELOW * self.tokens(request)
        )

    def _size(self, request: ChatRequest) -> int:
        # Asked for several times for each request, which never changes.
        if self._sized is None or self._sized[0] is not request:
            self._sized = request, size_bytes(request)
        return self._sized[1]


def size_bytes(request: ChatRequest) -> int:
    """Return how many bytes of UTF-8 the model reads, the chat template left out."""
    size = 0
    for message in request.messages:
        size += len(message.text.encode())
        for call in message.tool_calls:
            size += len(call.name) + len(json.dumps(dict(call.arguments)))
    for tool in request.tools:
        size += len(tool.name) + len(tool.description.encode())
        size += len(json.dumps(dict(tool.parameters)))
    return size
