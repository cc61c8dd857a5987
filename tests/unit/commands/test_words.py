import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.words import Intent, Wish, recognise
from bot.language.sentences import Phrasebook


def wish(text: str, preferred: str | None = None) -> Wish | None:
    intent = recognise(text, preferred=preferred)
    return intent.wish if intent else None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hi!", Wish.GREETING),
        ("good evening everyone", Wish.GREETING),
        ("Hello, how are you?", Wish.GREETING),
        ("Grüß Gott", Wish.GREETING),
        ("Guten Abend zusammen", Wish.GREETING),
        ("¡Muy buenas!", Wish.GREETING),
        ("Bonjour madame", Wish.GREETING),
        ("Salve", Wish.GREETING),
        ("Goedemiddag", Wish.GREETING),
        ("Oi, tudo bem?", Wish.GREETING),
        ("👋", Wish.GREETING),
        ("thank you very much indeed", Wish.THANKS),
        ("thx a lot!!", Wish.THANKS),
        ("perfect, thanks for your help", Wish.THANKS),
        ("Super, danke dir", Wish.THANKS),
        ("muchísimas gracias", Wish.THANKS),
        ("merci beaucoup", Wish.THANKS),
        ("grazie mille", Wish.THANKS),
        ("dank u wel", Wish.THANKS),
        ("muito obrigada", Wish.THANKS),
        ("bye bye", Wish.GOODBYE),
        ("thanks, have a great weekend", Wish.GOODBYE),
        ("no that's everything, thank you", Wish.GOODBYE),
        ("Schönen Abend noch", Wish.GOODBYE),
        ("gracias, hasta luego", Wish.GOODBYE),
        ("merci, bonne journée", Wish.GOODBYE),
        ("arrivederci", Wish.GOODBYE),
        ("tot ziens", Wish.GOODBYE),
        ("até logo", Wish.GOODBYE),
        ("okay", Wish.ACKNOWLEDGEMENT),
        ("ah ok, got it", Wish.ACKNOWLEDGEMENT),
        ("alles klar", Wish.ACKNOWLEDGEMENT),
        ("vale, entendido", Wish.ACKNOWLEDGEMENT),
        ("d'accord", Wish.ACKNOWLEDGEMENT),
        ("👍", Wish.ACKNOWLEDGEMENT),
    ],
)
def test_courtesies_are_told_apart(text, expected):
    assert wish(text) is expected
    assert recognise(text).social


@pytest.mark.parametrize(
    "text",
    [
        "are you a bot?",
        "Are you a real human being or just a program?",
        "hang on, am I chatting with a computer?",
        "is there a human reading this or is it a bot?",
        "is this an AI?",
        "you're a robot, right?",
        "who am I speaking with?",
        "hello, who are you?",
        "haha funny. am I talking to a machine",
        "Bist du ein Mensch oder eine Maschine?",
        "Sind Sie ein Roboter?",
        "Spreche ich hier mit einem Computer?",
        "Mit wem schreibe ich eigentlich?",
        "¿Eres un robot?",
        "¿estoy hablando con una máquina o con una persona?",
        "¿con quién hablo?",
        "Êtes-vous un robot ?",
        "est-ce que je parle à une vraie personne ?",
        "Sei un bot?",
        "sto parlando con una persona vera?",
        "Ben je een robot?",
        "praat ik met een mens of met een computer?",
        "você é um robô?",
        "estou falando com uma pessoa?",
    ],
)
def test_asking_whether_it_is_a_robot_is_seen(text):
    assert wish(text) is Wish.ROBOT


