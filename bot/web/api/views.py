"""How the product's own things are shown to the command."""

from datetime import date
from gettext import NullTranslations
from zoneinfo import ZoneInfo

from bot.domain.conversations import Answer
from bot.domain.followups import FollowUp
from bot.domain.gaps import Gap
from bot.domain.whole_persons import WholePerson
from bot.inbox.talk import Heard
from bot.language.catalogue import SOURCE
from bot.language.sentences import Sentences
from bot.web.api.shapes.conversation import (
    AnswerShown,
    ButtonShown,
    FileShown,
    MessageShown,
    SourceShown,
)
from bot.web.api.shapes.documents import DocumentShown, DocumentWhole, PassageShown
from bot.web.api.shapes.follow_ups import FollowUpShown
from bot.web.api.shapes.persons import PersonShown
from bot.web.api.shapes.questions import QuestionShown
from bot.web.rendering import file_path
from knowledge.documents import Document
from knowledge.search import Hit

# The command speaks English.
_SENTENCES = Sentences(SOURCE, NullTranslations())


def person_shown(whole: WholePerson) -> PersonShown:
    """Return everything that is kept of a person as it is shown."""
    person = whole.person
    return PersonShown(
        platform=person.platform,
        user_id=person.user_id,
        name=person.name,
        role=person.role,
        rows={name: [dict(row) for row in rows] for name, rows in whole.rows.items()},
    )


def follow_up_shown(follow_up: FollowUp) -> FollowUpShown:
    """Return a follow-up as it is shown."""
    zone, limit_at = ZoneInfo(follow_up.zone), follow_up.limit_at
    return FollowUpShown(
        id=follow_up.follow_up_id,
        subject=follow_up.subject,
        due_at=follow_up.due_at.astimezone(zone),
        zone=follow_up.zone,
        state=follow_up.state.value,
        rule=follow_up.rule,
        repeats=_SENTENCES.rule(follow_up.rule, follow_up.zone) if follow_up.rule else "",
        kind=follow_up.kind.value,
        receiver=follow_up.receiver.name if follow_up.receiver else "",
        limit_at=limit_at.astimezone(zone) if limit_at else None,
    )


def answer_shown(answer: Answer, follow_ups: list[FollowUp]) -> AnswerShown:
    """Return an answer as it is shown."""
    outcome = answer.outcome
    return AnswerShown(
        answer=outcome.text,
        kind=outcome.kind.value,
        sources=[
            SourceShown(
                title=source.title,
                document_id=source.document_id,
                passage=source.passage,
                score=source.score,
            )
            for source in outcome.sources
        ],
        follow_ups=[follow_up_shown(each) for each in follow_ups],
        answer_id=answer.answer_id,
        model=outcome.model,
        timings_ms=dict(outcome.timings_ms),
    )


def message_shown(heard: Heard) -> MessageShown:
    """Return a message of ours as it is shown."""
    buttons = tuple(ButtonShown(label=each.label, action=each.action) for each in heard.buttons)
    return MessageShown(
        message_id=heard.message_id,
        text=heard.text,
        buttons=buttons,
        answerable=heard.answerable,
        files=tuple(FileShown(name=each.name, path=file_path(each)) for each in heard.files),
    )


def document_shown(document: Document, today: date) -> DocumentShown:
    """Return a document without its words, as it is on a day."""
    return DocumentShown(
        document_id=document.document_id,
        title=document.title,
        shape=document.shape.value,
        audience=document.audience,
        origin=document.origin,
        language=document.language,
        valid_from=document.valid_from,
        valid_until=document.valid_until,
        approved=document.approved,
        note=document.note,
        version=document.version,
        rooms=document.rooms,
        ended=document.valid_until is not None and document.valid_until < today,
    )


def document_whole(document: Document, today: date) -> DocumentWhole:
    """Return a document with its passages and source."""
    return DocumentWhole(
        **document_shown(document, today).model_dump(),
        source=document.source,
        passages=[
            PassageShown(heading=passage.heading, text=passage.text, ways=list(passage.ways))
            for passage in document.passages
        ],
    )


def hit_shown(hit: Hit) -> SourceShown:
    """Return what a search found."""
    return SourceShown(
        title=hit.title, document_id=hit.document_id, passage=hit.passage.text, score=hit.score
    )


def question_shown(gap: Gap) -> QuestionShown:
    """Return an open question as it is shown."""
    last = gap.questions[-1]
    return QuestionShown(
        id=gap.gap_id,
        question=gap.text,
        language=gap.questions[0].language,
        asked=len(gap.questions),
        reasons=[reason.value for reason in gap.reasons],
        wordings=list(gap.wordings),
        first_asked_at=gap.questions[0].asked_at,
        asked_at=last.asked_at,
        asked_by=last.asked_by,
        answer_id=last.answer_id,
    )
