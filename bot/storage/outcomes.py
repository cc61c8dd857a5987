"""What a turn came to: its answer, and the lists that its question, draft or wish goes on."""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Connection, select, update

from bot.domain.conversations import Outcome, Turn
from bot.domain.gaps import DraftState, QuestionState
from bot.domain.hand_overs import HandOverState
from bot.domain.people import Role
from bot.storage.forms import put_form
from bot.storage.tables import drafts, hand_overs, messages, open_questions, turns


def answer_columns(turn: Turn, outcome: Outcome, now: datetime) -> dict[str, object]:
    """Return the columns of an answer, its id left out."""
    return {
        "turn_id": turn.turn_id,
        "conversation_id": turn.conversation.conversation_id,
        "answered_at": now,
        "kind": outcome.kind,
        "text": outcome.text,
        "language": outcome.language,
        "searched": outcome.searched,
        "sources": [asdict(source) for source in outcome.sources],
        "found": [asdict(source) for source in outcome.found],
        "follow_up_ids": list(outcome.follow_up_ids),
        "model": outcome.model,
        "prompt": outcome.prompt,
        "raw": outcome.raw,
        "timings_ms": dict(outcome.timings_ms),
        "by_team": turn.person.role is not Role.PUBLIC,
        "checks": [asdict(check) for check in outcome.checks],
        "versions": asdict(outcome.versions),
        # A platform's clock may be ahead of ours, which counts as no time.
        "took_s": max(0.0, (now - turn.sent_at).total_seconds()),
    }


def put_on_lists(connection: Connection, turn: Turn, outcome: Outcome, now: datetime) -> None:
    """Put a turn on the lists it belongs on, inside a transaction others began."""
    if (reason := outcome.wants_answer) is not None:
        connection.execute(
            open_questions.insert().values(
                turn_id=turn.turn_id,
                text=turn.text,
                language=outcome.language,
                asked_at=now,
                state=QuestionState.OPEN,
                reason=reason,
            )
        )
    if outcome.draft is not None:
        connection.execute(
            drafts.insert().values(
                turn_id=turn.turn_id,
                gap_id=outcome.draft.gap_id,
                question=outcome.draft.question,
                answer=outcome.draft.answer,
                state=DraftState.OFFERED,
            )
        )
    if outcome.form is not None:
        put_form(connection, turn, outcome.form, now)
    wish = (outcome.form.text if outcome.form else "") or turn.text
    if outcome.hand_over and not _added_to_wish(connection, turn, wish):
        connection.execute(
            hand_overs.insert().values(
                turn_id=turn.turn_id,
                conversation_id=turn.conversation.conversation_id,
                text=wish,
                reason=outcome.hand_over,
                asked_at=now,
                changed_at=now,
                state=HandOverState.WAITING,
            )
        )


def _added_to_wish(connection: Connection, turn: Turn, wish: str) -> bool:
    """Add what a turn brings to what its person waits for; False where they wait for nothing.

    The team's room is told once of one who asks twice, and then shows both.
    """
    of_theirs = (
        select(turns.c.turn_id)
        .join(messages, messages.c.message_pk == turns.c.message_pk)
        .where(messages.c.person_id == turn.person.person_id)
    )
    waiting = connection.execute(
        select(hand_overs.c.hand_over_id, hand_overs.c.text)
        .where(
            hand_overs.c.conversation_id == turn.conversation.conversation_id,
            hand_overs.c.state == HandOverState.WAITING,
            hand_overs.c.round > 0,
            hand_overs.c.turn_id.in_(of_theirs),
        )
        .limit(1)
    ).one_or_none()
    if waiting is None:
        return False
    connection.execute(
        update(hand_overs)
        .where(hand_overs.c.hand_over_id == waiting.hand_over_id)
        .values(text=f"{waiting.text}\n{wish}", shown="")
    )
    return True
