"""Wishes that somebody be told if nobody answers: what is understood, and what is no such wish."""

import pytest

from bot.followups.conditions import Of, condition

ANSWERED, ROOM, PERSON = Of.ANSWERED, Of.ROOM, Of.PERSON

# What is said, whose silence it is about, of whom, in which room, whom to tell, what of.
WISHES = [
    ("if nobody has answered Ann by 3 pm, tell Ben", ANSWERED, "Ann", "", "Ben", ""),
    ("If no one has replied to Ann by 3 pm, tell Ben.", ANSWERED, "Ann", "", "Ben", ""),
    ("please tell Ben if nobody has answered Ann by 3 pm", ANSWERED, "Ann", "", "Ben", ""),
    ("if nobody has answered Ann, tell Ben at 3 pm", ANSWERED, "Ann", "", "Ben", ""),
    ("let Ben know if nobody has taken Carla Miller by 3", ANSWERED, "Carla Miller", "", "Ben", ""),
    ("if Carla hasn't been answered by 3 pm, ping Ben", ANSWERED, "Carla", "", "Ben", ""),
    ("unless somebody answers Ann by 3 pm, tell Ben", ANSWERED, "Ann", "", "Ben", ""),
    ("if no one answers Ann's question within 2 hours, ping me", ANSWERED, "Ann", "", "", ""),
    ("if nobody replies in #orders by noon, remind me", ROOM, "", "#orders", "", ""),
    ("can you remind me if nobody replies in #orders by noon?", ROOM, "", "#orders", "", ""),
    ("if nobody replies in #orders by noon, remind me to call", ROOM, "", "#orders", "", "call"),
    ("remind me if nobody replies here by noon to call them", ROOM, "", "", "", "call them"),
    ("if there is no reply by noon, remind #kitchen to check", ROOM, "", "", "#kitchen", "check"),
    ("if Ben hasn't replied by 5 pm, remind me to call him", PERSON, "Ben", "", "", "call him"),
    (
        "wenn bis 15 Uhr niemand Ann geantwortet hat, sag Ben Bescheid",
        ANSWERED,
        "Ann",
        "",
        "Ben",
        "",
    ),
    ("Sag Ben Bescheid, wenn Ann bis 15 Uhr keine Antwort hat", ANSWERED, "Ann", "", "Ben", ""),
    (
        *("wenn sich bis 15 Uhr keiner um Ann gekümmert hat, sag Ben, er soll sie anrufen",),
        *(ANSWERED, "Ann", "", "Ben", "er soll sie anrufen"),
    ),
    ("falls bis mittags niemand in #orders antwortet, erinnere mich", ROOM, "", "#orders", "", ""),
    ("erinnere mich, wenn bis 12 keiner in #orders geantwortet hat", ROOM, "", "#orders", "", ""),
    ("kannst du mir Bescheid sagen, wenn bis 15 Uhr niemand antwortet?", ROOM, "", "", "", ""),
    ("wenn Ben bis 17 Uhr nicht geantwortet hat, erinnere mich", PERSON, "Ben", "", "", ""),
    ("wenn sich Ben bis 17 Uhr nicht gemeldet hat, erinnere mich", PERSON, "Ben", "", "", ""),
]

NONE = [
    "if nobody answers, what do I do?",
    "what happens if nobody answers Ann by 3 pm?",
    "what should I tell Ben if nobody has answered Ann by 3 pm?",
    "tell me what to do if nobody answers by noon",
    "do you remind me if nobody replies?",
    "If nobody answers the phone by 3, tell the driver to wait",
    "if nobody answers the door, ring twice",
    "If nobody answers, tell me",
    "if nobody is there by 3, leave the parcel",
    "if nobody replies to my offer by Friday, is it void?",
    "tell me if you are open on Friday",
    "remind me on Friday if it rains",
    "Remind me if you can tomorrow at 9 to call Ann",
    "if the oven is broken tell Ben",
    "nobody answered me by 3 pm, tell Ben",
    "remind me tomorrow at 9 to call Ann",
    "Wenn niemand antwortet, was mache ich?",
    "was passiert, wenn bis 15 Uhr niemand antwortet?",
    "sag mir, wenn ihr am Freitag offen habt",
    "wenn niemand da ist, gib das Paket beim Nachbarn ab",
    "erinnere mich am Freitag, wenn das Wetter schön ist",
]


@pytest.mark.parametrize(("text", "of", "name", "room", "whom", "what"), WISHES)
def test_what_must_not_happen_and_whom_to_tell_are_told_apart(text, of, name, room, whom, what):
    found = condition(text)
    assert found is not None
    assert (found.of, found.name, found.room) == (of, name, room)
    assert found.after[: len(whom)] == whom
    assert bool(found.after) is bool(whom)
    assert found.told(whom) == what


@pytest.mark.parametrize("text", NONE)
def test_a_question_or_a_word_to_others_is_no_condition(text):
    assert condition(text) is None
