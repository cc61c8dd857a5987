from hypothesis import given
from hypothesis import strategies as st

from knowledge.windows import halves, windows

texts = st.text("ab1 .!\n\u00b7\u3002\u3042\u03b1\u0301") | st.text()


@given(texts, st.integers(1, 20))
def test_windows_put_together_are_the_text_and_each_fits(text: str, limit: int):
    parts = windows(text, lambda part: len(part) <= limit)
    assert "".join(parts) == text
    assert all(len(part) <= limit for part in parts)
    assert all(parts) or parts == [""]


@given(texts, st.integers(0, 20))
def test_windows_fit_whatever_is_counted_down_to_a_single_character(text: str, limit: int):
    def size(part: str) -> int:
        return len(part.encode("utf-8", "surrogatepass"))

    parts = windows(text, lambda part: size(part) <= limit)
    assert "".join(parts) == text
    assert all(size(part) <= limit or len(part) == 1 for part in parts)


@given(st.text(min_size=2))
def test_halves_are_both_something_and_together_the_text(text: str):
    first, second = halves(text)
    assert first
    assert second
    assert first + second == text


def test_a_text_that_fits_is_one_window():
    assert windows("Two words.", lambda _part: True) == ["Two words."]


def test_a_text_is_cut_at_lines_and_cells_then_sentences_then_words():
    assert halves("One. Two. Three\nfour. Five.") == ("One. Two. Three\n", "four. Five.")
    assert halves("a: One. Two. \u00b7 b: Three.") == ("a: One. Two. \u00b7 ", "b: Three.")
    assert halves("It is one. It is two things.") == ("It is one. ", "It is two things.")
    assert halves("\u4e00\u4e00\u4e00\u3002\u4e8c\u4e8c\u3002") == (
        "\u4e00\u4e00\u4e00\u3002",
        "\u4e8c\u4e8c\u3002",
    )
    assert halves("one two three four") == ("one two ", "three four")
    assert halves("abcdef") == ("abc", "def")


def test_what_stands_far_from_the_middle_is_no_place_to_cut():
    assert halves("a\nbcdef ghijkl mnop") == ("a\nbcdef ", "ghijkl mnop")
