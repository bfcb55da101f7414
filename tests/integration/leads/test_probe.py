"""May I take this person? What the answer is, what it does not give away, and that it is written down."""

from collections.abc import Iterator
from datetime import date

import pytest
import sqlalchemy as sa
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.clock import Instant
from clubsales.errors import Refused
from clubsales.ids import PersonID
from clubsales.leads.claims import operations as claims
from clubsales.leads.disclosures import operations, pages, texts
from clubsales.leads.disclosures.models import DisclosureRow
from clubsales.leads.disclosures.pages import ProbeAnswer
from clubsales.leads.disclosures.rules import Standing
from clubsales.leads.followups import operations as followups
from clubsales.leads.followups.rules import Channel, ContactOutcome
from clubsales.leads.people import operations as people
from clubsales.membership.members import operations as members
from tests.builders import Cast, consultant_of, local
from tests.cards import a_sale
from tests.integration.auth.support import Browser, let_in
from tests.integration.leads.support import a_lead, off_shift, on_shift, set_policy

AT = local(14)
SECRET = "a secret"
PHONE = "+8613800138000"


@pytest.fixture(autouse=True)
def afternoon() -> Iterator[None]:
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def lead(session: Session, cast: Cast) -> PersonID:
    """A lead nobody holds; Lin and Zhou are on shift."""
    for actor in (cast.lin, cast.zhou):
        on_shift(session, actor, local(9, day=1))
    return a_lead(session, cast.desk, e164=PHONE, name="陈晨")


def claimed_by(session: Session, actor: Actor, person_id: PersonID, at: Instant = AT) -> None:
    claims.claim(session, person_id=person_id, consultant_id=consultant_of(actor), actor=actor, at=at)


def answer(session: Session, actor: Actor, e164: str = PHONE) -> ProbeAnswer:
    return pages.answer(session, e164=e164, actor=actor, at=AT)


def codes(found: ProbeAnswer) -> list[tuple[str, str]]:
    return [(why.rule, why.code) for why in found.reasons]


def ask(session: Session, actor: Actor, e164: str = PHONE, at: Instant = AT) -> str | None:
    try:
        operations.probe(session, e164=e164, secret=SECRET, actor=actor, at=at)
    except Refused as refused:
        return refused.code
    return None


def lines(session: Session) -> list[tuple[str, int | None, str]]:
    rows = session.execute(sa.select(DisclosureRow).order_by(DisclosureRow.id)).scalars()
    return [(row.kind, row.person_id, row.last_digits) for row in rows]


def test_a_phone_nobody_has_is_free(session: Session, cast: Cast) -> None:
    found = answer(session, cast.lin)
    assert (found.standing, found.name, found.lead_public_id) == (Standing.NOBODY, "", None)
    assert codes(found) == [("LED-11", "probe.nobody")]


def test_somebody_of_another_club_is_known_and_masked(session: Session, cast: Cast) -> None:
    people.find_or_add(session, e164=PHONE, name="陈晨", actor=cast.lin, at=AT)
    found = answer(session, cast.lin)
    assert (found.standing, found.name, found.claim_public_id) == (Standing.KNOWN, "陈**", None)


def test_another_organisations_person_is_not_known(session: Session, cast: Cast, lead: PersonID) -> None:
    assert answer(session, cast.other_manager).standing is Standing.NOBODY


def test_a_lead_of_the_pool_may_be_claimed_on_shift(session: Session, cast: Cast, lead: PersonID) -> None:
    found = answer(session, cast.lin)
    assert (found.standing, found.name) == (Standing.POOL, "陈**")
    assert found.claim_public_id == found.lead_public_id is not None
    off_shift(session, cast.lin, AT)
    found = answer(session, cast.lin)
    assert found.no_claim is not None
    assert (found.claim_public_id, found.no_claim.code.value) == (None, "lead.off_shift")


def test_whoever_sells_nothing_is_offered_no_claim(session: Session, cast: Cast, lead: PersonID) -> None:
    for actor in (cast.desk, cast.manager):
        found = answer(session, actor)
        assert (found.standing, found.claim_public_id, found.no_claim) == (Standing.POOL, None, None)


def test_cooling_down_is_told(session: Session, cast: Cast, lead: PersonID) -> None:
    claimed_by(session, cast.lin, lead, local(10, day=8))
    claims.release(session, person_id=lead, actor=cast.lin, at=local(11, day=8))
    refused = answer(session, cast.lin).no_claim
    assert refused is not None
    assert (refused.code.value, refused.facts["day"]) == ("lead.cooldown", date(2026, 3, 15))
    assert answer(session, cast.zhou).claim_public_id is not None


