"""What a model proposes about a person's own reminders, as far as their own words carry it."""

from bot.domain.conversations import Turn
from bot.followups.managing import Managing
from bot.followups.requests import Act
from bot.tools.tool import InvalidCallError
from bot.wishes.done import Done


async def managed(
    managing: Managing,
    act: Act,
    which: str,
    to: str = "",
    *,
    turn: Turn,
    language: str,
    call_number: int,
    otherwise: str,
) -> Done:
    """Return what a proposal comes to.

    Args:
        managing: Carries it out.
        act: What the model takes the person to want.
        which: Its words for the reminder, or a number.
        to: Its words for the new time; they count where the person said them.
        turn: Whose message.
        language: Of the answer.
        call_number: Of the call in the turn; each is done once.
        otherwise: Tells the model why not, where nothing the person said is about a reminder.

    Raises:
        InvalidCallError: Nothing the person said is.
    """
    done = await managing.proposed(act, which, to, turn=turn, language=language, number=call_number)
    if done is None:
        raise InvalidCallError(f"{otherwise} Answer the question instead.")
    return Done(done.kind, done.text, done.follow_up_ids, done.buttons, promised=False)
