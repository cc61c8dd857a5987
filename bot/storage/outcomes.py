"""What a turn came to: its answer, and the lists that its question, draft or wish goes on."""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Connection

from bot.domain.conversations import Outcome, Turn
from bot.domain.gaps import DraftState, HandOverState, QuestionState
from bot.storage.tables import drafts, hand_overs, open_questions


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
    if outcome.hand_over:
        connection.execute(
            hand_overs.insert().values(
                turn_id=turn.turn_id,
                conversation_id=turn.conversation.conversation_id,
                text=turn.text,
                reason=outcome.hand_over,
                asked_at=now,
                state=HandOverState.WAITING,
            )
        )
