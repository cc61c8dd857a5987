import pytest

from bot.followups.digest_words import digest_wish


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("send me a daily digest at 8", "every day at 8"),
        ("every morning at 8 send me an overview", "every morning at 8"),
        ("weekly digest on Monday at 9", "every week on Monday at 9"),
        ("weekly digest every Monday at 9", "every Monday at 9"),
        ("daily digest", "every day"),
        ("Schick mir jeden Tag um 8 eine Übersicht", "jeden Tag um 8"),
        ("Wochenübersicht montags um 9", "montags um 9"),
        ("mándame un resumen diario a las 8", "cada día a las 8"),
        ("envoie-moi un résumé quotidien à 8h", "chaque jour à 8h"),
        ("mandami un riepilogo giornaliero alle 8", "ogni giorno alle 8"),
        ("stuur me een dagelijks overzicht om 8 uur", "elke dag om 8 uur"),
        ("manda-me um resumo diário às 8", "todos os dias às 8"),
    ],
)
def test_a_wish_for_an_overview_tells_when(text, when):
    assert digest_wish(text) == when


@pytest.mark.parametrize(
    "text",
    [
        "is there an overview of your prices?",
        "send me an overview of your prices",
        "give me a summary",
        "can you give me an overview of the opening hours every Monday?",
        "",
    ],
)
def test_anything_else_is_no_such_wish(text):
    assert digest_wish(text) is None
