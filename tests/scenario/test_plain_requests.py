"""Sixty plain requests about reminders, without a model: see tests/model/requests.json."""

from collections import Counter

import pytest

from tests.model.requests import opened, said, told, tried
from tests.scenario.room import bot_in_a_room

# Of sixty; the others want a model.
RIGHT = 54


@pytest.mark.long
async def test_most_requests_need_no_model_and_none_is_confirmed_falsely(tmp_path):
    async with bot_in_a_room(tmp_path / "data") as room:
        await opened(room)
        verdicts = [await tried(room, number, said) for number in range(len(told()["requests"]))]
    assert [each.said for each in verdicts if each.false] == []
    assert Counter(each.result for each in verdicts)["right"] >= RIGHT, [
        (each.result, each.request["say"], each.said) for each in verdicts if each.result != "right"
    ]
