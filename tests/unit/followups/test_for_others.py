import pytest

from bot.followups.for_others import for_other


@pytest.mark.parametrize(
    ("text", "name", "subject", "when"),
    [
        ("remind Ben on Friday at 9 to call", "Ben", "call", "on Friday at 9"),
        ("Hey, can you remind Ben tomorrow at 9 to call?", "Ben", "call", "tomorrow at 9"),
        ("tomorrow at 9 please remind Ben to call", "Ben", "call", "tomorrow at 9"),
        ("remind #kitchen every Monday at 8 to mop", "#kitchen", "mop", "every Monday at 8"),
        ("set a reminder for @Ben tomorrow at 9: call", "@Ben", "call", "tomorrow at 9"),
        ("remind the driver to ring the bell", "driver", "ring the bell", ""),
        ("erinnere bitte die Anna morgen um 8 an den Kuchen", "Anna", "den Kuchen", "morgen um 8"),
        ("Kannst du Ben morgen um 9 erinnern, zu backen?", "Ben", "zu backen", "morgen um 9"),
        ("Recuérdale a Ben mañana a las 9 que llame", "Ben", "llame", "mañana a las 9"),
        ("rappelle à Ben demain à 9h d'appeler", "Ben", "appeler", "demain à 9h"),
        ("ricorda a Ben domani alle 9 di chiamare", "Ben", "chiamare", "domani alle 9"),
        ("herinner Ben morgen om 9 uur om te bellen", "Ben", "te bellen", "morgen om 9 uur"),
        ("lembra o Ben amanhã às 9 de ligar", "Ben", "ligar", "amanhã às 9"),
    ],
)
def test_a_wish_for_somebody_else_is_taken_apart(text, name, subject, when):
    meant = for_other(text)
    assert meant is not None
    assert meant.name == name
    assert (meant.wish(name).subject, meant.wish(name).when_text) == (subject, when)


@pytest.mark.parametrize(
    "text",
    [
        "remind me on Friday to call",
        "remind us tomorrow at 9",
        "remind on Friday at 9 to call",
        "set a reminder for Friday at 9 to call",
        "do you remind patients of appointments?",
        "did you remind Ben yesterday?",
        "don't remind Ben on Friday at 9",
        "can you remind customers about the deposit when they order?",
        "this picture reminds me of Ben",
        "what does remind Ben do?",
        "Erinnern Sie die Patienten am Vortag an Termine?",
        "erinnere mich morgen um 8",
        "",
    ],
)
def test_anything_else_is_no_such_wish(text):
    assert for_other(text) is None


def test_a_name_of_several_words_leaves_no_word_behind():
    meant = for_other("remind Ben Ash on Friday at 9 to call")
    assert meant is not None
    assert meant.for_oneself("Ben Ash") == "remind me on Friday at 9 to call"
