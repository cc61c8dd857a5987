"""Power cuts, judged from outside by who was promised something."""

import json
import random
import threading
import time
from collections import Counter

import pytest

from tests.deploy.conftest import Stack

pytestmark = [pytest.mark.deploy, pytest.mark.timeout(3_600)]

CUTS = 20
PATIENCE_S = 120
SEED = 7


class Witness:
    """Wishes for reminders without pause, and writes down which were confirmed.

    Attributes:
        was_promised: Set with the first that was.
    """

    def __init__(self, stack: Stack, first: int) -> None:
        self._stack = stack
        self._number = first
        self._over = threading.Event()
        self.was_promised = threading.Event()
        self.confirmed: list[str] = []
        self._thread = threading.Thread(target=self._wish)
        self._thread.start()

    def stop(self) -> int:
        """Stop wishing; return the number of the next wish."""
        self._over.set()
        self._thread.join()
        return self._number

    def _wish(self) -> None:
        while not self._over.is_set():
            subject, self._number = f"call mill {self._number}", self._number + 1
            try:
                said = self._stack.deskhand("ask", f"remind me in 3 days to {subject}", "--json")
            except AssertionError:
                # Cut off: nobody was told anything.
                continue
            assert json.loads(said)["kind"] == "action"
            self.confirmed.append(subject)
            self.was_promised.set()


def test_twenty_power_cuts_lose_no_promise_and_make_none_twice(stack: Stack):
    lot = random.Random(SEED)
    confirmed: list[str] = []
    number = 0
    stack.up("up before power cuts")
    for _ in range(CUTS):
        witness = Witness(stack, number)
        assert witness.was_promised.wait(PATIENCE_S)
        time.sleep(lot.uniform(0, 8))
        stack.compose("kill", "-s", "KILL")
        number = witness.stop()
        confirmed += witness.confirmed
        stack.up("up after a power cut")
    kept = Counter(
        each["subject"] for each in json.loads(stack.deskhand("followups", "list", "--json"))
    )
    assert len(confirmed) >= CUTS
    assert [subject for subject in confirmed if kept[subject] != 1] == []
    assert [subject for subject, times in kept.items() if times > 1] == []
