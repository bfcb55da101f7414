"""Evidence as it would be if something more happened: asked for once, whatever is supposed. Pure."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from clubsales.clock import Instant
from clubsales.ids import ConsultantID, PersonID, ReceptionID, TouchID
from clubsales.leads.attribution.cases import Evidence, Records
from clubsales.leads.touches.rules import Signal, Visit

# Colleagues whom nobody has named yet; no consultant has these numbers.
SOMEBODY_NAMED = ConsultantID(-1)
WHOEVER_TAKES_IT = ConsultantID(-2)
SUPPOSED = frozenset({SOMEBODY_NAMED, WHOEVER_TAKES_IT})
AFTER_ALL_OTHERS = TouchID(2**62)


@dataclass(frozen=True, slots=True, kw_only=True)
class Supposed:
    """What is stored, and beside it a guest who shows `signals` at `at` on `day`, on the visit there is or a new one.

    With `friend` he brings somebody along. Copies share what was asked already.
    """

    stored: Evidence
    at: Instant
    day: date
    signals: tuple[Signal, ...] = ()
    friend: bool = False
    found: dict[tuple[object, ...], Any] = field(default_factory=dict)
    named: dict[ConsultantID, str] = field(default_factory=dict)

    def sells(self, consultant_id: ConsultantID) -> bool:
        """Whoever is supposed sells."""
        return consultant_id in SUPPOSED or self._once(
            ("sells", consultant_id), lambda: self.stored.sells(consultant_id)
        )

    def visits(
        self, person_id: PersonID | None, reception_id: ReceptionID | None, day: date
    ) -> Sequence[Visit]:
        """Nobody has come on a day that lies ahead: what was found up to today is good for those too."""
        key = ("visits", person_id, reception_id)
        found: Sequence[Visit] = self._once(
            key, lambda: self.stored.visits(person_id, reception_id, self.day)
        )
        if not self.signals:
            return found
        today = [one.reception_id for one in found if one.day == self.day and one.reception_id is not None]
        here = reception_id if reception_id is not None else max(today, default=None)
        shown = Visit(
            id=AFTER_ALL_OTHERS,
            reception_id=here,
            consultant_id=None,
            at=self.at,
            day=self.day,
            signals=self.signals,
        )
        return (*found, shown)

    def records(self, person_id: PersonID, reception_id: ReceptionID | None) -> Records:
        """What outside consultants wrote."""
        key = ("records", person_id, reception_id)
        found: Records = self._once(key, lambda: self.stored.records(person_id, reception_id))
        return found

    def holder(self, person_id: PersonID, at: Instant) -> ConsultantID | None:
        """Who held the lead."""
        holder: ConsultantID | None = self.stored.holder(person_id, at)
        return holder

    def proxy(self, reception_id: ReceptionID) -> ConsultantID | None:
        """Who stood in."""
        key = ("proxy", reception_id)
        found: ConsultantID | None = self._once(key, lambda: self.stored.proxy(reception_id))
        return found

    def came_with(self, reception_id: ReceptionID) -> tuple[ReceptionID, PersonID] | None:
        """Whom the guest came with."""
        key = ("came with", reception_id)
        found: tuple[ReceptionID, PersonID] | None = self._once(
            key, lambda: self.stored.came_with(reception_id)
        )
        return found

    def brought_a_friend(self, reception_id: ReceptionID) -> bool:
        """Whether somebody came along, or is supposed to."""
        return self.friend or self._once(
            ("brought", reception_id), lambda: self.stored.brought_a_friend(reception_id)
        )

    def names(self, ids: Collection[ConsultantID]) -> Mapping[ConsultantID, str]:
        """What consultants are called; those nobody has named have no name."""
        missing = [one for one in ids if one not in self.named and one not in SUPPOSED]
        if missing:
            self.named.update(self.stored.names(missing))
        return self.named

    def _once(self, key: tuple[object, ...], ask: Callable[[], Any]) -> Any:
        if key not in self.found:
            self.found[key] = ask()
        return self.found[key]
