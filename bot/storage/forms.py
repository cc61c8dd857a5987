"""Forms that people fill in; each stands in the transaction of the answer that asks on."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, Row, bindparam, select, update

from bot.domain.conversations import Turn
from bot.domain.forms import OPEN_FORM, Form, FormState
from bot.storage.database import Database, reading, writing
from bot.storage.tables import actions, forms

# Nobody goes on with what they left for longer; what they told is forgotten.
EXPIRES_AFTER = timedelta(days=1)
# Under which a form that was sent stands among a turn's actions: after every call of the model.
_SENT_NUMBER = 100


# Built once: asked for each message, and building a statement costs more than executing it.
_OPEN = (
    select(forms)
    .where(
        forms.c.conversation_id == bindparam("room"),
        forms.c.person_id == bindparam("of"),
        forms.c.state.in_(OPEN_FORM),
        forms.c.changed_at > bindparam("since"),
    )
    .order_by(forms.c.form_id.desc())
    .limit(1)
)


class FormRows:
    """The forms' table; `put_form` writes what becomes of them in a conversation."""

    def __init__(self, database: Database) -> None:
        """Use one database."""
        self._database = database

    @reading
    def open(
        self, connection: Connection, conversation_id: int, person_id: int, *, now: datetime
    ) -> Form | None:
        """Return the form that a person is filling in in a conversation, or None."""
        row = connection.execute(
            _OPEN,
            {"room": conversation_id, "of": person_id, "since": now - EXPIRES_AFTER},
        ).one_or_none()
        return None if row is None else _form(row)

    @writing
    def expire(self, connection: Connection, *, now: datetime) -> int:
        """End the forms that nobody goes on with, and forget what was told in them.

        Returns:
            How many.
        """
        return _expire(connection, now)

    @reading
    def states(self, connection: Connection) -> list[tuple[str, FormState]]:
        """Return every form's skill and state, in the order they were begun."""
        found = connection.execute(select(forms.c.skill, forms.c.state).order_by(forms.c.form_id))
        return [(row.skill, FormState(row.state)) for row in found]


def put_form(connection: Connection, turn: Turn, form: Form, now: datetime) -> None:
    """Store a form as it stands after a turn, inside a transaction others began.

    One that begins ends the one before it of the same person there; what is over loses what was
    told in it.
    """
    _expire(connection, now)
    of_theirs = (
        forms.c.conversation_id == turn.conversation.conversation_id,
        forms.c.person_id == turn.person.person_id,
        forms.c.state.in_(OPEN_FORM),
    )
    values = {
        "state": form.state,
        "field_values": dict(form.values) if form.state in OPEN_FORM else {},
        "asked": form.asked,
        "language": form.language,
        "turn_id": turn.turn_id,
        "changed_at": now,
    }
    if form.form_id:
        connection.execute(
            update(forms).where(*of_theirs, forms.c.form_id == form.form_id).values(**values)
        )
    else:
        connection.execute(
            update(forms).where(*of_theirs).values(state=FormState.CANCELLED, field_values={})
        )
        connection.execute(
            forms.insert().values(
                conversation_id=turn.conversation.conversation_id,
                person_id=turn.person.person_id,
                skill=form.skill,
                content_hash=form.content_hash,
                **values,
            )
        )
    if form.state is FormState.SENT:
        connection.execute(
            actions.insert().values(
                turn_id=turn.turn_id,
                call_number=_SENT_NUMBER,
                tool="fill_form",
                arguments={"form": form.skill, "sent": form.text},
            )
        )


def _expire(connection: Connection, now: datetime) -> int:
    return connection.execute(
        update(forms)
        .where(forms.c.state.in_(OPEN_FORM), forms.c.changed_at <= now - EXPIRES_AFTER)
        .values(state=FormState.EXPIRED, field_values={})
    ).rowcount


def _form(row: Row[tuple[object, ...]]) -> Form:
    return Form(
        skill=row.skill,
        content_hash=row.content_hash,
        state=FormState(row.state),
        values=row.field_values,
        asked=row.asked,
        language=row.language,
        form_id=row.form_id,
    )
