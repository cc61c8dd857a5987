from hypothesis import given
from hypothesis import strategies as st

from bot.llm.thinking import ThinkingFilter


def shown(text: str, *, size: int = 1, begins_inside: bool = False) -> str:
    thinking = ThinkingFilter(begins_inside=begins_inside)
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    return "".join([thinking.feed(piece) for piece in pieces]) + thinking.finish()


def test_a_thought_is_taken_out_wherever_it_stands():
    assert shown("<think>hm</think>At nine.") == "At nine."
    assert shown("At <think>hm</think>nine<think>ok</think>.") == "At nine."


def test_a_thought_that_never_ends_is_not_shown():
    assert shown("At nine.<think>hm, or ten") == "At nine."


def test_what_only_looks_like_a_tag_is_shown():
    assert shown("2 < 3 <thin ice> </thinker> <think") == "2 < 3 <thin ice> </thinker> <think"


def test_text_is_shown_as_soon_as_it_cannot_be_a_tag():
    thinking = ThinkingFilter()
    assert thinking.feed("At <th") == "At "
    assert thinking.feed("e dot") == "<the dot"


def test_a_thought_that_the_prompt_opened_is_not_shown():
    assert shown("hm</think>At nine.", begins_inside=True) == "At nine."
    assert shown("<think>hm</think>At nine.", begins_inside=True) == "At nine."


def test_an_answer_without_the_thought_that_the_prompt_opened_is_shown_at_the_end():
    assert shown("At nine.", begins_inside=True) == "At nine."


@given(
    st.lists(st.tuples(st.booleans(), st.text(alphabet="ab <>/", max_size=8))), st.integers(1, 9)
)
def test_no_thought_is_shown_and_no_word_lost_however_the_stream_cuts_it(parts, size):
    text = "".join(f"<think>{part}</think>" if inside else part for inside, part in parts)
    assert shown(text, size=size) == "".join(part for inside, part in parts if not inside)
