"""The question after an answer's support: what is asked, and what counts as a yes."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.agent.support import MAX_TOKENS, support_request, supports
from bot.llm.model import ChatMessage, ChatRequest


def test_it_begins_with_the_prompt_that_was_answered_so_that_nothing_is_read_twice():
    request = ChatRequest((ChatMessage("system", "rules"), ChatMessage("user", "question")))
    asked = support_request(request, "the answer")
    assert asked.messages[:2] == request.messages
    assert asked.messages[2] == ChatMessage("assistant", "the answer")
    assert asked.tools == request.tools
    assert asked.max_tokens == MAX_TOKENS == 40


@pytest.mark.parametrize("number", [1, 4])
def test_a_passage_that_there_is_supports(number):
    assert supports(json.dumps({"asked": "parking", "passage": number}), passages=4)


@pytest.mark.parametrize(
    "said",
    [
        '{"asked": "parking", "passage": 0}',
        '{"asked": "parking", "passage": 5}',
        '{"asked": "parking", "passage": -1}',
        '{"asked": "parking", "passage": 1, "and": "more"}',
        '{"asked": "parking", "pass',
        '{"passage": 1}',
        "yes",
        "",
        "[]",
    ],
)
def test_none_a_number_that_there_is_not_and_anything_unreadable_do_not(said):
    assert not supports(said, passages=4)


@given(st.text())
def test_whatever_a_model_says_is_no_support_by_accident(said):
    assert not supports(said, passages=4)
