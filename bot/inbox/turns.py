"""Runs turns: one at a time in a conversation, many conversations at once."""

import asyncio
import logging
import secrets
import time
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.changes import Actor, By, acting
from bot.domain.conversations import Kind, Outcome, Turn
from bot.inbox.arrivals import Arrivals
from bot.inbox.framing import Framing
from bot.language.sentences import Phrasebook
from bot.outbox.buttons import under_answer
from bot.outbox.growing import GrowingMessage
from bot.outbox.reply import Reply, RoomReply, SilentReply
from bot.storage.errors import StorageError
from bot.storage.outbox import NewOutgoing, OutboxRows
from bot.storage.turn_leases import SUSPECT_CRASHES
from bot.storage.turns import TurnRows
from bot.waiting import happened
from connectors.base import Connector
from connectors.messages import Address
from connectors.splitting import split

log = logging.getLogger(__name__)

AnswerTurn = Callable[[Turn, Reply], Awaitable[Outcome | None]]

MAX_RUNNING = 100
MAX_FAILURES = 3
# A turn alone in flight in this many crashes running is taken for their cause.
LONE_CRASHES = 3
# How long a suspect keeps the others waiting so that it is alone if it kills the process again;
# after the first of these it no longer waits until nothing else runs either.
SUSPECT_ALONE_S = 20.0
# SIGTERM: what has not ended after this long is given back; 10 s is the promise.
DRAIN_S = 5.0
SWEEP_S = 15.0
# Leases are renewed, and those of processes that died looked for, this often: see LEASE.
BEAT_S = 10.0
# A turn that cannot begin is looked at again after this, at the latest.
PUT_OFF = timedelta(minutes=1)
# Nothing is taken for this long after the database could not be used, e.g. on a full disk.
STORAGE_REST_S = 5.0


