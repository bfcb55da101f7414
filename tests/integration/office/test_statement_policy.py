"""What a policy sets and a month brings, as it stands on a frozen statement: the item, its amount and its rule."""

from collections.abc import Callable, Mapping
from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import policies
from clubsales.actor import Role
from clubsales.clock import Instant
from clubsales.consultants.assessment import operations as assessment
from clubsales.consultants.assessment.models import AssessmentRow
from clubsales.consultants.commission.models import PlanRow
from clubsales.consultants.credits.rules import Share
from clubsales.consultants.leave.models import LeaveRow
from clubsales.consultants.profiles import terms
from clubsales.consultants.profiles.models import ConsultantRow, TeamRow
from clubsales.consultants.reviews.models import ReviewRow
from clubsales.consultants.statements import figures
from clubsales.consultants.statements.entered import FigureKind
from clubsales.errors import Reason
from clubsales.ids import ConsultantID, SaleID, TeamID
from clubsales.leads.appointments.models import AppointmentRow
from clubsales.leads.intake.models import LeadRow
from clubsales.membership.catalogue.models import CardTypeRow
from clubsales.membership.sales.models import SaleLineRow, SaleRow
from clubsales.money import BasisPoints
from tests.builders import Cast, a_colleague, consultant_of, local, yuan
from tests.integration.leads.support import a_lead
from tests.integration.office.closing_support import AFTER_MARCH, MARCH, Months

NOON_31 = local(12, day=31)
Arranging = Callable[[Months], None]


@pytest.fixture
def months(session: Session, cast: Cast) -> Months:
    """Lin has sold for 10000.00 in March: 300.00 beside a base of 4000.00."""
    return Months(session, cast)


def nothing(months: Months) -> None:
    pass


def to_a_lead(months: Months, sale_id: SaleID, at: Instant = NOON_31) -> int:
    """Somebody is the buyer of a sale that was paid in full at once."""
    person_id = a_lead(months.session, months.cast.desk, e164="+8613800138222")
    price = months.session.scalars(sa.select(SaleRow.price_minor).where(SaleRow.id == sale_id)).one()
    months.session.execute(
        sa.update(SaleRow)
        .where(SaleRow.id == sale_id)
        .values(person_id=person_id, first_receipt_at=at, paid_at=at, received_minor=price)
    )
    return person_id


def an_appointment(
    months: Months, *, made_by: ConsultantID, day: date, sale_at: Instant = NOON_31, kept: bool = True
) -> None:
    """Zhou made it, Lin sold on it."""
    sale_id = months.sale("1000.00", sale_at, months.lin)
    person_id = to_a_lead(months, sale_id, sale_at)
    maker = months.cast.zhou if made_by == months.zhou else months.cast.lin
    months.session.add(
        AppointmentRow(
            club_id=months.cast.club.id,
            consultant_id=months.lin,
            person_id=person_id,
            due_at=sale_at,
            local_day=day,
            status="kept" if kept else "no_show",
            made_at=local(9, day=30),
            made_by=maker.account_id,
        )
    )


def a_referral(months: Months) -> None:
    """Somebody of the desk brought the buyer; all was paid in the last hour of March."""
    late = local(23, day=31)
    sale_id = months.sale("1000.00", late, months.lin)
    person_id = to_a_lead(months, sale_id, late)
    months.session.execute(
        sa.update(LeadRow)
        .where(LeadRow.person_id == person_id)
        .values(source="referral", captured_by=consultant_of(months.cast.desk))
    )


def a_referral_of_a_card_with_its_own(minor: int) -> Arranging:
    def arrange(months: Months) -> None:
        a_referral(months)
        months.session.execute(sa.update(CardTypeRow).values(referral_minor=minor))

    return arrange


def a_referral_of_somebody_who_sells(months: Months) -> None:
    a_referral(months)
    months.session.execute(sa.update(LeadRow).values(captured_by=months.lin))


def a_referral_paid_in_part(months: Months) -> None:
    late = local(23, day=31)
    sale_id = months.books.open("1000.00", shares=(Share(months.lin, BasisPoints(10_000)),))
    months.books.receive(sale_id, "999.99", late)
    to_a_lead(months, sale_id, late)
    months.session.execute(
        sa.update(SaleRow).where(SaleRow.id == sale_id).values(paid_at=None, received_minor=99_999)
    )
    months.session.execute(
        sa.update(LeadRow).values(source="referral", captured_by=consultant_of(months.cast.desk))
    )


def a_referral_that_went_back(months: Months) -> None:
    a_referral(months)
    months.session.execute(
        sa.update(SaleRow).where(SaleRow.paid_at.is_not(None)).values(refunded_minor=SaleRow.received_minor)
    )


