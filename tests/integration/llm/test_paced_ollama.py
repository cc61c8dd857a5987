"""The stub that is as slow as a real model, asked by the product's own client."""

import asyncio

import pytest

from bot.llm.connection import OllamaConnection
from bot.llm.model import ChatMessage, ChatRequest, Done
from bot.llm.ollama import ModelSettings, OllamaChat
from tests.fakes.paced_ollama import READ_A_SECOND, WRITTEN_A_SECOND, PacedOllama

SCALE = 20.0
BEGINNING = ChatMessage("system", "You answer from what the business wrote. " * 50)


async def ask(model: OllamaChat, text: str) -> Done:
    request = ChatRequest((BEGINNING, ChatMessage("user", text)))
    chunks = [chunk async for chunk in model.chat(request)]
    assert isinstance(chunks[-1], Done)
    return chunks[-1]


async def test_it_reads_what_is_new_and_nothing_else_at_its_pace():
    async with PacedOllama(scale=SCALE) as ollama:
        connection = OllamaConnection(ollama.url)
        model = OllamaChat(connection, ModelSettings("tiny:1b"))
        first = await ask(model, "When do you open?")
        again = await ask(model, "When do you open on Sundays, then?" + " Or today?" * 200)
        await connection.close()
    one, two = ollama.reads
    assert one.reused == 0
    assert one.beginning == two.beginning == pytest.approx(len(BEGINNING.text) / 4, abs=5)
    assert two.reused >= 0.95 * one.tokens
    assert first.prompt_s == pytest.approx(one.tokens / READ_A_SECOND / SCALE, rel=0.01)
    assert again.prompt_s == pytest.approx(
        (two.tokens - two.reused) / READ_A_SECOND / SCALE, rel=0.01
    )
    assert first.answer_s == pytest.approx(1 / WRITTEN_A_SECOND / SCALE, rel=0.01)
    assert one.took_s >= one.tokens / READ_A_SECOND


async def test_calls_queue_and_another_prompt_takes_the_slot():
    async with PacedOllama(scale=SCALE) as ollama:
        connection = OllamaConnection(ollama.url)
        model = OllamaChat(connection, ModelSettings("tiny:1b"))
        await asyncio.gather(*(ask(model, f"{n}. When do you open?") for n in range(3)))
        await connection.close()
    ends = [read.at + read.took_s / SCALE for read in ollama.reads]
    assert all(read.at >= end - 0.01 for read, end in zip(ollama.reads[1:], ends, strict=False))
    assert [read.finished for read in ollama.reads] == [True] * 3
