"""Why a card was given something, and why a form was answered so, goes with the person; nothing else of it does (CFD-02)."""

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from clubsales import policies
from clubsales.db import Model, table_of
from clubsales.ids import PersonID
from clubsales.membership.approvals.models import ApprovalRow
from clubsales.membership.cards import operations as cards
from clubsales.membership.cards.models import CardGrantRow
from clubsales.membership.contracts.models import ContractRow
from clubsales.membership.contracts.rules import Filled
from clubsales.membership.payments.models import PaymentRow, RefundRow
from clubsales.membership.reservations.models import ReservationRow
from clubsales.membership.returns.models import RefundRequestRow
from clubsales.membership.sales.models import SaleLineRow
from clubsales.office.privacy import operations
from clubsales.office.privacy.rules import Because
from tests.builders import Cast, consultant_of, local
from tests.cards import a_card, a_person, a_sale

AT = local(9, day=2)
LATER = local(14)
ENDED = date(2026, 3, 3)
WORDS = "欧阳雪梅住院了"


class Files:
    """Forms and cards of several people, and what was written beside them."""

    def __init__(self, session: Session, cast: Cast) -> None:
        self.session, self.cast = session, cast
        self.policy = policies.policy_on(session, cast.club, AT.date()).version_id

    def answered(self, form: str, form_id: int, words: str = WORDS) -> int:
        """An answer with its reason."""
        return self._written(
            ApprovalRow(
                club_id=self.cast.club.id,
                form=form,
                form_id=form_id,
                round=1,
                step=0,
                role="finance_clerk",
                approved=False,
                reason=words,
                at=AT,
                by=self.cast.finance.account_id or 0,
                device_id=None,
                policy_version_id=self.policy,
            )
        )

    def granted(self, card_id: int, words: str = WORDS) -> int:
        """Days given to a card with their reason."""
        return self._written(
            CardGrantRow(
                card_id=card_id,
                sequence=9,
                kind="extension",
                days=3,
                reason=words,
                granted_at=AT,
                granted_by=self.cast.manager.account_id,
            )
        )

    def reservation(self, person_id: PersonID) -> int:
        return self._written(
            ReservationRow(
                club_id=self.cast.club.id,
                sale_id=self._sale(person_id),
                card_type_id=self.cast.annual.id,
                consultant_id=None,
                state="refused",
                takes_place=False,
                deposit_minor=10_000,
                currency="CNY",
                filed_at=AT,
                filed_by=self.cast.lin.account_id,
                policy_version_id=self.policy,
            )
        )

    def contract(self, person_id: PersonID, *, state: str = "void") -> int:
        signed: dict[str, Any] = (
            {"signed_at": AT, "number": "1", "text": {}, "digest": "0" * 64} if state == "signed" else {}
        )
        return self._written(
            ContractRow(
                club_id=self.cast.club.id,
                sale_id=self._sale(person_id),
                consultant_id=consultant_of(self.cast.lin),
                state=state,
                language="zh_Hans",
                form=Filled(fields={}).document(),
                filled_at=AT,
                filled_by=self.cast.lin.account_id,
                policy_version_id=self.policy,
                **signed,
            )
        )

    def refund(self, person_id: PersonID) -> int:
        return self._written(
            RefundRequestRow(
                club_id=self.cast.club.id,
                sale_id=self._sale(person_id),
                card_id=None,
                state="refused",
                basis="goodwill",
                currency="CNY",
                amount_minor=0,
                reckoning={},
                ends_card=False,
                reason="",
                asked_at=AT,
                asked_by=self.cast.lin.account_id,
                due_on=AT.date(),
                policy_version_id=self.policy,
            )
        )

    def gift(self, person_id: PersonID | None, words: str = WORDS) -> int:
        """A line of a sale that is a gift, with its reason."""
        return self._written(
            SaleLineRow(
                sale_id=self._sale(person_id),
                line=1,
                card_type_id=self.cast.towel.id,
                name="毛巾",
                kind="goods",
                list_price_minor=6_000,
                price_minor=0,
                is_gift=True,
                gift_reason=words,
            )
        )

    def money_back(self, person_id: PersonID) -> int:
        """Money that went back, with its reason."""
        sale_id = self._sale(person_id)
        payment = PaymentRow(
            club_id=self.cast.club.id,
            sale_id=sale_id,
            method="cash",
            currency="CNY",
            amount_minor=100,
            refunded_minor=100,
            status="succeeded",
            started_at=AT,
            started_by=self.cast.desk.account_id,
            taken_by=None,
        )
        return self._written(
            RefundRow(
                club_id=self.cast.club.id,
                sale_id=sale_id,
                payment_id=self._written(payment),
                currency="CNY",
                amount_minor=100,
                status="succeeded",
                reason=WORDS,
                refunded_by=self.cast.finance.account_id,
                started_at=AT,
            )
        )

    def forget(self, person_id: PersonID) -> None:
        operations.anonymise(
            self.session, person_id=person_id, because=Because.ASKED, actor=self.cast.manager, at=LATER
        )
        self.session.commit()

    def row(self, model: type[Model], key: int) -> dict[str, object]:
        """As it lies in the database now."""
        table = table_of(model)
        return dict(self.session.execute(sa.select(table).where(table.c.id == key)).mappings().one())

    def _sale(self, person_id: PersonID | None) -> int:
        return a_sale(self.session, self.cast, self.cast.annual, at=AT, person_id=person_id)

    def _written(self, row: Model) -> int:
        self.session.add(row)
        self.session.flush()
        key: int = sa.inspect(row).dict["id"]
        return key


