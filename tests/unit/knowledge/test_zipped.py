import io
import struct
import warnings
import zipfile
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from knowledge import zipped
from knowledge.errors import KnowledgeError, UnreadableError
from knowledge.zipped import packed, unpacked

AT = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
FILES = {"a.txt": b"Hello.", "b/ü.txt": b"x" * 5_000}
WHOLE = packed(FILES, at=AT)


def made(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", method) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that two have one name is the point
        for name, content in members:
            archive.writestr(name, content)
    return written.getvalue()


def with_size_declared(content: bytes, size: int) -> bytes:
    """Return a zip of one file that says of it that it has this size (APPNOTE.TXT, 4.3.7)."""
    changed = bytearray(content)
    struct.pack_into("<L", changed, 22, size)
    struct.pack_into("<L", changed, changed.index(b"PK\x01\x02") + 24, size)
    return bytes(changed)


def test_files_come_back_in_their_order_and_folders_are_no_files():
    assert list(unpacked(WHOLE).items()) == list(FILES.items())
    assert unpacked(made(("b/", b""), ("b/x", b"1"))) == {"b/x": b"1"}


def test_the_same_files_give_the_same_bytes():
    assert packed(FILES, at=AT) == WHOLE


@given(st.integers(0, len(WHOLE) - 1), st.integers(0, 255))
@example(28, 195)  # what is packed seems to begin behind the file's end
def test_a_changed_byte_is_refused_or_changes_nothing_that_is_checked(place: int, byte: int):
    changed = WHOLE[:place] + bytes([byte]) + WHOLE[place + 1 :]
    try:
        found = unpacked(changed)
    except UnreadableError:
        return
    # A name, a date or an attribute; never what is in a file.
    assert set(found.values()) <= set(FILES.values())


@given(st.integers(0, len(WHOLE) - 1))
def test_a_zip_that_was_cut_off_is_refused(end: int):
    with pytest.raises(UnreadableError, match="damaged"):
        unpacked(WHOLE[:end])


@given(st.binary(max_size=200))
def test_bytes_that_are_no_zip_are_refused(content: bytes):
    with pytest.raises(UnreadableError, match="damaged"):
        unpacked(content)


def test_a_file_that_is_farther_than_numbers_go_is_refused():
    # The place of a large zip's file is written behind its name (APPNOTE.TXT, 4.5.3).
    far = struct.pack("<HHQ", 1, 8, 2**64 - 1)
    whole = made(("a", b"1"))
    begin, end = whole.index(b"PK\x01\x02"), whole.index(b"PK\x05\x06")
    line, last = bytearray(whole[begin:end]), bytearray(whole[end:])
    struct.pack_into("<H", line, 30, len(far))
    struct.pack_into("<L", line, 42, 0xFFFFFFFF)
    struct.pack_into("<L", last, 12, len(line) + len(far))
    with pytest.raises(UnreadableError, match="damaged"):
        unpacked(whole[:begin] + bytes(line) + far + bytes(last))


def test_a_bomb_is_refused_by_what_it_declares(monkeypatch: pytest.MonkeyPatch):
    bomb = made(("a", b"\x00" * 6_000), ("b", b"\x00" * 6_000))
    monkeypatch.setattr(zipped, "MAX_UNPACKED_BYTES", 10_000)
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *_: pytest.fail("it was unpacked"))
    with pytest.raises(UnreadableError, match="more than an export"):
        unpacked(bomb)


def test_a_bomb_that_declares_little_gives_no_more_than_that_and_is_refused():
    with pytest.raises(UnreadableError, match="damaged"):
        unpacked(with_size_declared(made(("a", b"\x00" * 50_000_000)), 10))


def test_a_zip_of_too_many_files_is_refused_before_its_directory_is_read(
    monkeypatch: pytest.MonkeyPatch,
):
    many = made(*((str(n), b"") for n in range(12)))
    monkeypatch.setattr(zipped, "MAX_FILES", 11)
    monkeypatch.setattr(zipfile, "ZipFile", lambda *_: pytest.fail("it was opened"))
    with pytest.raises(UnreadableError, match="more than an export"):
        unpacked(many)


def test_a_zip_that_is_too_large_is_refused_before_it_is_opened(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(zipped, "MAX_ZIP_BYTES", len(WHOLE) - 1)
    monkeypatch.setattr(zipfile, "ZipFile", lambda *_: pytest.fail("it was opened"))
    with pytest.raises(UnreadableError, match="more than an export"):
        unpacked(WHOLE)


def test_two_files_of_one_name_are_refused():
    with pytest.raises(UnreadableError, match="damaged"):
        unpacked(made(("a", b"1"), ("a", b"2")))


def test_a_locked_file_is_refused_with_what_to_do():
    locked = bytearray(WHOLE)
    locked[WHOLE.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(UnreadableError, match="password"):
        unpacked(bytes(locked))


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_ways_of_packing_that_can_ask_for_much_memory_are_refused(method: int):
    with pytest.raises(UnreadableError, match="damaged"):
        unpacked(made(("a", b"1" * 1_000), method=method))


@pytest.mark.parametrize("limit", ["MAX_FILES", "MAX_UNPACKED_BYTES", "MAX_ZIP_BYTES"])
def test_nothing_is_packed_that_could_not_be_unpacked(monkeypatch: pytest.MonkeyPatch, limit: str):
    monkeypatch.setattr(zipped, limit, 1)
    with pytest.raises(KnowledgeError, match="remove what is not needed"):
        packed(FILES, at=AT)
