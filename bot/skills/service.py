"""The skills: which there are, which of them the owner has approved, and what they bring."""

import asyncio
import logging
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from pathlib import Path

from bot.domain.changes import acting
from bot.skills.bringing import Bringing
from bot.skills.errors import ChangedError, InvalidSkillError, NoSkillError
from bot.skills.folder import put_folder, read_folder
from bot.skills.skill import Skill
from bot.storage.skills import SkillRows
from bot.waiting import happened
from knowledge.base import KnowledgeBase
from knowledge.errors import FolderUnreadableError
from knowledge.folder import Look, look

log = logging.getLogger(__name__)

# How soon it is seen that files of a skill changed which nobody asks for just now.
LOOK_S = 10.0
MAX_SKILLS = 100
SHIPPED = Path(str(files("bot.skills") / "shipped"))
_GONE = "Its folder is gone: put it back, or turn the skill off."
_CHANGED = "Its files have changed since you approved it, so it is not used: look at it again."


@dataclass(frozen=True, slots=True)
class SkillState:
    """How a skill is.

    Attributes:
        name: Its folder's.
        skill: What it holds; None where it cannot be used at all.
        problem: Why it is not used, one sentence; "" where nothing stands against it.
        approved: The owner has approved it at some time, and not turned it off since.
    """

    name: str
    skill: Skill | None
    problem: str
    approved: bool

    @property
    def on(self) -> bool:
        """Return whether it is used: approved as it is."""
        return self.approved and not self.problem


