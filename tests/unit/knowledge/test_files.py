import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.documents import Audience, Document, Shape
from knowledge.errors import UnreadableError
from knowledge.readers.entries import entry, slug
from knowledge.readers.files import MAX_BYTES, read


def lines(*entries: dict[str, object]) -> bytes:
    return "\n".join(json.dumps(each) for each in entries).encode()


def reading(name: str, content: str | bytes) -> list[Document]:
    raw = content.encode() if isinstance(content, str) else content
    return read(name, raw, audience=Audience.STAFF, origin="upload")


def test_an_entry_brings_its_id_ways_audience_dates_and_note():
    [document] = reading(
        "faq.jsonl",
        lines(
            {
                "id": "opening-hours",
                "question": "When are you open?",
                "answer": "From 7:00.",
                "alternatives": ["opening times", "When are you open?"],
                "audience": "public",
                "valid_from": "2029-12-01",
                "valid_until": "2030-01-10",
                "note": "Ask Ann before you change it.",
                "colour": "blue",
            }
        ),
    )
    [passage] = document.passages
    assert document.document_id == "opening-hours"
    assert document.shape is Shape.ENTRY
    assert document.audience is Audience.PUBLIC
    assert document.valid_from == date(2029, 12, 1)
    assert document.valid_until == date(2030, 1, 10)
    assert document.note == "Ask Ann before you change it."
    assert document.approved
    assert passage.heading == "When are you open?"
    assert passage.text == "From 7:00."
    assert passage.ways == ("When are you open?", "opening times")


def test_an_entry_without_an_audience_takes_the_files():
    [document] = reading("faq.jsonl", lines({"question": "a?", "answer": "b"}))
    assert document.audience is Audience.STAFF


def test_what_a_hotel_calls_rooms_is_no_concern_and_chosen_rooms_are_kept():
    table = "question,answer,audience,rooms\nHow many?,Twelve.,public,12\n"
    table += "Who cleans?,Ann.,rooms,slack/C1|discord/2\n"
    many, cleans = reading("faq.csv", table)
    assert (many.audience, many.rooms) == (Audience.PUBLIC, ())
    assert (cleans.audience, cleans.rooms) == (Audience.ROOMS, ("slack/C1", "discord/2"))


def test_entries_without_ids_get_slugs_that_no_other_entry_has():
    documents = reading(
        "faq.jsonl",
        lines(
            {"question": "Wo ist das Café?", "answer": "1"},
            {"question": "wo ist das cafe", "answer": "2"},
            {"id": "wo-ist-das-cafe", "question": "x", "answer": "3"},
        ),
    )
    assert [document.document_id for document in documents] == [
        "wo-ist-das-cafe-2",
        "wo-ist-das-cafe-3",
        "wo-ist-das-cafe",
    ]


def test_a_table_of_questions_and_answers_is_entries_whatever_its_delimiter_and_case():
    table = 'Question;ANSWER;Alternatives;valid_until\r\n"Do you; deliver?";Yes.;by bike|to us;\r\n'
    [document] = reading("faq.csv", table)
    assert document.passages[0].ways == ("Do you; deliver?", "by bike", "to us")
    assert document.valid_until is None


def test_any_other_table_is_one_document_with_a_passage_a_row():
    [document] = reading("Price List.csv", "item,size,price\nRye loaf,1 kg,6.60\n,,\nRoll,,1.10\n")
    assert document.document_id == "price-list.csv"
    assert document.shape is Shape.TABLE
    assert [passage.text for passage in document.passages] == [
        "item: Rye loaf · size: 1 kg · price: 6.60",
        "item: Roll · price: 1.10",
    ]


def test_markdown_is_cut_by_its_headings_and_keeps_their_path():
    [document] = reading(
        "Handbook.md", "# The guide\n\n## Cakes\nRound ones.\n\n### Sizes\n18 cm\nor 22 cm.\n"
    )
    assert document.document_id == "handbook.md"
    assert document.title == "The guide"
    assert [(passage.heading, passage.text) for passage in document.passages] == [
        ("Cakes", "Round ones."),
        ("Cakes \u203a Sizes", "18 cm or 22 cm."),
    ]


def test_a_hash_inside_code_is_no_heading():
    [document] = reading(
        "notes.md", "# Till\n\n```\n# count twice\n```\n\nDone.\n\nRest\n====\n\nEnd."
    )
    assert [passage.heading for passage in document.passages] == ["Till", "Rest"]
    assert "# count twice" in document.passages[0].text


def test_lists_and_tables_of_markdown_stay_readable():
    [document] = reading("x.md", "# T\n\n- one\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n")
    assert document.passages[0].text == "- one\n- two\n| a | b |\n|---|---|\n| 1 | 2 |"


def test_a_table_too_long_for_a_passage_is_parted_into_rows_with_their_headings():
    rows = "".join(f"| Loaf {n} | {n}.50 |\n" for n in range(60))
    [document] = reading(
        "x.md", f"# Prices\n\nFrom May.\n\n| item | price |\n|---|---|\n{rows}\nThanks.\n"
    )
    texts = [passage.text for passage in document.passages]
    assert texts[:2] == ["From May.", "item: Loaf 0 · price: 0.50"]
    assert texts[-2:] == ["item: Loaf 59 · price: 59.50", "Thanks."]
    assert {passage.heading for passage in document.passages} == {"Prices"}


def test_a_heading_as_long_as_a_book_is_cut_in_its_passages():
    [document] = reading("x.md", f"# {'long ' * 500}\n\nWords.\n")
    assert len(document.passages[0].heading) <= 200


