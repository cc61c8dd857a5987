"""A stub that speaks Ollama's API over a real socket and says what a test tells it to.

In a test: `async with FakeOllama() as ollama: ollama.script(says("We open at nine."))`.
As a process: `python -m tests.fakes.ollama --port 11434 --script FILE --log FILE`.
"""

import argparse
import asyncio
import contextlib
import hashlib
import json
import re
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from aiohttp import web

Body = dict[str, Any]
FOR_EVER_S = 3600.0
BYTES_A_TOKEN = 4
VECTOR_SIZE = 64


@dataclass(frozen=True)
class FakeModel:
    """A model on the stub; a hidden one appears when it is pulled."""

    name: str = "tiny:1b"
    context: int = 8192
    capabilities: tuple[str, ...] = ("completion", "tools")
    template: str = "{{ .Prompt }}"
    hidden: bool = False
    size_bytes: int = 1_000_000
    parameters: str = "1B"


EMBEDDER = FakeModel("embed:latest", 512, ("embedding",))


@dataclass(frozen=True)
class Reply:
    """What one chat gets; made by the functions below."""

    pieces: tuple[str, ...] = ()
    tool_calls: tuple[tuple[str, Body], ...] = ()
    thinking: str = ""
    delay_s: float = 0.0
    gap_s: float = 0.0
    prompt_tokens: int | None = None
    # What it says that reading the prompt took; 0: by the server's `token_ms`.
    read_s: float = 0.0
    done_reason: str = "stop"
    status: int = 200
    error: str = ""
    raw: bytes | None = None
    # Or "stay" (done, and the response does not end), "hang", "break", "end" (no last object),
    # "error" (in the stream).
    then: str = "done"


def says(text: str, **how: Any) -> Reply:
    """An answer, word by word. How: delay_s, gap_s, prompt_tokens, thinking, done_reason."""
    return Reply(pieces=tuple(re.findall(r"\S+\s*|\s+", text)), **how)


def calls(name: str, arguments: Body, **how: Any) -> Reply:
    """A tool call."""
    return Reply(tool_calls=((name, arguments),), **how)


def fails(status: int, error: str = "something broke") -> Reply:
    """A refusal before the first word."""
    return Reply(status=status, error=error)


def fails_midway(after: str, error: str) -> Reply:
    """An error object in the stream."""
    return Reply(pieces=(after,), error=error, then="error")


def hangs(after: str = "") -> Reply:
    """Silence that never ends, after a word or from the start."""
    return Reply(pieces=(after,) if after else (), then="hang")


def breaks(after: str = "", *, politely: bool = False) -> Reply:
    """A socket that is cut; politely: the response ends, with its last object missing."""
    return Reply(pieces=(after,) if after else (), then="end" if politely else "break")


def nonsense(raw: bytes = b"<html>hello</html>\n") -> Reply:
    """Something that no Ollama says, with status 200."""
    return Reply(raw=raw)


@dataclass
class Seen:
    """A request that came in. `closed_at`: when the client went away before the end."""

    path: str
    body: Body
    at: float = field(default_factory=time.monotonic)
    closed_at: float | None = None
    finished: bool = False
    over: asyncio.Event = field(default_factory=asyncio.Event)


