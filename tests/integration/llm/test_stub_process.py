import asyncio
import contextlib
import json
import socket
import sys

from bot.llm.connection import OllamaConnection
from bot.llm.model import ChatMessage, ChatRequest, Text
from bot.llm.ollama import ModelSettings, OllamaChat


async def test_the_stub_runs_as_a_process_with_a_script_and_a_log(tmp_path):
    script, log = tmp_path / "script.json", tmp_path / "log.jsonl"
    script.write_text(json.dumps([{"when": "open", "say": "At nine."}]))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["-m", "tests.fakes.ollama", "--port", str(port)]
    command += ["--script", str(script), "--log", str(log)]
    process = await asyncio.create_subprocess_exec(
        sys.executable, *command, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    assert (await process.stdout.readline()).startswith(b"ready")
    connection = OllamaConnection(f"http://127.0.0.1:{port}")
    model = OllamaChat(connection, ModelSettings("tiny:1b"))
    said = [await _said(model, question) for question in ("Are you open?", "Hi")]
    await connection.close()
    process.terminate()
    await process.wait()
    assert said == ["At nine.", "Hello."]
    assert [json.loads(line)["finished"] for line in log.read_text().splitlines()] == [True, True]


async def _said(model: OllamaChat, question: str) -> str:
    async with contextlib.aclosing(model.chat(ChatRequest((ChatMessage("user", question),)))) as c:
        return "".join([chunk.text async for chunk in c if isinstance(chunk, Text)])
