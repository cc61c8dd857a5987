import pytest

from bot.language.preference import preferred


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("de", "de"),
        ("de-AT,de;q=0.9,en;q=0.5", "de"),
        ("fr, en;q=0.4, de;q=0.8", "de"),
        ("EN-us", "en"),
        ("fr", "en"),
        ("", "en"),
        ("de;q=0", "en"),
        ("de;q=x, en", "en"),
        ("*", "en"),
        ("_-;;,,\x00ä" * 50, "en"),
    ],
)
def test_the_page_speaks_what_the_browser_likes_best(accepted: str, language: str):
    assert preferred(accepted, ("de", "en")) == language