def leave_form(kind: str, first: date, last: date, half_days: int) -> Arranging:
    def arrange(months: Months) -> None:
        months.session.add(
            LeaveRow(
                club_id=months.cast.club.id,
                consultant_id=months.lin,
                kind=kind,
                first_day=first,
                last_day=last,
                half_days=half_days,
                status="approved",
                filed_at=local(9),
                filed_by=months.cast.lin.account_id,
                decided_at=local(9),
                policy_version_id=months.books.policy_version_id,
            )
        )

    return arrange


def with_a_fee(months: Months) -> None:
    """1000.00 of the price of the first sale is its set-up fee."""
    months.session.execute(sa.update(SaleRow).values(set_up_fee_minor=100_000))


def figure(kind: FigureKind, amount: str) -> Arranging:
    def arrange(months: Months) -> None:
        figures.set_figure(
            months.session,
            consultant_id=months.lin,
            month=MARCH,
            kind=kind,
            amount=yuan(amount),
            actor=months.cast.finance,
            at=AFTER_MARCH,
        )

    return arrange


def assessed(months: Months, whose: ConsultantID, hundredths: int, behaviour_bp: int | None = None) -> None:
    assessment.record_by_the_book(
        months.session,
        consultant_id=whose,
        month=MARCH,
        results=hundredths,
        ability=hundredths,
        attitude=hundredths,
        actor=months.cast.manager,
        at=AFTER_MARCH,
    )
    months.session.execute(
        sa.update(AssessmentRow).where(AssessmentRow.consultant_id == whose).values(behaviour_bp=behaviour_bp)
    )


def with_behaviour(months: Months) -> None:
    assessed(months, months.lin, 9_000, 6_000)


def place_of_ten(hundredths: int) -> Arranging:
    """Nine others score 81 to 89."""

    def arrange(months: Months) -> None:
        assessed(months, months.lin, hundredths)
        for place in range(1, 10):
            one = a_colleague(
                months.session, months.cast.club, f"other{place}", f"同事{place}", Role.CONSULTANT
            )
            assessed(months, consultant_of(one), 8_000 + 100 * place)

    return arrange


def below_all(months: Months) -> None:
    assessed(months, months.lin, 4_999)


def a_fine(decided_at: Instant) -> Arranging:
    def arrange(months: Months) -> None:
        months.session.add(
            ReviewRow(
                club_id=months.cast.club.id,
                consultant_id=months.lin,
                kind="fine",
                rule="AMB-59",
                reason=Reason("AMB-59", "review.fine").stored(),
                currency="CNY",
                status="decided",
                decision="fined",
                amount_minor=5_000,
                opened_at=local(9),
                opened_by=None,
                decided_at=decided_at,
                policy_version_id=months.books.policy_version_id,
            )
        )

    return arrange


def lead_by_the_supervisor(months: Months) -> None:
    """Lin joined the supervisor's team in the last minute of March, Zhou left it then; Ma came in April."""
    team = TeamRow(club_id=months.cast.club.id, name="督导组")
    months.session.add(team)
    months.session.flush()
    supervisor = consultant_of(months.cast.supervisor)
    months.sale("5000.00", NOON_31, months.zhou)
    months.sale("7000.00", NOON_31, months.ma)
    for person, team_id, at in (
        (supervisor, team.id, local(9)),
        (months.zhou, team.id, local(9)),
        (months.zhou, None, local(23, 59, day=31)),
        (months.lin, team.id, local(23, 59, day=31)),
        (months.ma, team.id, local(0, day=1, month=4)),
    ):
        terms.record_team(months.session, person, TeamID(team_id) if team_id else None, at)


def lead_and_leave(months: Months) -> None:
    """The supervisor of that team had left before the month began."""
    lead_by_the_supervisor(months)
    supervisor = consultant_of(months.cast.supervisor)
    months.session.execute(
        sa.update(ConsultantRow).where(ConsultantRow.id == supervisor).values(active_until=date(2026, 2, 20))
    )


def sold_and_left(months: Months) -> None:
    """Money of March for a sale of hers, though she left in February."""
    months.sale("1000.00", NOON_31, months.lin)
    months.session.execute(
        sa.update(ConsultantRow).where(ConsultantRow.id == months.lin).values(active_until=date(2026, 2, 20))
    )


def a_plan(months: Months, settings: Mapping[str, object]) -> None:
    """The policy's plan, published with something else."""
    club = months.cast.club
    document = policies.policy_on(months.session, club, MARCH).document["commission"]
    months.session.add(
        PlanRow(
            club_id=club.id,
            name="三月",
            valid_from=MARCH,
            sequence=1,
            document={**document, **settings},
            digest="0" * 64,
            reason="",
            published_at=local(9),
            published_by=None,
        )
    )


