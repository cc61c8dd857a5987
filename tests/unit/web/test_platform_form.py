import pytest

from bot.people.choices import PlatformChoice
from bot.web.forms import Form
from bot.web.platforms.form import read, tokens
from bot.web.platforms.guides import GUIDES, application_id


@pytest.mark.parametrize(
    ("token", "found"),
    [
        ("MTIzNDU2Nzg5.Gxyz.abc", "123456789"),
        ("MTIzNDU2Nzg5", "123456789"),
        ("bm90LWEtbnVtYmVy.x.y", ""),
        ("é.x.y", ""),
        ("=", ""),
        ("xoxb-1", ""),
        ("", ""),
    ],
)
def test_a_discord_token_begins_with_its_application_s_id(token: str, found: str):
    assert application_id(token) == found


@pytest.mark.parametrize(
    ("platform", "written", "ids"),
    [
        ("slack", "U01ANN\n\n S02TEAM,U01ANN", ["U01ANN", "S02TEAM"]),
        ("slack", "<@U01ANN|ann> <!subteam^S02TEAM>", ["U01ANN", "S02TEAM"]),
        ("discord", "<@!284712345678901234> <@&1847123456789>", None),
    ],
)
def test_ids_are_read_as_people_copy_them(platform: str, written: str, ids: list[str] | None):
    form = Form({"staff": written})
    told = read(form, GUIDES[platform], PlatformChoice())
    assert form.errors == {}
    assert told["staff"] == (ids or ["284712345678901234", "1847123456789"])


@pytest.mark.parametrize("written", ["@ann", "Ann", "ann", "U01ANN;U02BEA", "<script>"])
def test_what_is_no_id_is_told(written: str):
    form = Form({"owners": written})
    read(form, GUIDES["slack"], PlatformChoice())
    assert GUIDES["slack"].example_id in form.error("owners")


@pytest.mark.parametrize("written", ["xoxb-a b", "xoxb-a\nb", "xoxb-ä", "xoxb-" + "a" * 500])
def test_what_cannot_be_a_token_is_never_tried(written: str):
    form = Form({"slack_bot_token": written})
    assert tokens(form, GUIDES["slack"], ["slack_bot_token"]) == {}
    assert form.error("slack_bot_token")
    assert written not in form.error("slack_bot_token")