class TurnRunner:
    """Takes turns from the rows, has them answered and stores what they came to.

    Attributes:
        on_kept: Called when a question was put on the list of open ones.
        on_wanted: Called when a person was put on the list of those who want one.
        on_answered: Called with an answer's kind and the seconds since its message was written.
        on_failed: Called when an attempt at a turn broke off.
        arrivals: Told of each answer.
        holds: Whether a room's turns wait because something may have been missed before them.
    """

    def __init__(
        self,
        rows: TurnRows,
        outbox: OutboxRows,
        connectors: Mapping[str, Connector],
        answer: AnswerTurn,
        phrasebook: Phrasebook,
        *,
        framing: Framing,
        sent: Callable[[], None],
        now: Callable[[], datetime],
    ) -> None:
        """Run the turns of these rows.

        Args:
            rows: The turns.
            outbox: Where answers that grow are kept.
            connectors: By platform.
            answer: Returns what a turn comes to; None: nothing is said.
            phrasebook: The words of what goes wrong, and of buttons.
            framing: What is said around an answer.
            sent: Called when there is something new in the outbox.
            now: The clock.
        """
        self._rows = rows
        self._outbox = outbox
        self._connectors = connectors
        self._answer = answer
        self._phrasebook = phrasebook
        self._framing = framing
        self._sent = sent
        self._now = now
        self._woken = asyncio.Event()
        self._running: set[asyncio.Task[bool]] = set()
        # Whether a turn may be taken when one that runs has ended, as far as the rows were read.
        self._held_up = False
        self._began_s = time.monotonic()
        # Turns that ended although their rows still say that they run.
        self._unrecorded: set[int] = set()
        self.on_kept: Callable[[], None] = lambda: None
        self.holds: Callable[[Address], bool] = lambda _address: False
        self.on_wanted: Callable[[], None] = lambda: None
        self.on_answered: Callable[[Kind, float], None] = lambda _kind, _took_s: None
        self.on_failed: Callable[[], None] = lambda: None
        self.arrivals = Arrivals()

    @property
    def running(self) -> int:
        """Return how many turns run in this process."""
        return len(self._running)

    def wake(self) -> None:
        """Say that there may be a new turn."""
        self._woken.set()

    async def recover(self) -> None:
        """Take up what an earlier start left behind, and park what kills us again and again."""
        for turn in await self._rows.recover(lone_limit=LONE_CRASHES):
            log.error("parked turn=%s after=%s crashes", turn.turn_id, LONE_CRASHES)
            await self._park(turn)

    async def run(self) -> None:
        """Run turns until cancelled; those under way then end or are given back."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._take_all(), name="turns")
            if self._rows.shared:
                group.create_task(self._hold(), name="leases")

    async def _hold(self) -> None:
        """Hold on to what runs here, and take up what a process that dies leaves behind."""
        while True:
            await asyncio.sleep(BEAT_S)
            try:
                await self._rows.renew()
                await self.recover()
            except StorageError as error:
                log.error("could not renew leases: %s", error)  # noqa: TRY400
            self.wake()

    async def _take_all(self) -> None:
        try:
            while True:
                self._woken.clear()
                try:
                    await self._sleep(await self._start_all())
                except StorageError as error:
                    log.error("takes no turns for now: %s", error)  # noqa: TRY400
                    await asyncio.sleep(STORAGE_REST_S)
        finally:
            await self._drain()

    async def _start_all(self) -> datetime | None:
        """Start every turn that may run; return when the next may that was put off."""
        for turn_id in tuple(self._unrecorded):
            await self._rows.give_back(turn_id)
            self._unrecorded.discard(turn_id)
        while len(self._running) < MAX_RUNNING:
            now = self._now()
            suspects = not self._running or time.monotonic() - self._began_s > SUSPECT_ALONE_S
            # One that ends while the rows are read may have held up another.
            self._held_up = True
            taken = await self._rows.take(suspects=suspects, on=self._reached, now=now)
            self._held_up = taken.held_up
            if taken.turn is not None:
                await self._start(taken.turn)
            if taken.again_at is None or taken.again_at > now:
                return taken.again_at
        self._held_up = True
        return None

    @property
    def _reached(self) -> Collection[str] | None:
        """Return the platforms whose turns this process takes; None: all of them.

        Beside others it leaves alone what it cannot answer, the page's own chat among it. One that
        is alone takes everything, and puts off what it cannot answer yet.
        """
        return list(self._connectors) if self._rows.shared else None

    async def _start(self, turn: Turn) -> None:
        task = asyncio.create_task(self._run_turn(turn), name=f"turn {turn.turn_id}")
        self._running.add(task)
        task.add_done_callback(self._ended)
        if turn.crashes >= SUSPECT_CRASHES and len(self._running) == 1:
            await asyncio.wait({task}, timeout=SUSPECT_ALONE_S)

    def _ended(self, task: "asyncio.Task[bool]") -> None:
        self._running.discard(task)
        done = not task.cancelled() and task.exception() is None and task.result()
        if self._held_up or not done:
            self.wake()

    async def _sleep(self, until: datetime | None) -> None:
        """Wait for something new, or for the next turn that was put off."""
        wait_s = SWEEP_S
        if until is not None:
            wait_s = min(wait_s, max(0.05, (until - self._now()).total_seconds()))
        await happened(self._woken, within_s=wait_s)

    async def _drain(self) -> None:
        if not self._running:
            return
        _, late = await asyncio.wait(self._running, timeout=DRAIN_S)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def _run_turn(self, turn: Turn) -> bool:
        """Run a turn; False when it is to be taken again."""
        address = turn.conversation.address
        connector = self._connectors.get(address.platform)
        if connector is None and self._rows.shared:
            # It has just gone off here; where it is on, somebody else answers.
            await self._rows.give_back(turn.turn_id)
            return False
        if connector is None or self.holds(address):
            # Its platform is off just now, or its room is yet to be read back. Nothing is lost:
            # once that is done, what waits is released.
            await self._rows.put_off(turn.turn_id, until=self._now() + PUT_OFF)
            return False
        try:
            return await self._run_with(turn, connector)
        except asyncio.CancelledError:
            await self._rows.give_back(turn.turn_id)
            log.info("gave back turn=%s", turn.turn_id)
            raise
        except Exception:  # the edge of one turn
            log.exception("turn failed turn=%s failures=%s", turn.turn_id, turn.failures + 1)
            self.on_failed()
            await self._after_failure(turn)
            return False

    async def _run_with(self, turn: Turn, connector: Connector) -> bool:
        """Answer a turn; False when a colleague was faster, and its words are to be carried."""
        reply = self._reply(turn, connector)
        with acting(Actor(By.PERSON, person_id=turn.person.person_id)):
            outcome = await self._answer(turn, reply)
        if outcome is None:
            await self._rows.leave(turn.turn_id)
            log.info("left turn=%s", turn.turn_id)
            return True
        framed = self._framing.framed(turn, outcome)
        said = self._pieces(turn, outcome, split(framed.text, connector.abilities.max_chars))
        answer_id = await self._rows.finish(
            turn,
            outcome,
            said,
            introduces=framed.introduces,
            now=self._now(),
        )
        if answer_id is None:
            await self._rows.give_back(turn.turn_id)
            log.info("taken over turn=%s", turn.turn_id)
            return False
        self._sent()
        self.on_answered(outcome.kind, (self._now() - turn.sent_at).total_seconds())
        self.arrivals.came()
        if outcome.wants_answer is not None:
            self.on_kept()
        if outcome.hand_over:
            self.on_wanted()
        await reply.status("")
        log.info("answered turn=%s answer=%s kind=%s", turn.turn_id, answer_id, outcome.kind)
        return True

    def _reply(self, turn: Turn, connector: Connector) -> Reply:
        if turn.unasked:
            return SilentReply()
        address = turn.conversation.address
        first = _message(turn, 0, "")
        growing = GrowingMessage(self._outbox, connector, first, now=self._now)
        return RoomReply(connector, address, growing)

    def _pieces(self, turn: Turn, outcome: Outcome, texts: list[str]) -> list[NewOutgoing]:
        """Return an answer's messages; its sources and buttons stand below the last."""
        pieces = [_message(turn, number, text) for number, text in enumerate(texts)]
        if pieces:
            pieces[-1] = replace(
                pieces[-1],
                sources=tuple(dict.fromkeys(source.title for source in outcome.sources)),
                buttons=under_answer(
                    outcome,
                    self._phrasebook.sentences(outcome.language),
                    private=turn.private,
                ),
            )
        return pieces

    async def _after_failure(self, turn: Turn) -> None:
        try:
            if turn.failures + 1 >= MAX_FAILURES:
                await self._park(turn)
            else:
                again_at = self._now() + timedelta(seconds=2.0**turn.failures)
                await self._rows.fail(turn.turn_id, again_at=again_at)
        except StorageError as storage_error:
            log.error("could not record a failed turn=%s: %s", turn.turn_id, storage_error)  # noqa: TRY400
            self._unrecorded.add(turn.turn_id)

    async def _park(self, turn: Turn) -> None:
        sentences = self._phrasebook.sentences(turn.conversation.language or "en")
        told = None if turn.unasked else _message(turn, 0, sentences.parked(turn.turn_id))
        await self._rows.park(turn, told, now=self._now())
        self._sent()


def _message(turn: Turn, piece: int, text: str) -> NewOutgoing:
    return NewOutgoing(
        origin=f"turn {turn.turn_id} piece {piece}",
        nonce=secrets.token_hex(8),
        address=turn.conversation.address,
        text=text,
        reply_to=turn.message_id,
    )
