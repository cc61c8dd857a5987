"""Messages that ask for something about one's own reminders, and those that only look so."""

import pytest

from bot.followups.requests import Act, Scope, requests


@pytest.mark.parametrize(
    ("text", "act", "about", "to"),
    [
        ("move the flour thing to Thursday", Act.MOVE, "the flour thing", "Thursday"),
        ("Could you please push the dentist by an hour?", Act.MOVE, "the dentist", "in an hour"),
        ("make that 10 instead of 9", Act.MOVE, "that", "at 10"),
        ("hi, reschedule the oven for Friday, please", Act.MOVE, "the oven", "Friday"),
        ("move the flour thing", Act.MOVE, "the flour thing", None),
        ("cancel the reminder about the oven", Act.CANCEL, "the reminder about the oven", None),
        ("you can drop the flour one", Act.CANCEL, "the flour one", None),
        ("stop reminding me about the oven", Act.CANCEL, "reminding me about the oven", None),
        ("the oven is done, no need to remind me", Act.CANCEL, "the oven", None),
        ("what do you still have for me?", Act.LIST, "me", None),
        ("which reminders do I have this week", Act.LIST, "this week", None),
        ("do you have anything about flour", Act.LIST, "about flour", None),
        ("reminders this week", Act.LIST, "this week", None),
        ("Erinnerungen am Freitag", Act.LIST, "am Freitag", None),
        ("when are you reminding me about the oven?", Act.LIST, "about the oven", None),
        ("verschieb das mit dem Mehl auf Donnerstag", Act.MOVE, "das mit dem Mehl", "Donnerstag"),
        (
            "kannst du den Zahnarzt um eine Stunde nach hinten schieben?",
            Act.MOVE,
            "den Zahnarzt",
            "in eine Stunde",
        ),
        ("lösch die Erinnerung an den Ofen", Act.CANCEL, "die Erinnerung an den Ofen", None),
        ("das mit dem Ofen hat sich erledigt", Act.CANCEL, "dem Ofen", None),
        ("sag die Erinnerung an den Ofen ab", Act.CANCEL, "die Erinnerung an den Ofen", None),
        ("Was steht diese Woche noch an?", Act.LIST, "diese Woche noch", None),
    ],
)
def test_a_request_says_what_is_wanted_of_which_reminder(text, act, about, to):
    first = requests(text)[0]
    assert (first.act, first.about) == (act, about)
    assert (first.shift and first.shift.words) == to


def test_a_new_text_begins_where_one_may_begin():
    found = requests("change the text of the reminder to call Ann to call Ben")
    assert [(each.about, each.text) for each in found if each.act is Act.REWORD] == [
        ("of the reminder", "call Ann to call Ben"),
        ("of the reminder to call Ann", "call Ben"),
    ]


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        ("move the plants to 10, just this once", Scope.ONCE),
        ("skip the next plants reminder", Scope.ONCE),
        ("move the plants to 10 from now on", Scope.ALWAYS),
        ("I don't want the plants any more, cancel them", None),
        ("verschieb die Pflanzen auf 10, nur dieses Mal", Scope.ONCE),
        ("verschieb die Pflanzen ab jetzt auf 10", Scope.ALWAYS),
        ("move the plants to 10", Scope.UNSAID),
    ],
)
def test_which_times_are_meant_is_taken_from_the_words(text, scope):
    found = requests(text)
    assert (found[0].scope if found else None) == scope


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "don't cancel the reminder about the oven",
        "how do I cancel a reminder?",
        "reminders: how do they work?",
        "did you cancel the reminder about the oven?",
        "what happens if I cancel the flour order?",
        "when are you open on Friday?",
        "never move the flour thing to Thursday without asking me",
        "lösch die Erinnerung nicht",
        "wie lösche ich eine Erinnerung?",
        "wann habt ihr am Freitag offen?",
        "I moved to Thursday Street and the oven " + "word " * 40,
    ],
)
def test_what_only_looks_like_a_request_is_none(text):
    assert requests(text) == []
