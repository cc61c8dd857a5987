"""What a signed-in person may do on the page.

A route says who it is for, `@get("/answers", opt={FOR: VIEWER})`; one that says nothing is the
owner's. Templates ask `{% if may(EDITOR) %}`.
"""

from bot.storage.accounts import Account
from bot.web.reader import N_
from bot.web.reader import gettext as _

OWNER = "owner"
# Keeps the knowledge: entries, open questions, trials, what waits for a person.
EDITOR = "editor"
# Reads how it goes and changes nothing.
VIEWER = "viewer"
# Each may all that those before it may.
ROLES = (VIEWER, EDITOR, OWNER)

FOR = "for"

_ONLY = {
    EDITOR: N_("Only the owner and editors can do this."),
    OWNER: N_("Only the owner can do this."),
}


def may(account: Account | None, needed: str) -> bool:
    """Return whether somebody may do what is for a role; nobody who is not signed in may."""
    return account is not None and account.role in ROLES[ROLES.index(needed) :]


def who_may(needed: str) -> str:
    """Return the sentence that says who can do what is not for everybody."""
    return _(_ONLY[needed])
