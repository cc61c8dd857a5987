"""Discord's errors as our own: the only place that tells them apart."""

from collections.abc import Iterator
from contextlib import contextmanager

import aiohttp
import discord

from connectors.discord.permissions import REFUSED, content_intent_missing
from connectors.errors import N_, ConnectorError, RoomGoneError, SendError, TokenRefusedError

TOKEN_REFUSED_CODE = 4004  # Discord's close codes
INTENT_REFUSED_CODES = {4013, 4014}

UNREACHABLE = N_("Discord cannot be reached just now. Nothing needs to be done; it is tried again.")


@contextmanager
def as_send_errors() -> Iterator[None]:
    """Raise what goes wrong with a post as `SendError`."""
    try:
        yield
    except discord.RateLimited as error:
        wait_s = error.retry_after
        raise SendError("Discord asks us to wait", retry_after_s=wait_s) from error
    except discord.HTTPException as error:
        raise _refused(error) from error
    except discord.DiscordException as error:
        raise SendError(f"discord.py refused: {type(error).__name__}") from error
    except (aiohttp.ClientConnectorError, RuntimeError) as error:
        # No connection was made, or the session is closed already: nothing went out.
        raise SendError("Discord was not reached") from error
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        raise SendError("no answer came from Discord", unknown=True) from error


def _refused(error: discord.HTTPException) -> SendError:
    if isinstance(error, discord.DiscordServerError):
        return SendError(f"Discord failed with {error.status}", unknown=True)
    if error.status == 429:
        return SendError("Discord asks us to wait", retry_after_s=_retry_after_s(error))
    # Discord's own refusals have a code; one without comes from what stands in front of it.
    permanent = error.code != 0 and error.status != 401
    return SendError(f"Discord refused with {error.status}/{error.code}", permanent=permanent)


def _retry_after_s(error: discord.HTTPException) -> float | None:
    try:
        return float(error.response.headers["Retry-After"])
    except (KeyError, ValueError):
        return None


@contextmanager
def as_connector_errors() -> Iterator[None]:
    """Raise what goes wrong with signing in, listening or reading as `ConnectorError`."""
    try:
        yield
    except discord.LoginFailure as error:
        raise TokenRefusedError(REFUSED) from error
    except discord.PrivilegedIntentsRequired as error:
        raise content_intent_missing() from error
    except discord.ConnectionClosed as error:
        raise _closed(error.code) from error
    except (discord.Forbidden, discord.NotFound) as error:
        raise RoomGoneError(
            "The bot may not read this room. Give its role View Channel and Read Message History "
            "in the room's permissions."
        ) from error
    except discord.HTTPException as error:
        if error.status == 401:
            raise TokenRefusedError(REFUSED) from error
        raise ConnectorError(UNREACHABLE) from error
    except (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError) as error:
        raise ConnectorError(UNREACHABLE) from error


def _closed(code: int) -> ConnectorError:
    if code == TOKEN_REFUSED_CODE:
        return TokenRefusedError(REFUSED)
    if code in INTENT_REFUSED_CODES:
        return content_intent_missing()
    return ConnectorError(f"Discord closed the connection with code {code}. It is tried again.")
