"""People who ask to be reminded and change their minds: by words, by buttons, on the page."""

import asyncio
import itertools
import random
from datetime import datetime, timedelta

import httpx

from tests.crash.house import House
from tests.crash.promise_judgement import Verdict, Wanted, arrivals, judge, numbers
from tests.fakes.wall_clock import WallClock
from tests.fakes.wire import Letter, Push

ROOMS = [f"room-{number}" for number in range(12)]
# Of twenty promises this many are of each kind; all others come once.
_KINDS = ["once"] * 12 + ["daily"] + ["moved"] * 3 + ["cancelled"] * 2 + ["put off"] * 2
DAILY_TIMES = 3
_SOONEST_MIN = 4
# "Again in an hour", says the button.
PUT_OFF = timedelta(hours=1)
_ANSWER_S = 5.0


class People:
    """What they asked for, as far as they know what became of it."""

    def __init__(
        self, house: House, clock: WallClock, lot: random.Random, *, within: timedelta
    ) -> None:
        self.house = house
        self.wanted: list[Wanted] = []
        self._clock = clock
        self._lot = lot
        self._within_min = int(within.total_seconds() / 60)
        self._kinds: dict[str, str] = {}
        self._words = ("".join(letters) for letters in itertools.product(*["kxzvqw", "aou"] * 3))
        self._letters = 0
        # What was asked on the page and not answered, by the subject.
        self._moving: dict[str, datetime] = {}
        # When which button was pressed, by the push's id, until it was noticed what was said.
        self._pushed: dict[str, tuple[Wanted, datetime]] = {}
        self._changed: set[str] = set()

    @property
    def verdict(self) -> Verdict:
        """Return how it stands."""
        return judge(self.wanted, self.house.shown)

    @property
    def unsettled(self) -> bool:
        """Return whether something was asked for that nobody has answered."""
        self._notice()
        final = {one.reply_to for one in self.house.shown if one.final}
        waits = any(each.message_id not in final for each in self.wanted)
        return waits or bool(self.house.office.unstored or self._moving or self._pushed)

    def ask(self, count: int) -> None:
        """Have them ask for reminders."""
        for _ in range(count):
            kind, word = _KINDS[len(self.wanted) % len(_KINDS)], next(self._words)
            minutes = self._lot.randint(_SOONEST_MIN, self._within_min) + (
                240 if kind == "daily" else 0
            )
            due = (self._clock() + timedelta(minutes=minutes)).replace(second=0, microsecond=0)
            times = [due + timedelta(days=day) for day in range(DAILY_TIMES)]
            if kind != "daily":
                times = times[:1]
            wanted = Wanted("", self._lot.choice(ROOMS), f"bake bun {word}", times)
            when = f"on {due.day} {due:%B at %H:%M}"
            if kind == "daily":
                when = f"every day at {due:%H:%M}, three times,"
            wanted.message_id = self._write(wanted.channel, f"Remind me {when} to {wanted.subject}")
            self.wanted.append(wanted)
            self._kinds[wanted.subject] = kind

    async def change_their_minds(self, names: list[str]) -> None:
        """Have some of them cancel, move or put off what was promised, or what came.

        Args:
            names: Of the processes that run.
        """
        self._notice()
        known, came = numbers(self.house.shown), arrivals(self.house.shown)
        for wanted in self.wanted:
            kind, number = self._kinds[wanted.subject], known.get(wanted.subject)
            changed = wanted.subject in self._changed
            if number is None or changed or self._lot.random() < 0.4:
                continue
            if kind == "cancelled":
                self._changed.add(wanted.subject)
                self._write(wanted.channel, f"Cancel follow-up {number}")
            elif kind == "put off" and wanted.subject in came:
                self._changed.add(wanted.subject)
                push = Push(f"push {number}", wanted.channel, f"snooze:{number}")
                self._pushed[push.push_id] = (wanted, self._clock())
                self.house.office.push(push)
            elif kind == "moved":
                self._changed.add(wanted.subject)
                minutes = self._lot.randint(60, 480)
                to = (self._clock() + timedelta(minutes=minutes)).replace(second=0, microsecond=0)
                self._moving[wanted.subject] = to
        await self._move_all(known, names)

    async def settle(self, names: list[str]) -> None:
        """Ask again for what was not answered, until all is."""
        while self.unsettled:
            await self._move_all(numbers(self.house.shown), names)
            await asyncio.sleep(0.1)

    def _write(self, channel: str, text: str) -> str:
        message_id = f"letter-{self._letters}"
        self._letters += 1
        self.house.office.send([Letter(message_id, channel, text, staff=True)])
        return message_id

    def _notice(self) -> None:
        """Take note of what was said to who pressed a button."""
        for push_id in [each for each in self._pushed if each in self.house.office.said]:
            wanted, pressed_at = self._pushed.pop(push_id)
            if f": {wanted.subject}, " in self.house.office.said[push_id]:
                wanted.again(pressed_at + PUT_OFF, len(self.house.shown))

    async def _move_all(self, known: dict[str, int], names: list[str]) -> None:
        of = {each.subject: each for each in self.wanted}
        for subject, to in list(self._moving.items()):
            answered = await self._move(self._lot.choice(names), known[subject], to)
            if answered is None:
                return
            del self._moving[subject]
            if answered:
                of[subject].move(to, len(self.house.shown))

    async def _move(self, name: str, number: int, to: datetime) -> bool | None:
        """Move a reminder as the page does; None: nobody answered."""
        try:
            url, token = self.house.door(name)
            async with httpx.AsyncClient(base_url=url, timeout=_ANSWER_S) as page:
                answer = await page.post(
                    f"/api/followups/{number}/snooze",
                    json={"when": f"on {to.day} {to:%B at %H:%M}"},
                    headers={"Authorization": f"Bearer {token}"},
                )
        except (httpx.TransportError, OSError):
            return None
        # 404: it came before it was moved.
        assert answer.status_code in {200, 404}, answer.text
        return answer.status_code == 200
