"""Wishes that a customer be written to: what is understood, and what is no such wish."""

import pytest

from bot.followups.to_customers import reworded, to_customer

WISHES = [
    ("write to them again on Tuesday if they haven't replied", "", True, ""),
    ("Can you write to them again on Tuesday at 10 if they haven't replied?", "", True, ""),
    ("on Tuesday write to them again if they haven't replied", "", True, ""),
    ("ask them again tomorrow if there's no answer", "", True, ""),
    ("follow up with them on Friday if we hear nothing", "", True, ""),
    ("please write to Carla again on Tuesday unless she has answered", "Carla", True, ""),
    (
        *("write to them again at 10 tomorrow if they haven't replied: Is 10:30 all right?",),
        *("", True, "Is 10:30 all right?"),
    ),
    (
        'write to Carla Miller on Friday: "Your cake is ready."',
        "Carla Miller",
        False,
        "Your cake is ready.",
    ),
    ("schreib ihr am Dienstag nochmal, wenn sie sich nicht gemeldet hat", "", True, ""),
    ("hake am Donnerstag bei Carla nach, wenn sie nicht geantwortet hat", "Carla", True, ""),
    ("frag sie am Freitag nochmal, wenn bis dahin keine Antwort kommt", "", True, ""),
    ("melde dich am Montag nochmal bei ihr, falls sie sich nicht gemeldet hat", "", True, ""),
    ("schreib ihnen nächsten Montag: Wir haben wieder auf.", "", False, "Wir haben wieder auf."),
]

NONE = [
    "write down the order for Tuesday",
    "write to the supplier on Tuesday",
    "write me a summary on Friday",
    "write to us on Tuesday",
    "can I write to you again on Tuesday?",
    "how do I write to Carla on Tuesday?",
    "what do I write to them on Tuesday?",
    "ask Ben what he wants",
    "ask them about parking",
    "text me tomorrow",
    "follow up on the invoice on Friday",
    "remind me on Tuesday to write to them again",
    "schreib auf, dass wir am Dienstag zu haben",
    "frag mich am Dienstag nochmal",
    "schreibt ihr am Dienstag eine Klausur?",
]


@pytest.mark.parametrize(("text", "name", "unless_written", "words"), WISHES)
def test_whom_to_write_to_unless_what_and_in_which_words(text, name, unless_written, words):
    found = to_customer(text)
    assert found is not None
    assert (found.name, found.unless_written, found.words) == (name, unless_written, words)
    assert found.when


@pytest.mark.parametrize("text", NONE)
def test_what_is_written_to_nobody_s_conversation_is_no_such_wish(text):
    assert to_customer(text) is None


def test_other_words_name_the_number_first():
    found = reworded("no. 7: “Hello, Carla”")
    assert found is not None
    assert (found.number, found.words) == (7, "Hello, Carla")
    assert reworded("Nr. 7: Hallo").words == "Hallo"
    assert reworded("number 7 is gone") is None
