"""Trying it on the owner's own questions, and what came of it each time."""

import contextlib
import time
from collections.abc import Callable, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.choices import Choices
from bot.domain.people import Role
from bot.domain.trials import SHOWN, Comparison, OwnQuestion, Result, Scope, Trial
from bot.storage.own_questions import OwnQuestionRows
from bot.storage.trials import TrialRows
from bot.upkeep.evaluation import Evaluation, Question, Verdict, searched
from knowledge.base import KnowledgeBase
from knowledge.errors import EmbeddingUnavailableError
from knowledge.finder import Finder
from knowledge.prospect import Prospect

Progress = Callable[[int, int], None]
Answering = tuple[Evaluation, str]
"""What answers, and the name of its model, "" for none."""


class Trials:
    """Asks all of the owner's questions and keeps what came of it."""

    def __init__(
        self,
        questions: OwnQuestionRows,
        rows: TrialRows,
        knowledge: KnowledgeBase,
        choices: Choices,
        *,
        now: Callable[[], datetime],
    ) -> None:
        """Try these questions; keep what comes of it in `rows`."""
        self._questions = questions
        self._rows = rows
        self._knowledge = knowledge
        self._choices = choices
        self._now = now

    async def expect_something(self) -> bool:
        """Return whether any question expects something to be found."""
        return any(not each.unknown for each in await self._questions.all())

    async def search(
        self, finder: Finder | Prospect | None = None, *, documents: int | None = None
    ) -> Trial | None:
        """Try the search alone and keep what came of it; no model is needed.

        Args:
            finder: What is tried; None: the search in use.
            documents: How many it finds among; None: those that there are.

        Returns:
            None when no question expects anything.

        Raises:
            EmbeddingUnavailableError: What finds by meaning did not answer; nothing is kept.
        """
        asked = [each for each in await self._questions.all() if not each.unknown]
        if not asked:
            return None
        if finder is None:
            await self._knowledge.settled()
        began, results = time.perf_counter(), []
        for own in asked:
            rank, findings = await searched(
                finder or self._knowledge, as_asked(own), role=own.role, today=self._today()
            )
            if findings.hits and not findings.meaning:
                raise EmbeddingUnavailableError(
                    "What finds by meaning does not answer: see to Ollama, and try again."
                )
            first = findings.hits[0] if findings.hits else None
            results.append(
                Result(
                    own.question_id,
                    unknown=False,
                    result="right" if rank is not None and rank < SHOWN else "wrong",
                    rank=rank,
                    kind="",
                    title=first.title if first else "",
                    document_id=first.document_id if first else "",
                )
            )
        name = finder.name if finder else self._knowledge.embedder
        return await self._keep(Scope.SEARCH, "", name, began, results, documents)

    async def answers(
        self,
        evaluation: Evaluation,
        model: str,
        *,
        role: Role | None = None,
        progress: Progress | None = None,
    ) -> tuple[Trial, list[Verdict]] | None:
        """Have every question answered and keep what came of it; stopped, nothing is kept.

        Args:
            evaluation: Which answers.
            model: Its model, "" for none.
            role: As whom all are asked; None: each as its owner said.
            progress: Called with questions done and all questions.

        Returns:
            What is kept, and the verdicts in the order of the questions; None without questions.
        """
        asked = await self._questions.all()
        if not asked:
            return None
        began = time.perf_counter()
        verdicts: list[Verdict] = []
        for own in asked:
            run = evaluation.run([as_asked(own)], role=role or own.role)
            async with contextlib.aclosing(run) as found:
                verdicts += [verdict async for verdict in found]
            if progress:
                progress(len(verdicts), len(asked))
        results = [_result(own, each) for own, each in zip(asked, verdicts, strict=True)]
        name = self._knowledge.embedder
        return await self._keep(Scope.ANSWERS, model, name, began, results), verdicts

    async def compare(
        self, now: Answering, other: Answering, *, progress: Progress | None = None
    ) -> Comparison | None:
        """Have every question answered as now, then otherwise, and keep what came of both.

        Args:
            now: What answers now, with its model.
            other: What may answer in future, with its.
            progress: Called with questions done and all, those of both counted.

        Returns:
            None without questions.
        """

        def part(first: int) -> Progress:
            def told(done: int, total: int) -> None:
                if progress:
                    progress(first * total + done, 2 * total)

            return told

        before = await self.answers(*now, progress=part(0))
        after = await self.answers(*other, progress=part(1))
        return Comparison(before[0], after[0]) if before and after else None

    async def history(self, *, limit: int) -> list[Trial]:
        """Return the last trials, newest first."""
        return await self._rows.newest(limit=limit)

    async def expected_s(self, model: str, questions: int) -> float | None:
        """Return how long so many answers will take, by the model's last trial; None: unknown."""
        last = await self._rows.last(Scope.ANSWERS, model)
        if last is None or not last.results:
            return None
        return last.took_ms / len(last.results) * questions / 1000

    async def _keep(
        self,
        scope: Scope,
        model: str,
        embedder: str,
        began: float,
        results: Sequence[Result],
        documents: int | None = None,
    ) -> Trial:
        if documents is None:
            documents = await self._knowledge.documents_count()
        trial = Trial(
            at=self._now(),
            scope=scope,
            model=model,
            embedder=embedder,
            documents=documents,
            took_ms=round((time.perf_counter() - began) * 1000),
            results=tuple(results),
        )
        await self._rows.add(trial)
        return trial

    def _today(self) -> date:
        return self._now().astimezone(ZoneInfo(self._choices.business.zone)).date()


def as_asked(own: OwnQuestion) -> Question:
    """Return one of the owner's questions as a questions file has it."""
    return Question(
        question=own.text,
        expect_document=own.document_id or None,
        expect_contains=own.contains or None,
        expect_unknown=own.unknown,
        kind=own.kind,
    )


def _result(own: OwnQuestion, verdict: Verdict) -> Result:
    sources = verdict.outcome.sources
    return Result(
        own.question_id,
        unknown=own.unknown,
        result=verdict.result,
        rank=verdict.rank,
        kind=verdict.outcome.kind.value,
        title=sources[0].title if sources else "",
        document_id=sources[0].document_id if sources else "",
    )
