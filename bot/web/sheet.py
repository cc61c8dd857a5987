"""The sheet for the EU AI Act: what is really set, in words, as a file to keep."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version

from bot.commands.front import MAX_CHARS
from bot.language.catalogue import SHEET, translations
from bot.llm.errors import ModelError
from bot.llm.model import InstalledModel
from bot.people.choices import PlatformChoice, Speaks
from bot.web.parts import Parts
from knowledge.documents import Audience

TITLES = {"slack": "Slack", "discord": "Discord", "local": "Deskhand"}


@dataclass(frozen=True, slots=True)
class PlatformView:
    """A platform as the sheet tells of it.

    Attributes:
        public, staff: How many of the rooms that were set are read by whom.
        sure: In how many of them it speaks of its own accord.
    """

    title: str
    on: bool
    rooms: int
    public: int
    staff: int
    sure: int


def languages() -> tuple[str, ...]:
    """Return the languages the sheet is written in, ISO 639-1."""
    return tuple(translations(SHEET))


async def sheet(parts: Parts, language: str) -> str:
    """Return the sheet as one page of HTML that needs nothing else; a language of `languages`."""
    services, choices = parts.services, parts.services.choices
    words = translations(SHEET)[language]
    sentences = services.phrasebook.sentences(language)
    business = choices.business
    platforms = list(_platforms(parts))
    rooms = ((name, choices.staff_room(name)) for name in TITLES)
    return parts.rendering.filled(
        "sheet.html",
        gettext=words.gettext,
        ngettext=words.ngettext,
        _=words.gettext,
        language=language,
        version=version("deskhand"),
        made_at=services.now(),
        moment=lambda at: sentences.moment(at, services.calendar().zone),
        business=business,
        choices=choices,
        platforms=platforms,
        tools=[each.spec.name for each in services.tools.all() if _is_on(parts, each.spec.name)],
        skills=[skill.name for skill in await services.skills.on()],
        languages=services.phrasebook.languages,
        model=choices.model.name,
        model_at=services.library.address,
        installed=await _installed(parts),
        embedder=services.knowledge.embedder,
        max_chars=MAX_CHARS,
        knowledge=await _knowledge(parts, words.gettext),
        introduction=choices.manners.introduction,
        introductions=_introductions(parts),
        staff_rooms=[TITLES[name] for name, room in rooms if room is not None],
        retention=services.retention.choice,
        backups=services.backups.choice,
        sealed=bool(await services.backups.passphrase()),
    )


def _platforms(parts: Parts) -> Iterator[PlatformView]:
    platforms = parts.services.platforms
    for name in platforms.names:
        choice: PlatformChoice = parts.services.choices.platform(name)
        readers = Counter(room.audience for room in choice.rooms.values())
        yield PlatformView(
            TITLES[name],
            platforms.status(name).wanted,
            len(choice.rooms),
            readers[Audience.PUBLIC],
            readers[Audience.STAFF],
            sum(room.speaks is Speaks.SURE for room in choice.rooms.values()),
        )


def _is_on(parts: Parts, tool: str) -> bool:
    return parts.services.tools.is_on(tool)


async def _installed(parts: Parts) -> InstalledModel | None:
    """Return what the model's server says of the model in use; None where it says nothing."""
    name = parts.services.choices.model.name
    if not name:
        return None
    try:
        models = await parts.services.library.installed()
    except ModelError:
        return None
    return next((each for each in models if each.name in (name, f"{name}:latest")), None)


async def _knowledge(parts: Parts, translated: Callable[[str], str]) -> list[tuple[str, int]]:
    """Return how many documents there are for whom."""
    readers = await parts.services.knowledge.readers()
    named = {
        Audience.PUBLIC: translated("Documents for everybody"),
        Audience.STAFF: translated("Documents for the team alone"),
        Audience.ROOMS: translated("Documents for chosen rooms alone"),
    }
    return [(name, readers.get(audience, 0)) for audience, name in named.items()]


def _introductions(parts: Parts) -> list[tuple[str, str]]:
    """Return the line for somebody new in each language, as it is really said."""
    book, business = parts.services.phrasebook, parts.services.choices.business.name
    return [(each, book.sentences(each).introduction(business)) for each in book.languages]
