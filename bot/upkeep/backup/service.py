"""Backups as the owner knows them: made by the clock or when asked for, tried, kept, told of."""

import asyncio
import logging
import secrets
import shutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.choices import Choices
from bot.domain.changes import Actor, By, acting
from bot.language.sentences import Phrasebook
from bot.storage.errors import StorageError
from bot.storage.secrets import SecretRows
from bot.upkeep.backup import keeping, set_aside
from bot.upkeep.backup.archive import Progress
from bot.upkeep.backup.box import BACKUPS, PROVING, WRITING, Box
from bot.upkeep.backup.choice import GROUP, BackupChoice
from bot.upkeep.backup.errors import BackupError
from bot.upkeep.backup.keeping import Kept
from bot.upkeep.backup.manifest import Manifest, Origin
from bot.upkeep.backup.proving import Proof, Proving
from bot.upkeep.backup.results import Result, Results
from bot.upkeep.backup.sealing import check_passphrase
from bot.upkeep.backup.writing import write_backup
from knowledge.errors import KnowledgeError

log = logging.getLogger(__name__)

PASSPHRASE = "backup_passphrase"  # noqa: S105 - the name under which it is kept
SWEEP_S = 60.0
# Who starts Deskhand in the morning, after a night with the box off, wants answers first.
AFTER_START_S = 600.0
# One that failed by a passing trouble is tried again after this.
AGAIN = timedelta(hours=1)
_WRONG = (BackupError, StorageError, KnowledgeError)


@dataclass(frozen=True, slots=True)
class Loose:
    """A backup that somebody takes away, and that is kept here only until then."""

    token: str
    manifest: Manifest
    proof: Proof
    size_bytes: int
    sealed: bool