@pytest.mark.parametrize(
    "text",
    [
        "can I speak to a human please",
        "I'd rather talk to a real person",
        "let me talk to the manager",
        "could you put me through to reception?",
        "please connect me with someone from your team",
        "I need to speak with a plumber about my boiler",
        "I want to talk to the vet about Bella",
        "human please",
        "real person",
        "you don't understand me. I want a person!",
        "can someone call me back?",
        "could somebody from the office ring me please",
        "is there someone i can talk to?",
        "i don't want to talk to a bot",
        "may i talk to somebody in person about a complaint",
        "get me a human",
        "Can I please speak with a member of staff?",
        "how can I speak to a person?",
        "customer service",
        "Kann ich mit einem Menschen sprechen?",
        "Ich möchte bitte mit jemandem reden",
        "Mensch bitte",
        "Ich will mit einem Mitarbeiter sprechen!",
        "Können Sie mich mit dem Chef verbinden?",
        "kann mich bitte jemand zurückrufen",
        "Kann ich mit jemandem vom Team über eine Reklamation sprechen?",
        "Das hilft mir nicht. Ich möchte mit einer echten Person sprechen.",
        "quisiera hablar con alguien del equipo",
        "necesito hablar con un abogado",
        "¿Podría hablar con una persona real, por favor?",
        "páseme con el encargado",
        "¿me puede llamar alguien?",
        "una persona, por favor",
        "Je voudrais parler à quelqu'un",
        "puis-je parler à un conseiller s'il vous plaît ?",
        "Pouvez-vous me passer l'accueil ?",
        "Vorrei parlare con una persona",
        "posso parlare con qualcuno?",
        "un operatore per favore",
        "Kan ik met iemand spreken?",
        "ik wil graag een medewerker spreken",
        "kunt u me doorverbinden met de receptie",
        "Quero falar com uma pessoa",
        "posso falar com alguém da equipe?",
        "um atendente, por favor",
    ],
)
def test_a_wish_for_a_person_is_seen(text):
    assert wish(text) is Wish.HANDOVER


@pytest.mark.parametrize(
    "text",
    [
        "hi, are you open on sundays?",
        "thanks, and where can I park?",
        "are you hiring robots?",
        "is there someone who speaks Spanish?",
        "do you take humans or only pets?",
        "do you sell robots?",
        "are you a member of the guild of bakers?",
        "are you people open on Monday",
        "can I talk to the doctor about my pills?",
        "can I see a doctor on Saturday?",
        "how many people work at reception?",
        "who is the manager?",
        "who is the owner of the salon",
        "can someone help me carry the sofa upstairs?",
        "I need someone to fix my boiler",
        "do I need to speak to someone before booking?",
        "can I bring another person?",
        "can I get a person added to my policy",
        "is this a machine wash only garment?",
        "do you repair coffee machines?",
        "is the assistant included in the price",
        "what does a real person need to sign",
        "can you remind me on friday to call the vet",
        "I want to talk about my bill",
        "how do I contact the landlord?",
        "have a good price for two nights?",
        "good morning yoga, when does it start?",
        "do you have a help desk course?",
        "what can you do for hair loss",
        "why is the deposit so high?",
        "why does my dog cough",
        "delete my booking",
        "cancel my appointment on Tuesday",
        "forget-me-nots, do you sell them?",
        "great danes, do you groom them?",
        "Habt ihr am Montag offen?",
        "Kann ich mit Karte zahlen?",
        "Sprechen Sie Englisch?",
        "Muss ich mit jemandem sprechen, bevor ich buche?",
        "Kann man bei Ihnen einen Roboter mieten?",
        "Kann ich eine Person mitbringen?",
        "Ist die Maschine laut?",
        "¿puedo pagar con tarjeta?",
        "¿hablan inglés?",
        "¿cuántas personas caben?",
        "¿es usted dentista infantil?",
        "gracias, ¿y el domingo?",
        "Puis-je venir avec une autre personne ?",
        "avez-vous une machine à café ?",
        "posso pagare con la carta?",
        "kan ik met pin betalen?",
        "posso levar o meu cão?",
    ],
)
def test_a_question_to_the_business_is_left_a_question(text):
    assert recognise(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("help", Wish.HELP),
        ("What can you do?", Wish.HELP),
        ("Was kannst du?", Wish.HELP),
        ("¿Qué puedes hacer?", Wish.HELP),
        ("why this answer?", Wish.WHY),
        ("Warum?", Wish.WHY),
        ("¿por qué esta respuesta?", Wish.WHY),
        ("where did you get that from", Wish.WHY),
        ("show me my reminders", Wish.MY_FOLLOW_UPS),
        ("my follow-ups", Wish.MY_FOLLOW_UPS),
        ("Meine Erinnerungen", Wish.MY_FOLLOW_UPS),
        ("¿qué recordatorios tengo?", Wish.MY_FOLLOW_UPS),
        ("mes rappels", Wish.MY_FOLLOW_UPS),
        ("forget me", Wish.FORGET_ME),
        ("please delete all my data", Wish.FORGET_ME),
        ("lösche bitte alle meine Daten", Wish.FORGET_ME),
        ("borra mis datos", Wish.FORGET_ME),
        ("what do you know about me?", Wish.ABOUT_ME),
        ("Was weißt du über mich?", Wish.ABOUT_ME),
        ("¿qué sabes de mí?", Wish.ABOUT_ME),
    ],
)
def test_what_the_bot_itself_can_do_is_asked_for_in_words(text, expected):
    assert wish(text) is expected


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("cancel reminder 3", 3),
        ("please cancel follow-up #12", 12),
        ("could you delete my reminder no. 4?", 4),
        ("lösche Erinnerung 5", 5),
        ("Erinnerung Nr. 7 löschen", 7),
        ("cancela el recordatorio 8", 8),
        ("annule le rappel n° 9", 9),
        ("annulla il promemoria 10", 10),
        ("annuleer herinnering 11", 11),
        ("cancela o lembrete 12", 12),
        ("cancel my reminder", None),
    ],
)
def test_a_follow_up_is_cancelled_by_its_number(text, number):
    intent = recognise(text)
    assert intent is not None
    assert (intent.wish, intent.number) == (Wish.CANCEL_FOLLOW_UP, number)