APPOINTED_31 = date(2026, 3, 31)
CASES: dict[str, tuple[dict[str, dict[str, object]], Arranging, str, str, str, str | None]] = {
    # settings of the policy or, as "plan", of a plan; what happens, whose statement, the item, its rule, its amount or none for no such item
    "deposit": ({"commission": {"pay_deposit": "200.00"}}, nothing, "lin", "deposit", "COM-05", "-200.00"),
    "no deposit below all bands": (
        {"commission": {"pay_deposit": "200.00"}},
        below_all,
        "lin",
        "deposit",
        "COM-05",
        None,
    ),
    "base below all bands": ({}, below_all, "lin", "base_cut", "ASM-06", "-1600.00"),
    "referral by the plan": (
        {"commission": {"staff_referral": "88.00"}},
        a_referral,
        "desk",
        "referral",
        "ALL-01",
        "88.00",
    ),
    "referral by the card's own": (
        {"commission": {"staff_referral": "88.00"}},
        a_referral_of_a_card_with_its_own(12_300),
        "desk",
        "referral",
        "ALL-01",
        "123.00",
    ),
    "referral of a card that brings nothing": (
        {"commission": {"staff_referral": "88.00"}},
        a_referral_of_a_card_with_its_own(0),
        "desk",
        "referral",
        "ALL-01",
        None,
    ),
    "referral by one who sells": (
        {"commission": {"staff_referral": "88.00"}},
        a_referral_of_somebody_who_sells,
        "lin",
        "referral",
        "ALL-01",
        None,
    ),
    "referral paid in part": (
        {"commission": {"staff_referral": "88.00"}},
        a_referral_paid_in_part,
        "desk",
        "referral",
        "ALL-01",
        None,
    ),
    "referral given back": (
        {"commission": {"staff_referral": "88.00"}},
        a_referral_that_went_back,
        "desk",
        "referral",
        "ALL-01",
        None,
    ),
    "setter": (
        {"plan": {"setter_bp": 250}},
        lambda months: an_appointment(months, made_by=months.zhou, day=APPOINTED_31),
        "zhou",
        "setter",
        "COM-09",
        "25.00",
    ),
    "setter of another day": (
        {"plan": {"setter_bp": 250}},
        lambda months: an_appointment(months, made_by=months.zhou, day=date(2026, 3, 30)),
        "zhou",
        "setter",
        "COM-09",
        None,
    ),
    "setter who was not met": (
        {"plan": {"setter_bp": 250}},
        lambda months: an_appointment(months, made_by=months.zhou, day=APPOINTED_31, kept=False),
        "zhou",
        "setter",
        "COM-09",
        None,
    ),
    "setter who sold it himself": (
        {"plan": {"setter_bp": 250}},
        lambda months: an_appointment(months, made_by=months.lin, day=APPOINTED_31),
        "lin",
        "setter",
        "COM-09",
        None,
    ),
    "override": (
        {"commission": {"team_override_bp": 150}},
        lead_by_the_supervisor,
        "supervisor",
        "override",
        "COM-09",
        "150.00",
    ),
    "override of one who left": (
        {"commission": {"team_override_bp": 150}},
        lead_and_leave,
        "supervisor",
        "override",
        "COM-09",
        None,
    ),
    "leave": (
        {"leave": {"days_per_month": "20"}},
        leave_form("personal", date(2026, 3, 10), date(2026, 3, 11), 3),
        "lin",
        "leave",
        "COM-11",
        "-300.00",
    ),
    "leave by 21.75": (
        {},
        leave_form("sick", date(2026, 3, 10), date(2026, 3, 10), 2),
        "lin",
        "leave",
        "COM-11",
        "-183.91",
    ),
    "leave that is paid": (
        {},
        leave_form("annual", date(2026, 3, 10), date(2026, 3, 10), 2),
        "lin",
        "leave",
        "COM-11",
        None,
    ),
    "leave for a day that was swapped": (
        {},
        leave_form("day_swap", date(2026, 3, 10), date(2026, 3, 10), 2),
        "lin",
        "leave",
        "COM-11",
        None,
    ),
    "deposit of one who left before": (
        {"commission": {"pay_deposit": "150.00"}},
        sold_and_left,
        "lin",
        "deposit",
        "COM-05",
        None,
    ),
    "leave of April": (
        {},
        leave_form("personal", date(2026, 4, 1), date(2026, 4, 2), 4),
        "lin",
        "leave",
        "COM-11",
        None,
    ),
    "set-up fees in": ({}, with_a_fee, "lin", "commission", "COM-03", "300.00"),
    "set-up fees out": (
        {"plan": {"exclude_set_up_fee": True}},
        with_a_fee,
        "lin",
        "commission",
        "COM-03",
        "270.00",
    ),
    "expenses at the cap": (
        {"expense": {"cap_rate_bp": 100}},
        figure(FigureKind.EXPENSE, "100.00"),
        "lin",
        "expense",
        "COM-07",
        None,
    ),
    "expenses above the cap": (
        {"expense": {"cap_rate_bp": 100}},
        figure(FigureKind.EXPENSE, "100.01"),
        "lin",
        "expense",
        "COM-07",
        "-300.00",
    ),
    "benefit": ({}, figure(FigureKind.BENEFIT, "66.00"), "lin", "benefit", "COM-01", "66.00"),
    "behaviour off": ({}, with_behaviour, "lin", "band", "COM-05", None),
    "behaviour": (
        {"assessment": {"behaviour_multiplier": True}},
        with_behaviour,
        "lin",
        "band",
        "ASM-12",
        "-120.00",
    ),
    "place off": ({}, place_of_ten(9_000), "lin", "band", "COM-05", None),
    "first of ten": (
        {"assessment": {"forced_distribution": True}},
        place_of_ten(9_000),
        "lin",
        "band",
        "ASM-13",
        "60.00",
    ),
    "last of ten": (
        {"assessment": {"forced_distribution": True}},
        place_of_ten(8_000),
        "lin",
        "band",
        "ASM-13",
        "-84.00",
    ),
    "fine on its own": ({}, a_fine(NOON_31), "lin", "fine", "AMB-36", None),
    "fine off pay": ({"penalties": {"payroll": True}}, a_fine(NOON_31), "lin", "fine", "AMB-36", "-50.00"),
    "fine of April": (
        {"penalties": {"payroll": True}},
        a_fine(local(0, day=1, month=4)),
        "lin",
        "fine",
        "AMB-36",
        None,
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_setting_stands_on_the_frozen_statement(months: Months, case: str) -> None:
    settings, arrange, who, kind, rule, amount = CASES[case]
    months.sale("10000.00", local(10, day=31), months.lin)
    if "plan" in settings:
        a_plan(months, settings["plan"])
    elif settings:
        policies.publish(
            months.session, changes=settings, valid_from=MARCH, actor=months.cast.system, at=AFTER_MARCH
        )
    arrange(months)
    months.session.flush()
    months.close()
    whose = consultant_of(getattr(months.cast, who))
    items = {item.kind.value: item for item in months.items_of(whose)}
    if amount is None:
        assert not items.get(kind) or not items[kind].amount
    else:
        assert (str(items[kind].amount), items[kind].rule) == (amount, rule)
    assert months.faults() == []


def test_a_referral_of_several_lines_says_how_many_more(months: Months) -> None:
    policies.publish(
        months.session,
        changes={"commission": {"staff_referral": "88.00"}},
        valid_from=MARCH,
        actor=months.cast.system,
        at=AFTER_MARCH,
    )
    a_referral(months)
    sale_id = months.session.scalars(sa.select(SaleRow.id).order_by(SaleRow.id.desc()).limit(1)).one()
    for number in (1, 2, 3):
        months.session.add(
            SaleLineRow(
                sale_id=sale_id,
                line=number,
                card_type_id=months.cast.annual.id,
                name="年卡",
                name_en="Annual card",
                kind="term",
                list_price_minor=None,
                price_minor=0,
            )
        )
    months.session.flush()
    months.close()
    (item,) = (
        item for item in months.items_of(consultant_of(months.cast.desk)) if item.kind.value == "referral"
    )
    assert item.reason.facts["named"] == "年卡 +2"
    assert months.faults() == []


@pytest.mark.parametrize(("spent", "cases"), [("49.99", 1), ("50.00", 0)])
def test_who_spends_less_than_the_low_mark_is_considered_for_a_reward(
    months: Months, spent: str, cases: int
) -> None:
    months.sale("10000.00", local(10, day=31), months.lin)
    policies.publish(
        months.session,
        changes={"expense": {"low_rate_bp": 50}},
        valid_from=MARCH,
        actor=months.cast.system,
        at=AFTER_MARCH,
    )
    figure(FigureKind.EXPENSE, spent)(months)
    months.close()
    found = months.session.scalars(
        sa.select(ReviewRow.kind).where(ReviewRow.consultant_id == months.lin, ReviewRow.kind == "expense")
    ).all()
    assert len(found) == cases
