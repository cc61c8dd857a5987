"""Compares what was sent with what reached the person's side. It knows nothing of the product."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.fakes.wire import Letter
from tests.fakes.witness import Shown


@dataclass(frozen=True)
class Sent:
    """A letter and what must come of it.

    Attributes:
        answer: What its answer's last text must match from beginning to end.
        reminder: The text of the reminder it asks for, "" for none.
    """

    letter: Letter
    answer: re.Pattern[str]
    reminder: str = ""


def judge(sent: Sequence[Sent], shown: Sequence[Shown], *, never: Sequence[str]) -> list[str]:
    """Return what is wrong, a sentence each; empty when everything was said once.

    Args:
        sent: What people wrote, in the order in which it was sent.
        shown: What the witness wrote down.
        never: Words that must be in no post and no edit.
    """
    return [
        *_answers(sent, shown),
        *_reminders(sent, shown),
        *_order(sent, shown),
        *_posts(shown),
        *(f"shown: {word}" for word in never for one in shown if word in one.text),
    ]


def answered(sent: Sequence[Sent], shown: Sequence[Shown]) -> bool:
    """Return whether every letter has its final answer."""
    final = {one.reply_to for one in shown if one.final}
    return all(each.letter.message_id in final for each in sent)


def reminded(sent: Sequence[Sent], shown: Sequence[Shown]) -> bool:
    """Return whether every reminder asked for has come."""
    texts = {one.text for one in shown if not one.reply_to}
    return all(each.reminder in texts for each in sent if each.reminder)


def _answers(sent: Sequence[Sent], shown: Sequence[Shown]) -> Iterator[str]:
    posts, last = Counter[str](), dict[str, Shown]()
    for one in shown:
        if one.reply_to:
            posts[one.reply_to] += not one.edit
            last[one.reply_to] = one
    for each in sent:
        message_id = each.letter.message_id
        if posts[message_id] != 1:
            yield f"{message_id} was answered {posts[message_id]} times"
        elif not last[message_id].final:
            yield f"{message_id}: its answer was never finished"
        elif not each.answer.fullmatch(last[message_id].text):
            yield f"{message_id} was answered wrongly: {last[message_id].text!r}"
        elif last[message_id].channel != each.letter.channel:
            yield f"{message_id} was answered in another room"
    known = {each.letter.message_id for each in sent}
    yield from (f"{message_id} was never sent" for message_id in posts if message_id not in known)


def _reminders(sent: Sequence[Sent], shown: Sequence[Shown]) -> Iterator[str]:
    # A post and its edits are one reminder, by the text it has in the end.
    last = {one.message_id: one for one in shown if not one.reply_to}
    came = Counter((one.channel, one.text) for one in last.values())
    for each in sent:
        if not each.reminder:
            continue
        times = came.pop((each.letter.channel, each.reminder), 0)
        if times != 1:
            yield f"{each.letter.message_id}: its reminder came {times} times"
    yield from (f"nobody asked for: {text!r}" for _, text in came)


def _order(sent: Sequence[Sent], shown: Sequence[Shown]) -> Iterator[str]:
    asked, said = defaultdict[str, list[str]](list), defaultdict[str, list[str]](list)
    for each in sent:
        asked[each.letter.channel].append(each.letter.message_id)
    for one in shown:
        if one.reply_to and not one.edit:
            said[one.channel].append(one.reply_to)
    for channel, order in asked.items():
        if list(dict.fromkeys(said[channel])) != order:
            yield f"{channel}: answers out of order: {said[channel]}"


def _posts(shown: Sequence[Shown]) -> Iterator[str]:
    posted, finished = set[str](), set[str]()
    for one in shown:
        if one.edit and one.message_id not in posted:
            yield f"{one.message_id} was edited but never posted"
        if not one.final and one.message_id in finished:
            yield f"{one.message_id} grew again after it was finished"
        posted.add(one.message_id)
        if one.final:
            finished.add(one.message_id)
    nonces = Counter(one.nonce for one in shown if not one.edit)
    yield from (f"{nonce} was posted {times} times" for nonce, times in nonces.items() if times > 1)
