"""What pages say of a person, in words."""

from collections.abc import Mapping

from bot.domain.people import Role
from bot.upkeep.roles import RoleOrigin
from bot.web.platforms.guides import GUIDES
from bot.web.reader import N_
from bot.web.reader import gettext as _
from connectors.local.connector import PLATFORM as LOCAL

ROLES: Mapping[Role, str] = {
    Role.PUBLIC: N_("customer"),
    Role.STAFF: N_("colleague"),
    Role.OWNER: N_("owner"),
}
# As people call what the tables hold; the others' rows belong to these.
KEPT: Mapping[str, str] = {
    "messages": N_("messages of theirs"),
    "answers": N_("answers to them"),
    "follow_ups": N_("reminders of theirs, or for them"),
    "open_questions": N_("questions on the team's list"),
    "hand_overs": N_("wishes for a person"),
    "forms": N_("forms"),
    "ratings": N_("ratings"),
    "quiet_hours": N_("quiet hours"),
    "uploads": N_("files added"),
}


def platform_named(name: str) -> str:
    """Return what people call a platform; this process's own rooms are the page and terminal."""
    if name == LOCAL:
        return _("page and terminal")
    guide = GUIDES.get(name)
    return guide.title if guide else name


def role_named(role: Role) -> str:
    """Return what people call a role."""
    return _(ROLES[role])


def origin_told(origin: RoleOrigin, platform: str) -> str:
    """Return in one sentence where a role comes from."""
    sentence = {
        RoleOrigin.HAND: _("You named them so, by their id on {platform}."),
        RoleOrigin.GROUP: _(
            "It comes from a group or role on {platform} that you named; it was so when they wrote"
            " last."
        ),
        RoleOrigin.NOBODY: _("Nobody named them: whoever is not named is a customer."),
        RoleOrigin.HERE: _("On the page and in the terminal everybody says as whom they speak."),
    }[origin]
    return sentence.format(platform=platform_named(platform))


def kept_told(kept: Mapping[str, int]) -> list[tuple[str, int]]:
    """Return what is kept in words, each with how much of it; without what there is none of."""
    return [(_(called), kept[table]) for table, called in KEPT.items() if table in kept]
