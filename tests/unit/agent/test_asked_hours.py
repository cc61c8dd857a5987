from datetime import date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.agent.asked_hours import AskedHours, Asker, Topic, asked_hours
from bot.business.calendar import BusinessCalendar
from bot.business.facts import BusinessFacts
from bot.language.lexicon import lexicons

BERLIN = ZoneInfo("Europe/Berlin")
TUESDAY = date(2026, 11, 24)
FACTS = BusinessFacts.model_validate(
    {"name": "Bäckerei Kornfeld", "zone": "Europe/Berlin", "hours": {"MO": "9-17"}}
)

NOW, WEEK, AGAIN, CLOSED = Topic.NOW, Topic.WEEK, Topic.NEXT_OPENING, Topic.NEXT_CLOSED
HOLIDAYS, NEXT_HOLIDAY = Topic.HOLIDAYS, Topic.NEXT_HOLIDAY
TODAY, TOMORROW, FRIDAY, SATURDAY, SUNDAY = "11-24", "11-25", "11-27", "11-28", "11-29"
EVE, CHRISTMAS, BOXING = "12-24", "12-25", "12-26"


def asked(
    text: str, *, before: str = "", language: str = "en", name: str = FACTS.name
) -> AskedHours | None:
    facts = FACTS.model_copy(update={"name": name})
    asker = Asker(TUESDAY, BERLIN, language)
    return asked_hours(text, before=before, asker=asker, calendar=BusinessCalendar(facts))


def seen(found: AskedHours | None) -> object:
    """Return what was found in short: days as month and day, weekdays, else the topic."""
    if found is None:
        return None
    if found.topic is Topic.DATES:
        return " ".join(f"{day:%m-%d}" for day in found.dates)
    return found.weekdays if found.topic is Topic.WEEKDAYS else found.topic


ENGLISH = [
    ("Are you open?", NOW),
    ("are you open right now", NOW),
    ("r u still open", NOW),
    ("is the shop closed at the moment?", NOW),
    ("open now?", NOW),
    ("do you know if you're still open?", NOW),
    ("until when are you open now", NOW),
    ("are you guys open today", TODAY),
    ("Are you open tomorrow?", TOMORROW),
    ("will you be open the day after tomorrow", "11-26"),
    ("is your office open this Saturday?", SATURDAY),
    ("are you closed on Sunday", SUNDAY),
    ("Are you open on 24 December?", EVE),
    ("are you open on December 26th?", BOXING),
    ("are you open on Christmas Day?", CHRISTMAS),
    ("is the store shut on boxing day", BOXING),
    ("are you open on good friday", "03-26"),
    ("do you open on New Year's Eve?", "12-31"),
    ("open saturday?", SATURDAY),
    ("you open tomorrow?", TOMORROW),
    ("When do you open tomorrow?", TOMORROW),
    ("what time do you close today?", TODAY),
    ("until when are you open today?", TODAY),
    ("how late are you open tonight", TODAY),
    ("how early do you open on friday", FRIDAY),
    ("from when are you open tomorrow", TOMORROW),
    ("what are your hours on Christmas Eve?", EVE),
    ("opening hours tomorrow", TOMORROW),
    ("What are the opening hours for Friday?", FRIDAY),
    ("are you open at 8 on Friday?", FRIDAY),
    ("are you open on saturday morning", SATURDAY),
    ("do you close early on Christmas Eve?", EVE),
    ("are you open on Saturday or Sunday?", f"{SATURDAY} {SUNDAY}"),
    ("Are you open this weekend?", f"{SATURDAY} {SUNDAY}"),
    ("are you open on tuesday?", f"{TODAY} 12-01"),
    ("Could you tell me whether you are open tomorrow", TOMORROW),
    ("I wanted to ask if you're open on Friday", FRIDAY),
    ("What are your opening hours?", WEEK),
    ("what are your hours", WEEK),
    ("Opening times?", WEEK),
    ("when are you open?", WEEK),
    ("when do you close", WEEK),
    ("What hours are you open?", WEEK),
    ("on which days are you open", WEEK),
    ("can you tell me your opening hours please", WEEK),
    ("are you open at 8 pm?", WEEK),
    ("are you open in the evening", WEEK),
    ("are you open on Mondays?", (0,)),
    ("what time do you open on weekdays", (0, 1, 2, 3, 4)),
    ("are you closed on weekends?", (5, 6)),
    ("do you open saturdays", (5,)),
    ("Are you open on public holidays?", HOLIDAYS),
    ("are you closed on a bank holiday", HOLIDAYS),
    ("are you open next public holiday?", NEXT_HOLIDAY),
    ("will you be open on the next bank holiday", NEXT_HOLIDAY),
    ("When do you open again?", AGAIN),
    ("when will you be open again", AGAIN),
    ("when do you reopen?", AGAIN),
    ("When are you closed next?", CLOSED),
    ("when is your next closing day?", CLOSED),
    ("Is Bäckerei Kornfeld open tomorrow?", TOMORROW),
]

