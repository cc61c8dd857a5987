import pytest

from bot.language.introductions import introductions


def told(text: str) -> list[tuple[str, str]]:
    return [(text[each.start : each.end].strip(" ,"), each.name) for each in introductions(text)]


@pytest.mark.parametrize(
    ("text", "said", "name"),
    [
        ("Hello, I'm Ann Keller, do you deliver?", "I'm Ann Keller", "Ann Keller"),
        ("I am Ann and want a cake", "I am Ann and", "Ann"),
        ("this is Paul van der Berg speaking", "this is Paul van der Berg speaking", None),
        ("my name is ann keller and i need bread", "my name is ann keller and", "ann keller"),
        ("My name is Dr. Keller.", "My name is Dr. Keller", "Keller"),
        ("It's Ann again, is it ready?", "It's Ann again", "Ann"),
        ("Guten Tag, mein Name ist Keller. Haben Sie auf?", "mein Name ist Keller", "Keller"),
        ("Ich bin Anna Müller und möchte etwas", "Ich bin Anna Müller und", "Anna Müller"),
        ("Hier ist Frau Keller, ist es fertig?", "Hier ist Frau Keller", "Keller"),
        ("ich heiße Özlem, haben Sie auf?", "ich heiße Özlem", "Özlem"),
        ("je m'appelle Jean-Luc Petit", "je m'appelle Jean-Luc Petit", "Jean-Luc Petit"),
        ("Soy María José López, ¿abren?", "Soy María José López", "María José López"),
        ("mi chiamo Luca e vorrei", "mi chiamo Luca e", "Luca"),
        ("ik ben Jan de Vries, open?", "ik ben Jan de Vries", "Jan de Vries"),
        ("Sou o João Silva, entregam?", "Sou o João Silva", "João Silva"),
    ],
)
def test_a_name_that_somebody_tells_of_themselves_is_found(text, said, name):
    assert told(text) == [(said, name or "Paul van der Berg")]


@pytest.mark.parametrize(
    "text",
    [
        "i'm allergic to nuts",
        "I'm German, do I need a visa?",
        "my name is on the list, right?",
        "is my name important to you?",
        "Is this Monday's bread, or is it May already?",
        "I'm at 12 Elm Street",
        "is the name on the cake free?",
        "Ich bin Stammkunde, gibt es Rabatt?",
        "je suis végétarien",
        "sono allergico",
        "I'm looking for the person who called Ann",
    ],
)
def test_what_is_no_introduction_is_left_alone(text):
    assert told(text) == []


def test_two_people_in_one_text_are_both_found():
    assert [name for _, name in told("I'm Ann. My husband's name: Paul. I'm Bo Berg.")] == [
        "Ann",
        "Bo Berg",
    ]
