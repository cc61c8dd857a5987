"""A turn with its message, its conversation, its person and what was said before: read as one."""

from sqlalchemy import ColumnElement, Connection, Row, Select, bindparam, func, or_, select

from bot.domain.conversations import Conversation, Exchange, History, Kind, Source, Turn
from bot.domain.followups import WAITING
from bot.domain.forms import OPEN_FORM
from bot.domain.hand_overs import HandOverState
from bot.domain.people import Person, Role
from bot.storage.documents import KNOWLEDGE
from bot.storage.rooms import private
from bot.storage.tables import (
    answers,
    conversations,
    follow_ups,
    forms,
    hand_over_words,
    hand_overs,
    messages,
    persons,
    settings,
    skill_approvals,
    turns,
)
from connectors.messages import Address, File
from knowledge.documents import Audience

# Earlier turns that a turn is taken with.
HISTORY_LIMIT = 12
_NO_HISTORY = History()

# Read with the turn: asked for alone each of these would cost each turn a transaction, and
# remembered here it would not be known what another process did.
_IN_HANDS = or_(
    select(hand_overs.c.hand_over_id)
    .where(
        hand_overs.c.conversation_id == turns.c.conversation_id,
        hand_overs.c.state == HandOverState.TAKEN,
    )
    .exists(),
    select(hand_over_words.c.turn_id).where(hand_over_words.c.turn_id == turns.c.turn_id).exists(),
).label("in_hands")
_FILLS_FORM = (
    select(forms.c.form_id)
    .where(
        forms.c.conversation_id == turns.c.conversation_id,
        forms.c.person_id == messages.c.person_id,
        or_(*(forms.c.state == each for each in OPEN_FORM)),
    )
    .exists()
    .label("fills_form")
)
_HAS_REMINDERS = or_(
    *(
        select(follow_ups.c.follow_up_id)
        .where(whose == messages.c.person_id, follow_ups.c.state == state)
        .exists()
        for whose in (follow_ups.c.person_id, follow_ups.c.receiver_id)
        for state in WAITING
    )
).label("has_reminders")
# "name:hash name:hash", of which neither holds a colon or a space; NULL where none is approved.
_SKILLS = (
    select(
        func.aggregate_strings(skill_approvals.c.name + ":" + skill_approvals.c.content_hash, " ")
    )
    .scalar_subquery()
    .label("skills")
)

_KNOWLEDGE = (
    select(settings.c.version)
    .where(settings.c.name == KNOWLEDGE)
    .scalar_subquery()
    .label("knowledge")
)

_WHOLE = (
    turns.c.turn_id,
    turns.c.failures,
    turns.c.crashes,
    turns.c.lone_crashes,
    turns.c.unasked,
    messages.c.files,
    messages.c.message_id,
    messages.c.text,
    messages.c.sent_at,
    messages.c.received_at,
    messages.c.reply_to,
    _IN_HANDS,
    _FILLS_FORM,
    _HAS_REMINDERS,
    _SKILLS,
    _KNOWLEDGE,
    private(persons.c.role != Role.PUBLIC).label("private"),
    conversations,
    persons.c.person_id,
    persons.c.user_id,
    persons.c.name,
    persons.c.role,
    persons.c.zone,
    persons.c.introduced,
)

# Built once: used for each turn, and building a statement costs more than executing it.
_THEIRS = answers.c.conversation_id == bindparam("conversation_id")
_HISTORY = (
    select(
        messages.c.text.label("asked"),
        answers.c.text.label("said"),
        answers.c.kind,
        answers.c.searched,
        answers.c.model,
        answers.c.sources,
        answers.c.found,
        select(func.count()).select_from(answers).where(_THEIRS).scalar_subquery().label("total"),
    )
    .select_from(answers.join(turns).join(messages))
    # What was forgotten since is no more than its place.
    .where(_THEIRS, answers.c.text != "")
    .order_by(answers.c.answer_id.desc())
    .limit(bindparam("limit"))
)


def whole_turns(*more: ColumnElement[str]) -> Select[tuple[object, ...]]:
    """Return what selects turns with everything that `turn_of` reads, and `more`."""
    return select(*_WHOLE, *more).select_from(
        turns.join(messages, turns.c.message_pk == messages.c.message_pk)
        .join(conversations, turns.c.conversation_id == conversations.c.conversation_id)
        .join(persons, messages.c.person_id == persons.c.person_id)
    )


def history_of(connection: Connection, conversation_id: int) -> History:
    """Return what was said in a conversation before, inside a transaction others began."""
    of_it = {"conversation_id": conversation_id, "limit": HISTORY_LIMIT}
    rows = connection.execute(_HISTORY, of_it).all()
    last = tuple(_exchange(row) for row in reversed(rows))
    return History(rows[0].total, last) if rows else History()


def _exchange(row: Row[tuple[object, ...]]) -> Exchange:
    made_of = (*row.sources, *row.found) if row.model else row.sources
    return Exchange(
        row.asked,
        row.said,
        Kind(row.kind),
        row.searched,
        tuple(Source(**source) for source in made_of),
    )


def turn_of(row: Row[tuple[object, ...]], history: History = _NO_HISTORY) -> Turn:
    """Return the turn that a row of `whole_turns` is."""
    return Turn(
        turn_id=row.turn_id,
        conversation=Conversation(
            row.conversation_id,
            Address(row.platform, row.channel, row.thread),
            Audience(row.audience),
            row.language,
        ),
        person=Person(
            row.person_id,
            row.platform,
            row.user_id,
            row.name,
            Role(row.role),
            row.zone,
            row.introduced,
        ),
        message_id=row.message_id,
        text=row.text,
        sent_at=row.sent_at,
        history=history,
        failures=row.failures,
        crashes=row.crashes,
        lone_crashes=row.lone_crashes,
        files=tuple(File(**file) for file in row.files),
        unasked=row.unasked,
        heard_after=row.received_at - row.sent_at,
        reply_to=row.reply_to,
        in_hands=bool(row.in_hands),
        fills_form=bool(row.fills_form),
        has_reminders=bool(row.has_reminders),
        private=bool(row.private),
        knowledge=row.knowledge or 0,
        skills=dict(each.split(":") for each in sorted((row.skills or "").split())),
    )