NOT_ENGLISH = [
    "can I collect a cake on Saturday?",
    "is parking open at night?",
    "are the courses open on sundays",
    "is the kitchen open now?",
    "is the bakery next door open now",
    "is it open now?",
    "are they open tomorrow",
    "is your phone line open on Saturday?",
    "are you open to suggestions?",
    "are you open for walk-ins tomorrow",
    "is the position still open?",
    "is my ticket still open",
    "do you open the door for wheelchairs",
    "can I open an account tomorrow?",
    "how do I close my account",
    "please close the ticket tomorrow",
    "when does the course start on Friday?",
    "when is the next course?",
    "what time is the class tomorrow",
    "what times do you have tomorrow?",
    "what is the current time?",
    "how long is the course on Saturday",
    "how long do you keep an order open",
    "how many hours does it take",
    "can I come at 8 tomorrow?",
    "do you have time on Friday?",
    "do you deliver on Sundays?",
    "are you there tomorrow?",
    "is Ann in on Friday?",
    "do you work on public holidays?",
    "are you open in August?",
    "are you open next week?",
    "were you open yesterday?",
    "are you open over Christmas?",
    "what do you do before opening?",
    "who opens the shop tomorrow?",
    "who closes on Friday",
    "what do we put in the till when we open",
    "do you sell bread that is open",
    "have you opened a second shop?",
    "where is your shop",
    "is the shop for sale",
    "close",
    "closed",
    "hours",
    "I closed the door on Friday",
    "we will be closed on Friday",
    "remind me when you open tomorrow",
    "the shop is open until 6 today",
    "open the window tomorrow",
    "after closing, who has the key?",
    "can I pick up after hours",
    "is there an open day on Saturday?",
    "opening on friday?",
    "do you close for lunch",
    "are you open on the 30th of February?",
    "when can I see the doctor tomorrow",
    "how open are you",
    "is the cafe open tomorrow",
    "my jar is open since monday, is it still good",
    "are you open tomorrow" + " please" * 20,
]

