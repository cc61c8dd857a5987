import asyncio

from bot.upkeep.health import Finding, Health, Probe
from bot.web.proofs import KEPT_S, Proofs


class Part:
    """A part that counts how often it was proved."""

    def __init__(self) -> None:
        self.proved = 0

    async def prove(self) -> Finding:
        self.proved += 1
        await asyncio.sleep(0.01)
        return Finding(True, "works")


def proofs(part: Part) -> tuple[Proofs, list[float]]:
    at = [100.0]
    return Proofs(Health([Probe("part", True, part.prove)]), clock=lambda: at[0]), at


async def test_many_who_ask_at_once_cost_one_proof():
    part = Part()
    kept, _ = proofs(part)
    answers = await asyncio.gather(*(kept.rows() for _ in range(50)))
    assert part.proved == 1
    assert all(rows[0].ok for rows in answers)


async def test_a_proof_is_kept_for_a_moment_only():
    part = Part()
    kept, at = proofs(part)
    await kept.rows()
    at[0] += KEPT_S - 1
    await kept.rows()
    assert part.proved == 1
    at[0] += 2
    await kept.rows()
    assert part.proved == 2


async def test_asking_for_a_fresh_proof_gets_one():
    part = Part()
    kept, at = proofs(part)
    await kept.rows()
    at[0] += 0.1
    await kept.rows(fresh=True)
    assert part.proved == 2


async def test_who_cannot_wait_gets_what_was_proved_last_and_the_proof_goes_on():
    part = Part()
    kept, at = proofs(part)
    assert await kept.soon(within_s=0.0) == ()
    rows = await kept.rows()
    assert await kept.soon(within_s=20.0) is rows
    at[0] += KEPT_S + 1
    assert await kept.soon(within_s=0.0) is rows
    assert await kept.rows() is not rows
    assert part.proved == 2


async def test_proofs_that_nobody_waits_for_end_with_the_page():
    part = Part()
    kept, _ = proofs(part)
    await kept.soon(within_s=0.0)
    await kept.stop()
    assert await kept.soon(within_s=0.0) == ()
    await kept.stop()