class FakeOllama:
    """The server. Attributes may be changed while it runs.

    `default`: the answer once the script is used up. `support`: what it says when it is asked
    whether the passages carry its answer, which the script and `chats` leave out. `answer`: a
    function of the request's body, which wins when it returns a reply. `every`: a reply to
    everything, warm-ups and probes (one token asked) too, which otherwise leave the script
    alone. `vectors`: what embedding gives in place of `vector_of`. `embedded`: what of the texts
    has been read. `token_ms`: what it says that a token took, read or written. `bytes_a_token`: of
    texts that are embedded. `chat_came` is set by each chat and may be cleared.
    """

    def __init__(
        self, *, port: int = 0, models: Sequence[FakeModel] = (FakeModel(), EMBEDDER)
    ) -> None:
        self.port = port
        self.models = {model.name: model for model in models}
        self.hidden = {model.name for model in models if model.hidden}
        self.default = says("Hello.")
        self.support = says('{"asked": "it", "passage": 1}')
        self.answer: Callable[[Body], Reply | None] = lambda _body: None
        self.every: Reply | None = None
        self.pull_gap_s = 0.0
        self.token_ms = 0.0
        self.pull_end = "success"
        self.vectors: list[list[float]] | None = None
        self.embedded: list[str] = []
        self.bytes_a_token = BYTES_A_TOKEN
        self.seen: list[Seen] = []
        self.chat_came = asyncio.Event()
        self.log: Path | None = None
        self._script: deque[Reply] = deque()
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def chats(self) -> list[Seen]:
        """The chats that came in, without warm-ups, probes and questions after support."""
        return [
            seen
            for seen in self.seen
            if seen.path == "/api/chat" and not _one_token(seen.body) and not _support(seen.body)
        ]

    @property
    def support_chats(self) -> list[Seen]:
        """The questions whether the passages carry an answer."""
        return [seen for seen in self.seen if seen.path == "/api/chat" and _support(seen.body)]

    def script(self, *replies: Reply) -> None:
        """Add the answers of the next chats, in order."""
        self._script.extend(replies)

    async def start(self) -> None:
        """Listen; again on the same port after `stop`."""
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._request)
        self._runner = web.AppRunner(
            app, handler_cancellation=True, access_log=None, shutdown_timeout=0.1
        )
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        assert site._server is not None
        self.port = site._server.sockets[0].getsockname()[1]  # type: ignore[attr-defined]

    async def stop(self) -> None:
        """Stop listening and cut what runs."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def _request(self, request: web.Request) -> web.StreamResponse:
        raw = await request.read()
        seen = Seen(request.path, json.loads(raw) if raw else {})
        self.seen.append(seen)
        routes = {
            "/api/chat": self._chat,
            "/api/embed": self._embed,
            "/api/pull": self._pull,
            "/api/show": self._show,
        }
        try:
            if seen.path in routes:
                response = await routes[seen.path](request, seen)
            else:
                response = self._list(seen.path)
        except (asyncio.CancelledError, ConnectionResetError):
            seen.closed_at = time.monotonic()
            raise
        else:
            seen.finished = True
            return response
        finally:
            seen.over.set()
            self._note(seen)

    def _note(self, seen: Seen) -> None:
        if self.log is not None and seen.path == "/api/chat":
            line = {"body": seen.body, "finished": seen.finished, "closed": bool(seen.closed_at)}
            with self.log.open("a") as log:
                log.write(json.dumps(line) + "\n")

    def _find(self, body: Body) -> FakeModel | web.Response:
        name = str(body.get("model") or "")
        model = self.models.get(name) or self.models.get(name + ":latest")
        if model is None or model.name in self.hidden:
            return _error(404, f"model '{name}' not found")
        return model

    def _reply(self, body: Body) -> Reply:
        if self.every is not None:
            return self.every
        if _one_token(body):
            return says("Hi")
        if _support(body):
            return self.support
        return self.answer(body) or (self._script.popleft() if self._script else self.default)

    async def _chat(self, request: web.Request, seen: Seen) -> web.StreamResponse:
        self.chat_came.set()
        body = seen.body
        model = self._find(body)
        if isinstance(model, web.Response):
            return model
        reply = self._reply(body)
        if body.get("tools") and "tools" not in model.capabilities:
            return _error(400, f"registry.ollama.ai/library/{model.name} does not support tools")
        prompt_tokens = reply.prompt_tokens or _tokens(body)
        if refusal := _too_long(body, prompt_tokens):
            return refusal
        await asyncio.sleep(reply.delay_s)
        if reply.status != 200:
            return _error(reply.status, reply.error)
        return await _stream(request, body, reply, prompt_tokens, self.token_ms)

    async def _embed(self, _request: web.Request, seen: Seen) -> web.StreamResponse:
        model = self._find(seen.body)
        if isinstance(model, web.Response):
            return model
        if self.every is not None and self.every.status != 200:
            return _error(self.every.status, self.every.error)
        texts = seen.body["input"]
        texts = [texts] if isinstance(texts, str) else texts
        window = (seen.body.get("options") or {}).get("num_ctx", model.context)
        room = min(window, model.context) * self.bytes_a_token
        read = [text.encode()[:room].decode(errors="ignore") for text in texts]
        if read != texts and seen.body.get("truncate") is False:
            return _error(400, "the input length exceeds the context length")
        self.embedded += read
        vectors = [vector_of(text) for text in read] if self.vectors is None else self.vectors
        return web.json_response({"model": model.name, "embeddings": vectors})

    async def _pull(self, request: web.Request, seen: Seen) -> web.StreamResponse:
        name = str(seen.body.get("model"))
        response = await _begin(request)
        await _send(response, {"status": "pulling manifest"})
        if name not in self.models:
            await _send(response, {"error": "pull model manifest: file does not exist"})
            return response
        for done in range(0, 101, 20):
            step = {"status": "pulling abc", "digest": "abc", "total": 100, "completed": done}
            await _send(response, step)
            await asyncio.sleep(self.pull_gap_s)
        await _send(response, {"status": self.pull_end})
        if self.pull_end == "success":
            self.hidden.discard(name)
        return response

    async def _show(self, _request: web.Request, seen: Seen) -> web.StreamResponse:
        model = self._find(seen.body)
        if isinstance(model, web.Response):
            return model
        info = {"general.architecture": "tiny", "tiny.context_length": model.context}
        return web.json_response(
            {
                "template": model.template,
                "capabilities": list(model.capabilities),
                "model_info": info,
                "details": {"family": "tiny"},
            }
        )

    def _list(self, path: str) -> web.Response:
        visible = [
            {
                "name": name,
                "model": name,
                "size": model.size_bytes,
                "digest": "abc",
                "details": {
                    "parameter_size": model.parameters,
                    "quantization_level": "Q4_K_M",
                },
            }
            for name, model in self.models.items()
            if name not in self.hidden
        ]
        until = datetime.now(UTC).isoformat()
        running = [model | {"expires_at": until, "context_length": 4096} for model in visible[:1]]
        known = {
            "/api/tags": {"models": visible},
            "/api/ps": {"models": running},
            "/api/version": {"version": "0.40.2"},
        }
        if path not in known:
            return web.Response(status=404, text="404 page not found")
        return web.json_response(known[path])


def vector_of(text: str) -> list[float]:
    """A vector by the text's words: texts that share words lie close."""
    vector = [0.001] * VECTOR_SIZE
    for word in re.findall(r"\w+", text.lower()):
        digest = hashlib.sha256(word.encode()).digest()
        vector[digest[0] % VECTOR_SIZE] += 1.0 if digest[1] % 2 else -1.0
    return vector


