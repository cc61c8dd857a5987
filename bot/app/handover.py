"""What sees to conversations that a person takes over."""

from collections.abc import Callable, Mapping, Sequence

from bot.app.mind import Mind
from bot.app.rows import Now, Rows
from bot.handover.carrying import Carrying
from bot.handover.changed_words import ChangedWords
from bot.handover.changes import Changes
from bot.handover.crossing import Crossings
from bot.handover.enclosing import Enclosing
from bot.handover.offering import Offering
from bot.handover.service import HandOvers
from bot.handover.telling import Telling
from bot.handover.wording import Wording
from bot.outbox.files import KeptFiles
from connectors.base import Connector, FileSource


def hand_overs_of(
    rows: Rows,
    mind: Mind,
    connectors: Mapping[str, Connector],
    platforms: Sequence[str],
    files: KeptFiles,
    source: Callable[[str], FileSource | None],
    sent: Callable[[], None],
    now: Now,
) -> HandOvers:
    """Return what sees to hand-overs, with the team's rooms on these platforms.

    Args:
        rows: Every table's.
        mind: What understands and finds.
        connectors: By platform, as they come and go.
        platforms: By name.
        files: Where files are kept that go out.
        source: Returns a platform by name while it can be asked for files.
        sent: Called when there is something new in the outbox.
        now: The clock.
    """

    def changed() -> None:
        sent()
        hand_overs.wake()

    words, choices = rows.hand_over_words, mind.choices
    wording = Wording(choices, mind.phrasebook, connectors)
    changes = Changes(rows.hand_overs, wording, choices, changed=changed, now=now)
    crossings = Crossings(wording, Enclosing(files, source, connectors))
    changed_words = ChangedWords(
        rows.hand_overs, words, crossings, wording, choices, sent=sent, now=now
    )
    telling = Telling(
        rows.hand_overs,
        rows.hand_over_posts,
        wording,
        changes,
        choices,
        platforms=platforms,
        sent=sent,
        now=now,
    )
    offering = Offering(
        rows.hand_over_offers, words, rows.gaps, wording, choices, sent=sent, now=now
    )
    hand_overs = HandOvers(
        rows.hand_overs,
        wording,
        Carrying(rows.hand_overs, words, crossings, wording, changes, choices, sent=sent, now=now),
        changed_words,
        changes,
        (
            telling.tell,
            telling.end,
            telling.remind,
            telling.show,
            offering.offer,
            changed_words.tell_of_lost,
        ),
        choices,
        now=now,
    )
    return hand_overs
