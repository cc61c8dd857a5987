import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.choices import MAX_GROUPS, MAX_MEMBER_CHARS, MAX_MEMBERS, KnowledgeChoice
from bot.web.pages.finding import groups

members = st.text(st.characters(categories=["L", "N"]) | st.just(" "), max_size=20).map(
    lambda text: " ".join(text.split())
)
listed = st.lists(
    st.lists(members.filter(bool), min_size=2, max_size=5, unique_by=str.casefold), max_size=5
)


def chosen(*wished: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    return KnowledgeChoice(synonyms=wished).synonyms


@given(listed)
def test_what_the_page_shows_is_read_back_equal(wished: list[list[str]]):
    kept = chosen(*(tuple(group) for group in wished))
    shown = "\n".join(", ".join(group) for group in kept)
    assert chosen(*(tuple(group) for group in groups(shown))) == kept


@given(st.text(max_size=300))
def test_any_text_is_groups_of_words_without_a_comma(text: str):
    for group in groups(text):
        assert group
        for member in group:
            assert member
            assert member == member.strip()
            assert "," not in member


def test_spaces_are_evened_and_what_is_written_twice_counts_once():
    assert chosen((" natural   yeast", "levain", "Levain")) == (("natural yeast", "levain"),)


@pytest.mark.parametrize(
    ("wished", "says"),
    [
        ([("alone",)], "2 to 20"),
        ([("same", "Same")], "2 to 20"),
        ([tuple(f"word {n}" for n in range(MAX_MEMBERS + 1))], "2 to 20"),
        ([("a, b", "c")], "without a comma"),
        ([("?!", "c")], "no word"),
        ([("x" * (MAX_MEMBER_CHARS + 1), "c")], "80 signs"),
        ([("a", "b")] * (MAX_GROUPS + 1), "200 groups"),
    ],
)
def test_what_cannot_be_looked_up_is_refused_in_a_sentence(
    wished: list[tuple[str, ...]], says: str
):
    with pytest.raises(ValidationError, match=says):
        chosen(*wished)