GERMAN = [
    ("Haben Sie jetzt geöffnet?", NOW),
    ("habt ihr gerade offen", NOW),
    ("habt ihr auf?", NOW),
    ("Ist der Laden noch offen?", NOW),
    ("hat das Geschäft zu", NOW),
    ("noch offen?", NOW),
    ("bis wann habt ihr noch offen", NOW),
    ("wissen Sie, ob Sie noch geöffnet haben?", NOW),
    ("Habt ihr heute offen?", TODAY),
    ("heute geöffnet?", TODAY),
    ("Habt ihr morgen auf?", TOMORROW),
    ("Sind Sie übermorgen geöffnet?", "11-26"),
    ("haben sie am samstag geöffnet", SATURDAY),
    ("Habt ihr diesen Sonntag zu?", SUNDAY),
    ("Haben Sie am 24. Dezember geöffnet?", EVE),
    ("habt ihr am 24.12. offen", EVE),
    ("Seid ihr an Heiligabend offen?", EVE),
    ("haben Sie am ersten Weihnachtsfeiertag offen", CHRISTMAS),
    ("ist am 2. Weihnachtsfeiertag geöffnet?", BOXING),
    ("habt ihr an Karfreitag geschlossen?", "03-26"),
    ("Habt ihr an Silvester auf?", "12-31"),
    ("macht ihr morgen auf?", TOMORROW),
    ("öffnet ihr am Freitag?", FRIDAY),
    ("Wann macht ihr morgen auf?", TOMORROW),
    ("wann öffnen Sie am Freitag", FRIDAY),
    ("Bis wann haben Sie heute geöffnet?", TODAY),
    ("wie lange habt ihr heute offen?", TODAY),
    ("Um wie viel Uhr schließen Sie heute?", TODAY),
    ("ab wann habt ihr am Samstag auf", SATURDAY),
    ("wann macht ihr heute Abend zu", TODAY),
    ("Öffnungszeiten am Samstag", SATURDAY),
    ("Welche Öffnungszeiten haben Sie am Freitag?", FRIDAY),
    ("habt ihr morgen um 8 schon auf?", TOMORROW),
    ("schließt ihr Heiligabend früher?", EVE),
    ("habt ihr am Samstag oder am Sonntag offen", f"{SATURDAY} {SUNDAY}"),
    ("Habt ihr am Wochenende offen?", f"{SATURDAY} {SUNDAY}"),
    ("habt ihr am dienstag offen", f"{TODAY} 12-01"),
    ("Können Sie mir sagen, ob Sie morgen geöffnet haben?", TOMORROW),
    ("weißt du wann ihr heute zumacht", TODAY),
    ("ich wollte fragen, ob ihr am Freitag offen habt", FRIDAY),
    ("Was sind Ihre Öffnungszeiten?", WEEK),
    ("Wie sind eure Öffnungszeiten?", WEEK),
    ("Öffnungszeiten", WEEK),
    ("Wann habt ihr geöffnet?", WEEK),
    ("wann macht ihr zu", WEEK),
    ("An welchen Tagen haben Sie offen?", WEEK),
    ("sagen Sie mir bitte Ihre Öffnungszeiten", WEEK),
    ("habt ihr um 18 Uhr noch offen?", WEEK),
    ("Habt ihr abends offen?", WEEK),
    ("Habt ihr sonntags offen?", (6,)),
    ("ab wann habt ihr samstags auf", (5,)),
    ("habt ihr montags geschlossen", (0,)),
    ("Haben Sie an Feiertagen geöffnet?", HOLIDAYS),
    ("habt ihr feiertags offen", HOLIDAYS),
    ("Habt ihr am nächsten Feiertag offen?", NEXT_HOLIDAY),
    ("Wann habt ihr wieder offen?", AGAIN),
    ("wann macht ihr wieder auf", AGAIN),
    ("Wann öffnen Sie wieder?", AGAIN),
    ("Wann habt ihr das nächste Mal zu?", CLOSED),
    ("wann ist euer nächster Schließtag", CLOSED),
    ("Hat die Bäckerei morgen offen?", TOMORROW),
    ("Hat die Bäckerei Kornfeld am Samstag geöffnet?", SATURDAY),
]

NOT_GERMAN = [
    "Kann ich am Samstag eine Torte abholen?",
    "Ist der Parkplatz nachts offen?",
    "Sind die Kurse sonntags offen?",
    "Ist die Küche noch offen?",
    "Hat die Apotheke nebenan morgen auf?",
    "Ist das jetzt offen?",
    "Haben die morgen auf?",
    "Ist Ihr Telefon am Samstag besetzt?",
    "Sind Sie am Samstag telefonisch erreichbar?",
    "Ist die Stelle noch offen?",
    "Ist meine Rechnung noch offen?",
    "Sind noch Plätze offen?",
    "Macht ihr die Tür auf?",
    "Macht ihr das Paket morgen auf?",
    "Kann ich morgen ein Konto eröffnen?",
    "Wann fängt der Kurs am Freitag an?",
    "Wann ist der nächste Kurs?",
    "Um wie viel Uhr ist die Probe morgen?",
    "Wie lange dauert der Kurs am Samstag?",
    "Wie lange hebt ihr Bestellungen auf?",
    "Habt ihr morgen Zeit?",
    "Liefert ihr sonntags?",
    "Kann ich morgen um 8 kommen?",
    "Sind Sie morgen da?",
    "Ist Anna am Freitag da?",
    "Arbeitet ihr an Feiertagen?",
    "Habt ihr im August offen?",
    "Habt ihr nächste Woche offen?",
    "Hattet ihr gestern offen?",
    "Habt ihr über Weihnachten offen?",
    "Was macht ihr vor dem Öffnen?",
    "Wer macht morgen auf?",
    "Wer schließt am Freitag ab?",
    "Habt ihr einen zweiten Laden eröffnet?",
    "Wo ist euer Laden?",
    "auf morgen!",
    "bis morgen, macht es gut",
    "offen",
    "geschlossen",
    "zu",
    "Wir haben am Freitag geschlossen",
    "Der Laden ist heute bis 18 Uhr offen",
    "Erinnere mich, wenn ihr morgen aufmacht",
    "Seid ihr auf Instagram?",
    "Habt ihr auf Facebook eine Seite?",
    "Habt ihr was auf Lager?",
    "Macht ihr auf Bestellung Torten?",
    "Habt ihr zu viel Brot?",
    "Sind Sie zu erreichen?",
    "Haben Sie zu Weihnachten Stollen?",
    "Sind Sie offen für Vorschläge?",
    "Ist am Samstag ein Tag der offenen Tür?",
    "Macht ihr mittags zu Hause Besuche?",
    "Habt ihr über Mittag zu?",
    "Gibt es zu Ostern Lamm?",
    "Mein Glas ist seit Montag offen, ist es noch gut?",
    "Bekomme ich nach Ladenschluss noch etwas?",
    "Wie komme ich am Samstag zu euch?",
    "Was kostet die Torte am Samstag?",
    "Habt ihr am 30. Februar offen?",
    "Ist das Café am Sonntag offen?",
]

