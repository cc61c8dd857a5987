"""People as a list has them: by name, in pieces, none twice and none left out."""

import pytest
from sqlalchemy import Connection

from bot.domain.known_persons import Wanted
from bot.domain.people import Role
from bot.storage import tables
from bot.storage.database import Database
from bot.storage.known_persons import KnownPersonRows

NAMES = ("Özlem Ünal", "ann", "Ann", "Ben", "Carla", "Ann", "", "100% Öl_werk", "Zoë")


def put(connection: Connection) -> None:
    for number, name in enumerate(NAMES):
        connection.execute(
            tables.persons.insert().values(
                platform="slack" if number % 2 else "discord",
                user_id=f"U{number}",
                name=name,
                role=Role.STAFF if name == "Ben" else Role.PUBLIC,
            )
        )


@pytest.fixture
async def rows(any_database: Database) -> KnownPersonRows:
    await any_database.write(put)
    return KnownPersonRows(any_database)


async def names(rows: KnownPersonRows, **wanted: object) -> list[str]:
    found = await rows.page(Wanted(**wanted), limit=99)
    return [each.person.name for each in found]


async def test_a_list_goes_on_where_the_page_before_ended(rows):
    every = await rows.page(Wanted(), limit=99)
    # Whoever was erased has no name.
    assert sorted(each.person.name for each in every) == sorted(filter(None, NAMES))
    found, after = [], None
    while page := await rows.page(Wanted(), limit=2, after=after):
        found += page
        after = page[-1].person.person_id
    assert found == every


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ANN", ["Ann", "Ann", "ann"]),
        ("özlem", ["Özlem Ünal"]),
        ("ÜNAL", ["Özlem Ünal"]),
        ("%", ["100% Öl_werk"]),
        ("l_w", ["100% Öl_werk"]),
        ("nobody", []),
    ],
)
async def test_a_name_is_found_by_a_part_of_it_in_any_case_and_no_sign_is_special(
    rows, name, expected
):
    assert sorted(await names(rows, name=name)) == expected


async def test_people_are_found_by_role_and_platform(rows):
    assert await names(rows, role=Role.STAFF) == ["Ben"]
    assert await names(rows, role=Role.STAFF, platform="discord") == []
    assert "Ben" in await names(rows, platform="slack")


async def test_who_was_erased_is_nobody(rows):
    erased = NAMES.index("") + 1
    assert await rows.get(erased) is None
    assert await rows.get(99) is None
    ben = await rows.get(NAMES.index("Ben") + 1)
    assert ben is not None
    assert ben.name == "Ben"
