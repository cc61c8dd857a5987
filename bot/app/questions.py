"""What sees to open questions."""

from collections.abc import Callable, Sequence

from bot.app.mind import Mind
from bot.app.rows import Now, Rows
from bot.questions.drafting import Drafting
from bot.questions.gathering import Gathering
from bot.questions.rewording import Rewording, Warm
from bot.questions.saving import Saving
from bot.questions.service import OpenQuestions
from bot.questions.settling import Settling
from bot.questions.telling import Telling


def questions_of(
    rows: Rows,
    mind: Mind,
    warm: Warm,
    platforms: Sequence[str],
    sent: Callable[[], None],
    now: Now,
) -> OpenQuestions:
    """Return what sees to open questions, with the team's rooms on these platforms.

    Args:
        rows: Every table's.
        mind: What understands and finds.
        warm: Has the model read again what the next question begins with.
        platforms: By name.
        sent: Called when there is something new in the outbox.
        now: The clock.
    """

    def changed() -> None:
        sent()
        questions.wake()

    settling = Settling(
        rows.gaps,
        rows.drafts,
        rows.answers,
        mind.knowledge,
        mind.choices,
        mind.phrasebook,
        sent=sent,
        now=now,
    )
    drafting = Drafting(
        rows.drafts,
        rows.gaps,
        Rewording(mind.model, mind.gate, mind.knowledge, mind.choices, warm=warm),
        mind.choices,
        mind.phrasebook,
        now=now,
    )
    saving = Saving(
        rows.drafts,
        rows.gaps,
        rows.answers,
        settling,
        mind.choices,
        mind.phrasebook,
        changed=changed,
        now=now,
    )
    questions = OpenQuestions(
        rows.gaps,
        rows.carried,
        Gathering(rows.gaps, mind.knowledge, mind.choices, now=now),
        Telling(rows.gaps, mind.choices, mind.phrasebook, platforms=platforms, sent=sent, now=now),
        settling,
        drafting,
        saving,
        now=now,
    )
    return questions