@pytest.fixture
def files(session: Session, cast: Cast) -> Files:
    return Files(session, cast)


@pytest.fixture
def guest(session: Session, cast: Cast) -> PersonID:
    return a_person(session, cast, name="欧阳雪梅", e164="+8613877776666")


@pytest.fixture
def somebody_else(session: Session, cast: Cast) -> PersonID:
    return a_person(session, cast, name="别人", e164="+8613800138009")


@pytest.mark.parametrize("form", ["reservation", "contract", "refund"])
def test_why_a_form_was_answered_so_goes_and_the_answer_stays(
    files: Files, guest: PersonID, somebody_else: PersonID, form: str
) -> None:
    make = {"reservation": files.reservation, "contract": files.contract, "refund": files.refund}[form]
    theirs, of_another = make(guest), make(somebody_else)
    answer = files.answered(form, theirs)
    stays = [files.answered(form, of_another)]
    # A form of another kind may have the same number.
    stays += [
        files.answered(other, theirs) for other in ("reservation", "contract", "refund") if other != form
    ]
    before = files.row(ApprovalRow, answer)
    files.forget(guest)
    assert files.row(ApprovalRow, answer) == {**before, "reason": ""}
    assert [files.row(ApprovalRow, each)["reason"] for each in stays] == [WORDS] * 3


def test_of_a_signed_contract_the_words_of_its_answers_go_too(files: Files, guest: PersonID) -> None:
    signed = files.contract(guest, state="signed")
    answer = files.answered("contract", signed)
    before = files.row(ContractRow, signed)
    files.forget(guest)
    assert files.row(ApprovalRow, answer)["reason"] == ""
    assert files.row(ContractRow, signed) == before


def test_why_a_card_was_given_something_goes_and_the_grant_stays(
    session: Session, cast: Cast, files: Files, guest: PersonID, somebody_else: PersonID
) -> None:
    own = a_card(session, cast, cast.annual, at=AT, person_id=guest, valid_until=ENDED)
    shared = a_card(
        session, cast, cast.annual, at=AT, person_id=somebody_else, people_max=2, valid_until=ENDED
    )
    cards.add_person(session, card=shared.public_id, person_id=guest, actor=cast.desk, at=AT)
    others = a_card(session, cast, cast.annual, at=AT, person_id=somebody_else)
    gone = [files.granted(own.id), files.granted(shared.id)]
    stays = files.granted(others.id)
    before = [files.row(CardGrantRow, each) for each in gone]
    files.forget(guest)
    assert [files.row(CardGrantRow, each) for each in gone] == [{**each, "reason": ""} for each in before]
    assert files.row(CardGrantRow, stays)["reason"] == WORDS