OTHERS = [
    ("es", "¿Están abiertos ahora?", NOW),
    ("es", "¿Abren mañana?", TOMORROW),
    ("es", "¿La tienda está abierta el sábado?", SATURDAY),
    ("es", "¿Hasta qué hora están abiertos hoy?", TODAY),
    ("es", "¿Cuál es el horario?", WEEK),
    ("es", "¿Cierran los domingos?", (6,)),
    ("es", "¿Abren en festivos?", HOLIDAYS),
    ("es", "¿Abren el próximo festivo?", NEXT_HOLIDAY),
    ("es", "¿Cuándo vuelven a abrir?", AGAIN),
    ("es", "¿Está abierta la cocina?", None),
    ("es", "¿Puedo recoger una tarta el sábado?", None),
    ("fr", "Êtes-vous ouverts maintenant ?", NOW),
    ("fr", "Vous êtes ouverts demain ?", TOMORROW),
    ("fr", "Le magasin est-il ouvert samedi ?", SATURDAY),
    ("fr", "Est-ce que vous êtes ouverts le 24 décembre ?", EVE),
    ("fr", "À quelle heure fermez-vous aujourd'hui ?", TODAY),
    ("fr", "Quels sont vos horaires d'ouverture ?", WEEK),
    ("fr", "Êtes-vous ouverts les jours fériés ?", HOLIDAYS),
    ("fr", "Quand fermez-vous la prochaine fois ?", CLOSED),
    ("fr", "Est-elle ouverte demain ?", None),
    ("fr", "La cuisine est ouverte ?", None),
    ("it", "Siete aperti adesso?", NOW),
    ("it", "Siete aperti ora?", NOW),
    ("it", "A che ora aprite domani?", TOMORROW),
    ("it", "Il negozio è aperto sabato?", SATURDAY),
    ("it", "Quali sono i vostri orari?", WEEK),
    ("it", "Siete aperti nei giorni festivi?", HOLIDAYS),
    ("it", "Il parcheggio è aperto di notte?", None),
    ("nl", "Zijn jullie nu open?", NOW),
    ("nl", "Bent u zaterdag open?", SATURDAY),
    ("nl", "Hoe laat gaan jullie morgen open?", TOMORROW),
    ("nl", "Wat zijn jullie openingstijden?", WEEK),
    ("nl", "Zijn jullie op feestdagen open?", HOLIDAYS),
    ("nl", "Wanneer zijn jullie weer open?", AGAIN),
    ("nl", "Is de keuken nog open?", None),
    ("pt", "Estão abertos agora?", NOW),
    ("pt", "Abrem no sábado?", SATURDAY),
    ("pt", "A que horas abrem amanhã?", TOMORROW),
    ("pt", "Qual é o horário de funcionamento?", WEEK),
    ("pt", "Abrem aos domingos?", (6,)),
    ("pt", "Abrem nos feriados?", HOLIDAYS),
    ("pt", "O estacionamento abre à noite?", None),
]


@pytest.mark.parametrize(("text", "expected"), ENGLISH)
def test_english_questions_for_the_hours_are_known(text, expected):
    assert seen(asked(text)) == expected


@pytest.mark.parametrize("text", NOT_ENGLISH)
def test_english_questions_about_anything_else_are_left_to_the_knowledge(text):
    assert asked(text) is None


@pytest.mark.parametrize(("text", "expected"), GERMAN)
def test_german_questions_for_the_hours_are_known(text, expected):
    assert seen(asked(text, language="de")) == expected


@pytest.mark.parametrize("text", NOT_GERMAN)
def test_german_questions_about_anything_else_are_left_to_the_knowledge(text):
    assert asked(text, language="de") is None


