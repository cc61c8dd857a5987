"""A model that answers the crash suite's questions, as a process of its own.

It streams slowly enough to be killed in the middle, calls the tool where a person names a time,
invents a price and a link where a question says so, and hangs the first time it is asked about the
door.
"""

import argparse
import asyncio
import re
from typing import Any

from tests.fakes.ollama import FakeOllama, Reply, calls, hangs, says, serve

GAP_S = 0.008
COMPOSED = (
    "The stone oven is swept with the long brush. The ash goes into the metal bin. "
    "The oven door stays open until the morning."
)
SAID_FIRST = "The stone oven is swept with the long brush."
INVENTED = "A new brush costs 937 euros at oven-brushes.example today."


class Model:
    """Replies to a prompt by its question."""

    def __init__(self) -> None:
        self._hung = False

    def answer(self, body: dict[str, Any]) -> Reply:
        """Return the reply."""
        asked = next(m["content"] for m in reversed(body["messages"]) if m["role"] == "user")
        question = re.findall(r"^Question: (.*)$", asked, re.MULTILINE)[-1]
        if number := re.search(r"write to me .* batch (\d+)", question):
            arguments = {"what": f"turn sourdough {number[1]}", "when": "in 1 minute"}
            return calls("schedule_follow_up", arguments)
        if "brush" in question:
            return says(f"{SAID_FIRST} {INVENTED} Anything else?", gap_s=GAP_S)
        if "door" in question and not self._hung:
            self._hung = True
            return hangs(f"{SAID_FIRST} And ")
        return says(COMPOSED, gap_s=GAP_S)


def main() -> None:
    """Run as a process."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    ollama = FakeOllama(port=parser.parse_args().port)
    ollama.answer = Model().answer
    asyncio.run(serve(ollama))


if __name__ == "__main__":
    main()