def test_why_something_was_a_gift_and_why_money_went_back_goes_and_the_rest_stays(
    files: Files, guest: PersonID, somebody_else: PersonID
) -> None:
    line, of_another = files.gift(guest), files.gift(somebody_else)
    money, others_money = files.money_back(guest), files.money_back(somebody_else)
    before, money_before = files.row(SaleLineRow, line), files.row(RefundRow, money)
    files.forget(guest)
    assert files.row(SaleLineRow, line) == {**before, "gift_reason": ""}
    assert files.row(RefundRow, money) == {**money_before, "reason": ""}
    assert files.row(SaleLineRow, of_another)["gift_reason"] == WORDS
    assert files.row(RefundRow, others_money)["reason"] == WORDS


REASON = {ApprovalRow: "reason", CardGrantRow: "reason", SaleLineRow: "gift_reason"}


def write(session: Session, cast: Cast, files: Files, model: type[Model], words: str = WORDS) -> int:
    """A row of it with a reason."""
    if model is ApprovalRow:
        return files.answered("contract", 7, words)
    if model is CardGrantRow:
        return files.granted(a_card(session, cast, cast.annual, at=AT).id, words)
    return files.gift(None, words)


def otherwise(column: sa.Column[Any]) -> object:
    """Some other value of this column, which no other guard refuses."""
    if column.foreign_keys or isinstance(column.type, sa.Integer):
        return column + 1 if not column.nullable else None
    if isinstance(column.type, sa.Date):
        return date(2026, 3, 9)
    if isinstance(column.type, sa.Boolean):
        return sa.not_(column)
    if isinstance(column.type, sa.JSON):
        return {"other": 1}
    if isinstance(column.type, sa.String):
        return {"kind": "gift", "form": "refund", "role": "supervisor"}.get(column.name, "其他")
    return AT + timedelta(hours=1)


@pytest.mark.parametrize(
    ("model", "column"),
    [
        (model, column.name)
        for model in REASON
        for column in table_of(model).columns
        if column.name != REASON[model]
    ],
)
def test_nothing_but_the_reason_may_be_written(
    session: Session, cast: Cast, files: Files, model: type[Model], column: str
) -> None:
    """Neither alone nor in the statement that empties the reason."""
    write(session, cast, files, model)
    session.commit()
    table = table_of(model)
    changed = {column: otherwise(table.c[column])}
    for values in (changed, {**changed, REASON[model]: ""}):
        with pytest.raises(DBAPIError, match="append-only"), session.begin_nested():
            session.execute(sa.update(table).values(values))


@pytest.mark.parametrize("model", list(REASON))
def test_a_reason_is_emptied_and_never_rewritten_nor_its_row_deleted(
    session: Session, cast: Cast, files: Files, model: type[Model]
) -> None:
    key = write(session, cast, files, model)
    session.commit()
    table, reason = table_of(model), REASON[model]
    this = table.c.id == key
    for statement in (
        sa.update(table).where(this).values({reason: "别的话"}),
        sa.update(table).where(this).values({reason: table.c[reason]}),
        sa.delete(table).where(this),
    ):
        with pytest.raises(DBAPIError, match="append-only"), session.begin_nested():
            session.execute(statement)
    session.execute(sa.update(table).where(this).values({reason: ""}))
    assert files.row(model, key)[reason] == ""
    with pytest.raises(DBAPIError, match="append-only"), session.begin_nested():
        session.execute(sa.update(table).where(this).values({reason: "别的话"}))


@pytest.mark.parametrize("model", list(REASON))
@pytest.mark.parametrize("reason", [WORDS, ""])
def test_a_row_gets_no_other_id_by_the_second_name_that_sqlite_has_for_it(
    session: Session, cast: Cast, files: Files, model: type[Model], reason: str
) -> None:
    write(session, cast, files, model, reason)
    session.commit()
    table = table_of(model)
    name = "rowid" if session.get_bind().dialect.name == "sqlite" else "id"
    with pytest.raises(DBAPIError, match="append-only"), session.begin_nested():
        session.execute(sa.text(f"UPDATE {table.name} SET {REASON[model]} = '', {name} = {name} + 1000"))
