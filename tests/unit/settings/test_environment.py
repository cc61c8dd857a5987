"""What the environment says, and what is told about what it cannot say."""

import pytest

from bot.settings import InvalidEnvironmentError, Settings, load


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SLACK_BOT_TOKEN", "DISCORD_BOT_TOKEN", "DESKHAND_PORT"):
        monkeypatch.delenv(name, raising=False)


def test_tokens_have_the_platforms_own_names_and_never_show(monkeypatch):
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-secret")
    settings = load()
    assert settings.tokens == {"slack_bot_token": "xoxb-secret"}
    assert "xoxb-secret" not in repr(settings)


def test_a_token_may_stand_in_a_file(monkeypatch, tmp_path):
    (tmp_path / "token").write_text("from a file\n")
    monkeypatch.setenv("DISCORD_BOT_TOKEN_FILE", str(tmp_path / "token"))
    assert load().tokens == {"discord_bot_token": "from a file"}


def test_the_variable_wins_over_the_file(monkeypatch, tmp_path):
    monkeypatch.setenv("DISCORD_BOT_TOKEN", "from the environment")
    monkeypatch.setenv("DISCORD_BOT_TOKEN_FILE", str(tmp_path / "missing"))
    assert load().tokens == {"discord_bot_token": "from the environment"}


def test_a_file_that_cannot_be_read_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("SLACK_BOT_TOKEN_FILE", str(tmp_path / "missing"))
    with pytest.raises(InvalidEnvironmentError, match="SLACK_BOT_TOKEN_FILE names a file"):
        load()


def test_an_empty_variable_is_as_none(monkeypatch):
    monkeypatch.setenv("DESKHAND_TIMEZONE", "")
    monkeypatch.setenv("DESKHAND_MODEL", "")
    settings = load()
    assert settings.timezone
    assert settings.model == Settings.model_fields["model"].default


def test_a_value_that_does_not_fit_names_its_variable(monkeypatch):
    monkeypatch.setenv("DESKHAND_PORT", "eighty")
    with pytest.raises(InvalidEnvironmentError, match="DESKHAND_PORT cannot be used: give a num"):
        load()


@pytest.mark.parametrize(
    "value", ["desk.example", "https://", "https://desk.example/office", "https://me@desk.example"]
)
def test_the_page_s_address_is_that_of_a_whole_site(monkeypatch, value):
    monkeypatch.setenv("DESKHAND_PAGE_URL", value)
    with pytest.raises(InvalidEnvironmentError, match="DESKHAND_PAGE_URL cannot be used: give a"):
        load()


def test_the_page_s_address_is_written_in_one_way(monkeypatch):
    monkeypatch.setenv("DESKHAND_PAGE_URL", "https://Desk.Example:8443/")
    assert load().page_url == "https://desk.example:8443"


@pytest.mark.parametrize("value", ["127.0.0.1", "172.18.0.0/16, ::1", "*"])
def test_a_proxy_is_named_by_its_addresses(monkeypatch, value):
    monkeypatch.setenv("DESKHAND_FORWARDED_BY", value)
    assert load().forwarded_by == value


@pytest.mark.parametrize("value", ["caddy", "127.0.0.1, caddy", "*, ::1"])
def test_a_proxy_s_name_would_never_be_recognised_and_is_refused(monkeypatch, value):
    monkeypatch.setenv("DESKHAND_FORWARDED_BY", value)
    with pytest.raises(InvalidEnvironmentError, match="DESKHAND_FORWARDED_BY cannot be used"):
        load()


def test_what_is_told_of_the_environment_has_no_secret_in_it(monkeypatch):
    monkeypatch.setenv("SLACK_BOT_TOKEN", "mark1x")
    monkeypatch.setenv("DESKHAND_METRICS_TOKEN", "mark2x")
    monkeypatch.setenv("DESKHAND_DATABASE_URL", "postgresql://desk:mark3x@db/desk")
    told = {each.name: each for each in load().variables}
    assert "mark" not in str(told)
    assert told["SLACK_BOT_TOKEN"].given
    assert told["DESKHAND_DATABASE_URL"].value == "postgresql://…@db/desk"
    assert not told["DESKHAND_PORT"].given
    assert told["DESKHAND_MODEL_MEMORY"].value == ""
    monkeypatch.setenv("DESKHAND_MODEL_MEMORY", "5GiB")
    assert "5.0GiB" in {each.value for each in load().variables}


def test_several_ollama_hosts_have_commas_between_them(monkeypatch):
    monkeypatch.setenv("DESKHAND_OLLAMA_URL", "http://one:11434/, https://two,http://one:11434")
    assert load().ollama_urls == ["http://one:11434", "https://two"]


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("one:11434", "http:// or https://; several"),
        ("http://", "http:// or https://; several"),
        ("http://one:11434,two:11434", "unlike 'two:11434'"),
        ("http://one:11434,", "unlike ''"),
        ("http://one,http://two:port", "unlike 'http://two:port'"),
    ],
)
def test_what_is_no_address_among_the_hosts_is_named(monkeypatch, value, told):
    monkeypatch.setenv("DESKHAND_OLLAMA_URL", value)
    with pytest.raises(InvalidEnvironmentError, match=f"DESKHAND_OLLAMA_URL cannot .*{told}"):
        load()
