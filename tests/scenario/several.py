"""Several processes of one office, in one process of a test."""

import asyncio
import contextlib
import shutil
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.app.deskhand import Deskhand, compose
from bot.inbox.platforms import Kind
from bot.settings import Settings
from tests.fakes.parts import at_work


@dataclass(frozen=True)
class Office:
    """What serves one database.

    Attributes:
        path: Where each process has a data directory of its own.
        database_url: Of a PostgreSQL.
        kinds: How the platforms are connected; None: as they really are.
        settings: More of the environment, by name.
    """

    path: Path
    database_url: str
    kinds: Mapping[str, Kind] | None = None
    settings: Mapping[str, str] = field(default_factory=dict)

    @contextlib.asynccontextmanager
    async def process(
        self, name: str, *, tokens: Mapping[str, str] | None = None, told: bool = True
    ) -> AsyncIterator[Deskhand]:
        """Have one more process at work inside the block.

        Args:
            name: Of its own.
            tokens: To be kept before.
            told: False where no hint of what others have changed arrives.
        """
        app = await self._composed(name)
        for each, token in (tokens or {}).items():
            await app.services.keep_token(each, token)
        assert app.together is not None
        office = app.together
        async with at_work(app):
            parts = [
                office.leadership.run,
                office.elsewhere.run,
                *([office.hints.run] if told else []),
            ]
            tasks = [asyncio.create_task(part()) for part in parts]
            try:
                yield app
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

    async def _composed(self, name: str) -> Deskhand:
        data_dir, key = self.path / name, self.path / "secret.key"
        await asyncio.to_thread(data_dir.mkdir, parents=True)
        if key.exists():
            shutil.copy(key, data_dir)
        app = await compose(
            Settings(  # type: ignore[arg-type]
                data_dir=data_dir,
                database_url=self.database_url,
                **{"model": "", "timezone": "UTC", **self.settings},
            ),
            kinds=self.kinds,
        )
        if not key.exists():
            shutil.copy(data_dir / "secret.key", key)
        return app
