"""Who may read the figures while no token is set: who asks from this machine itself."""

from typing import cast

import pytest
from litestar.connection import ASGIConnection
from litestar.exceptions import NotAuthorizedException
from litestar.handlers import BaseRouteHandler
from litestar.types import Scope

from bot.web.access import reads_figures
from bot.web.accounts import Accounts

GUARD = reads_figures(cast("Accounts", None), "")
HANDLER = cast("BaseRouteHandler", None)


def asked_from(client: tuple[str, int] | None) -> ASGIConnection:
    scope = {"type": "http", "client": client, "headers": [], "path": "/metrics"}
    return ASGIConnection(cast("Scope", scope))


@pytest.mark.parametrize("address", ["127.0.0.1", "127.0.0.9", "::1", "::ffff:127.0.0.1"])
async def test_who_asks_from_this_machine_may(address: str):
    await GUARD(asked_from((address, 50_000)), HANDLER)


@pytest.mark.parametrize("address", ["192.0.2.7", "10.0.0.3", "::ffff:10.0.0.3", "fe80::1", "a.b"])
async def test_nobody_else_may(address: str):
    with pytest.raises(NotAuthorizedException):
        await GUARD(asked_from((address, 50_000)), HANDLER)


async def test_who_cannot_be_told_may_not():
    with pytest.raises(NotAuthorizedException):
        await GUARD(asked_from(None), HANDLER)
