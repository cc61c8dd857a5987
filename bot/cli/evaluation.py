"""The owner's own questions, scored."""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from bot.cli.connection import connected
from bot.cli.errors import FailedError
from bot.cli.options import ROLES, as_json
from bot.cli.screen import LiveLine, show_json, show_table
from bot.domain.people import Role
from bot.web.api.shapes.questions import Counts, Evaluating, EvaluationShown


@click.command()
@click.argument("files", nargs=-1, metavar="[QUESTIONS.jsonl]…")
@click.option(
    "--role",
    type=ROLES,
    show_default="public; of your list each as it says",
    help="As whom to ask.",
)
@click.option("--model", metavar="M", help='With this model, this time only; "" for none.')
@as_json
def evaluate(
    files: tuple[str, ...], *, role: Role | None, model: str | None, as_json: bool
) -> None:
    """Score it on your own questions.

    Without a file on the list of the page, which keeps what came of it. Several files are counted
    together.
    """
    texts: list[tuple[str, str | None]] = [(file, _text(file)) for file in files]
    results: list[EvaluationShown] = []
    with connected() as deskhand:
        for file, text in texts or [("", None)]:
            label = f"{Path(file).name or 'Your questions'}: "
            with LiveLine(quiet=as_json, label=label) as line:
                asking = Evaluating(questions=text, role=role, model=model)
                try:
                    results.append(
                        deskhand.client.stream(
                            "evaluation", EvaluationShown, show=line.show, body=asking
                        )
                    )
                except FailedError as error:
                    told = f"{file}: {error.message}" if file else error.message
                    raise FailedError(told) from error
    whole = _together(results)
    if as_json:
        show_json(whole)
        return
    if len(files) > 1:
        for file, result in zip(files, results, strict=True):
            click.echo(f"{file}: {_line(result)}")
        click.echo()
    _show(whole)


def _text(file: str) -> str:
    try:
        return Path(file).read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise FailedError(f"{file}: there is no such file.") from error
    except OSError as error:
        raise FailedError(f"{file}: the file cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise FailedError(
            f"{file}: the file is not text in UTF-8: save it again as that."
        ) from error


def _together(results: Sequence[EvaluationShown]) -> EvaluationShown:
    """Return the counts of several files as one."""
    answerable = _sum(result.answerable for result in results)
    ranked = [(result.mrr, _total(result.answerable)) for result in results]
    return EvaluationShown(
        model=results[0].model,
        answerable=answerable,
        unknown=_sum(result.unknown for result in results),
        by_kind={
            kind: _sum(r.by_kind[kind] for r in results if kind in r.by_kind)
            for kind in sorted({kind for result in results for kind in result.by_kind})
        },
        said={
            expected: dict(sum((Counter(r.said[expected]) for r in results), Counter()))
            for expected in ("answerable", "unknown")
        },
        hit_1=sum(result.hit_1 for result in results),
        hit_3=sum(result.hit_3 for result in results),
        mrr=sum(mrr * count for mrr, count in ranked) / max(1, _total(answerable)),
        verdicts=[verdict for result in results for verdict in result.verdicts],
    )


def _sum(counts: Iterable[Counts]) -> Counts:
    every = list(counts)
    return Counts(
        right=sum(each.right for each in every),
        wrong=sum(each.wrong for each in every),
        refused=sum(each.refused for each in every),
    )


def _total(counts: Counts) -> int:
    return counts.right + counts.wrong + counts.refused


def _show(result: EvaluationShown) -> None:
    rows: list[tuple[str, ...]] = [("", "right", "wrong", "refused", "of")]
    rows.append(_row("answerable", result.answerable))
    rows.append(_row("unknown", result.unknown))
    rows += [_row(f"- {kind}", counts) for kind, counts in result.by_kind.items() if kind]
    show_table(rows)
    click.echo()
    for expected, kinds in result.said.items():
        said = ", ".join(f"{kind} {count}" for kind, count in sorted(kinds.items()))
        click.echo(f"Answers where {expected}: {said or 'none'}")
    click.echo(f"Unknown answered verbatim: {result.said['unknown'].get('verbatim', 0)}")
    total = _total(result.answerable)
    if total:
        click.echo(
            f"Search alone: hit@1 {result.hit_1 / total:.3f} ({result.hit_1} of {total}),"
            f" hit@3 {result.hit_3 / total:.3f} ({result.hit_3} of {total}), MRR {result.mrr:.3f}"
        )
    click.echo(f"Model: {result.model or 'none'}")


def _line(result: EvaluationShown) -> str:
    total = max(1, _total(result.answerable))
    return (
        f"right {result.answerable.right} of {_total(result.answerable)} answerable,"
        f" {result.unknown.right} of {_total(result.unknown)} unknown;"
        f" hit@1 {result.hit_1 / total:.3f}, hit@3 {result.hit_3 / total:.3f}, MRR {result.mrr:.3f}"
    )


def _row(name: str, counts: Counts) -> tuple[str, ...]:
    return (
        name,
        str(counts.right),
        str(counts.wrong),
        str(counts.refused),
        str(_total(counts)),
    )
