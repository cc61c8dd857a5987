"""The client against whatever may answer at its door."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bot.cli import client as client_module
from bot.cli.client import Client
from bot.cli.errors import FailedError, UnreachableError
from bot.data_dir import Door
from bot.web.api.shapes.base import Done
from bot.web.api.shapes.models import Tried
from bot.web.api.shapes.steps import Step

OK = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


def chunk(text: str) -> bytes:
    content = text.encode()
    return f"{len(content):x}\r\n".encode() + content + b"\r\n"


@contextmanager
def answering(*pieces: bytes, hold: bool = False) -> Iterator[Client]:
    """Give a client of a server that sends these bytes, then ends or stays silent."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65_536)
                for piece in pieces:
                    connection.sendall(piece)
                if hold:
                    over.wait(10)

        thread = threading.Thread(target=serve)
        thread.start()
        yield Client(Door(f"http://127.0.0.1:{listener.getsockname()[1]}", "token", ""))
        over.set()
        thread.join()


def test_steps_are_shown_and_the_result_returned_whatever_signs_are_in_them():
    shown: list[Step] = []
    # Lines end with a line feed only, wherever the network cuts them.
    growing = '{"event":"growing","text":"a\u2028b\x85c é"}\n'
    whole = (growing + '\n{"event":"result","value":{"done":true}}\n').encode()
    cut = whole.index("é".encode()) + 1
    pieces = [b"%x\r\n%s\r\n" % (len(part), part) for part in (whole[:cut], whole[cut:])]
    with answering(OK, *pieces, b"0\r\n\r\n") as client:
        assert client.stream("x", Done, show=shown.append) == Done()
    assert [step.text for step in shown] == ["a\u2028b\x85c é"]


def test_an_error_line_is_the_sentence():
    with (
        answering(OK, chunk('{"event":"error","text":"It is full."}\n')) as client,
        pytest.raises(FailedError, match=r"It is full\."),
    ):
        client.stream("x", Done, show=lambda _: None)


@pytest.mark.parametrize(
    "pieces",
    [
        (),
        (b"HTTP/1.1 200",),
        (OK, b"ff\r\nhalf"),
        (OK, chunk('{"event":"growing","text":"a"}\n')),
        (OK, chunk('{"event":"growing","text":"a"}\n'), b"0\r\n\r\n"),
    ],
    ids=["nothing", "half a head", "half a chunk", "broken off", "ended without a result"],
)
def test_an_answer_that_breaks_off_is_told(pieces: tuple[bytes, ...]):
    with answering(*pieces) as client, pytest.raises(UnreachableError):
        client.stream("x", Tried, show=lambda _: None)


def test_silence_is_not_waited_for_for_ever(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(client_module, "SILENCE_S", 0.2)
    with answering(OK, hold=True) as client:
        began = time.monotonic()
        with pytest.raises(UnreachableError):
            client.stream("x", Done, show=lambda _: None)
        assert time.monotonic() - began < 5


def test_a_terminal_that_is_gone_is_not_taken_for_a_server_that_is():
    def gone(_: Step) -> None:
        raise BrokenPipeError

    with (
        answering(OK, chunk('{"event":"growing","text":"a"}\n')) as client,
        pytest.raises(BrokenPipeError),
    ):
        client.stream("x", Done, show=gone)


def test_what_is_no_deskhand_is_not_alive_and_its_words_are_not_shown():
    page = b"HTTP/1.1 404 Not Found\r\nContent-Length: 12\r\n\r\n<html>secret"
    with answering(page) as client:
        assert not client.alive()
    with answering(page) as client, pytest.raises(FailedError) as told:
        client.call("GET", "x", Done)
    assert "secret" not in str(told.value)
