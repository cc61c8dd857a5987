"""Which follow-ups a page shows, as its address says."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.followups import WAITING, FollowUpState, Sought
from bot.web.parts import Asked
from bot.web.reader import N_

MAX_NAME_CHARS = 200

# By what the address says, each with what people call it and its states.
STATES: Mapping[str, tuple[str, tuple[FollowUpState, ...]]] = {
    "waiting": (N_("waiting"), WAITING),
    "sent": (N_("delivered"), (FollowUpState.SENT,)),
    "failed": (N_("could not be delivered"), (FollowUpState.FAILED,)),
    "cancelled": (
        N_("cancelled or not needed"),
        (FollowUpState.CANCELLED, FollowUpState.FULFILLED),
    ),
    "all": (N_("all"), tuple(FollowUpState)),
}
OVER = tuple(state for state in FollowUpState if state not in WAITING)


@dataclass(frozen=True, slots=True)
class Filter:
    """What is looked for.

    Attributes:
        state: A key of `STATES`; "" for what the page shows by itself.
        who: A part of a name, "" for anybody.
        person_id: None for anybody.
    """

    state: str = ""
    who: str = ""
    person_id: int | None = None

    @classmethod
    def of(cls, request: Asked) -> "Filter":
        """Return what an address says; what it says wrongly is left out."""
        query = request.query_params
        state, person = query.get("state", ""), query.get("person", "")
        return cls(
            state if state in STATES else "",
            query.get("who", "").strip()[:MAX_NAME_CHARS],
            int(person) if person.isdecimal() else None,
        )

    @property
    def query(self) -> dict[str, str]:
        """Return it as an address says it, without what holds by itself."""
        person = "" if self.person_id is None else str(self.person_id)
        told = {"state": self.state, "who": self.who, "person": person}
        return {name: value for name, value in told.items() if value}

    def sought(self, states: tuple[FollowUpState, ...], *, latest_first: bool = False) -> Sought:
        """Return which are looked for, in these states where the address says none."""
        return Sought(
            STATES[self.state][1] if self.state else states,
            self.who,
            self.person_id,
            latest_first,
        )