def test_caps_are_told(session: Session, cast: Cast, lead: PersonID) -> None:
    set_policy(session, cast, {"claims": {"max_open": 1}})
    claimed_by(session, cast.lin, a_lead(session, cast.desk, e164="+8613800138001"))
    refused = answer(session, cast.lin).no_claim
    assert refused is not None
    assert refused.code.value == "lead.limit"


def test_a_protected_lead_says_by_whom_until_when_and_that_payment_decides(
    session: Session, cast: Cast, lead: PersonID
) -> None:
    claimed_by(session, cast.zhou, lead)
    found = answer(session, cast.lin)
    assert (found.standing, found.name, found.lead_public_id) == (Standing.PROTECTED, "陈**", None)
    assert codes(found) == [("LED-11", "probe.protected"), ("DSP-03", "probe.payment_yours")]
    assert dict(found.reasons[0].facts) == {"holder": "周倩", "until": date(2026, 3, 24)}
    assert codes(answer(session, cast.desk))[1] == ("DSP-03", "probe.payment_receivers")


def test_the_holder_and_the_manager_see_the_name(session: Session, cast: Cast, lead: PersonID) -> None:
    claimed_by(session, cast.zhou, lead)
    mine, managers = answer(session, cast.zhou), answer(session, cast.manager)
    assert (mine.standing, mine.name) == (Standing.MINE, "陈晨")
    assert codes(mine) == [("LED-11", "probe.mine"), ("DSP-03", "probe.payment_of_another")]
    assert (managers.standing, managers.name) == (Standing.PROTECTED, "陈晨")
    assert managers.lead_public_id == mine.lead_public_id is not None


def test_where_a_held_lead_designates_the_answer_says_so(
    session: Session, cast: Cast, lead: PersonID
) -> None:
    set_policy(session, cast, {"designation": {"owned_lead": "designate"}})
    claimed_by(session, cast.zhou, lead)
    assert codes(answer(session, cast.lin))[1] == ("DSP-01", "probe.designates")
    assert codes(answer(session, cast.zhou))[1] == ("DSP-01", "probe.designates_you")


def test_an_outside_consultants_valid_record_is_told_with_its_share(
    session: Session, cast: Cast, lead: PersonID
) -> None:
    set_policy(session, cast, {"credit": {"outside_share_bp": 6000}})
    claimed_by(session, cast.ma, lead, local(9))
    assert codes(answer(session, cast.lin))[1] == ("DSP-03", "probe.payment_yours")
    followups.log_contact(
        session,
        person_id=lead,
        consultant_id=consultant_of(cast.ma),
        channel=Channel.CALL,
        outcome=ContactOutcome.ANSWERED,
        actor=cast.ma,
        at=local(10),
    )
    told = answer(session, cast.lin).reasons[1]
    assert (told.rule, told.code) == ("DSP-06", "probe.tracked")
    assert dict(told.facts) == {"outside": "马超", "percent": "60", "rest": "40"}
    assert codes(answer(session, cast.ma))[1] == ("DSP-06", "probe.tracked_by_you")


def test_a_member_is_nobodys_prospect(session: Session, cast: Cast, lead: PersonID) -> None:
    sale_id = a_sale(session, cast, cast.annual, person_id=lead, at=AT)
    members.enrol(session, person_id=lead, sale_id=sale_id, actor=cast.desk, at=AT)
    found = answer(session, cast.lin)
    assert found.standing is Standing.MEMBER
    assert codes(found) == [("OWN-01", "probe.member"), ("DSP-02", "probe.member_credit")]
    assert found.claim_public_id is None


def test_every_question_is_written_down_once_a_day(session: Session, cast: Cast, lead: PersonID) -> None:
    for actor in (cast.lin, cast.lin, cast.desk):
        assert ask(session, actor) is None
    assert ask(session, cast.lin, "+8613800138009") is None
    assert ask(session, cast.lin, at=local(9, day=10)) is None
    assert lines(session) == [
        *[("probe", lead, "")] * 2,
        ("probe", None, "8009"),
        ("probe", lead, ""),
    ]


