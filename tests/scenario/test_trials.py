"""The owner's own questions: taken from what people asked, tried, and compared with before."""

from collections.abc import Callable
from functools import partial

import pytest

from bot.domain.people import Role
from bot.domain.trials import Origin, OwnQuestion, Scope, difference
from bot.upkeep.evaluation import InvalidQuestionsError
from bot.upkeep.health import Row
from knowledge.documents import Audience
from knowledge.embedding import BUILTIN, EARLIER_BUILTIN, Embedder
from knowledge.errors import EmbeddingUnavailableError
from knowledge.worker import Worker
from tests.fakes.embedder import RememberingEmbedder, WordEmbedder
from tests.fakes.parts import until
from tests.scenario.conftest import BAKERY
from tests.scenario.room import Room, bot_in_a_room
from tests.scenario.test_gaps import COLLEAGUE, ask, bakery

# In words of which none stands in the entry: only who knows what they mean finds it.
IN_OTHER_WORDS = [
    OwnQuestion("have you got a place for my car", "parking"),
    OwnQuestion("may my puppy come along", "dogs"),
    OwnQuestion("can somebody bring it to my home", "delivery"),
]
PARKING = OwnQuestion("is there a place for my car to park", "parking")
AEROPLANES = OwnQuestion("do you sell aeroplanes", unknown=True)


async def tried(room: Room) -> None:
    services = room.app.services
    await services.trials.search()
    await services.trials.answers(services.evaluation, "")


async def test_every_trial_is_kept_over_a_restart_and_compared_with_the_one_before(tmp_path):
    async with bot_in_a_room(tmp_path) as room:
        await room.knows(
            "faq.jsonl",
            '{"id": "parking", "question": "Where can I park?", "answer": "In the yard."}',
        )
        await room.app.services.own_questions.add([PARKING, AEROPLANES])
        await tried(room)
        await room.app.services.knowledge.remove("parking")
        await room.knows(
            "faq.jsonl", '{"id": "dogs", "question": "Are dogs allowed?", "answer": "No."}'
        )
        await tried(room)
    async with bot_in_a_room(tmp_path) as room:
        services = room.app.services
        after, by_search, before, _ = await services.trials.history(limit=10)
        assert [each.scope for each in (after, by_search)] == [Scope.ANSWERS, Scope.SEARCH]
        assert (before.count("right"), before.count("right", unknown=True)) == (1, 1)
        assert (before.hits(1), before.hits(3), before.documents) == (1, 1, 1)
        assert (by_search.hits(3), by_search.count()) == (0, 1)
        [parking, _] = await services.own_questions.all()
        assert difference(before, after).lost == {parking.question_id}
        assert difference(after, before).gained == {parking.question_id}
        assert await services.trials.expected_s("", 4) is not None
        assert await services.trials.expected_s("other:1b", 4) is None


async def test_a_question_of_a_colleague_is_asked_as_one(room):
    services = room.app.services
    till = OwnQuestion("how much change is in the till in the morning", "till-float")
    with pytest.raises(InvalidQuestionsError, match="customers may not read"):
        await services.own_questions.add([AEROPLANES, till])
    assert await services.own_questions.all() == []
    await services.own_questions.add([OwnQuestion(till.text, "till-float", role=Role.STAFF)])
    trial, [verdict] = await services.trials.answers(services.evaluation, "")
    assert trial.count("right") == 1
    assert verdict.outcome.sources[0].document_id == "till-float"
    trial, _ = await services.trials.answers(services.evaluation, "", role=Role.PUBLIC)
    assert trial.count("right") == 0


