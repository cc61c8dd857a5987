"""Files of our own messages, shared on a made-up Slack."""

from pathlib import Path

import pytest

from connectors.errors import SendError
from connectors.messages import OutgoingFile, OutgoingMessage
from connectors.slack.connector import SlackConnector
from tests.fakes.slack import FakeSlack, Fault
from tests.integration.slack.conftest import Inbox, outgoing, until


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.slack.posting.SHARE_LOOK_S", 0.01)


@pytest.fixture
def plan(tmp_path: Path) -> OutgoingMessage:
    return outgoing("**Ann:** plan.zip, a <b>.txt", files=_files(tmp_path))


def _files(folder: Path, plan: bytes = b"plan") -> tuple[OutgoingFile, ...]:
    (folder / "1").write_bytes(plan)
    (folder / "2").write_bytes(b"words")
    return OutgoingFile("plan.zip", folder / "1"), OutgoingFile("a <b>.txt", folder / "2")


async def test_files_stand_in_the_thread_beside_their_words_in_one_message(
    slack: FakeSlack, connector: SlackConnector, tmp_path: Path
):
    root = slack.says("U1", "C1", "a person, please", told=False)
    said = "**Ann:** <!channel> plan"
    posted = await connector.post(outgoing(said, thread=root, files=_files(tmp_path)))
    (post,) = slack.posts
    assert (post["ts"], post["thread_ts"]) == (posted, root)
    assert post["text"] == "Ann: &lt;!channel&gt; plan"
    contents = {slack.files.known[one["id"]].content for one in post["files"]}
    assert contents == {b"plan", b"words"}


async def test_files_that_were_shared_before_the_answer_came_are_found_and_left_alone(
    slack: FakeSlack, connector: SlackConnector, plan: OutgoingMessage, tmp_path: Path
):
    slack.fails("files.completeUploadExternal", Fault(broken=True, after=True))
    with pytest.raises(SendError) as failed:
        await connector.post(plan)
    assert failed.value.unknown
    [shared] = slack.rooms.rooms["C1"].messages
    # As Slack shows what looks like an address.
    shared["text"] = shared["text"].replace("plan.zip", "<http://plan.zip|plan.zip>")
    found = await connector.find(plan)
    assert found == shared["ts"]
    await connector.edit(found, plan)
    assert shared["files"]
    assert slack.called("chat.update") == []
    # Others of the same names are others.
    others = outgoing(plan.text, files=_files(tmp_path, b"longer"))
    assert await connector.find(others) is None
    assert await connector.find(outgoing(plan.text)) is None


async def test_what_slack_shares_late_is_waited_for(
    slack: FakeSlack, connector: SlackConnector, plan: OutgoingMessage
):
    slack.methods.shares_after = 3
    posted = await connector.post(plan)
    assert [post["ts"] for post in slack.posts] == [posted]


async def test_without_the_scope_no_try_helps(
    slack: FakeSlack, connector: SlackConnector, plan: OutgoingMessage
):
    slack.methods.scopes.remove("files:write")
    with pytest.raises(SendError) as failed:
        await connector.post(plan)
    assert failed.value.permanent
    assert (await connector.check()).endswith(
        "without files:write (files passed on in a hand-over)"
    )


async def test_what_one_person_alone_may_read_is_not_shared_with_a_room(
    slack: FakeSlack, connector: SlackConnector, inbox: Inbox, plan: OutgoingMessage
):
    slack.commands("U1", "C1", "a person, please")
    await until(lambda: inbox.received)
    [asked] = inbox.received
    again = SlackConnector("xoxb-test", "xapp-test", api_url=slack.api_url)
    for each in (connector, again):
        with pytest.raises(SendError) as failed:
            await each.post(outgoing(plan.text, reply_to=asked.message_id, files=plan.files))
        assert failed.value.permanent
    assert slack.posts == []
