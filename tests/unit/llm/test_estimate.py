import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.llm.estimate import TokenEstimate
from bot.llm.model import ChatMessage, ChatRequest, Done, ToolCall, ToolSpec


def counted(prompt_tokens: int, answer_tokens: int = 5, *, cut: bool = False) -> Done:
    return Done(prompt_tokens, answer_tokens, 0, 0, 0, cut=cut)


def request(text: str) -> ChatRequest:
    return ChatRequest((ChatMessage("user", text),))


def test_tools_calls_and_every_message_count():
    call = ToolCall("remind", {"what": "x" * 100})
    tool = ToolSpec("remind", "y" * 100, {"type": "object"})
    messages = (ChatMessage("user", "z" * 400), ChatMessage("assistant", "", (call,)))
    assert TokenEstimate().tokens(ChatRequest(messages, (tool,))) > (400 + 100 + 100) / 4


def test_one_odd_count_moves_the_estimate_only_a_little():
    estimate = TokenEstimate()
    text = request("word " * 400)
    before = estimate.tokens(text)
    estimate.learn(text, 5)
    assert estimate.tokens(text) > 0.8 * before


def test_short_prompts_and_absent_counts_teach_nothing():
    estimate = TokenEstimate()
    text = request("word " * 400)
    before = estimate.tokens(text)
    estimate.learn(request("hi"), 30)
    estimate.learn(text, 0)
    assert estimate.tokens(text) == before


def test_what_was_learned_in_one_script_finds_no_cut_in_another():
    estimate = TokenEstimate()
    chinese = request("我们九点开门。" * 100)  # 2,100 bytes, about one token a character
    for _ in range(30):
        estimate.learn(chinese, 700)
    english = request("We open at nine on Sundays. " * 100)
    assert not estimate.was_cut(english, counted(700), 4096)


def test_a_missing_count_proves_nothing():
    assert not TokenEstimate().was_cut(request("word " * 900), counted(0), 1024)


@pytest.mark.parametrize(
    ("prompt_tokens", "answer_tokens", "stopped_for_room", "cut"),
    [
        (512, 11, False, True),  # 0.12.5: cut to the window
        (512, 0, True, True),
        (496, 30, False, True),  # 0.12.6 without shift: false
        (500, 12, False, False),  # ends exactly at the window
        (400, 112, True, False),  # stopped there
        (400, 113, True, False),  # likewise; 0.12.6 counts one more
    ],
)
def test_a_cut_prompt_is_known_by_ollamas_counts(
    prompt_tokens, answer_tokens, stopped_for_room, cut
):
    """Counts as Ollama gives them for a window of 512."""
    done = counted(prompt_tokens, answer_tokens, cut=stopped_for_room)
    assert TokenEstimate().was_cut(request("word " * 380), done, 512) == cut


@given(st.integers(300, 20_000), st.floats(3.0, 4.8))
def test_a_prompt_cut_to_half_the_window_is_noticed_and_a_whole_one_never(size, ratio):
    """As Ollama cuts: what does not fit leaves about half of the window."""
    estimate, window = TokenEstimate(), 2048
    lesson = request("x" * 2000)
    for _ in range(20):
        estimate.learn(lesson, round(2000 / ratio))
    prompt = request("x" * size)
    real = round(size / ratio)
    told = real if real < window - 100 else window // 2 + 2
    if window - 100 <= real < 1.75 * (window // 2 + 2):
        return  # Ollama refuses by itself here; the counts alone cannot tell
    cut = estimate.was_cut(prompt, counted(told, 50), window)
    assert cut == (real >= window - 100)


@pytest.mark.parametrize("share", [0.5, 0.69])
def test_a_short_prompt_is_streamed_and_one_near_the_window_is_not(share):
    estimate = TokenEstimate()
    assert not estimate.may_be_cut(request("x" * round(4 * 2048 * share)), 2048)
    assert estimate.may_be_cut(request("x" * (4 * 2048)), 2048)