def test_a_phone_that_becomes_a_person_is_not_asked_for_twice(session: Session, cast: Cast) -> None:
    ask(session, cast.lin)
    a_lead(session, cast.desk, e164=PHONE, at=AT)
    ask(session, cast.lin)
    assert lines(session) == [("probe", None, "8000")]
    kept = session.execute(sa.select(DisclosureRow.phone_digest)).scalar_one()
    assert len(kept or "") == 64


def test_questions_are_limited_by_the_policy_of_the_day_and_by_person(
    session: Session, cast: Cast, lead: PersonID
) -> None:
    set_policy(session, cast, {"claims": {"probes_per_day": 2}})
    set_policy(session, cast, {"claims": {"probes_per_day": 0}}, on=date(2026, 3, 11))
    phones = [f"+861380013801{number}" for number in range(4)]
    assert [ask(session, cast.lin, phone) for phone in phones] == [None, None, *["disclosure.probes"] * 2]
    assert ask(session, cast.lin, phones[0]) is None  # asked already
    assert ask(session, cast.zhou, phones[3]) is None
    assert ask(session, cast.lin, phones[3], at=local(9, day=10)) is None
    assert [ask(session, cast.lin, phone, at=local(9, day=11)) for phone in phones] == [None] * 4


def test_ones_own_leads_do_not_count(session: Session, cast: Cast, lead: PersonID) -> None:
    set_policy(session, cast, {"claims": {"probes_per_day": 1}})
    claimed_by(session, cast.lin, lead)
    assert ask(session, cast.lin) is None
    assert ask(session, cast.lin, "+8613800138001") is None
    assert ask(session, cast.lin, "+8613800138002") == "disclosure.probes"
    other = a_lead(session, cast.desk, e164="+8613800138003")
    claimed_by(session, cast.lin, other)
    assert ask(session, cast.lin, "+8613800138003") is None


def test_the_log_is_never_changed(session: Session, cast: Cast, lead: PersonID) -> None:
    ask(session, cast.lin)
    for change in (
        sa.update(DisclosureRow).values(account_id=cast.zhou.account_id),
        sa.delete(DisclosureRow),
    ):
        with pytest.raises(DBAPIError), session.begin_nested():
            session.execute(change)


@pytest.fixture
def lin(client: FlaskClient, session: Session, cast: Cast, lead: PersonID) -> Browser:
    let_in(session, cast.lin)
    browser = Browser(client, {"Accept-Language": "en"})
    browser.sign_in("linjing")
    return browser


def test_the_page_answers_and_the_fragment_waits_for_a_whole_phone(
    lin: Browser, session: Session, cast: Cast, lead: PersonID
) -> None:
    claimed_by(session, cast.zhou, lead)
    session.commit()
    page = lin.post("/leads/probe", page="/leads/probe", phone="138 0013 8000").get_data(as_text=True)
    for shown in ("Taken", "陈**", "138****8000", "周倩 holds this lead until Mar 24, 2026", "DSP-03"):
        assert shown in page
    for hidden in ("陈晨", "13800138000", "Claim this lead"):
        assert hidden not in page
    lin.headers["HX-Request"] = "true"
    assert lin.post("/leads/probe", page="/leads/probe", phone="138 0013").get_data(as_text=True) == ""
    fragment = lin.post("/leads/probe", page="/leads/probe", phone="13800138000").get_data(as_text=True)
    assert fragment.lstrip().startswith("<div")
    assert lines(session) == [("probe", lead, "")]


def test_the_answer_claims_a_free_lead_with_one_press(
    lin: Browser, session: Session, cast: Cast, lead: PersonID
) -> None:
    session.commit()
    page = lin.post("/leads/probe", page="/leads/probe", phone="13800138000").get_data(as_text=True)
    assert '/claim" formnovalidate>' in page


def test_beyond_the_limit_the_answer_says_so_and_leads_can_still_be_saved(
    lin: Browser, session: Session, cast: Cast
) -> None:
    set_policy(session, cast, {"claims": {"probes_per_day": 1}})
    session.commit()
    lin.post("/leads/probe", page="/leads/probe", phone="13800138001")
    page = lin.post("/leads/probe", page="/leads/probe", phone="13800138000").get_data(as_text=True)
    assert "You have asked about 1 phone today" in page
    assert "陈**" not in page
    saved = lin.post("/leads", page="/leads", phone="13800138000", source="walk_in")
    assert saved.status_code == 302


def test_every_answer_has_its_words() -> None:
    assert set(texts.STANDINGS) == {standing.value for standing in Standing}