async def test_what_people_asked_is_suggested_without_who_they_are_and_not_twice(town, tmp_path):
    async with bakery(town, tmp_path) as app:
        services = app.services
        good = await ask(town, "Hello, this is Quentin. are dogs allowed?", author="Quentin")
        unhelpful = await ask(town, "Do you sell stamps?")
        helped = await ask(town, "is there parking")
        assert await services.own_questions.suggestions() == []
        await town.presses("Helpful", good, author="Quentin")
        await town.presses("Helpful", helped)
        await town.presses("Not helpful", helped, author=COLLEAGUE)
        await town.presses("Not helpful", unhelpful)
        found = [each.question for each in await services.own_questions.suggestions()]
        assert [each.text for each in found] == [
            "are dogs allowed?",
            "Do you sell stamps?",
            "is there parking",
        ]
        dogs, stamps, parking = found
        assert (parking.document_id, parking.unknown) == ("", False)
        assert (dogs.text, dogs.document_id) == ("are dogs allowed?", "dogs")
        assert (stamps.text, stamps.document_id, stamps.unknown) == (
            "Do you sell stamps?",
            "",
            False,
        )
        assert {dogs.origin, stamps.origin} == {Origin.RATED}
        assert {dogs.role, stamps.role} == {Role.PUBLIC}
        assert await services.own_questions.all() == []
        assert await services.own_questions.add([dogs, dogs]) == 1
        assert await services.own_questions.add([dogs]) == 0
        assert [each.question.text for each in await services.own_questions.suggestions()] == [
            "Do you sell stamps?",
            "is there parking",
        ]


async def test_other_words_of_an_answered_question_are_suggested_for_its_entry(town, tmp_path):
    async with bakery(town, tmp_path) as app:
        await ask(town, "Do you have a loyalty card?")
        await ask(town, "hi, have you got a loyalty card")
        [gap] = await app.services.questions.list()
        await app.services.questions.answer(
            gap.gap_id, "Every tenth coffee is free.", audience=Audience.STAFF
        )
        [found] = await app.services.own_questions.suggestions()
        assert found.question == OwnQuestion(
            "have you got a loyalty card",
            "do-you-have-a-loyalty-card",
            role=Role.STAFF,
            origin=Origin.ASKED,
        )
        assert found.title == "Do you have a loyalty card?"


@pytest.fixture
def other(monkeypatch: pytest.MonkeyPatch) -> "Mixed":
    """What is chosen as another embedder."""
    embedder = Mixed()
    monkeypatch.setattr("bot.app.mind.OllamaEmbedder", lambda _connection, _name: embedder)
    return embedder


class Mixed(WordEmbedder):
    """Like the words' embedder, or one to which all questions mean the same."""

    def __init__(self) -> None:
        super().__init__("ollama other")
        self.confused = False
        self.silent = False

    async def embed_queries(self, texts):
        if self.silent:
            raise EmbeddingUnavailableError("It does not answer.")
        return await super().embed_queries(["ducks" for _ in texts] if self.confused else texts)


async def choose(room: Room, questions: list[OwnQuestion]) -> None:
    await room.app.services.knowledge.settled()
    await room.app.services.own_questions.add(questions)
    await room.app.services.choices.set("model.embedder", "other")


async def waits(room: Room) -> None:
    await until(lambda: room.app.services.approval.waiting is not None)


async def takes_over(room: Room) -> None:
    knowledge = room.app.services.knowledge
    await until(lambda: knowledge.embedder == "ollama other" and knowledge.preparation is None)


async def told(room: Room) -> Row:
    rows = await room.app.services.health.rows()
    return next(row for row in rows if row.part == "embedder")


async def test_an_embedder_that_does_no_worse_on_the_owner_s_questions_takes_over(room, other):
    await choose(room, [OwnQuestion("is there parking", "parking"), AEROPLANES])
    await takes_over(room)
    after, before = await room.app.services.trials.history(limit=10)
    assert (before.hits(1), after.hits(1)) == (1, 1)
    assert (before.embedder != "ollama other", after.embedder) == (True, "ollama other")


async def test_without_questions_that_expect_something_an_embedder_takes_over(room, other):
    other.confused = True
    await choose(room, [AEROPLANES])
    await takes_over(room)
    assert await room.app.services.trials.history(limit=10) == []


