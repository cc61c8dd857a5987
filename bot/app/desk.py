"""What takes messages in, answers them, and does what buttons stand for."""

from collections.abc import Callable, Mapping
from functools import partial

from bot.agent.drafting import Drafting
from bot.app.followups import SaidBelow
from bot.app.mind import Mind, agent_of
from bot.app.rows import Now, Rows
from bot.app.tools import Abilities
from bot.commands.chosen import Chosen
from bot.commands.fixed import FixedWords
from bot.commands.front import FrontDesk
from bot.commands.presses import Presses
from bot.commands.under_answers import UnderAnswers
from bot.commands.under_reminders import UnderReminders
from bot.followups.service import FollowUps
from bot.handover.service import HandOvers
from bot.inbox.framing import Framing
from bot.inbox.reception import Admit, HeldUntil, Reception, Vouch
from bot.inbox.turns import TurnRunner
from bot.outbox.sender import Sender
from bot.questions.service import OpenQuestions
from bot.uploads.service import Uploads
from connectors.base import Connector
from connectors.messages import Address

# What somebody who opens a room with the bot is offered to ask; Slack shows no more.
SUGGESTED = 4


def front_of(
    rows: Rows,
    mind: Mind,
    drafting: Drafting,
    follow_ups: FollowUps,
    abilities: Abilities,
    questions: OpenQuestions,
    hand_overs: HandOvers,
    now: Now,
) -> FrontDesk:
    """Return what answers a turn."""
    return FrontDesk(
        agent_of(mind, drafting, now),
        FixedWords(
            follow_ups,
            abilities.managing,
            rows.answers,
            mind.past,
            hand_overs,
            mind.choices,
            mind.phrasebook,
        ),
        abilities.doing,
        questions.drafting,
        hand_overs,
        mind.choices,
        mind.phrasebook,
        mind.detector,
    )


def runner_of(
    rows: Rows,
    mind: Mind,
    front: FrontDesk,
    questions: OpenQuestions,
    hand_overs: HandOvers,
    connectors: Mapping[str, Connector],
    sent: Callable[[], None],
    now: Now,
) -> TurnRunner:
    """Return what runs the turns, those that leave an open question told to what sees to them.

    Args:
        rows: Every table's.
        mind: What understands and finds.
        front: What answers a turn.
        questions: What sees to open questions.
        hand_overs: What sees to those who want a person.
        connectors: By platform, as they come and go.
        sent: Called when there is something new in the outbox.
        now: The clock.
    """
    runner = TurnRunner(
        rows.turns,
        rows.outbox,
        connectors,
        front.answer,
        mind.phrasebook,
        framing=Framing(mind.choices, mind.phrasebook, now=now),
        sent=sent,
        now=now,
    )
    runner.on_kept = questions.wake
    runner.on_wanted = hand_overs.wake
    runner.on_answered, runner.on_failed = mind.measures.answered, mind.measures.failed
    return runner


def presses_of(
    rows: Rows,
    mind: Mind,
    follow_ups: FollowUps,
    questions: OpenQuestions,
    hand_overs: HandOvers,
    uploads: Uploads,
    said_below: SaidBelow,
    now: Now,
) -> Presses:
    """Return what does what buttons stand for."""
    presses = Presses(
        rows.people,
        rows.answers,
        rows.ratings,
        {
            "unneeded": questions.drafting.dismiss,
            "take": hand_overs.take,
            "answer": hand_overs.answer,
            "notours": hand_overs.not_ours,
            "giveback": hand_overs.give_back,
        },
        UnderAnswers(
            rows.answers,
            rows.ratings,
            uploads,
            questions,
            hand_overs,
            mind.past,
            mind.choices,
            now=now,
        ),
        UnderReminders(
            follow_ups, said_below.for_others, said_below.replies, mind.calendar, now=now
        ),
        mind.choices,
        mind.phrasebook,
    )
    presses.chosen = Chosen(follow_ups, said_below.edits).verbs
    return presses


def receptions_of(
    rows: Rows,
    mind: Mind,
    presses: Presses,
    questions: OpenQuestions,
    hand_overs: HandOvers,
    sender: Sender,
    wake: Callable[[], None],
    now: Now,
) -> Callable[[Admit, Vouch, HeldUntil], Reception]:
    """Return what makes the reception of a platform; `wake` is called for each new turn."""

    async def awaits(address: Address, reply_to: str) -> bool:
        await sender.recorded(address)
        return await questions.drafting.awaits(
            address, reply_to
        ) or await hand_overs.carrying.awaits(address, reply_to)

    def reception(admit: Admit, vouch: Vouch, held_until: HeldUntil) -> Reception:
        made = Reception(
            rows.inbox,
            admit=admit,
            vouch=vouch,
            press=presses.pressed,
            suggest=partial(_suggested, mind, now),
            held_until=held_until,
            wake=wake,
            now=now,
        )
        made.awaits = awaits
        made.in_hands = hand_overs.carrying.has
        made.on_edited = hand_overs.changed_words.edited
        made.on_deleted = hand_overs.changed_words.deleted
        return made

    return reception


async def _suggested(mind: Mind, now: Now) -> list[str]:
    today = mind.calendar().day(now())
    entries = await mind.knowledge.public_entries(today, limit=SUGGESTED)
    return [entry.title for entry in entries]