class Skills:
    """The one door to skills, for chat and page.

    Whatever is asked of it, a skill counts as on only while its files are those that were approved.
    """

    def __init__(
        self,
        rows: SkillRows,
        knowledge: KnowledgeBase,
        folder: Path,
        *,
        tools: Collection[str],
        now: Callable[[], datetime],
    ) -> None:
        """Use the skills in a folder, and those that come with Deskhand.

        Args:
            rows: What was approved.
            knowledge: Where their knowledge files go while they are on.
            folder: Of a folder each; it need not be there.
            tools: The names of the tools there are.
            now: The clock.
        """
        self._rows = rows
        self._bringing = Bringing(knowledge)
        self.folder = folder
        self._tools = tuple(tools)
        self._now = now
        self._read: dict[Path, tuple[Look, Skill]] = {}
        self._told: frozenset[str] = frozenset()
        self._changing = asyncio.Lock()
        self._woken = asyncio.Event()

    async def run(self) -> None:
        """Keep the knowledge that skills bring true to what is on, until cancelled.

        Raises:
            StorageError: The rows could not be read or written.
        """
        while True:
            self._woken.clear()
            await self.look()
            await happened(self._woken, within_s=LOOK_S)

    async def all(self) -> list[SkillState]:
        """Return every skill, by name; a folder that is none says why."""
        approved = await self._rows.approved()
        names = await asyncio.to_thread(self._names)
        gone = [name for name in approved if name not in names]
        states = await self._states(names, approved)
        return [*states, *(SkillState(name, None, _GONE, approved=True) for name in gone)]

    async def get(self, name: str) -> SkillState:
        """Return one skill.

        Raises:
            NoSkillError: There is no folder of this name.
        """
        found = {each.name: each for each in await self.all()}
        if name not in found:
            raise NoSkillError(name)
        return found[name]

    async def on(self) -> list[Skill]:
        """Return the skills that are on, by name."""
        return await self.on_among(await self._rows.approved())

    async def on_among(self, approved: Mapping[str, str]) -> list[Skill]:
        """Return the skills that are on of those approved, given as `Turn.skills` has them."""
        states = await self._states(approved, approved) if approved else []
        return [each.skill for each in states if each.on and each.skill is not None]

    async def usable(self, name: str, content_hash: str = "") -> Skill | None:
        """Return a skill that is on; None where it is not, or its files are others by now.

        Args:
            name: Its folder's.
            content_hash: What its files must be; "" for whatever is approved.
        """
        approved = await self._rows.approved()
        if name not in approved:
            return None
        (state,) = await self._states([name], approved, afresh=True)
        if not state.on or state.skill is None:
            return None
        return state.skill if content_hash in {"", state.skill.content_hash} else None

    async def approve(self, name: str, content_hash: str) -> None:
        """Turn a skill on as it was shown.

        Raises:
            NoSkillError: There is no folder of this name.
            InvalidSkillError: It cannot be used.
            ChangedError: Its files are not those that were shown.
        """
        if name not in await asyncio.to_thread(self._names):
            raise NoSkillError(name)
        skill = await asyncio.to_thread(self._skill, name, afresh=True)
        if skill.content_hash != content_hash:
            raise ChangedError(name)
        await self._bringing.documents(skill)
        await self._rows.approve(name, content_hash, now=self._now())
        log.info("approved skill=%s hash=%s", name, content_hash[:12])
        await self.look()

    async def turn_off(self, name: str) -> bool:
        """Turn a skill off, its knowledge with it; False where it was not approved."""
        was_on = await self._rows.forget(name, now=self._now())
        if was_on:
            log.info("turned off skill=%s", name)
            await self.look()
        return was_on

    async def pack(self) -> dict[str, bytes]:
        """Return the files of the owner's skills by their path, without those that came along.

        What is no skill, or no good one, is left out.
        """
        own = [each.skill for each in await self.all() if each.skill and not each.skill.shipped]
        return {
            f"{skill.name}/{path}": content
            for skill in own
            for path, content in sorted(skill.files.items())
        }

    async def take_in(self, files: Mapping[str, bytes]) -> list[str]:
        """Put skills' files in place of those of the same skills here; none is turned on by that.

        Args:
            files: As `pack` gives them, of paths that `folder.is_safe` has passed.

        Returns:
            The names of the skills that are new or changed.
        """
        by_name: dict[str, dict[str, bytes]] = {}
        for whole, content in files.items():
            name, _, path = whole.partition("/")
            by_name.setdefault(name, {})[path] = content
        changed = [
            name
            for name, its in by_name.items()
            if await asyncio.to_thread(put_folder, self.folder, name, its)
        ]
        await self.look()
        return sorted(changed)

    async def problems(self) -> list[str]:
        """Return what is wrong with skills that are approved, a sentence each."""
        approved = await self._rows.approved()
        names = await asyncio.to_thread(self._names)
        gone = [f"{name}: {_GONE}" for name in approved if name not in names]
        states = await self._states([name for name in approved if name in names], approved)
        return sorted([*gone, *(f"{each.name}: {each.problem}" for each in states if not each.on)])

    async def look(self) -> None:
        """Bring what the skills that are on know, and take away what others have brought.

        Raises:
            StorageError: What is left is done by the next look.
        """
        async with self._changing:
            self._tell(await self.problems())
            # Not told one by one: they come and go with the skill.
            with acting(None):
                await self._bringing.bring(await self.on())

    async def _states(
        self, names: Iterable[str], approved: Mapping[str, str], *, afresh: bool = False
    ) -> list[SkillState]:
        def look_at_all() -> list[SkillState]:
            return [self._state(name, approved, afresh=afresh) for name in names]

        return await asyncio.to_thread(look_at_all)

    def _state(self, name: str, approved: Mapping[str, str], *, afresh: bool) -> SkillState:
        try:
            skill = self._skill(name, afresh=afresh)
        except InvalidSkillError as error:
            return SkillState(name, None, str(error), approved=name in approved)
        changed = approved.get(name, skill.content_hash) != skill.content_hash
        return SkillState(name, skill, _CHANGED if changed else "", approved=name in approved)

    def _names(self) -> list[str]:
        """Return the names of all skills' folders, the owner's and those that came along."""
        own: list[str] = []
        if self.folder.is_dir():
            entries = [each for each in self.folder.iterdir() if not each.name.startswith(".")]
            own = [each.name for each in entries if each.is_dir() or each.is_symlink()]
        shipped = [each.name for each in SHIPPED.iterdir() if each.is_dir()]
        return sorted({*own[:MAX_SKILLS], *shipped})

    def _skill(self, name: str, *, afresh: bool) -> Skill:
        """Return the skill in a folder, read anew only where a file of it was touched.

        Raises:
            InvalidSkillError: It is none.
        """
        own = self.folder / name
        shipped = not (own.is_dir() or own.is_symlink())
        folder = SHIPPED / name if shipped else own
        try:
            seen = look(folder)
        except FolderUnreadableError as error:
            raise InvalidSkillError(str(error)) from error
        known = self._read.get(folder)
        if known is None or afresh or known[0] != seen:
            skill = read_folder(folder, tools=self._tools, shipped=shipped)
            known = self._read[folder] = (seen, skill)
        return known[1]

    def _tell(self, problems: list[str]) -> None:
        """Log what is wrong, once."""
        for problem in problems:
            if problem not in self._told:
                log.warning("skill not used: %s", problem)
        self._told = frozenset(problems)