async def test_an_embedder_that_does_worse_waits_for_the_owner_and_is_used_all_the_same(
    room, other
):
    other.confused = True
    await choose(room, IN_OTHER_WORDS)
    await waits(room)
    services = room.app.services
    comparison = services.approval.waiting
    assert comparison.after.hits(1) < comparison.before.hits(1) == 3
    assert not (await told(room)).ok
    assert "waits for you to decide" in (await told(room)).text
    assert "ollama other" not in services.knowledge.embedder
    assert services.approval.use()
    await takes_over(room)
    assert (await told(room)).ok
    assert not services.approval.use()
    assert not await services.approval.keep()


async def test_an_embedder_that_waits_is_given_up_or_waits_on_after_a_restart(tmp_path, other):
    other.confused = True
    async with bot_in_a_room(tmp_path) as room:
        await room.knows("faq.jsonl", BAKERY)
        await choose(room, IN_OTHER_WORDS)
        await waits(room)
    async with bot_in_a_room(tmp_path) as room:
        services = room.app.services
        await waits(room)
        builtin = services.knowledge.embedder
        assert await services.approval.keep()
        await until(lambda: services.knowledge.preparation is None)
        assert services.knowledge.embedder == builtin
        assert services.approval.waiting is None
        assert services.choices.model.embedder == "builtin"
        assert (await told(room)).ok
        assert len(await services.trials.history(limit=10)) == 4


async def test_what_an_earlier_version_embedded_serves_until_all_is_read_anew(
    tmp_path, monkeypatch
):
    with monkeypatch.context() as earlier:
        earlier.setattr(
            "bot.app.mind.BuiltInEmbedder",
            lambda worker, **_: RememberingEmbedder(worker, english=False),
        )
        async with bot_in_a_room(tmp_path) as room:
            await room.knows("faq.jsonl", BAKERY)
            assert room.app.services.knowledge.embedder == EARLIER_BUILTIN
    async with bot_in_a_room(tmp_path) as room:
        knowledge = room.app.services.knowledge
        assert knowledge.embedder == EARLIER_BUILTIN
        assert knowledge.preparation.embedder == BUILTIN
        assert "courtyard" in (await room.says("are dogs allowed")).outcome.text
        await until(lambda: knowledge.embedder == BUILTIN and knowledge.preparation is None)
        assert "courtyard" in (await room.says("are dogs allowed")).outcome.text


async def test_what_an_earlier_version_embedded_goes_on_serving_where_the_owner_keeps_it(
    tmp_path, monkeypatch, other
):
    other.name, other.confused = BUILTIN, True
    built_in: dict[bool, Callable[[Worker], Embedder]] = {
        True: partial(RememberingEmbedder, english=False),
        False: partial(RememberingEmbedder, english=False),
    }
    monkeypatch.setattr(
        "bot.app.mind.BuiltInEmbedder", lambda worker, *, english: built_in[english](worker)
    )
    async with bot_in_a_room(tmp_path) as room:
        await room.knows("faq.jsonl", BAKERY)
        await room.app.services.knowledge.settled()
        await room.app.services.own_questions.add(IN_OTHER_WORDS)
    built_in[True] = lambda _: other
    async with bot_in_a_room(tmp_path) as room:
        await waits(room)
        assert await room.app.services.approval.keep()
        await until(lambda: room.app.services.knowledge.preparation is None)
    async with bot_in_a_room(tmp_path) as room:
        knowledge = room.app.services.knowledge
        await until(lambda: (knowledge.embedder, knowledge.preparation) == (EARLIER_BUILTIN, None))


async def test_what_words_alone_find_is_no_trial_of_an_embedder(room, other):
    await choose(room, [OwnQuestion("is there parking", "parking")])
    await takes_over(room)
    trials = room.app.services.trials
    kept = await trials.history(limit=10)
    other.silent = True
    with pytest.raises(EmbeddingUnavailableError):
        await trials.search()
    assert await trials.history(limit=10) == kept
