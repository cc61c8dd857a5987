"""The health of every part: a row a part, each from doing the thing."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

log = logging.getLogger(__name__)

# A part that does not answer within this long is not well.
LIMIT_S = 30.0


@dataclass(frozen=True, slots=True)
class Row:
    """How one part is.

    Attributes:
        part: "database", "knowledge", "model" …
        ok: It did what it is there for.
        needed: Without it Deskhand is not ready; a part that is not needed may be missing, and
            people are served without it.
        sentence: What is so, with names in braces where this case's values stand in it; with
            them apart it can be said in another language.
        todo: What to do about it, "" when nothing.
        took_ms: How long the proof took.
        values: Those values by their names.
    """

    part: str
    ok: bool
    needed: bool
    sentence: str
    todo: str = ""
    took_ms: float = 0.0
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """Return what is so, in one sentence."""
        return self.sentence.format(**self.values) if self.values else self.sentence


@dataclass(frozen=True, slots=True)
class Finding:
    """What a probe saw.

    Attributes:
        sentence: As a row's.
        needed: False where the owner does without the part just now, whatever its probe says.
        values: What stands in the sentence, by name.
    """

    ok: bool
    sentence: str
    todo: str = ""
    needed: bool = True
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Probe:
    """How a part is proved.

    Attributes:
        prove: Does the thing; an error counts as not well, its text is shown.
    """

    part: str
    needed: bool
    prove: Callable[[], Awaitable[Finding]]


Found = Callable[[], Awaitable[Sequence[Probe]]]


class Health:
    """All parts' health, for the page, `deskhand check` and /health/ready alike."""

    def __init__(self, probes: Sequence[Probe], *, found: Found | None = None) -> None:
        """Prove these parts.

        Args:
            probes: Of the parts that are always there.
            found: Returns those of parts that come and go; None: there are none.
        """
        self._probes = tuple(probes)
        self._found = found

    async def rows(self) -> list[Row]:
        """Prove every part, side by side, and return a row each, in a fixed order."""
        probes = [*self._probes, *await self._come_and_go()]
        return list(await asyncio.gather(*(self._row(probe) for probe in probes)))

    async def _come_and_go(self) -> Sequence[Probe]:
        if self._found is None:
            return ()
        try:
            async with asyncio.timeout(LIMIT_S):
                return await self._found()
        except Exception:  # the edge of one proof; the database has a row of its own
            log.exception("could not tell which parts there are")
            return ()

    async def _row(self, probe: Probe) -> Row:
        began = time.perf_counter()
        try:
            async with asyncio.timeout(LIMIT_S):
                finding = await probe.prove()
        except TimeoutError:
            finding = Finding(
                False,
                "It did not answer within {seconds} seconds.",
                values={"seconds": f"{LIMIT_S:.0f}"},
            )
        except Exception as error:  # the edge of one proof
            log.exception("proof failed part=%s", probe.part)
            finding = failed(error)
        took_ms = (time.perf_counter() - began) * 1000
        needed = probe.needed and finding.needed
        return Row(
            probe.part, finding.ok, needed, finding.sentence, finding.todo, took_ms, finding.values
        )


def failed(error: Exception, todo: str = "") -> Finding:
    """Return what an error says as a finding, its values apart where it has them so."""
    sentence = getattr(error, "sentence", "") or str(error) or type(error).__name__
    return Finding(False, sentence, todo, values=getattr(error, "values", {}))


def ready(rows: Sequence[Row]) -> bool:
    """Return whether every part that is needed is well."""
    return all(row.ok for row in rows if row.needed)
