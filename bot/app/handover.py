"""What sees to conversations that a person takes over."""

from collections.abc import Callable, Mapping, Sequence

from bot.app.mind import Mind
from bot.app.rows import Now, Rows
from bot.handover.carrying import Carrying
from bot.handover.changes import Changes
from bot.handover.offering import Offering
from bot.handover.service import HandOvers
from bot.handover.telling import Telling
from bot.handover.wording import Wording
from connectors.base import Connector


def hand_overs_of(
    rows: Rows,
    mind: Mind,
    connectors: Mapping[str, Connector],
    platforms: Sequence[str],
    sent: Callable[[], None],
    now: Now,
) -> HandOvers:
    """Return what sees to hand-overs, with the team's rooms on these platforms.

    Args:
        rows: Every table's.
        mind: What understands and finds.
        connectors: By platform, as they come and go.
        platforms: By name.
        sent: Called when there is something new in the outbox.
        now: The clock.
    """

    def changed() -> None:
        sent()
        hand_overs.wake()

    words, choices = rows.hand_over_words, mind.choices
    wording = Wording(choices, mind.phrasebook, connectors)
    changes = Changes(rows.hand_overs, wording, choices, changed=changed, now=now)
    hand_overs = HandOvers(
        rows.hand_overs,
        wording,
        Carrying(rows.hand_overs, words, wording, changes, choices, sent=sent, now=now),
        changes,
        Telling(
            rows.hand_overs, wording, changes, choices, platforms=platforms, sent=sent, now=now
        ),
        Offering(rows.hand_overs, words, rows.gaps, wording, choices, sent=sent, now=now),
        choices,
        now=now,
    )
    return hand_overs