def test_plain_text_is_one_document():
    [document] = reading("notice.txt", "First.\n\nSecond # part.\n")
    assert document.title == "notice.txt"
    assert document.passages[0].text == "First.\nSecond # part."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_the_usual_unicode_encodings_are_read(encoding: str):
    [document] = reading("faq.csv", "question,answer\nGeöffnet?,Täglich\n".encode(encoding))
    assert document.title == "Geöffnet?"


@pytest.mark.parametrize(
    ("name", "content", "said", "where"),
    [
        ("faq.csv", "question,answer\nGeöffnet?,ja\n".encode("latin-1"), "UTF-8", ""),
        ("faq.jsonl", b'{"question": "a", "answer": "b"}\n{oops', "not JSON", "line 2"),
        ("faq.jsonl", b"[" * 100_000, "not JSON", "line 1"),
        ("faq.jsonl", b"9" * 5_000, "not JSON", "line 1"),
        (
            "wide.csv",
            b",".join([b"h" * 80] * 200) + (b"\n" + b",".join([b"1"] * 200)) * 3_700,
            "too many columns",
            "",
        ),
        ("faq.jsonl", b"[1]", "not an entry", "line 1"),
        ("faq.jsonl", lines({"question": "a"}), "answer is missing", "line 1"),
        ("faq.jsonl", lines({"question": " ", "answer": "b"}), "question is missing", "line 1"),
        ("faq.jsonl", lines({"question": "a", "answer": 3}), "answer is not text", "line 1"),
        ("faq.csv", b"question,answer\na,b\nc,\n", "answer is missing", "line 3"),
        ("faq.csv", b'question,answer\na,"b\n', "quotation mark", "line 2"),
        ("faq.jsonl", b"\n \n", "empty", ""),
        ("faq.csv", b"", "empty", ""),
        ("faq.csv", b"item,price\n", "empty", ""),
        ("faq.md", b"# only\n\n## headings\n", "empty", ""),
        ("faq.xyz", b"x", ".jsonl", ""),
        ("README", b"text", ".jsonl", ""),
        ("faq.txt", b"a\x00b", "not a text file", ""),
        (
            "faq.jsonl",
            lines(
                {"id": "x", "question": "a", "answer": "b"},
                {"id": "x", "question": "c", "answer": "d"},
            ),
            "used before, in line 1",
            "line 2",
        ),
        (
            "faq.jsonl",
            lines({"question": "a", "answer": "b", "valid_until": "31.12.2026"}),
            "2026-12-31",
            "line 1",
        ),
        (
            "faq.jsonl",
            lines({"question": "a", "answer": "b", "audience": "rooms"}),
            "rooms are missing",
            "line 1",
        ),
        (
            "faq.csv",
            b"question,answer,audience,rooms\na,b,Rooms,kitchen\n",
            "“kitchen” is no room",
            "line 2",
        ),
        (
            "faq.csv",
            b"question,answer,valid_from,valid_until\na,b,2027-01-02,2027-01-01\n",
            "valid_until is before valid_from",
            "line 2",
        ),
        (
            "faq.jsonl",
            lines({"question": "a", "answer": "b", "note": "x" * 2_001}),
            "note is too long: 2000",
            "line 1",
        ),
        (
            "faq.jsonl",
            lines({"question": "a", "answer": "b", "audience": "everybody"}),
            "public nor staff",
            "line 1",
        ),
    ],
)
def test_what_cannot_be_read_is_said_in_one_sentence(
    name: str, content: bytes, said: str, where: str
):
    with pytest.raises(UnreadableError) as refused:
        reading(name, content)
    assert said in str(refused.value)
    assert str(refused.value).endswith((".", "text or CSV first."))
    assert "\n" not in str(refused.value)
    assert refused.value.where == where


def test_a_file_that_is_too_large_is_refused_before_it_is_read():
    with pytest.raises(UnreadableError, match="split it"):
        reading("faq.txt", b"a" * (MAX_BYTES + 1))


@given(st.sampled_from(["a.jsonl", "a.csv", "a.md", "a.txt"]), st.binary(max_size=300))
def test_no_bytes_do_anything_but_become_documents_or_a_sentence(name: str, content: bytes):
    try:
        documents = reading(name, content)
    except UnreadableError:
        return
    ids = [passage.passage_id for document in documents for passage in document.passages]
    assert ids
    assert len(ids) == len(set(ids))
    assert all(passage.text.strip() for document in documents for passage in document.passages)


@given(st.sampled_from(["a.csv", "a.md", "a.txt"]), st.text(max_size=400))
def test_no_text_does_anything_but_become_documents_or_a_sentence(name: str, content: str):
    try:
        documents = reading(name, content.encode("utf-8", "surrogatepass"))
    except UnreadableError:
        return
    assert all(document.document_id for document in documents)


@given(st.text(max_size=200))
def test_a_slug_is_short_never_empty_and_without_spaces(text: str):
    assert 0 < len(slug(text)) <= 80
    assert not any(sign.isspace() for sign in slug(text))


def test_an_entry_from_a_form_is_checked_like_one_from_a_file():
    document = entry(
        question="Do you deliver?",
        answer="Yes.",
        audience=Audience.PUBLIC,
        origin="question 12",
        valid_until=date(2027, 1, 1),
        approved=False,
    )
    assert document.document_id == "do-you-deliver"
    assert document.valid_until == date(2027, 1, 1)
    assert not document.approved
    with pytest.raises(UnreadableError, match="answer is missing"):
        entry(question="a", answer=" ", audience=Audience.PUBLIC, origin="page")
