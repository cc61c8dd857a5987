"""What is done, or asked with buttons, once it is known which reminders are meant."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.domain.conversations import Kind
from bot.domain.followups import FollowUp, FollowUpState
from bot.followups import changes
from bot.followups.edits import Edits
from bot.followups.named import Asker, Named
from bot.followups.requests import Act, Request, Scope
from bot.followups.service import FollowUps, PastError
from bot.followups.when import Ask, Due, Rule, Why
from bot.language.sentences import Sentences
from bot.storage.follow_up_edits import Edit
from bot.storage.followups import Call
from connectors.messages import Button

MAX_BUTTONS = 4


@dataclass(frozen=True, slots=True)
class Managed:
    """What a request about reminders came to.

    Attributes:
        kind: "action", "asked" or "refused".
        text: From the rows.
        buttons: Under a question; they do what is chosen, see `bot/commands/chosen.py`.
        sure: Surely a reminder was meant.
    """

    kind: Kind
    text: str
    follow_up_ids: tuple[int, ...] = ()
    buttons: tuple[Button, ...] = ()
    sure: bool = True


class Offers:
    """Carries one request out, or asks about it.

    Attributes:
        call: Under which it is done once.
    """

    def __init__(
        self,
        follow_ups: FollowUps,
        edits: Edits,
        sentences: Sentences,
        zone: ZoneInfo,
        call: Call,
        person_id: int,
    ) -> None:
        """Do it through `edits` as one call of a person's, and word it for them, in their zone."""
        self._follow_ups = follow_ups
        self._edits = edits
        self._sentences = sentences
        self._zone = zone
        self.call = call
        self._person_id = person_id

    # Said from rows

    def confirmed(self, follow_up: FollowUp) -> Managed:
        """Return how a reminder stands now."""
        number = follow_up.follow_up_id
        if follow_up.state is FollowUpState.CANCELLED:
            text = self._sentences.follow_up_cancelled(follow_up.subject, number)
        else:
            text = self._sentences.follow_up_changed(
                follow_up.subject, self._when(follow_up), number
            )
        return Managed(Kind.ACTION, text, (number,))

    def listed(self, found: Sequence[FollowUp]) -> Managed:
        """Return a list of reminders."""
        ids = tuple(each.follow_up_id for each in found)
        text = self._sentences.my_follow_ups(self._lines(found))
        return Managed(Kind.ACTION, text, ids)

    def unknown(self, words: str, waiting: Sequence[FollowUp]) -> Managed:
        """Return that no reminder is about some words, with those there are."""
        if not waiting or not words:
            return self.listed(waiting)
        text = self._sentences.follow_up_unknown(words, self._lines(waiting))
        return Managed(Kind.REFUSED, text, tuple(each.follow_up_id for each in waiting))

    def not_found(self, number: int) -> Managed:
        """Return that no reminder of the person's has this number."""
        return Managed(Kind.REFUSED, self._sentences.follow_up_not_found(number))

    # Done

    async def carried_out(self, request: Request, named: Named, asker: Asker) -> Managed:
        """Do what a request says to the reminders it names, or ask what it leaves open."""
        if request.act is Act.LIST:
            return self.listed(named.found)
        if request.act is Act.CANCEL and named.everything:
            return self._ask_to_end_all(named.found)
        if len(named.found) > 1:
            return self.which(request, named.found, asker)
        [follow_up] = named.found
        if request.act is Act.CANCEL:
            # A number names all of it, as the list shows it.
            scope = request.scope if named.number is None else Scope.ALWAYS
            return await self._cancel(follow_up, scope)
        if request.act is Act.REWORD:
            return await self._changed(follow_up, changes.reworded(follow_up, request.text))
        return await self._move(follow_up, request, asker)

    async def end_all(self, waiting: Sequence[FollowUp]) -> Managed:
        """Cancel all of these, and say how many."""
        ended = 0
        for each in waiting:
            cancelled = await self._follow_ups.cancel(each.follow_up_id, person_id=self._person_id)
            ended += cancelled is not None
        return Managed(Kind.ACTION, self._sentences.all_ended(ended))

    async def _cancel(self, follow_up: FollowUp, scope: Scope) -> Managed:
        if follow_up.rule and scope is Scope.UNSAID:
            number = follow_up.follow_up_id
            return self._which_times(
                follow_up, {"skip": f"skip:{number}", "moveall": f"cancel:{number}"}
            )
        if scope is Scope.ONCE:
            edit = changes.skipped(follow_up)
            if edit.next_at is not None:
                return await self._skipped(follow_up, edit)
        return await self._changed(follow_up, changes.cancelled(follow_up))

    async def _skipped(self, follow_up: FollowUp, edit: Edit) -> Managed:
        if await self._edits.put(follow_up, edit, self.call) is None:
            return self._gone(follow_up)
        next_at = edit.next_at or edit.due_at
        text = self._sentences.follow_up_skipped(
            follow_up.subject,
            self._sentences.moment(next_at, self._zone),
            follow_up.follow_up_id,
        )
        return Managed(Kind.ACTION, text, (follow_up.follow_up_id,))

    async def _move(self, follow_up: FollowUp, request: Request, asker: Asker) -> Managed:
        to = self._to(follow_up, request, asker)
        if isinstance(to, Ask):
            return self._ask_when(follow_up, to)
        if isinstance(to, Rule):
            return await self._changed(follow_up, changes.repeated(follow_up, to))
        if follow_up.rule and request.scope is Scope.UNSAID:
            return self._ask_which_times_to_move(follow_up, to.due_at)
        if follow_up.rule and request.scope is Scope.ALWAYS:
            return await self._move_all(follow_up, to.due_at)
        return await self._changed(follow_up, changes.moved(follow_up, to.due_at))

    async def _move_all(self, follow_up: FollowUp, due_at: datetime) -> Managed:
        edit = changes.all_moved(follow_up, due_at)
        if edit is None:
            return Managed(Kind.ASKED, self._sentences.series_days(), (follow_up.follow_up_id,))
        return await self._changed(follow_up, edit)

    async def _changed(self, follow_up: FollowUp, edit: Edit) -> Managed:
        try:
            changed = await self._edits.put(follow_up, edit, self.call)
        except PastError:
            return Managed(Kind.ASKED, self._sentences.move_past(), (follow_up.follow_up_id,))
        return self._gone(follow_up) if changed is None else self.confirmed(changed)

    def _gone(self, follow_up: FollowUp) -> Managed:
        return self.not_found(follow_up.follow_up_id)

    # Asked

    def which(self, request: Request, found: Sequence[FollowUp], asker: Asker) -> Managed:
        """Return the question which of several reminders is meant, a button for each."""
        buttons = (self._button(each, request, asker) for each in found[:MAX_BUTTONS])
        return Managed(
            Kind.ASKED,
            self._sentences.follow_up_which(self._lines(found)),
            tuple(each.follow_up_id for each in found),
            tuple(button for button in buttons if button is not None),
        )

    def meant(self, request: Request, found: Sequence[FollowUp], asker: Asker) -> Managed:
        """Return the question whether a reminder is meant, with a button that does it."""
        if len(found) != 1:
            return self.which(request, found, asker)
        [follow_up] = found
        if request.act is Act.MOVE:
            to = self._to(follow_up, request, asker) if request.shift else None
            if isinstance(to, Ask):
                return self._ask_when(follow_up, to)
        button = self._button(follow_up, request, asker)
        return Managed(
            Kind.ASKED,
            self._sentences.follow_up_meant(self._line(follow_up)),
            (follow_up.follow_up_id,),
            () if button is None else (button,),
        )

    def _ask_to_end_all(self, found: Sequence[FollowUp]) -> Managed:
        person, latest = self._person_id, max(each.follow_up_id for each in found)
        return Managed(
            Kind.ASKED,
            self._sentences.end_all(len(found)),
            tuple(each.follow_up_id for each in found),
            (
                Button(self._sentences.label("endall"), f"endall:{person}:{latest}"),
                Button(self._sentences.label("keep"), f"keep:{person}"),
            ),
        )

    def _ask_which_times_to_move(self, follow_up: FollowUp, due_at: datetime) -> Managed:
        actions = {"skip": _action("moveto", follow_up, due_at)}
        if changes.all_moved(follow_up, due_at) is not None:
            actions["moveall"] = _action("moveall", follow_up, due_at)
        return self._which_times(follow_up, actions)

    def _which_times(self, follow_up: FollowUp, actions: dict[str, str]) -> Managed:
        buttons = tuple(
            Button(self._sentences.label(verb), action) for verb, action in actions.items()
        )
        text = self._sentences.once_or_always(self._line(follow_up))
        return Managed(Kind.ASKED, text, (follow_up.follow_up_id,), buttons)

    def _ask_when(self, follow_up: FollowUp, ask: Ask) -> Managed:
        choices = [self._sentences.moment(each, self._zone) for each in ask.candidates]
        if choices:
            text = self._sentences.when_unclear(choices)
        elif ask.why is Why.PAST:
            text = self._sentences.move_past()
        else:
            text = self._sentences.move_missing()
        buttons = tuple(
            Button(
                self._sentences.short_moment(each, self._zone),
                _action("moveto", follow_up, each),
            )
            for each in ask.candidates
        )
        return Managed(Kind.ASKED, text, (follow_up.follow_up_id,), buttons)

    def _button(self, follow_up: FollowUp, request: Request, asker: Asker) -> Button | None:
        """Return the button that does to one reminder what is asked; None where none can."""
        label = self._sentences.short(follow_up.subject, follow_up.due_at, self._zone)
        if request.act is Act.CANCEL:
            return Button(label, f"cancel:{follow_up.follow_up_id}")
        to = self._to(follow_up, request, asker) if request.shift else None
        if not isinstance(to, Due):
            return None
        always = bool(follow_up.rule) and request.scope is Scope.ALWAYS
        return Button(label, _action("moveall" if always else "moveto", follow_up, to.due_at))

    def _to(self, follow_up: FollowUp, request: Request, asker: Asker) -> Due | Rule | Ask:
        if request.shift is None:
            return Ask(Why.NONE)
        return request.shift.of(follow_up, now=asker.now, zone=self._zone, calendar=asker.calendar)

    def _lines(self, found: Sequence[FollowUp]) -> list[str]:
        return [self._line(each) for each in found]

    def _line(self, follow_up: FollowUp) -> str:
        return self._sentences.follow_up_line(
            follow_up.follow_up_id, follow_up.subject, self._when(follow_up)
        )

    def _when(self, follow_up: FollowUp) -> str:
        return self._sentences.coming(follow_up.rule, follow_up.due_at, self._zone)


def _action(verb: str, follow_up: FollowUp, due_at: datetime) -> str:
    minutes = int(due_at.astimezone(UTC).timestamp()) // 60
    return f"{verb}:{follow_up.follow_up_id}:{minutes}"
