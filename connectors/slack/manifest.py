"""What an owner gives Slack to make the app: everything it needs, in one form."""

import json
from functools import cache
from importlib.resources import files
from urllib.parse import quote

_CREATE = "https://api.slack.com/apps?new_app=1&manifest_json="


@cache
def manifest() -> str:
    """Return the app's manifest as JSON, to be pasted into Slack's form."""
    return files("connectors.slack").joinpath("manifest.json").read_text("utf-8")


@cache
def create_link() -> str:
    """Return the address that opens Slack's "create an app" form with the manifest filled in."""
    compact = json.dumps(json.loads(manifest()), separators=(",", ":"), ensure_ascii=False)
    return _CREATE + quote(compact, safe="")


@cache
def scopes() -> frozenset[str]:
    """Return the scopes the manifest asks for."""
    return frozenset(json.loads(manifest())["oauth_config"]["scopes"]["bot"])