class Backups:
    """The one door to backups, for clock, page and commands; one is made at a time."""

    def __init__(
        self,
        box: Box,
        proving: Proving,
        choices: Choices,
        results: Results,
        tokens: SecretRows,
        phrasebook: Phrasebook,
        *,
        alarm: Callable[[str], Awaitable[None]],
        now: Callable[[], datetime],
    ) -> None:
        """Make none yet.

        Args:
            box: What is backed up.
            proving: Tries them.
            choices: When, where and how long.
            results: What became of them.
            tokens: Where the passphrase is.
            phrasebook: Words of an alarm.
            alarm: Told a sentence for the owner when one failed.
            now: The clock.
        """
        self._box = box
        self._proving = proving
        self._choices = choices
        self._results = results
        self._tokens = tokens
        self._phrasebook = phrasebook
        self._alarm = alarm
        self._now = now
        self._making = asyncio.Lock()
        self._loose: dict[str, Path] = {}

    async def run(self) -> None:
        """Make one each night, or after the next start where the box was off, until cancelled.

        Raises:
            StorageError: What became of the others could not be read or written.
        """
        await asyncio.sleep(AFTER_START_S)
        while True:
            await self.by_the_clock()
            await asyncio.sleep(SWEEP_S)

    async def by_the_clock(self) -> Result | None:
        """Make the nightly one if it is time; None when it is not.

        What a restore has set aside long ago goes, too.

        Raises:
            StorageError: What became of it could not be written.
        """
        await asyncio.to_thread(set_aside.clear_outdated, self._box, self._now())
        if not self.choice.on or not await self._is_due():
            return None
        with acting(Actor(By.DESKHAND)):
            return await self.make(Origin.NIGHTLY)

    async def make(self, origin: Origin, progress: Progress = lambda _done, _total: None) -> Result:
        """Make a backup in the folder, restore it into a scratch place and test it there.

        Of those from before, the ones that are outdated go once it has stood the test.

        Args:
            origin: Why.
            progress: Told bytes written and all.

        Returns:
            What became of it; of one that failed the owner is told as well.

        Raises:
            StorageError: What became of it could not be written.
        """
        async with self._making:
            result = await self._made(origin, progress)
            await self._keep(result)
        if result.error:
            log.error("backup failed origin=%s: %s", origin.value, result.error)
            sentences = self._phrasebook.sentences(self._choices.business.language)
            await self._alarm(sentences.backup_failed(result.error))
        return result

    async def write(
        self, *, passphrase: str, progress: Progress = lambda _done, _total: None
    ) -> Loose:
        """Write a backup for somebody who takes it away by `taken`; it is tested like each other.

        Args:
            passphrase: "" for the one that is stored, if there is one.
            progress: As in `make`.

        Raises:
            BackupError: It could not be written, or is no good.
            StorageError: The database could not be copied.
        """
        words = passphrase or await self.passphrase()
        token = secrets.token_urlsafe(16)
        target = self._own_folder / f".taken-{token}"
        async with self._making:
            for left in self._loose.values():
                await asyncio.to_thread(left.unlink, missing_ok=True)
            self._loose.clear()
            manifest = await write_backup(
                self._box,
                target,
                origin=Origin.ASKED,
                passphrase=words,
                now=self._now(),
                progress=progress,
            )
            self._loose[token] = target
            proof = await self._proving.prove(target, passphrase=words)
            await self._results.taken_away(manifest.made_at, now=self._now())
        size_bytes = (await asyncio.to_thread(target.stat)).st_size
        return Loose(token, manifest, proof, size_bytes, bool(words))

    def taken(self, token: str) -> Path | None:
        """Return the file that `write` wrote, the caller's to remove; None: there is none."""
        return self._loose.pop(token, None)

    @property
    def choice(self) -> BackupChoice:
        """Return what the owner has chosen."""
        return BackupChoice.model_validate(self._choices.get(GROUP))

    @property
    def folder(self) -> Path:
        """Return where they are kept."""
        return Path(self.choice.folder) if self.choice.folder else self._own_folder

    async def passphrase(self) -> str:
        """Return the owner's passphrase, "" while there is none. Never show it."""
        return (await self._tokens.all()).get(PASSPHRASE, "")

    async def set_passphrase(self, passphrase: str) -> None:
        """Seal backups with a passphrase from now on; "" seals none.

        Raises:
            PassphraseError: It is too short.
        """
        if passphrase:
            check_passphrase(passphrase)
        await self._tokens.put(PASSPHRASE, passphrase, now=self._now())

    async def results(self) -> list[Result]:
        """Return what became of the last ones, the newest first."""
        return await self._results.all()

    async def kept(self) -> list[Kept]:
        """Return the backups in the folder, the newest first.

        Raises:
            BackupError: The folder cannot be read.
        """
        try:
            return await asyncio.to_thread(keeping.listed, self.folder)
        except OSError as error:
            raise self._unreadable(error) from error

    async def file(self, name: str) -> Path | None:
        """Return the path of a backup in the folder; None where there is none of this name.

        Raises:
            BackupError: The folder cannot be read.
        """
        names = {each.name for each in await self.kept()}
        return self.folder / name if name in names else None

    @property
    def zone(self) -> ZoneInfo:
        """Return the business's zone."""
        return ZoneInfo(self._choices.business.zone)

    @property
    def _own_folder(self) -> Path:
        return self._box.folder / BACKUPS

    async def _is_due(self) -> bool:
        nightly = [each for each in await self.results() if each.origin is Origin.NIGHTLY]
        if not nightly:
            return True
        local = self._now().astimezone(self.zone)
        due_at = local.replace(hour=self.choice.hour, minute=0, second=0, microsecond=0)
        if due_at > local:
            due_at -= timedelta(days=1)
        last = nightly[0]
        if last.error:
            return self._now() - last.made_at >= AGAIN
        return last.made_at < due_at

    async def _made(self, origin: Origin, progress: Progress) -> Result:
        made_at = self._now()
        try:
            words = await self.passphrase()
            name = keeping.name_of(origin, made_at, sealed=bool(words))
            target = self.folder / name
            # Beside the good ones only once it has stood the test.
            untried = target.with_name(f".untried-{name}")
            await asyncio.to_thread(self._clear_away)
            try:
                manifest = await write_backup(
                    self._box,
                    untried,
                    origin=origin,
                    passphrase=words,
                    now=made_at,
                    progress=progress,
                )
                proof = await self._proving.prove(untried, passphrase=words)
                size_bytes = (await asyncio.to_thread(untried.rename, target)).stat().st_size
            finally:
                await asyncio.to_thread(untried.unlink, missing_ok=True)
        except _WRONG as error:
            return Result(origin=origin, made_at=made_at, error=str(error))
        except OSError as error:
            return Result(origin=origin, made_at=made_at, error=str(self._unreadable(error)))
        return Result(
            origin=origin,
            made_at=made_at,
            name=name,
            size_bytes=size_bytes,
            sealed=bool(words),
            rows=manifest.rows,
            asked=proof.asked,
        )

    async def _keep(self, result: Result) -> None:
        """Store what became of one, and let those go that are outdated by a good one."""
        await self._results.add(result, now=self._now())
        if not result.ok:
            return
        choice, zone = self.choice, self.zone
        kept = await self.kept()
        for each in keeping.outdated(kept, daily=choice.daily, weekly=choice.weekly, zone=zone):
            await asyncio.to_thread((self.folder / each.name).unlink, missing_ok=True)
            log.info("removed outdated backup name=%s", each.name)

    def _clear_away(self) -> None:
        """Remove what a crash in the middle of making one has left."""
        for folder in {self._box.folder, self.folder}:
            for path in folder.iterdir() if folder.is_dir() else ():
                if path.name.startswith((".untried-", "..untried-")):
                    path.unlink()
                elif path.name.startswith((WRITING, PROVING)):
                    shutil.rmtree(path, ignore_errors=True)

    def _unreadable(self, error: OSError) -> BackupError:
        return BackupError(
            "The folder of backups {folder} cannot be used ({why}): see whether its disk is there"
            " and has room.",
            folder=self.folder,
            why=error.strerror,
        )
