import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.followups.wish import Wish, wish


@pytest.mark.parametrize(
    ("text", "subject", "when_text"),
    [
        ("remind me on Friday at 9 to call the supplier", "call the supplier", "on Friday at 9"),
        ("please remind me tomorrow about the flour", "the flour", "tomorrow"),
        ("Can you remind me in 10 minutes to check the oven?", "check the oven", "in 10 minutes"),
        ("remind me to call Ann on Friday at 9", "call Ann", "on Friday at 9"),
        ("Tomorrow at 9, could you please remind me to call?", "call", "Tomorrow at 9"),
        ("at 9 tomorrow remind me to go to the mall", "go to the mall", "at 9 tomorrow"),
        (
            "remind us every Friday at 4pm to clean the oven",
            "clean the oven",
            "every Friday at 4pm",
        ),
        ("set a reminder for Friday at 9 to order flour", "order flour", "Friday at 9"),
        ("Remind me: Friday 9am dentist", "dentist", "Friday 9am"),
        ("I forgot, remind me tomorrow at 9 to pay", "pay", "tomorrow at 9"),
        (
            "remind me on Friday to prepare the Monday order",
            "prepare the Monday order",
            "on Friday",
        ),
        ("remind me tomorrow", "", "tomorrow"),
        ("Can somebody remind me in 1 minute", "", "in 1 minute"),
        ("could anyone remind us at 4pm to lock up?", "lock up", "at 4pm"),
        ("kann mich jemand in 10 Minuten an den Ofen erinnern?", "den Ofen", "in 10 Minuten"),
        ("I need a reminder for Friday at 9 to order flour", "order flour", "Friday at 9"),
        (
            "jeden Freitag um 16 Uhr erinnern: Filter reinigen",
            "Filter reinigen",
            "jeden Freitag um 16 Uhr",
        ),
        (
            "I have to order candles, remind me about it on Friday at 9",
            "I have to order candles",
            "on Friday at 9",
        ),
        ("nudge me in half an hour about the dough", "the dough", "in half an hour"),
        (
            "could you please ping me about the flour on Thursday morning at half past nine",
            "the flour",
            "on Thursday morning at half past nine",
        ),
        ("remind me by Friday at noon to send the offer", "send the offer", "by Friday at noon"),
        (
            "remind me daily at 7 for two weeks to feed the dough",
            "feed the dough",
            "daily at 7 for two weeks",
        ),
        ("remind me when we open to check the mail", "check the mail", "when we open"),
        ("remind me to order flour", "order flour", ""),
        ("Erinnere mich morgen um 9 an die Lieferung", "die Lieferung", "morgen um 9"),
        ("erinner mich bitte übermorgen daran, Ann anzurufen", "Ann anzurufen", "übermorgen"),
        ("Kannst du mich morgen um 9 an das Mehl erinnern?", "das Mehl", "morgen um 9"),
        (
            "Könnten Sie mich bitte am Freitag um 14 Uhr an den Rückruf erinnern?",
            "den Rückruf",
            "am Freitag um 14 Uhr",
        ),
        (
            "Kannst du mich daran erinnern, morgen um 10 Brot zu bestellen?",
            "Brot zu bestellen",
            "morgen um 10",
        ),
        ("Erinnere mich daran, Mehl zu bestellen", "Mehl zu bestellen", ""),
        ("recuérdame mañana a las 9 llamar al proveedor", "llamar al proveedor", "mañana a las 9"),
        ("rappelle-moi demain à 9h d'appeler Anne", "appeler Anne", "demain à 9h"),
        ("ricordami domani alle 9 di chiamare Anna", "chiamare Anna", "domani alle 9"),
        ("herinner me morgen om 9 uur aan de levering", "de levering", "morgen om 9 uur"),
        ("lembra-me amanhã às 9 de ligar à Ana", "ligar à Ana", "amanhã às 9"),
    ],
)
def test_a_wish_gives_its_subject_as_one_would_write_it(text: str, subject: str, when_text: str):
    assert wish(text) == Wish(subject, when_text)


@pytest.mark.parametrize(
    "text",
    [
        "do you remind patients of appointments?",
        "Do you remind me the day before?",
        "can you remind me what your hours are?",
        "can you remind me what your hours are on Friday?",
        "remind me of the address please",
        "Kannst du mich daran erinnern, wann ihr öffnet?",
        "Erinnert ihr Patienten an Termine?",
        "did I ask you to remind me on Friday?",
        "what did I ask you to remind me of",
        "don't remind me on Friday",
        "cancel my reminder for Friday at 9",
        "are you open on Friday at 9?",
        "",
    ],
)
def test_a_question_and_a_mention_are_no_wish(text: str):
    assert wish(text) is None


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60), st.sampled_from(["", "remind me ", "erinnere mich ", "please "]))
def test_any_text_can_be_asked(text: str, before: str):
    found = wish(before + text)

    assert found is None or found.subject == found.subject.strip()
