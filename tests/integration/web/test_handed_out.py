"""Files that were shown in a room of this process, on the page."""

import httpx

from bot.domain.people import Role
from tests.integration.web.conftest import Desk, Owner


def test_a_file_is_handed_out_to_be_saved_and_to_who_is_signed_in_alone(desk: Desk, owner: Owner):
    async def sent() -> str:
        talk = desk.services.talk
        html = {"<b> a/b.html": b"<script>"}
        said = talk.say("hello", room="files", role=Role.PUBLIC, files=html)
        async for _ in said:
            pass
        folder = desk.room.app.sender._files._folder
        [kept] = list(folder.iterdir())
        return kept.name

    key = desk.do(sent)
    answer = owner.get(f"/files/{key}/%3Cb%3E%20a_b.html")
    assert answer.content == b"<script>"
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"] == (
        "attachment; filename*=UTF-8''%3Cb%3E%20a_b.html"
    )
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert owner.get("/files/none/a.html").status_code == 404
    assert owner.get("/files/..%2Fsecret.key/a.html").status_code == 404
    stranger = httpx.get(f"{desk.url}/files/{key}/a.html")
    assert (stranger.status_code, stranger.headers["hx-redirect"]) == (401, "/sign-in")
