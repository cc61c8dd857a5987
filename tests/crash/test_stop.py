"""The real process, asked to stop: what runs ends or is given back, and the next start goes on."""

import signal
import time
from collections.abc import Sequence

from tests.crash.house import kill, prepared
from tests.crash.judgement import Sent, answered, judge
from tests.crash.letters import NEVER, STAFF_ROOMS, Writer
from tests.fakes.witness import Shown

STOPPED_WITHIN_S = 10.0


async def test_a_process_asked_to_stop_ends_in_time_and_its_turn_is_answered_by_the_next_start(
    tmp_path,
):
    async with prepared(tmp_path) as house:
        writer, (room, other, *_) = Writer(4), STAFF_ROOMS
        pid = await house.start()
        house.send([writer.hanging(room), writer.verbatim(room), writer.verbatim(other)])

        def partly(_: Sequence[Sent], shown: Sequence[Shown]) -> bool:
            return len(shown) == 2 and any(not one.final for one in shown)

        await house.until(partly, within_s=60)
        asked_at = time.monotonic()
        kill(pid, signal.SIGTERM)
        await house.gone(pid, within_s=STOPPED_WITHIN_S)
        took_s = time.monotonic() - asked_at
        assert took_s < STOPPED_WITHIN_S
        pid = await house.start()
        await house.until(answered, within_s=60)
        kill(pid, signal.SIGTERM)
        await house.gone(pid, within_s=STOPPED_WITHIN_S)
        assert judge(house.sent, house.shown, never=NEVER) == []
