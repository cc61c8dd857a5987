"""The port of a language model: what is asked, what comes back, and what is on the box."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from bot.llm.gate import Place

JsonObject = Mapping[str, object]
Role = Literal["system", "user", "assistant", "tool"]


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """A tool the model may call.

    Attributes:
        parameters: JSON schema of an object.
    """

    name: str
    description: str
    parameters: JsonObject


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A wish of the model to call a tool; the arguments are as it wrote them, not validated."""

    name: str
    arguments: JsonObject


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """One message of a prompt.

    Attributes:
        tool_calls: What the assistant called in this message.
        tool_name: For role "tool": whose result the text is.
    """

    role: Role
    text: str
    tool_calls: tuple[ToolCall, ...] = ()
    tool_name: str = ""


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """One question to the model.

    Attributes:
        tools: In a fixed order, since they are part of the prompt's beginning, which is cached.
        schema: The answer is one JSON value of this JSON schema.
        max_tokens: The answer stops there; `Done.cut` says so.
    """

    messages: tuple[ChatMessage, ...]
    tools: tuple[ToolSpec, ...] = ()
    schema: JsonObject | None = None
    max_tokens: int = 400
    temperature: float = 0.2
    seed: int | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """A piece of the answer; never thinking, never a tool call."""

    text: str


@dataclass(frozen=True, slots=True)
class Done:
    """The end of an answer, always its last piece.

    Attributes:
        cut: It stopped at `max_tokens` or at the end of the window, not by itself.
    """

    prompt_tokens: int
    answer_tokens: int
    load_s: float
    prompt_s: float
    answer_s: float
    cut: bool


Chunk = Text | ToolCall | Done


@dataclass(frozen=True, slots=True)
class Abilities:
    """What the chosen model can do.

    Attributes:
        context_tokens: Prompt and answer together, as every call asks for.
        tools: It was trained to call tools; otherwise a structured answer stands in.
        thinking: It can think before it answers; that is asked off and never shown.
    """

    context_tokens: int
    tools: bool
    thinking: bool


class ChatModel(Protocol):
    """A language model that answers piece by piece."""

    @property
    def name(self) -> str:
        """Return the model's name."""

    @property
    def digest(self) -> str:
        """Return of what it is made, in hexadecimal; "" before it was asked, or where not told."""

    def chat(self, request: ChatRequest, place: Place | None = None) -> AsyncGenerator[Chunk, None]:
        """Answer, piece by piece, ending with `Done`.

        Iterate inside `contextlib.aclosing`: closing stops the model at once, leaving a loop does
        not.

        Args:
            request: The question.
            place: What the caller holds at the gate, which says where to ask; None for a question
                that passes the gate by.

        Raises:
            ModelError: One of `bot.llm.errors`; pieces already given are then not an answer.
        """

    async def abilities(self) -> Abilities:
        """Return what the model can do.

        Raises:
            ModelError: It could not be asked.
        """

    def tokens(self, request: ChatRequest) -> int:
        """Return about how many tokens the prompt has, by what earlier prompts had."""

    async def warm(
        self,
        messages: Sequence[ChatMessage],
        tools: Sequence[ToolSpec] = (),
        place: Place | None = None,
    ) -> None:
        """Evaluate the prompt's fixed beginning, so that the first question need not.

        Raises:
            ModelError: The model did not answer.
        """

    async def probe(self) -> float:
        """Ask one token and return the seconds it took.

        Raises:
            ModelError: The model did not answer.
        """


@dataclass(frozen=True, slots=True)
class InstalledModel:
    """A model on the box.

    Attributes:
        parameters: Its size in words, like "1.5B"; "" if unknown.
        quantization: Like "Q4_K_M"; "" if unknown.
        digest: Of all that it is made of, in hexadecimal; "" if unknown.
    """

    name: str
    size_bytes: int
    parameters: str
    quantization: str
    digest: str = ""


@dataclass(frozen=True, slots=True)
class ModelDetails:
    """What a model on the box is.

    Attributes:
        context_tokens: The longest prompt and answer it was trained for; 0 if unknown.
        embeds: It makes vectors, not answers.
        opens_thinking: Its prompt ends inside a thought, so that answers begin with one.
        digest: Of all that it is made of, in hexadecimal; "" if unknown.
    """

    name: str
    context_tokens: int
    tools: bool
    thinking: bool
    embeds: bool
    opens_thinking: bool = False
    digest: str = ""


@dataclass(frozen=True, slots=True)
class RunningModel:
    """A model in memory."""

    name: str
    size_bytes: int
    context_tokens: int
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class PullStep:
    """Where a download is; the bytes are of one layer of several, None outside of a layer."""

    status: str
    completed_bytes: int | None = None
    total_bytes: int | None = None


class ModelLibrary(Protocol):
    """The models on the box; every function raises a `ModelError` when it cannot be asked."""

    @property
    def address(self) -> str:
        """Return where the server is that runs them, like "http://127.0.0.1:11434"."""

    async def installed(self) -> list[InstalledModel]:
        """Return the models on the box by name; empty when there is none."""

    async def details(self, name: str) -> ModelDetails:
        """Return what a model is.

        Raises:
            ModelMissingError: It is not on the box.
        """

    async def running(self) -> list[RunningModel]:
        """Return the models in memory."""

    def pull(self, name: str) -> AsyncGenerator[PullStep, None]:
        """Download a model, step by step; it is on the box when the steps end without an error.

        Raises:
            PullError: There is no such model, or it could not be downloaded.
        """

    async def version(self) -> str:
        """Return the version of the server that runs the models."""
