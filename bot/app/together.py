"""What makes several processes on one PostgreSQL one office."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.app.rows import Now, Rows
from bot.choices import Choices
from bot.domain.workers import Doing, Duty
from bot.inbox.accord import Accord
from bot.inbox.elsewhere import Elsewhere
from bot.inbox.platforms import Office, Platforms
from bot.inbox.turns import TurnRunner
from bot.storage.database import Database
from bot.storage.hints import Hints
from bot.storage.leadership import Leadership
from bot.upkeep.beat import Beat


@dataclass(frozen=True, slots=True)
class Together:
    """A process's part in an office that several serve.

    Attributes:
        leadership: What this process does for all of them.
        hints: Tells it what others have written.
        elsewhere: Has what was set there hold here.
        beat: Tells others that it lives.
    """

    leadership: Leadership
    hints: Hints
    elsewhere: Elsewhere
    beat: Beat


def together_of(
    database: Database,
    rows: Rows,
    duty: Duty,
    choices: Choices,
    platforms: Platforms,
    runner: TurnRunner,
    woken: Mapping[str, Callable[[], None]],
    now: Now,
) -> Together | None:
    """Return a process's part in an office; None on SQLite, which serves one process.

    The platforms are told of it: some let one process listen for all.

    Args:
        database: Whose.
        rows: Every table's.
        duty: What the process is there for.
        choices: What is set.
        platforms: Those that are connected.
        runner: What answers.
        woken: What is woken by another process's rows, by their table.
        now: The clock.
    """
    if database.is_sqlite:
        return None
    leadership, hints = Leadership(database), Hints(database)
    platforms.office = Office(leadership, Accord(rows.settings, now=now))
    elsewhere = Elsewhere(choices, platforms)
    for table, wake in woken.items():
        hints.on(table, wake)
    for table in ("settings", "secrets"):
        hints.on(table, elsewhere.changed)

    def doing() -> Doing:
        return Doing(tuple(leadership.led_here), runner.running)

    return Together(leadership, hints, elsewhere, Beat(rows.workers, duty, doing))
