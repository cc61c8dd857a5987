"""What people do in the first minute, without a model."""

import pytest

from bot.domain.conversations import Kind
from bot.domain.people import Role
from knowledge.documents import Audience

HOURS = (
    "Tuesday to Friday 7:00 to 18:00, Saturday 7:30 to 16:00, Sunday 8:30 to 13:00."
    " On Mondays we are closed."
)


async def test_a_covered_question_gets_the_entry_word_for_word(room):
    answer = await room.says("are you open on sundays")
    assert answer.outcome.kind is Kind.VERBATIM
    assert answer.outcome.text == HOURS
    assert [source.document_id for source in answer.outcome.sources] == ["opening-hours"]


async def test_a_question_that_leans_on_the_one_before_is_searched_together_with_it(room):
    await room.says("what time do you close on weekdays")
    answer = await room.says("and on sundays?")
    assert [source.document_id for source in answer.outcome.sources][:1] == ["opening-hours"]


async def test_a_message_with_two_questions_gets_both_answered(room):
    answer = await room.says("do you deliver to dublin 7 and can i come in with my dog")
    assert "cargo bike" in answer.outcome.text
    assert "courtyard" in answer.outcome.text


@pytest.mark.parametrize(
    ("text", "language", "word"),
    [
        ("hello", "en", "Hello"),
        ("Guten Tag", "de", ""),
        ("thanks a lot!", "en", ""),
        ("are you a robot?", "en", "assistant"),
        ("bye", "en", ""),
    ],
)
async def test_courtesies_get_one_line_and_are_no_open_question(room, text, language, word):
    answer = await room.says(text)
    assert answer.outcome.kind is Kind.SOCIAL
    assert answer.outcome.language == language
    assert word in answer.outcome.text
    assert await room.app.services.questions.count() == 0


async def test_a_greeting_before_a_question_is_no_reason_not_to_answer_it(room):
    answer = await room.says("hi, are you open on sundays?")
    assert answer.outcome.text == HOURS


async def test_an_entry_in_another_language_is_shown_as_written_and_says_so(room):
    answer = await room.says("Haben Sie glutenfreies Brot?")
    assert "buckwheat loaf made without gluten" in answer.outcome.text
    assert answer.outcome.language == "de"


async def test_what_is_not_known_is_said_so_and_kept_as_an_open_question(room):
    answer = await room.says("can you print photos on mugs")
    assert answer.outcome.kind is Kind.UNKNOWN
    assert answer.outcome.sources == ()
    [gap] = await room.app.services.questions.list()
    [question] = gap.questions
    assert question.text == "can you print photos on mugs"
    assert question.answer_id == answer.answer_id


async def test_an_answered_question_is_an_entry_from_then_on(room):
    await room.says("do you have a loyalty card?")
    [gap] = await room.app.services.questions.list()
    await room.app.services.questions.answer(
        gap.gap_id, "Every tenth coffee is free.", audience=Audience.PUBLIC
    )
    answer = await room.says("do you have a loyalty card?")
    assert answer.outcome.kind is Kind.VERBATIM
    assert answer.outcome.text == "Every tenth coffee is free."
    assert await room.app.services.questions.count() == 0


async def test_a_near_miss_is_not_answered_word_for_word(room):
    answer = await room.says("do you have gluten-free wedding cakes")
    assert answer.outcome.kind is not Kind.VERBATIM


async def test_the_public_gets_no_word_that_is_meant_for_staff(room):
    for text in (
        "how much change goes into the till in the morning",
        "what do you write in the blue book",
    ):
        answer = await room.says(text)
        assert "180" not in answer.outcome.text
        assert "float" not in answer.outcome.text
        assert all(source.document_id != "till-float" for source in answer.outcome.found)


async def test_staff_get_what_is_meant_for_them(room):
    answer = await room.says("how much change goes into the till in the morning", role=Role.STAFF)
    assert "€180" in answer.outcome.text


async def test_what_has_expired_is_not_said(room):
    answer = await room.says("are you closed in august")
    assert "summer break" not in answer.outcome.text


async def test_a_wish_for_a_person_is_put_on_the_list_with_the_contact_line(room):
    await room.app.services.choices.set("business.contact", "Call us on 020 910 0142.")
    answer = await room.says("can i talk to someone about a big order")
    assert answer.outcome.kind is Kind.HANDOVER
    assert "on the list for the team" in answer.outcome.text
    assert "020 910 0142" in answer.outcome.text
    [waiting] = await room.app.services.hand_overs.waiting(limit=10)
    assert waiting.text == "can i talk to someone about a big order"


async def test_an_answer_can_be_explained(room):
    await room.says("are you open on sundays")
    answer = await room.says("why this answer?")
    assert "What are your opening hours?" in answer.outcome.text


async def test_an_empty_message_and_a_very_long_one_get_a_word(room):
    assert (await room.says("   ")).outcome.kind is Kind.ASKED
    assert (await room.says("why " * 2_000)).outcome.kind is Kind.ASKED


async def test_a_message_with_what_no_database_takes_is_answered(room):
    answer = await room.says("are you open \ud800 on sundays\x00")
    assert answer.outcome.kind is Kind.VERBATIM


async def test_the_same_words_in_another_room_are_another_conversation(room):
    await room.says("are you open on sundays", room="one")
    answer = await room.says("and on mondays?", room="two")
    assert answer.outcome.searched == "and on mondays?"
