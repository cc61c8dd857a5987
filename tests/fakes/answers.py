"""What was answered, as the database has it."""

from sqlalchemy import select

from bot.domain.conversations import Answer
from bot.storage.answers import AnswerRows
from bot.storage.database import Database
from bot.storage.tables import answers


async def newest_answers(database: Database, *, limit: int) -> list[Answer]:
    """Return the last answers, newest first."""
    newest = select(answers.c.answer_id).order_by(answers.c.answer_id.desc()).limit(limit)
    ids = await database.read(lambda connection: connection.scalars(newest).all())
    found = [await AnswerRows(database).get(each) for each in ids]
    return [each for each in found if each is not None]
