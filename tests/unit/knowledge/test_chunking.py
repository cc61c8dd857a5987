from hypothesis import given
from hypothesis import strategies as st

from knowledge.chunking import TARGET_CHARS, passages, sentences, texts
from knowledge.readers.tables import row
from knowledge.structure import MAX_CHARS, Block, Section

words = st.text("abcdefg.!? ", max_size=1_500)


@given(st.lists(st.builds(Block, st.lists(words, min_size=1, max_size=5).map(tuple)), max_size=4))
def test_no_word_is_lost_or_moved_and_no_piece_is_too_long(blocks: list[Block]):
    pieces = texts(blocks)
    assert all(0 < len(piece) <= MAX_CHARS for piece in pieces)
    written = "".join(block.text for block in blocks)
    assert "".join("".join(pieces).split()) == "".join(written.split())


@given(words)
def test_sentences_put_together_are_the_text(text: str):
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())


def test_short_paragraphs_share_a_passage_and_long_ones_end_at_a_sentence():
    long = "The dough rests for a long time. " * 20
    pieces = texts([Block(("Short.",)), Block(("Also short.",)), Block((long,))])
    assert pieces[0] == "Short.\nAlso short."
    assert len(pieces) > 2
    assert all(piece.endswith("time.") and len(piece) <= TARGET_CHARS for piece in pieces[1:])


def test_a_list_stays_whole_where_it_fits():
    items = tuple(f"- item number {number} of the list" for number in range(20))
    assert len("\n".join(items)) > TARGET_CHARS
    assert texts([Block(items, whole=True)]) == ["\n".join(items)]


def test_a_long_tables_headings_stand_over_each_part():
    rows = tuple(f"| loaf {number} | {number} euro |" for number in range(100))
    pieces = texts([Block(rows, head=("| item | price |", "|---|---|"), whole=True)])
    assert len(pieces) > 1
    assert all(piece.startswith("| item | price |\n|---|---|\n| loaf") for piece in pieces)
    assert all(len(piece) <= MAX_CHARS for piece in pieces)


def test_headings_that_are_too_long_to_be_repeated_stand_once_and_whole():
    head = (" ".join(f"heading{number}" for number in range(90)),)
    for rows in ((), ("the only row",)):
        pieces = texts([Block(rows, head=head, whole=True)])
        assert " ".join(pieces).split() == " ".join((*head, *rows)).split()
        assert all(len(piece) <= MAX_CHARS for piece in pieces)


def test_a_row_that_is_too_wide_is_parted_between_its_cells_and_each_part_says_what_it_is_about():
    told = [("room", "Garden"), *((f"in month {n}", f"{n} euros a night") for n in range(1, 60))]
    pieces = texts([row([name for name, _ in told], [cell for _, cell in told])])
    assert len(pieces) > 1
    assert all(piece.startswith("room: Garden \u00b7 in month") for piece in pieces)
    assert all(len(piece) <= TARGET_CHARS for piece in pieces)
    cells = [cell for piece in pieces for cell in piece.split(" \u00b7 ")[1:]]
    assert cells == [f"{name}: {cell}" for name, cell in told[1:]]


def test_passages_are_numbered_through_the_document():
    sections = [Section(("A",), (Block(("x",)),)), Section(("A", "B"), (Block(("y",)),))]
    assert [(each.passage_id, each.heading) for each in passages("d.md", sections)] == [
        ("d.md#0", "A"),
        ("d.md#1", "A \u203a B"),
    ]