def _support(body: Body) -> bool:
    schema = body.get("format")
    return isinstance(schema, dict) and set(schema.get("properties", ())) == {"asked", "passage"}


def _one_token(body: Body) -> bool:
    return (body.get("options") or {}).get("num_predict") == 1


def _tokens(body: Body) -> int:
    texts = [message.get("content") or "" for message in body["messages"]]
    texts += [json.dumps(tool["function"]) for tool in body.get("tools") or ()]
    return max(1, sum(len(text.encode()) for text in texts) // BYTES_A_TOKEN)


def _too_long(body: Body, prompt_tokens: int) -> web.Response | None:
    """The refusal of Ollama 0.34 to 0.40, which passes on llama-server's error as a string."""
    window = (body.get("options") or {}).get("num_ctx", 4096)
    if body.get("truncate") is not False or _tokens(body) <= window:
        return None
    detail = {
        "code": 400,
        "type": "exceed_context_size_error",
        "message": f"request ({prompt_tokens} tokens) exceeds the available context size",
        "n_prompt_tokens": prompt_tokens,
        "n_ctx": window,
    }
    return _error(400, json.dumps({"error": detail}))


def _error(status: int, text: str) -> web.Response:
    return web.json_response({"error": text}, status=status)


async def _begin(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "application/x-ndjson"})
    await response.prepare(request)
    return response


