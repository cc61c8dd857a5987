"""Open questions, and the owner's own questions scored."""

import contextlib
from collections import Counter
from collections.abc import Iterable, Sequence

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, SkipValidation
from litestar.response import Stream

from bot.domain.people import Role
from bot.upkeep.evaluation import Evaluation, Question, Verdict, read_questions, score
from bot.web.api.errors import NotFoundError, RefusedError
from bot.web.api.shapes.questions import (
    Answered,
    Answering,
    Counts,
    Evaluating,
    EvaluationShown,
    QuestionShown,
    VerdictShown,
)
from bot.web.api.stream import Tell, progress, stream
from bot.web.api.views import question_shown
from bot.web.services import Services
from knowledge.readers.files import MAX_BYTES


@get("/questions")
async def list_questions(
    services: NamedDependency[SkipValidation[Services]],
) -> list[QuestionShown]:
    """Return what could not be answered, most asked first."""
    return [question_shown(question) for question in await services.questions.list()]


@post("/questions/{gap_id:int}/answer", status_code=200)
async def answer_question(
    data: JSONBody[Answering],
    services: NamedDependency[SkipValidation[Services]],
    gap_id: FromPath[int],
) -> Answered:
    """Make an approved entry of an open question and its answer."""
    document_id = await services.questions.answer(
        gap_id, data.answer, question=data.question, audience=data.audience
    )
    if document_id is None:
        raise NotFoundError(
            f"No question {gap_id} is open: `deskhand questions list` shows those that are."
        )
    return Answered(document_id=document_id)


@post("/evaluation", status_code=200, request_max_body_size=MAX_BYTES)
async def evaluate(
    data: JSONBody[Evaluating], services: NamedDependency[SkipValidation[Services]]
) -> Stream:
    """Ask every question of a file, or of the owner's list, and return the counts."""

    async def work(tell: Tell) -> EvaluationShown:
        questions = None if data.questions is None else read_questions(data.questions)
        if data.model:
            await services.try_model(data.model)
        evaluation = (
            services.evaluation if data.model is None else services.evaluation_with(data.model)
        )
        model = services.choices.model.name if data.model is None else data.model
        if questions is None:
            verdicts = await _own(services, evaluation, model, data.role, tell)
        else:
            verdicts = await _of_file(evaluation, questions, data.role or Role.PUBLIC, tell)
        return _shown(verdicts, model)

    return stream(work)


async def _of_file(
    evaluation: Evaluation, questions: Sequence[Question], role: Role, tell: Tell
) -> list[Verdict]:
    verdicts: list[Verdict] = []
    told = progress(tell)
    async with contextlib.aclosing(evaluation.run(questions, role=role)) as found:
        async for verdict in found:
            verdicts.append(verdict)
            told(len(verdicts), len(questions))
    return verdicts


async def _own(
    services: Services, evaluation: Evaluation, model: str, role: Role | None, tell: Tell
) -> list[Verdict]:
    tried = await services.trials.answers(evaluation, model, role=role, progress=progress(tell))
    if tried is None:
        raise RefusedError(
            "Your list holds no questions yet: add some on the page under Your questions, or name"
            " a questions file."
        )
    return tried[1]


def _shown(verdicts: list[Verdict], model: str) -> EvaluationShown:
    scored = score(verdicts)
    answerable = sum(scored.answerable.values())
    said: dict[str, dict[str, int]] = {"answerable": {}, "unknown": {}}
    for name, count in scored.kinds.items():
        expected, _, kind = name.partition(" ")
        said[expected][kind] = count
    kinds = sorted({verdict.question.kind for verdict in verdicts})
    return EvaluationShown(
        model=model,
        answerable=_counts(scored.answerable.elements()),
        unknown=_counts(scored.unknown.elements()),
        by_kind={
            kind: _counts(each.result for each in verdicts if each.question.kind == kind)
            for kind in kinds
        },
        said=said,
        hit_1=round(scored.hit_1 * answerable),
        hit_3=round(scored.hit_3 * answerable),
        mrr=scored.mrr,
        verdicts=[_verdict(verdict) for verdict in verdicts],
    )


def _counts(results: Iterable[str]) -> Counts:
    return Counts(**Counter(results))


def _verdict(verdict: Verdict) -> VerdictShown:
    question = verdict.question
    return VerdictShown(
        question=question.question,
        kind=question.kind,
        expected=question.expect_document or question.expect_contains or "unknown",
        result=verdict.result,
        answered=verdict.outcome.kind.value,
        document_ids=[each.document_id for each in verdict.outcome.sources if each.document_id],
        rank=None if verdict.rank is None else verdict.rank + 1,
    )
