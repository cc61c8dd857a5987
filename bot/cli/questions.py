"""Open questions."""

import click

from bot.cli.connection import connected
from bot.cli.options import AUDIENCES, as_json
from bot.cli.screen import show_json, show_table
from bot.web.api.shapes.questions import Answered, Answering, QuestionShown
from knowledge.documents import Anywhere, Audience


@click.group()
def questions() -> None:
    """What it could not answer."""


@questions.command("list")
@as_json
def list_questions(*, as_json: bool) -> None:
    """Show the open questions, most asked first."""
    with connected() as deskhand:
        found = deskhand.client.call("GET", "questions", list[QuestionShown])
    if as_json:
        show_json(found)
        return
    show_table(
        [
            (
                str(each.id),
                f"{each.asked}×",
                f"{each.asked_at:%Y-%m-%d %H:%M}",
                ", ".join(each.reasons),
                each.question,
            )
            for each in found
        ],
        empty="No question is open.",
    )


@questions.command()
@click.argument("question_id", type=int, metavar="ID")
@click.argument("text")
@click.option("--question", default="", help="A better wording of the question.")
@click.option("--audience", type=AUDIENCES, help="Who may read the answer. [staff]")
@as_json
def answer(
    question_id: int, text: str, *, question: str, audience: Anywhere | None, as_json: bool
) -> None:
    """Answer one: it is said word for word from now on."""
    if not text.strip():
        raise click.UsageError("There is no answer.")
    readers = audience or Audience.STAFF
    with connected() as deskhand:
        answered = deskhand.client.call(
            "POST",
            f"questions/{question_id}/answer",
            Answered,
            body=Answering(answer=text, question=question, audience=readers),
        )
    if as_json:
        show_json(answered)
        return
    click.echo(f"Added {answered.document_id} for {readers.value}.")
    if audience is None:
        click.echo("Only staff hear it; answer with `--audience public` if everybody may.")
