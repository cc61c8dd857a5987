"""Whether somebody is upset."""

import pytest

from bot.language.moods import upset


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("I'm really fed up with this!!", "en"),
        ("This is absolutely unacceptable, third time now", "en"),
        ("what a joke. worst service ever", "en"),
        ("You will be hearing from my lawyer.", "en"),
        ("I want to make a complaint about the cake", "en"),
        ("Das ist wirklich eine Frechheit!", "de"),
        ("ICH BIN STINKSAUER", "de"),
        ("Mir reicht's jetzt, zum dritten Mal falsch geliefert", "de"),
        ("Ich möchte mich beschweren", "de"),
        ("Sie hören von meinem Anwalt!", "de"),
        ("Estoy muy enfadada con ustedes", "es"),
        ("C'est vraiment inacceptable !", "fr"),
        ("J'en ai marre d'attendre", "fr"),
        ("Sono davvero arrabbiato", "it"),
        ("Dit is echt schandalig", "nl"),
        ("Isto é inaceitável", "pt"),
    ],
)
def test_who_says_so_is_upset(text: str, language: str):
    assert upset(text, [language])


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("", "en"),
        ("I'm not angry, just curious: do you deliver?", "en"),
        ("Do you have an Angry Birds cake?", "en"),
        ("How do I complain about my landlord?", "en"),
        ("Can I sue my employer?", "en"),
        ("what is the best service for a wedding?", "en"),
        ("I was a bit disappointed, is there another flavour?", "en"),
        ("Ich bin nicht sauer, nur neugierig", "de"),
        ("Habt ihr Sauerteigbrot? Ich bin gespannt!", "de"),
        ("Ist eine Beschwerde beim Amt kostenlos?", "de"),
        ("Mein Zahn macht Beschwerden", "de"),
        ("Reicht es, wenn ich am Freitag bestelle?", "de"),
        ("¿Estoy a tiempo de pedir?", "es"),
        ("Je suis en retard", "fr"),
        ("Sono celiaco", "it"),
        ("Ik ben morgen jarig", "nl"),
        ("Estou à procura de um bolo", "pt"),
        ("This is unacceptable", "xx"),
    ],
)
def test_who_asks_is_not(text: str, language: str):
    assert not upset(text, [language])
