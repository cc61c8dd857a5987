"""The models that suit a box: named, weighed, and how long an answer by each would take."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.llm.pace import Pace, Weight

TABLE = Path(__file__).with_name("offers.toml")
OWN_TABLE = "models.toml"
"""Where it is in the data directory, it takes the place of `TABLE`."""

MAX_OFFERS = 3

# What is not for the model: the system, Deskhand with its search index (docs/install.md).
RESERVED_BYTES = 2_000_000_000
# Beside the weights: the window of 4,096 tokens, and buffers that grow with the model. Measured
# for 0.5 and 1.5 billion parameters: 1.6 and 1.9 times the file.
_MEMORY_A_BYTE = 1.3
_MEMORY_BYTES = 700_000_000
# A disk that is filled to the last byte serves nobody.
_SPARE_DISK_BYTES = 1_000_000_000

# Somebody who writes to a shop waits that long and stays; past the longer one they have left.
GOOD_WAIT_S = 20.0
LONG_WAIT_S = 90.0


class OffersError(Exception):
    """The table of models cannot be read; the text says which and why."""


class Offer(BaseModel):
    """A model that could answer.

    Attributes:
        name: Ollama's.
        parameters: In billions.
        size_gb: Of the download.
        good_at: "quick", "balanced", "careful" or "thorough", or the owner's own words.
        measures: It is small, and fetched to measure the box only.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1, max_length=230)
    parameters: float = Field(gt=0)
    size_gb: float = Field(gt=0)
    good_at: str = Field(default="", max_length=200)
    measures: bool = False

    @property
    def size_bytes(self) -> int:
        """Return the size of the download."""
        return round(self.size_gb * 1e9)

    @property
    def weight(self) -> Weight:
        """Return how heavy it is."""
        return Weight(self.parameters * 1e9, self.size_bytes)


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid")

    model: tuple[Offer, ...] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class Suited:
    """An offer that fits the box.

    Attributes:
        wait_s: Until a typical answer is there.
        best: It is the one to take first: the best that answers in good time, else the quickest.
    """

    offer: Offer
    wait_s: float
    best: bool = False

    @property
    def good_time(self) -> bool:
        """Return whether it answers while people still wait."""
        return self.wait_s <= GOOD_WAIT_S


def read_offers(data_dir: Path) -> tuple[Offer, ...]:
    """Return the models to choose from: the owner's own table, else ours.

    Raises:
        OffersError: The owner's own table cannot be read.
    """
    own = data_dir / OWN_TABLE
    path = own if own.is_file() else TABLE
    try:
        table = _Table.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise OffersError(f"{path} cannot be used: {place}: {first['msg']}.") from error
    except (OSError, ValueError) as error:
        raise OffersError(f"{path} cannot be read: {error}.") from error
    return table.model


def suited(
    offers: Sequence[Offer],
    pace: Pace,
    *,
    memory_bytes: int,
    disk_bytes: int,
    there: frozenset[str],
) -> list[Suited]:
    """Return the models that fit a box and answer in reasonable time, the smallest first.

    Args:
        offers: To choose from.
        pace: The box's.
        memory_bytes: What a model may take.
        disk_bytes: What is free.
        there: Names of the models that need no download.

    Returns:
        At most `MAX_OFFERS`, one of them the best; the quickest alone where all are slow; empty
        when none fits.
    """
    fitting = sorted(
        (
            Suited(offer, pace.wait_s(offer.weight))
            for offer in offers
            if not offer.measures
            and memory_needed(offer.size_bytes) <= memory_bytes
            and (offer.name in there or offer.size_bytes + _SPARE_DISK_BYTES <= disk_bytes)
        ),
        key=lambda each: each.wait_s,
    )
    bearable = [each for each in fitting if each.wait_s <= LONG_WAIT_S] or fitting[:1]
    shown = bearable[-MAX_OFFERS:]
    if not shown:
        return []
    good = [each for each in shown if each.good_time]
    best = good[-1] if good else shown[0]
    return [Suited(each.offer, each.wait_s, best=each is best) for each in shown]


def memory_needed(size_bytes: int) -> int:
    """Return the memory that a model of a size takes with its window."""
    return round(size_bytes * _MEMORY_A_BYTE) + _MEMORY_BYTES
