"""The question after an answer's support: what is asked, and what counts as a yes."""

import pytest

from bot.agent.checks import Grounds
from bot.agent.composing import Composer
from bot.agent.support import MAX_TOKENS, Support, carried, support_request
from bot.llm.gate import Gate
from bot.llm.model import ChatMessage, ChatRequest
from knowledge.documents import Audience, Passage
from knowledge.search import Hit
from tests.fakes.model import ScriptedModel


def test_it_begins_with_the_prompt_that_was_answered_so_that_nothing_is_read_twice():
    request = ChatRequest((ChatMessage("system", "rules"), ChatMessage("user", "question")))
    asked = support_request(request, "the answer")
    assert asked.messages[:2] == request.messages
    assert asked.messages[2] == ChatMessage("assistant", "the answer")
    assert asked.tools == request.tools
    assert asked.max_tokens == MAX_TOKENS == 40


def hit(number: int, text: str, *, language: str = "en") -> Hit:
    passage = Passage(f"d{number}#0", f"d{number}", 0, "", text)
    return Hit(passage, "", f"d{number}", Audience.PUBLIC, 1.0, 0.9, 1.0, 1.0, True, language)


CROISSANT = hit(1, "item: Croissant · price: 2.60")
SLICING = hit(2, "We slice bread free of charge, as thick as you like.")
WIFI = hit(3, "Es gibt kein WLAN.", language="de")
READ = [CROISSANT, SLICING, WIFI]


def said(asked: str, passage: int) -> Support:
    return Support(asked=asked, passage=passage)


def test_the_passage_that_the_words_come_from_and_the_model_names_carries():
    assert carried(said("price of a croissant", 1), [CROISSANT], READ, "en")
    assert carried(said("slices of bread", 2), [CROISSANT, SLICING], READ, "en")


def test_one_that_the_words_do_not_come_from_does_not():
    assert not carried(said("slices of bread", 2), [CROISSANT], READ, "en")


@pytest.mark.parametrize("number", [0, 4, 99])
def test_none_and_a_number_that_there_is_not_do_not(number):
    assert not carried(said("price of a croissant", number), [CROISSANT], READ, "en")


def test_what_was_asked_has_to_stand_there():
    assert not carried(said("calories in a croissant", 1), [CROISSANT], READ, "en")
    assert not carried(said("slices of gluten-free cake", 2), [SLICING], READ, "en")


def test_words_of_another_language_are_not_compared():
    assert carried(said("wireless network", 3), [WIFI], READ, "en")


@pytest.mark.parametrize(
    "reply",
    [
        '{"asked": "parking", "passage": -1}',
        '{"asked": "parking", "passage": 1, "and": "more"}',
        '{"asked": "parking", "pass',
        '{"passage": 1}',
        "yes",
        "",
        "[]",
    ],
)
async def test_what_is_no_such_reply_leaves_the_answer_unchecked(reply):
    model = ScriptedModel("We open at 8:30.", reply)
    composed = await Composer(model, Gate()).compose(
        ChatRequest((ChatMessage("user", "when do you open"),)),
        Grounds(["Open from 8:30."]),
        asks_support=True,
        person=1,
        conversation=1,
        show=None,
        on_wait=lambda _ahead, _seconds: None,
    )
    assert composed.doubt == "unchecked"
    assert composed.support is None
