"""Slack's refusals and broken connections, as the port's errors."""

import logging
from dataclasses import dataclass

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from connectors.errors import (
    N_,
    ConnectorError,
    PermissionMissingError,
    RoomGoneError,
    SendError,
    TokenRefusedError,
)

# The library logs whole messages on DEBUG, and addresses with their tickets when a connection
# fails; the connector says itself what happened.
LIBRARY_LOG = logging.getLogger("connectors.slack.library")
LIBRARY_LOG.setLevel(logging.CRITICAL + 1)

# What a call can end with: Slack's no, a broken or refused connection, no answer in time.
# AttributeError: the library asks an answer that is no JSON for its fields (a proxy's page).
FAILURES = (SlackClientError, aiohttp.ClientError, TimeoutError, OSError, AttributeError)

REFUSED = frozenset(
    {
        *("invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired"),
        *("not_allowed_token_type", "team_access_not_granted"),
    }
)
PERMANENT = REFUSED | frozenset(
    {
        *("channel_not_found", "is_archived", "not_in_channel", "channel_type_not_supported"),
        *("restricted_action", "restricted_action_read_only_channel", "no_permission"),
        *("restricted_action_thread_only_channel", "restricted_action_non_threadable_channel"),
        *("restricted_action_thread_locked", "ekm_access_denied", "access_denied"),
        *("missing_scope", "cannot_reply_to_message", "message_not_found", "thread_not_found"),
        *("cant_update_message", "edit_window_closed", "update_failed", "invalid_arguments"),
        *("msg_too_long", "msg_blocks_too_long", "no_text", "invalid_blocks", "user_not_found"),
        *("cannot_dm_bot", "messages_tab_disabled", "team_not_found", "org_login_required"),
    }
)
# The bot is no longer in the room, or the room is no more.
GONE = frozenset({"channel_not_found", "not_in_channel"})
# "It's possible some aspect of the operation succeeded": Slack's own words about these.
UNSURE = frozenset({"fatal_error", "internal_error", "request_timeout", "service_unavailable", ""})
RATE_LIMITED = frozenset({"ratelimited", "rate_limited"})
# Blocks that Slack does not take; the same message without them is taken.
BLOCKS_REFUSED = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long"})

# What a call can meet before anything has been sent.
_BEFORE_SENDING = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)


@dataclass(frozen=True, slots=True)
class Refusal:
    """What Slack answered when it did not say yes.

    Attributes:
        code: Slack's word for it, "" where there was none.
        status: The HTTP status.
        retry_after_s: Seconds to wait, where Slack named them.
        needed: Scopes that are missing, in Slack's own words.
    """

    code: str
    status: int
    retry_after_s: float | None = None
    needed: tuple[str, ...] = ()


def refusal(error: BaseException) -> Refusal | None:
    """Return what Slack answered; None where an error is not an answer."""
    if not isinstance(error, SlackApiError):
        return None
    response = error.response
    data = getattr(response, "data", None)
    fields = data if isinstance(data, dict) else {}
    status = int(getattr(response, "status_code", 0) or getattr(response, "status", 0) or 0)
    code = str(fields.get("error") or "")
    limited = status == 429 or code in RATE_LIMITED  # HTTP: too many requests
    return Refusal(
        code,
        status,
        _seconds(response) if limited else None,
        tuple(part for part in str(fields.get("needed") or "").split(",") if part),
    )


def send_error(error: BaseException) -> SendError:
    """Return the port's error for a call that posts or changes something."""
    answer = refusal(error)
    if answer is None:
        unknown = not isinstance(error, _BEFORE_SENDING)
        return SendError(f"Slack could not be reached: {type(error).__name__}", unknown=unknown)
    if answer.retry_after_s is not None:
        return SendError("Slack asks to wait", retry_after_s=answer.retry_after_s)
    text = f"Slack answered {answer.code or answer.status}"
    if answer.code in PERMANENT:
        return SendError(text, permanent=True)
    return SendError(text, unknown=answer.code in UNSURE or answer.status >= 500)


def connector_error(error: BaseException, *, token: str = "bot") -> ConnectorError:  # noqa: S107
    """Return the port's error for a call that reads, in words for the owner.

    Args:
        error: One of `FAILURES`.
        token: Which of the two tokens was used: "bot" or "app".
    """
    answer = refusal(error)
    if answer is None:
        return ConnectorError(
            f"Slack could not be reached ({type(error).__name__}). "
            "Check this computer's internet connection."
        )
    if answer.code in REFUSED:
        return TokenRefusedError(_REFUSED_WORDS[token])
    if answer.code == "missing_scope":
        missing = answer.needed or (("connections:write",) if token == "app" else ())  # noqa: S105
        return PermissionMissingError(missing_words(missing, token=token), missing)
    if answer.code in GONE:
        return RoomGoneError(f"Slack answered: {answer.code}.")
    if answer.retry_after_s is not None:
        return ConnectorError(f"Slack asks to wait {answer.retry_after_s:.0f} seconds.")
    return ConnectorError(f"Slack answered: {answer.code or answer.status}.")


def missing_words(missing: tuple[str, ...], *, token: str = "bot") -> str:  # noqa: S107
    """Return what to do about missing scopes, in one sentence."""
    names = ", ".join(missing) or "a permission"
    if token == "app":  # noqa: S105
        return (
            f"The app token lacks {names}: on api.slack.com/apps open the app, "
            "“Basic Information”, “App-Level Tokens”, and generate one with that scope."
        )
    return (
        f"The app lacks {names}: on api.slack.com/apps open the app, “OAuth & Permissions”, "
        "add it under “Bot Token Scopes”, then click “Reinstall to Workspace”."
    )


_REFUSED_WORDS = {
    "bot": N_(
        "Slack does not accept the bot token: on api.slack.com/apps open the app, "
        "“OAuth & Permissions”, and copy the “Bot User OAuth Token” (it begins with xoxb-)."
    ),
    "app": N_(
        "Slack does not accept the app token: on api.slack.com/apps open the app, “Basic "
        "Information”, “App-Level Tokens”, and copy one that begins with xapp-."
    ),
}


def _seconds(response: object) -> float:
    """Return the seconds a 429 names; 30 as the library does where it names none."""
    headers = getattr(response, "headers", None) or {}
    for name, value in dict(headers).items():
        if str(name).lower() == "retry-after":
            text = str(value[0] if isinstance(value, list) else value)
            return float(text) if text.isdecimal() else 30.0
    return 30.0
