"""What the model is sent, and what stays the same from turn to turn."""

from bot.agent.prompt import (
    MAX_PASSAGES,
    as_text,
    history_messages,
    question_message,
    readable,
    system_message,
)
from bot.domain.conversations import Exchange, Kind
from bot.tools.schedule_follow_up import ScheduleFollowUp
from knowledge.documents import Audience, Passage
from knowledge.search import Hit

MAX_CHARS_BEYOND_PASSAGES = 3_000


def hit(number: int, text: str) -> Hit:
    return Hit(
        passage=Passage(f"d{number}#0", f"d{number}", 0, f"Heading {number}", text),
        title=f"Title {number}",
        document_id=f"d{number}",
        score=1.0,
        meaning=0.9,
        words=0.5,
        coverage=0.9,
        approved=True,
        language="en",
        audience=Audience.PUBLIC,
    )


def prompt(question: str, exchanges=(), passages=4):
    hits = readable([hit(number, "x" * 400) for number in range(passages)])
    return [
        system_message("Kornblume"),
        *history_messages(exchanges),
        question_message(question, hits, today="Tuesday, 24 November 2026 (UTC)", language="en"),
    ]


def test_a_first_prompt_is_at_most_three_thousand_characters_beyond_the_passages():
    spec = ScheduleFollowUp.spec
    tools = len(spec.name) + len(spec.description) + len(str(spec.parameters))
    text = sum(len(message.text) for message in prompt("are you open on sundays?"))
    assert text + tools - MAX_PASSAGES * 400 <= MAX_CHARS_BEYOND_PASSAGES


def test_what_was_said_before_stays_where_it_was():
    exchanges = [Exchange(f"question {n}?", f"answer {n}.", Kind.COMPOSED) for n in range(5)]
    earlier = as_text(prompt("now?", exchanges[:4])[:-1])
    later = as_text(prompt("and now?", exchanges)[:-1])
    assert later.startswith(earlier)


def test_no_clock_and_no_person_stands_before_the_question():
    fixed = as_text(prompt("now?")[:-1])
    assert "2026" not in fixed


def test_more_passages_than_a_small_model_can_weigh_are_left_out():
    assert f"[{MAX_PASSAGES + 1}]" not in prompt("now?", passages=9)[-1].text