def test_a_question_beside_the_wish_for_a_person_is_given_back():
    intent = recognise("hi, where do you keep the keys? and can I talk to someone?")
    assert intent == Intent(Wish.HANDOVER, "en", rest="where do you keep the keys?")


def test_what_only_leads_up_to_the_wish_is_not_given_back():
    intent = recognise("This is useless, get me a human")
    assert intent == Intent(Wish.HANDOVER, "en")


def test_the_conversations_language_decides_words_that_languages_share():
    assert recognise("ciao", preferred="it") == Intent(Wish.GREETING, "it")
    assert recognise("ciao", preferred="de") == Intent(Wish.GOODBYE, "de")
    assert recognise("ok") == Intent(Wish.ACKNOWLEDGEMENT, None)


@pytest.mark.parametrize("language", Phrasebook().languages)
def test_the_words_the_bot_offers_are_words_it_understands(language):
    book = Phrasebook().sentences(language)
    offered = {
        "en": ["a person, please", "my reminders", "cancel reminder 3", "Why this answer?"],
        "de": [
            "einen Menschen, bitte",
            "meine Erinnerungen",
            "lösche Erinnerung 3",
            "Warum diese Antwort?",
        ],
        "es": [
            "una persona, por favor",
            "mis recordatorios",
            "cancela el recordatorio 3",
            "¿Por qué esta respuesta?",
        ],
        "fr": [
            "une personne, s'il vous plaît",
            "mes rappels",
            "annule le rappel 3",
            "Pourquoi cette réponse ?",
        ],
        "it": [
            "una persona, per favore",
            "i miei promemoria",
            "annulla il promemoria 3",
            "Perché questa risposta?",
        ],
        "nl": [
            "een mens, alstublieft",
            "mijn herinneringen",
            "annuleer herinnering 3",
            "Waarom dit antwoord?",
        ],
        "pt": [
            "uma pessoa, por favor",
            "meus lembretes",
            "cancela o lembrete 3",
            "Por que esta resposta?",
        ],
    }[language]
    wishes = [Wish.HANDOVER, Wish.MY_FOLLOW_UPS, Wish.CANCEL_FOLLOW_UP, Wish.WHY]
    assert all(words.casefold() in book.help().casefold() for words in offered)
    assert [wish(words) for words in offered] == wishes


@given(st.text(max_size=300))
def test_any_text_at_all_can_be_asked_about(text):
    recognise(text)
