"""The shapes of settings, as JSON."""

from pydantic import JsonValue

from bot.web.api.shapes.base import Shown, Wanted


class Setting(Wanted):
    """A setting's new value."""

    value: JsonValue


class Importing(Wanted):
    """Groups of settings by name, such as `business`."""

    values: dict[str, JsonValue]


class Imported(Shown):
    """Which groups were set, and which names are no setting."""

    set: list[str]
    ignored: list[str]
