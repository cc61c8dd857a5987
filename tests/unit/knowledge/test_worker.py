import asyncio
import threading

import numpy as np
import pytest
from threadpoolctl import threadpool_info

from knowledge.worker import Priority, Worker


async def test_a_question_goes_before_imports_that_came_earlier():
    worker, order, gate = Worker(), list[str](), threading.Event()
    blocked = asyncio.create_task(worker.run(Priority.IMPORT, gate.wait))
    imports = [
        asyncio.create_task(worker.run(Priority.IMPORT, lambda n=n: order.append(f"import {n}")))
        for n in range(3)
    ]
    await asyncio.sleep(0)
    question = asyncio.create_task(worker.run(Priority.QUESTION, lambda: order.append("question")))
    await asyncio.sleep(0)
    gate.set()
    await asyncio.gather(blocked, question, *imports)
    await worker.close()
    assert order == ["question", "import 0", "import 1", "import 2"]


async def test_an_error_reaches_the_one_who_waits_and_the_worker_goes_on():
    worker = Worker()
    with pytest.raises(ZeroDivisionError):
        await worker.run(Priority.QUESTION, lambda: 1 // 0)
    assert await worker.run(Priority.QUESTION, lambda: 3) == 3
    await worker.close()


async def test_a_cancelled_call_that_has_not_begun_is_left_out():
    worker, done, gate = Worker(), list[int](), threading.Event()
    blocked = asyncio.create_task(worker.run(Priority.IMPORT, gate.wait))
    given_up = asyncio.create_task(worker.run(Priority.IMPORT, lambda: done.append(1)))
    await asyncio.sleep(0)
    given_up.cancel()
    await asyncio.sleep(0)
    gate.set()
    await blocked
    await worker.close()
    assert done == []


async def test_a_closed_worker_takes_no_calls():
    worker = Worker()
    await worker.close()
    await worker.close()
    with pytest.raises(RuntimeError):
        await worker.run(Priority.QUESTION, lambda: 1)


async def test_an_import_gets_on_while_questions_never_cease():
    worker = Worker()
    done = asyncio.Event()

    async def keep_asking() -> None:
        while not done.is_set():
            await worker.run(Priority.QUESTION, lambda: None)

    askers = [asyncio.create_task(keep_asking()) for _ in range(4)]
    async with asyncio.timeout(10):
        await worker.run(Priority.IMPORT, lambda: None)
        await worker.run(Priority.REHEARSAL, lambda: None)
    done.set()
    await asyncio.gather(*askers)
    await worker.close()


async def test_numpy_multiplies_on_one_thread_and_leaves_the_other_cores_to_the_model():
    assert np.ones(2) @ np.ones(2) == 2  # its library is loaded
    await Worker().close()
    assert {each["num_threads"] for each in threadpool_info()} == {1}
