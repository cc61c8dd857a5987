"""A platform's tokens, kept once the platform has accepted them."""

import asyncio
from dataclasses import dataclass

from bot.inbox.platforms import Tokens
from bot.web.forms import Form
from bot.web.parts import Parts
from bot.web.platforms import form as platform_form
from bot.web.platforms.guides import GUIDES
from bot.web.reader import explained
from bot.web.reader import gettext as _
from connectors.errors import ConnectorError, PermissionMissingError

# Signing in is two or three requests; nobody waits longer for a form.
TRY_S = 30.0


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of trying tokens.

    Attributes:
        signed_in_as: As whom and where, "" when they do not do.
        lacking: The tokens are accepted; this is missing besides.
        error: Why they do not do.
    """

    signed_in_as: str = ""
    lacking: str = ""
    error: str = ""


async def keep_tokens(form: Form, parts: Parts, name: str) -> str:
    """Try a form's tokens with those that are stored, keep them if they do, and have them used.

    Returns:
        The notice to show; "", with the form's errors, where nothing was kept.
    """
    services = parts.services
    names = [each for each in services.platforms.token_names(name) if not is_fixed(parts, each)]
    new = platform_form.tokens(form, GUIDES[name], names)
    stored = await services.platforms.tokens(name)
    tokens = {**stored, **new}
    for missing in (each for each in names if not tokens[each]):
        form.fault(missing, _("Paste it here."))
    if form.errors:
        return ""
    tried = await _tried(parts, name, tokens)
    # What is accepted but lacks a permission is stored when there is nothing better: Discord shows
    # a token once, and the bot can be invited only after that.
    if tried.error or (tried.lacking and all(stored.values())):
        form.fault("tokens", platform_form.without(tried.error or tried.lacking, tokens))
        return ""
    for each, token in new.items():
        await services.keep_token(each, token)
    parts.platform_memory.signed_in(name, tried.signed_in_as, lacking=tried.lacking)
    services.platforms.change(name)
    return "token-lacks" if tried.lacking else "token-kept"


def is_fixed(parts: Parts, token_name: str) -> bool:
    """Return whether the environment gives a token."""
    return token_name in parts.services.fixed_tokens


async def _tried(parts: Parts, name: str, tokens: Tokens) -> Tried:
    try:
        with parts.services.platforms.trying(name, tokens) as platform:
            async with asyncio.timeout(TRY_S):
                return Tried(await platform.check())
    except TimeoutError:
        title = GUIDES[name].title
        return Tried(
            error=_("{platform} did not answer within {seconds} seconds. Try again.").format(
                platform=title, seconds=f"{TRY_S:.0f}"
            )
        )
    except PermissionMissingError as error:
        return Tried(lacking=explained(error))
    except ConnectorError as error:
        return Tried(error=explained(error))
