"""Months of a club that are sold, aimed at and closed."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from sqlalchemy.orm import Session

from clubsales.clock import Instant, day_start, next_month
from clubsales.consultants.awards import operations, queries
from clubsales.consultants.awards.rules import AwardKind, MonthResult
from clubsales.consultants.awards.standings import Standing
from clubsales.consultants.credits import closing
from clubsales.consultants.credits.rules import Share
from clubsales.consultants.targets.operations import set_target
from clubsales.ids import ConsultantID, SaleID
from clubsales.policies import policy_on, publish
from tests.builders import MORNING, Cast, yuan
from tests.integration.consultants.books import Books

APRIL = date(2026, 4, 1)  # the first whole month of the cast


class Ranked:
    """A ledger with months to rank. Amounts are yuan; a month's sale falls at noon of its second day."""

    def __init__(self, books: Books) -> None:
        self.books = books
        self.session: Session = books.session
        self.cast: Cast = books.cast
        self.club = books.cast.club

    def by(self, **sections: Mapping[str, object]) -> None:
        """The club's policy from long ago."""
        publish(
            self.session,
            changes=sections,
            valid_from=date(2021, 1, 1),
            actor=self.cast.manager,
            at=MORNING,
        )

    def sells(self, who: ConsultantID, amount: str, month: date, *, hour: int = 12) -> SaleID:
        return self.sells_together((Share(who, 10_000),), amount, month, hour=hour)

    def sells_together(
        self, shares: tuple[Share, ...], amount: str, month: date, *, hour: int = 12
    ) -> SaleID:
        sale = self.books.open(amount, shares=shares)
        self.books.receive(sale, amount, self.noon(month, hour=hour))
        return sale

    def aims(self, who: ConsultantID, target: str, month: date) -> None:
        set_target(
            self.session,
            consultant_id=who,
            month=month,
            amount=yuan(target),
            by_the_book=True,
            actor=self.cast.manager,
            at=MORNING,
        )

    def months(
        self,
        people: Sequence[ConsultantID],
        months: Sequence[Sequence[str]],
        *,
        targets: Sequence[str],
        start: date = APRIL,
    ) -> list[MonthResult]:
        """Sold, aimed at and closed, one after the other."""
        results, month = [], start
        for amounts in months:
            for who, amount, target in zip(people, amounts, targets, strict=True):
                self.aims(who, target, month)
                if yuan(amount):
                    self.sells(who, amount, month)
            results.append(self.close(month))
            month = next_month(month)
        return results

    def close(self, month: date) -> MonthResult:
        result = self.result(month)
        at = self.noon(next_month(month))
        operations.freeze(
            self.session,
            month=month,
            result=result,
            policy_version_id=policy_on(self.session, self.club, month).version_id,
            actor=self.cast.manager,
            at=at,
        )
        closing.close_month(self.session, month=month, digest="0" * 64, actor=self.cast.manager, at=at)
        return result

    def result(self, month: date) -> MonthResult:
        return queries.month_result(self.session, self.club, month)

    def standing(self, who: ConsultantID, month: date) -> Standing:
        return next(one for one in self.result(month).standings if one.consultant_id == who)

    def noon(self, month: date, *, hour: int = 12) -> Instant:
        return day_start(month + timedelta(days=1), self.club.zone) + timedelta(hours=hour)

    def cash(self, result: MonthResult, names: Mapping[ConsultantID, str]) -> list[tuple[str, str, str]]:
        return [
            (names[each.consultant_id], each.kind.value, str(each.amount))
            for each in result.awards
            if each.amount
        ]

    def winners(self, result: MonthResult, kind: AwardKind = AwardKind.DEPARTMENT_TOP) -> list[ConsultantID]:
        return [each.consultant_id for each in result.awards if each.kind is kind]
