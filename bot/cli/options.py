"""Options that several commands share."""

import click

from bot.domain.people import Role
from knowledge.documents import Audience

as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")

ROLES = click.Choice(Role, case_sensitive=False)
AUDIENCES = click.Choice([Audience.PUBLIC, Audience.STAFF], case_sensitive=False)
