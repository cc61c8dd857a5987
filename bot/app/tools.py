"""What can be done beside answering: tools, and the owner's skills."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bot.app.followups import Reminding
from bot.app.mind import Mind
from bot.app.rows import Now, Rows
from bot.commands.forms import Forms, WithoutModel
from bot.followups.managing import Managing
from bot.language.sentences import Sentences
from bot.skills.filling import Filling
from bot.skills.fitting import Fitting
from bot.skills.service import Skills
from bot.tools.cancel_follow_up import CancelFollowUp
from bot.tools.choice import ToolsChoice
from bot.tools.fill_form import FillForm
from bot.tools.list_follow_ups import ListFollowUps
from bot.tools.move_follow_up import MoveFollowUp
from bot.tools.registry import Registry
from bot.tools.schedule_follow_up import ScheduleFollowUp
from bot.tools.tool import Tool


@dataclass(frozen=True, slots=True)
class Abilities:
    """What can be done."""

    doing: WithoutModel
    managing: Managing
    tools: Registry
    skills: Skills
    filling: Filling


def abilities_of(
    rows: Rows,
    mind: Mind,
    reminding: Reminding,
    folder: Path,
    promise: Callable[[Sentences], str],
    now: Now,
) -> Abilities:
    """Return what can be done.

    Args:
        rows: Every table's.
        mind: What understands and finds.
        reminding: What sees to reminders.
        folder: Of the owner's skills.
        promise: Words that somebody stands on the team's list.
        now: The clock.
    """
    known = tuple(ToolsChoice.model_fields)
    skills = Skills(rows.skills, mind.knowledge, folder, tools=known, now=now)
    fitting = Fitting(skills, mind.knowledge)
    filling = Filling(rows.forms, skills, mind.choices, mind.phrasebook, promise=promise, now=now)
    managing = reminding.managing
    every: list[Tool] = [
        ScheduleFollowUp(reminding.promises),
        ListFollowUps(managing),
        MoveFollowUp(managing),
        CancelFollowUp(managing),
        FillForm(filling, fitting),
    ]
    tools = Registry(every, mind.choices)
    forms = Forms(filling, fitting, tools, mind.phrasebook)
    return Abilities(WithoutModel(reminding.plain, forms), managing, tools, skills, filling)
