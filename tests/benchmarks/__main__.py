"""`uv run python -m tests.benchmarks`."""
import asyncio, sys
from tests.benchmarks import turn_cost
from tests.benchmarks.table import as_text
print(as_text(asyncio.run(turn_cost.measure(conversations=int(sys.argv[1]), rounds=int(sys.argv[2])))))
