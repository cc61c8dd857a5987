"""The measure of what moves in a prompt."""

import pytest

from tests.benchmarks.prompts import Prompt, already_read, unmoved


def test_a_conversation_that_only_grows_has_not_moved():
    prompts = [Prompt("rules", "?one"), Prompt("rules one yes", "?two")]
    assert unmoved(prompts) == 1.0


def test_a_clock_in_front_moves_everything():
    prompts = [Prompt("10:00 rules", "?one"), Prompt("11:00 rules one yes", "?two")]
    assert unmoved(prompts) == pytest.approx(1 / 11)


def test_a_conversation_that_is_cut_moves_what_stood_behind_the_cut():
    prompts = [Prompt("rules" + "a" * 45, "?"), Prompt("rules" + "b" * 45, "?")]
    assert unmoved(prompts) == pytest.approx(0.1)


def test_the_turn_before_counts_as_new_where_it_stood_behind_its_passages():
    prompts = [Prompt("rules", "passages one"), Prompt("rules" + "one" + "y" * 12, "passages two")]
    assert already_read(prompts) == pytest.approx(5 / 20)


def test_nothing_before_the_first_question_is_counted_twice():
    prompts = [Prompt("rules", "?one"), Prompt("rules", "?one")]
    assert already_read(prompts) == 1.0


def test_a_body_is_laid_out_with_system_text_tools_and_conversation_before_the_question():
    messages = [
        {"role": "system", "content": "rules"},
        {"role": "user", "content": "one"},
        {"role": "assistant", "content": "yes"},
        {"role": "user", "content": "two"},
    ]
    prompt = Prompt.of({"messages": messages, "tools": [{"name": "clock"}]})
    assert prompt.before.index("rules") < prompt.before.index("clock") < prompt.before.index("yes")
    assert "two" not in prompt.before
    assert "two" in prompt.question
