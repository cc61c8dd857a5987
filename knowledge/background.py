"""Everyday questions from many trades: what meanings look like before a business has its own."""

from knowledge.documents import Passage

# No document's id. Rows are asked for it, and PostgreSQL takes any character but the zero.
_NOWHERE = "\x01background"
_PAIRS = (
    (
        "How do I renew a borrowed book?",
        "Online or at the desk, twice at most, unless it is reserved.",
    ),
    ("When is the museum free?", "On the first Sunday of the month and for children every day."),
    ("Can I bring my own towel to the pool?", "Yes. Towels can also be hired at the entrance."),
    ("How long does a car inspection take?", "About an hour if no parts have to be replaced."),
    ("Do you repair cracked phone screens?", "Most models while you wait; others take two days."),
    ("What is the check-out time?", "Rooms must be left by eleven; luggage can stay with us."),
    ("How do I report a lost key?", "Call the caretaker, who will have the lock changed."),
    ("Is there a discount for students?", "A quarter off on weekdays with a valid card."),
    (
        "Which documents do I need for a passport?",
        "A photograph, your old passport and proof of address.",
    ),
    ("How can I cancel my membership?", "In writing, one month before the end of the quarter."),
    ("Do you collect old furniture?", "Twice a year; please register ten days before."),
    ("How do I reset my password?", "Use the link on the sign-in page and follow the mail."),
    ("Can the printer copy both sides?", "Yes, choose duplex in the menu before you start."),
    ("How do I claim travel expenses?", "Fill in the form and attach the tickets within a month."),
    (
        "Who do I call when the heating fails?",
        "The emergency service, whose number hangs in the hall.",
    ),
    ("Can I change the date of my flight?", "Against a fee, until one day before departure."),
)


def background() -> tuple[Passage, ...]:
    """Return entries that belong to no business; they serve to measure by, never to be found."""
    return tuple(
        Passage(
            passage_id=f"{_NOWHERE}#{number}",
            document_id=_NOWHERE,
            position=number,
            heading=question,
            text=answer,
            ways=(question,),
        )
        for number, (question, answer) in enumerate(_PAIRS)
    )
