"""Somebody outside who is promised something again and again."""

import json
import threading
from collections import Counter
from collections.abc import Sequence

from tests.deploy.conftest import Stack

PATIENCE_S = 120


class Witness:
    """Wishes for reminders without pause, and writes down which were confirmed.

    Attributes:
        was_promised: Set with the first that was.
        refused: What was said in place of the last one that was not.
    """

    def __init__(self, stack: Stack, first: int) -> None:
        self._stack = stack
        self._number = first
        self._over = threading.Event()
        self.was_promised = threading.Event()
        self.confirmed: list[str] = []
        self.refused = ""
        self._thread = threading.Thread(target=self._wish, daemon=True)
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
            except AssertionError as error:
                # Cut off, or told that it could not be kept.
                self.refused = str(error)
                continue
            assert json.loads(said)["kind"] == "action"
            self.confirmed.append(subject)
            self.was_promised.set()


def assert_each_is_kept_once(stack: Stack, confirmed: Sequence[str]) -> None:
    """Assert that of what was confirmed nothing is lost, and nothing at all is there twice."""
    told = json.loads(stack.deskhand("followups", "list", "--json"))
    kept = Counter(each["subject"] for each in told)
    assert [subject for subject in confirmed if kept[subject] != 1] == []
    assert [subject for subject, times in kept.items() if times > 1] == []
