"""Talking to the bot."""

import contextlib
import secrets

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery, JSONBody, SkipValidation
from litestar.response import Stream

from bot.domain.people import Role
from bot.inbox.talk import Answered, Growing, Waiting
from bot.web.api.errors import RefusedError
from bot.web.api.shapes.conversation import AnswerShown, Pressed, Pressing, Saying
from bot.web.api.shapes.steps import Step
from bot.web.api.stream import Tell, stream
from bot.web.api.views import answer_shown, message_shown
from bot.web.services import Services


@post("/ask", status_code=200)
async def ask(
    data: JSONBody[Saying], services: NamedDependency[SkipValidation[Services]]
) -> Stream:
    """Stream what is shown until the answer is there, then the answer."""

    async def work(tell: Tell) -> AnswerShown:
        return await _answer(data, services, tell)

    return stream(work)


@get("/room")
async def listen(
    services: NamedDependency[SkipValidation[Services]],
    room: FromQuery[str],
    role: FromQuery[Role] = Role.OWNER,
) -> Stream:
    """Stream what the bot says in a room of its own accord until the client goes."""

    async def work(tell: Tell) -> None:
        async with contextlib.aclosing(services.talk.listen(room, role)) as said:
            async for heard in said:
                tell(Step(event="said", message=message_shown(heard)))

    return stream(work)


@post("/press", status_code=200)
async def press(
    data: JSONBody[Pressing], services: NamedDependency[SkipValidation[Services]]
) -> Pressed:
    """Press a button under a message."""
    text = await services.talk.press(
        data.action, data.message_id, room=data.room, role=data.role, person=data.person
    )
    return Pressed(text=text)


async def _answer(saying: Saying, services: Services, tell: Tell) -> AnswerShown:
    room = saying.room or f"once-{secrets.token_hex(8)}"
    said = services.talk.say(
        saying.text,
        room=room,
        role=saying.role,
        person=saying.person,
        reply_to=saying.reply_to,
    )
    async with contextlib.aclosing(said) as events:
        async for event in events:
            match event:
                case Waiting(text=text):
                    tell(Step(event="waiting", text=text))
                case Growing(text=text):
                    tell(Step(event="growing", text=text))
                case Answered(text=text, answer=answer, heard=heard):
                    tell(Step(event="answered", message=message_shown(heard)))
                    if answer is None:
                        raise RefusedError(text)
                    found = [await services.follow_ups.get(n) for n in answer.outcome.follow_up_ids]
                    return answer_shown(answer, [each for each in found if each is not None])
    raise RefusedError("The conversation ended without an answer: ask again.")
