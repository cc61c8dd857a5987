"""The twelve questions that every business gets, and the entries that their answers become."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.web.forms import Form
from bot.web.reader import N_, explained
from bot.web.reader import gettext as _
from knowledge.base import KnowledgeBase
from knowledge.documents import Audience, Document
from knowledge.errors import UnreadableError
from knowledge.readers.entries import entry

ORIGIN = "set-up"
_ID = "usual-"


@dataclass(frozen=True, slots=True)
class Usual:
    """One of them; all words are to be translated.

    Attributes:
        name: Of its field, and the end of its entry's id.
        alternatives: Other ways to ask the same.
        example: What an answer looks like.
    """

    name: str
    question: str
    alternatives: tuple[str, ...]
    example: str

    @property
    def document_id(self) -> str:
        """Return the id of its entry."""
        return f"{_ID}{self.name}"


# When one is open is no question here: the hours are facts, and answered from those.
TWELVE: Sequence[Usual] = (
    Usual(
        "address",
        N_("Where are you, and how do I get there?"),
        (N_("What is your address?"), N_("How do I find you?"), N_("Which bus stops near you?")),
        N_("27 Elm Street, in the yard behind the flower shop. The bus stop is Elm Street."),
    ),
    Usual(
        "parking",
        N_("Where can I park?"),
        (N_("Is there parking?"), N_("Can I leave my car or my bicycle with you?")),
        N_("Two spaces in the yard for 20 minutes. The car park on Mill Lane is near."),
    ),
    Usual(
        "contact",
        N_("How can I reach you?"),
        (N_("What is your telephone number?"), N_("What is your e-mail address?")),
        N_("By telephone on 01632 960 441, or hello@elmstreet.example."),
    ),
    Usual(
        "prices",
        N_("What does it cost?"),
        (N_("How much is it?"), N_("Do you have a price list?"), N_("What are your prices?")),
        N_("A small service is €59, a full one €119. We tell you before anything costs more."),
    ),
    Usual(
        "payment",
        N_("How can I pay?"),
        (N_("Do you take cards?"), N_("Can I pay in cash?"), N_("Can I get an invoice?")),
        N_("In cash or by card. Companies get an invoice."),
    ),
    Usual(
        "appointments",
        N_("Do I need an appointment?"),
        (N_("How do I book?"), N_("Can I just come by?"), N_("How do I order ahead?")),
        N_("For something small just come by. For all else call us a day before."),
    ),
    Usual(
        "cancelling",
        N_("How do I cancel or move an appointment or an order?"),
        (
            N_("Can I move my appointment?"),
            N_("Can I cancel my order?"),
            N_("What if I cannot come?"),
        ),
        N_("Call us by noon the day before; later than that we charge half."),
    ),
    Usual(
        "delivery",
        N_("Do you deliver, or come to me?"),
        (N_("Do you make home visits?"), N_("Can you send it to me?")),
        N_("Within the town, on Tuesdays and Thursdays, for €15."),
    ),
    Usual(
        "access",
        N_("Can I get in with a wheelchair or a pram?"),
        (N_("Are there steps?"), N_("Is there a lift?"), N_("Is there an accessible toilet?")),
        N_("Yes, the door in the yard has no step. The toilet is not accessible."),
    ),
    Usual(
        "languages",
        N_("Which languages do you speak?"),
        (N_("Do you speak English?"), N_("Is there somebody who speaks my language?")),
        N_("English and Polish; on Fridays Turkish too."),
    ),
    Usual(
        "children-and-pets",
        N_("Can I bring my child or my dog?"),
        (N_("Are dogs allowed?"), N_("Are children welcome?"), N_("Is there a place to play?")),
        N_("Children gladly. Dogs wait in the yard, where there is water."),
    ),
    Usual(
        "complaints",
        N_("What if I am not happy with something?"),
        (
            N_("Where can I complain?"),
            N_("Can I get my money back?"),
            N_("Something was wrong with what I got"),
        ),
        N_("Tell us within two weeks, with the receipt, and we put it right."),
    ),
)


async def answers(knowledge: KnowledgeBase) -> dict[str, str]:
    """Return what is answered already, by the question's name."""
    return {
        document.document_id.removeprefix(_ID): document.passages[0].text
        for document in await knowledge.some([usual.document_id for usual in TWELVE])
    }


async def open_ones(knowledge: KnowledgeBase) -> int:
    """Return how many are without an answer still, where some were answered; 0 where none was."""
    answered = len(await answers(knowledge))
    return len(TWELVE) - answered if answered else 0


def read(form: Form, answered: Mapping[str, str]) -> list[Document]:
    """Return the entries a form holds, approved and for everybody; empty fields make none.

    Args:
        form: With a field a question; what does not fit is in its errors then.
        answered: What is known already: the same again makes no entry.
    """
    made: list[Document] = []
    for usual in TWELVE:
        answer = form.text(usual.name)
        if not answer or answer == answered.get(usual.name):
            continue
        try:
            made.append(
                entry(
                    question=_(usual.question),
                    answer=answer,
                    audience=Audience.PUBLIC,
                    origin=ORIGIN,
                    document_id=usual.document_id,
                    alternatives=[_(each) for each in usual.alternatives],
                )
            )
        except UnreadableError as error:
            form.fault(usual.name, explained(error))
    return made