async def _send(response: web.StreamResponse, item: Body) -> None:
    await response.write(json.dumps(item).encode() + b"\n")


def _messages(reply: Reply) -> Iterator[Body]:
    if reply.thinking:
        yield {"content": "", "thinking": reply.thinking}
    for piece in reply.pieces:
        yield {"content": piece}
    if reply.tool_calls:
        made = [{"function": {"name": n, "arguments": a}} for n, a in reply.tool_calls]
        yield {"content": "", "tool_calls": made}


async def _stream(
    request: web.Request, body: Body, reply: Reply, prompt_tokens: int, token_ms: float
) -> web.StreamResponse:
    response = await _begin(request)
    if reply.raw is not None:
        await response.write(reply.raw)
        return response
    base = {"model": body["model"], "created_at": datetime.now(UTC).isoformat(), "done": False}
    for message in _messages(reply):
        await _send(response, base | {"message": {"role": "assistant"} | message})
        await asyncio.sleep(reply.gap_s)
    match reply.then:
        case "hang":
            await asyncio.sleep(FOR_EVER_S)
        case "break" if request.transport is not None:
            request.transport.abort()
        case "error":
            await _send(response, {"error": reply.error})
        case "done" | "stay":
            await _send(response, base | _last(reply, prompt_tokens, token_ms))
            if reply.then == "stay":
                await asyncio.sleep(FOR_EVER_S)
    return response


def _last(reply: Reply, prompt_tokens: int, token_ms: float) -> Body:
    written = len(reply.pieces) or 1
    read_s = reply.read_s or prompt_tokens * token_ms / 1_000
    written_s = written * (reply.gap_s or token_ms / 1_000)
    return {
        "message": {"role": "assistant", "content": ""},
        "done": True,
        "done_reason": reply.done_reason,
        "total_duration": 3_000_000,
        "load_duration": 1_000_000,
        "prompt_eval_count": prompt_tokens,
        "prompt_eval_duration": max(1_000_000, round(read_s * 1e9)),
        "eval_count": written,
        "eval_duration": max(1_000_000, round(written_s * 1e9)),
    }


def scripted(rules: list[Body]) -> Callable[[Body], Reply | None]:
    """The answers of a script file: the first rule whose `when` the last user message matches."""

    def answer(body: Body) -> Reply | None:
        asked = [m.get("content") or "" for m in body["messages"] if m["role"] == "user"]
        for rule in rules:
            if re.search(rule.get("when", ""), asked[-1] if asked else "", re.IGNORECASE):
                return _from_rule(rule)
        return None

    return answer


def _from_rule(rule: Body) -> Reply:
    how = {key: rule[key] for key in ("delay_s", "gap_s", "prompt_tokens") if key in rule}
    if "status" in rule:
        return fails(rule["status"], rule.get("say", "something broke"))
    if rule.get("hang"):
        return hangs(rule.get("say", ""))
    if rule.get("break"):
        return breaks(rule.get("say", ""))
    if "tool" in rule:
        return calls(rule["tool"]["name"], rule["tool"]["arguments"], **how)
    return says(rule.get("say", "Hello."), **how)


async def serve(ollama: FakeOllama) -> None:
    """Serve until stopped."""
    async with ollama:
        print(f"ready {ollama.url}", flush=True)
        await asyncio.Event().wait()


def main() -> None:
    """Run as a process."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=11434)
    parser.add_argument("--script", type=Path)
    parser.add_argument("--log", type=Path)
    options = parser.parse_args()
    ollama = FakeOllama(port=options.port)
    ollama.log = options.log
    if options.script is not None:
        ollama.answer = scripted(json.loads(options.script.read_text()))
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(ollama))


if __name__ == "__main__":
    main()