@pytest.mark.parametrize(("language", "text", "expected"), OTHERS)
def test_plain_questions_in_the_other_languages_are_told_apart(language, text, expected):
    assert seen(asked(text, language=language)) == expected


@pytest.mark.parametrize(
    ("language", "before", "text", "expected"),
    [
        ("en", "are you open on Saturday?", "and on sunday?", SUNDAY),
        ("en", "are you open on Saturday?", "until when?", SATURDAY),
        ("en", "are you open on Saturday?", "and when do you close?", SATURDAY),
        ("en", "are you open on Saturday?", "how about bank holidays", HOLIDAYS),
        ("en", "what are your opening hours?", "what about christmas eve", EVE),
        ("en", "what are your opening hours?", "on sundays?", (6,)),
        ("en", "what are your opening hours?", "and now?", NOW),
        ("en", "when do you open again?", "and tomorrow?", TOMORROW),
        ("en", "are you open on Saturday?", "and what are your opening hours?", WEEK),
        ("en", "are you open on Saturday?", "and can I park on sunday?", None),
        ("en", "are you open on Saturday?", "and the cakes?", None),
        ("en", "are you open on Saturday?", "ok", None),
        ("en", "can I park on Saturday?", "and on sunday?", None),
        ("en", "is my ticket open?", "and on sunday?", None),
        ("en", "is a place free on the course?", "still open?", None),
        ("de", "habt ihr am Samstag offen?", "und am Sonntag?", SUNDAY),
        ("de", "habt ihr am Samstag offen?", "bis wann?", SATURDAY),
        ("de", "habt ihr am Samstag offen?", "und Heiligabend", EVE),
        ("de", "habt ihr am Samstag offen?", "und die Torte?", None),
        ("es", "¿Abren mañana?", "¿y el domingo?", SUNDAY),
        ("fr", "Vous êtes ouverts demain ?", "et dimanche ?", SUNDAY),
        ("it", "Siete aperti domani?", "e domenica?", SUNDAY),
        ("nl", "Zijn jullie morgen open?", "en zondag?", SUNDAY),
        ("pt", "Estão abertos amanhã?", "e no domingo?", SUNDAY),
    ],
)
def test_a_question_may_go_on_with_one_for_the_hours(language, before, text, expected):
    assert seen(asked(text, before=before, language=language)) == expected


@pytest.mark.parametrize("language", list(lexicons()))
def test_what_leans_can_be_leaned_on_in_turn(language):
    first = {
        "en": ("are you open on Saturday?", "and tomorrow?"),
        "de": ("habt ihr am Samstag offen?", "und morgen?"),
        "es": ("¿Abren el sábado?", "¿y mañana?"),
        "fr": ("Vous êtes ouverts samedi ?", "et demain ?"),
        "it": ("Siete aperti sabato?", "e domani?"),
        "nl": ("Zijn jullie zaterdag open?", "en morgen?"),
        "pt": ("Abrem no sábado?", "e amanhã?"),
    }
    until = {
        "en": "until when?", "de": "bis wann?", "es": "¿hasta qué hora?",
        "fr": "jusqu'à quelle heure ?", "it": "fino a che ora?", "nl": "tot hoe laat?",
        "pt": "até que horas?",
    }  # fmt: skip
    before, text = first[language]
    second = asked(text, before=before, language=language)
    assert seen(second) == TOMORROW
    assert seen(asked(until[language], before=second.text, language=language)) == TOMORROW


def test_a_day_gone_on_with_is_kept_as_a_date():
    second = asked("what about christmas eve", before="what are your opening hours?")
    assert seen(asked("until when?", before=second.text)) == EVE


def test_the_business_s_trade_is_known_by_its_name_only():
    assert seen(asked("is the clinic open tomorrow?", name="Riverside Clinic")) == TOMORROW
    assert asked("is the clinic open tomorrow?", name="Corner Bakery") is None
    assert asked("is the clinic open tomorrow?", name="") is None


def test_what_holds_on_any_day_is_told_apart_from_what_holds_today():
    assert asked("what are your opening hours?").standing
    assert asked("are you open on sundays?").standing
    assert not asked("are you open on sunday?").standing
    assert not asked("are you open?").standing
    assert not asked("when are you closed next?").standing


@given(st.lists(st.sampled_from(sorted(lexicons()["en"].vocabulary("between", "us", "openness")))))
def test_any_words_are_read(words):
    found = asked(" ".join(words), before="are you open?")
    assert found is None or found.text
