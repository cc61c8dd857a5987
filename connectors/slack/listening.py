"""The open connection to Slack: kept, renewed, and given up in order."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from connectors.errors import N_, ConnectorError, PermissionMissingError, TokenRefusedError
from connectors.slack.events import Event
from connectors.slack.failures import FAILURES, LIBRARY_LOG, connector_error

log = logging.getLogger(__name__)

CONNECT_S = 30.0  # As long as a call may take, twice.
# The library asks for no new address once it has one, though each serves but once: whoever is
# away for longer begins anew from outside.
AWAY_S = 60.0
LOOK_S = 0.5
CLOSING_S = 2.0

TOO_MANY = N_(
    "Slack lets ten processes listen for one app, and ten do. This one answers all the same, and"
    " listens once another one has ended."
)

Take = Callable[[Event], Awaitable[None]]


class _Socket(SocketModeClient):
    """The library's client, with its tasks known and a refused token noticed."""

    def __init__(self, web: AsyncWebClient, app_token: str, ping_interval_s: float) -> None:
        super().__init__(
            app_token,
            web_client=web,
            logger=LIBRARY_LOG,
            ping_interval=ping_interval_s,
            proxy=web.proxy,
        )
        self.tasks: set[asyncio.Task[Any]] = set()
        self.refusal: ConnectorError | None = None

    async def issue_new_wss_url(self) -> str:
        try:
            return await super().issue_new_wss_url()
        except SlackApiError as error:
            failure = connector_error(error, token="app")  # noqa: S106 - its name, not itself
            if isinstance(failure, TokenRefusedError | PermissionMissingError):
                self.refusal = failure
            raise

    async def connect_to_new_endpoint(self, force: bool = False) -> None:
        # The library would open one connection after the other at once.
        if self.refusal is None:
            await super().connect_to_new_endpoint(force)

    async def run_message_listeners(self, message: dict[str, Any], raw_message: str) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - the library starts a task for each message
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        if message.get("reason") == "too_many_websockets":
            self.refusal = ConnectorError(TOO_MANY)
            return
        await super().run_message_listeners(message, raw_message)


class Listening:
    """One stretch of listening, from the first connection to the last."""

    def __init__(
        self,
        web: AsyncWebClient,
        app_token: str,
        *,
        take: Take,
        connected: Callable[[bool], Awaitable[None]],
        ping_interval_s: float,
    ) -> None:
        """Prepare to listen; needs a running event loop.

        Args:
            web: Its session and address serve.
            app_token: The one that opens connections.
            take: Stores what an envelope tells; when it raises, nothing is acknowledged.
            connected: Called whenever Slack has said hello, with whether it knows of no other
                connection of the app.
            ping_interval_s: Seconds between two pings; four of them unanswered mean a dead line.
        """
        self._take = take
        self._connected = connected
        self._app = _application(web, self._store)
        self._socket = _Socket(web, app_token, ping_interval_s)
        self._socket.message_listeners.append(self._heard)
        self._socket.socket_mode_request_listeners.append(self._request)

    async def listen(self) -> None:
        """Listen until cancelled.

        Raises:
            ConnectorError: A token is refused, or Slack cannot be reached for a minute.
        """
        try:
            try:
                async with asyncio.timeout(CONNECT_S):
                    await self._socket.connect_to_new_endpoint()
            except FAILURES as error:
                raise connector_error(error, token="app") from error  # noqa: S106
            await self._watch()
        finally:
            await self._close()

    async def _watch(self) -> None:
        away_since: float | None = None
        while True:
            await asyncio.sleep(LOOK_S)
            if self._socket.refusal:
                raise self._socket.refusal
            if await self._socket.is_connected():
                if away_since is not None:
                    log.info("slack connection back after_s=%.0f", time.monotonic() - away_since)
                away_since = None
            elif away_since is None:
                away_since = time.monotonic()
                log.warning("slack connection lost")
            elif time.monotonic() - away_since > AWAY_S:
                raise ConnectorError(
                    "The connection to Slack is lost. Check this computer's internet connection."
                )

    async def _heard(
        self, client: AsyncBaseSocketModeClient, message: dict[str, Any], raw: str | None = None
    ) -> None:
        """Tell that listening has begun when Slack says hello."""
        del client, raw
        if message.get("type") != "hello":
            return
        log.info("slack connection open")
        try:
            await self._connected(int(message.get("num_connections", 1)) <= 1)
        except Exception:  # The edge: the library would drop it without a word.
            log.exception("slack connection could not be told of")

    async def _request(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        """Have an envelope stored, then acknowledge it; what is not stored comes again."""
        answer = await run_async_bolt_app(self._app, request)
        try:
            await send_async_response(client, request, answer, time.time())
        except (*FAILURES, RuntimeError) as error:
            log.info("slack envelope not acknowledged error=%s", type(error).__name__)

    async def _store(self, body: dict[str, Any]) -> BoltResponse:
        """Serve as the only middleware: what comes after it would run after the acknowledgement."""
        await self._take(body)
        return BoltResponse(status=200, body="")

    async def _close(self) -> None:
        """Let what is being stored be stored, then give everything up."""
        socket = self._socket
        if socket.tasks:
            await asyncio.wait(set(socket.tasks), timeout=CLOSING_S)
        socket.closed = True
        socket.auto_reconnect_enabled = False
        with contextlib.suppress(TimeoutError, *FAILURES):
            async with asyncio.timeout(CLOSING_S):
                await socket.disconnect()  # type: ignore[no-untyped-call]
        await socket.close()  # type: ignore[no-untyped-call]
        kept = {socket.message_processor, socket.current_session_monitor, socket.message_receiver}
        tasks = {task for task in (*kept, *socket.tasks) if isinstance(task, asyncio.Task)}
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=CLOSING_S)


def _application(
    web: AsyncWebClient, store: Callable[[dict[str, Any]], Awaitable[BoltResponse]]
) -> AsyncApp:
    app = AsyncApp(
        name="deskhand",
        client=web,
        logger=LIBRARY_LOG,
        signing_secret="unused in socket mode",  # noqa: S106
        request_verification_enabled=False,
        ssl_check_enabled=False,
        # Before Bolt's own authorization: it acknowledges what it cannot authorize, and it cannot
        # whenever Slack's auth.test does not answer.
        before_authorize=store,
    )

    @app.error
    async def _not_stored(error: Exception) -> None:
        log.error("slack envelope not stored error=%s", type(error).__name__)

    return app
