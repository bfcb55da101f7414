"""Lists of leads: whose, which, in which order, page after page, kept and taken out."""

import csv
import io
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.clock import Instant, local_day
from clubsales.consultants.profiles import queries as profiles
from clubsales.consultants.shifts.models import ShiftRow
from clubsales.errors import NotFound, Refused
from clubsales.ids import LeadID, PersonID
from clubsales.leads.claims import operations as claims
from clubsales.leads.followups import operations as followups
from clubsales.leads.followups.rules import Channel, ContactOutcome
from clubsales.leads.intake import operations as intake
from clubsales.leads.intake import queries as leads
from clubsales.leads.intake.models import LeadRow
from clubsales.leads.intake.rules import Grade, Source
from clubsales.leads.lists import export, operations, queries, walks
from clubsales.leads.lists.models import SavedFilterRow
from clubsales.leads.lists.rules import MOST_SAVED, NOBODY, ListFilter, ListRefused, View, wanted_filter
from clubsales.leads.people import operations as people
from clubsales.leads.sources.models import LeadSourceRow
from tests.builders import MORNING, Cast, consultant_of, local
from tests.integration.leads.support import on_shift, set_policy

AT = local(14, 20)


def a_lead(
    session: Session,
    cast: Cast,
    number: int,
    *,
    grade: Grade | None = None,
    source: Source = Source.PHONE,
    by: Actor | None = None,
    at: Instant = MORNING,
    name: str = "",
) -> PersonID:
    person_id = people.find_or_add(
        session, e164=f"+86138001{number:05d}", name=name or f"客人{number}", actor=cast.desk, at=at
    )
    intake.capture(session, person_id=person_id, source=source, grade=grade, actor=by or cast.desk, at=at)
    return person_id


def on_shift_already(session: Session, who: Actor) -> bool:
    return session.scalars(sa.select(sa.exists().where(ShiftRow.consultant_id == consultant_of(who)))).one()


def held(session: Session, who: Actor, person_id: PersonID, *, at: Instant = MORNING) -> None:
    if not on_shift_already(session, who):
        on_shift(session, who, local(8, day=1))
    claims.claim(
        session,
        person_id=person_id,
        consultant_id=consultant_of(who),
        basis=claims.Basis.CAPTURE,
        actor=who,
        at=at,
    )


def contacted(session: Session, who: Actor, person_id: PersonID, *, at: Instant) -> None:
    followups.log_contact(
        session,
        person_id=person_id,
        consultant_id=consultant_of(who),
        channel=Channel.CALL,
        outcome=ContactOutcome.ANSWERED,
        contacted_at=at,
        note="",
        next_on=local_day(at, who.club.zone) + timedelta(days=2),
        next_what="回电",
        actor=who,
        at=at,
    )


def listed(session: Session, actor: Actor, at: Instant = AT, **query: str) -> list[str]:
    """The names in a list, all pages of it, two on each."""
    chosen = wanted_filter(query, default=View.ALL)
    reader = queries.reader(session, actor, at)
    asked = queries.wanted(session, reader, chosen)
    names, after = [], ""
    while True:
        page = queries.page(session, reader, asked, after=after, count=2)
        names += [line.name for line in page.lines]
        if page.next_after is None:
            return names
        after = page.next_after


def public_id(session: Session, who: Actor) -> str:
    return profiles.get(session, who.club.id, consultant_of(who)).public_id


def test_all_leads_of_the_club_the_latest_first(session: Session, cast: Cast) -> None:
    for number in range(5):
        a_lead(session, cast, number, at=MORNING + timedelta(minutes=number // 2))
    assert listed(session, cast.lin) == ["客人4", "客人3", "客人2", "客人1", "客人0"]
    assert listed(session, cast.other_manager) == []


def test_mine_are_those_i_hold(session: Session, cast: Cast) -> None:
    for number, who in enumerate((cast.lin, cast.zhou, cast.lin, cast.lin)):
        held(session, who, a_lead(session, cast, number, at=MORNING + timedelta(minutes=number)))
    assert listed(session, cast.lin, view="mine") == ["客人3", "客人2", "客人0"]
    zhou = public_id(session, cast.zhou)
    assert listed(session, cast.lin, holder=zhou) == ["客人1"]
    assert listed(session, cast.manager, holder=zhou) == ["客人1"]


def test_the_pool_is_what_nobody_holds_the_warm_and_fresh_first(session: Session, cast: Cast) -> None:
    grades = (Grade.C, None, Grade.A, Grade.B, Grade.A, Grade.D, Grade.A)
    everybody = [
        a_lead(session, cast, number, grade=grade, at=MORNING + timedelta(minutes=number))
        for number, grade in enumerate(grades)
    ]
    held(session, cast.zhou, everybody[6])
    assert listed(session, cast.lin, view="pool") == ["客人4", "客人2", "客人3", "客人0", "客人5", "客人1"]
    assert listed(session, cast.lin, view="pool", grade="A") == ["客人4", "客人2"]
    assert listed(session, cast.lin, view="pool", grade="none") == ["客人1"]
    for person_id, column in zip(everybody[2:4], ("converted_at", "lost_at"), strict=True):
        session.execute(sa.update(LeadRow).where(LeadRow.person_id == person_id).values({column: AT}))
    assert listed(session, cast.lin, view="pool") == ["客人4", "客人0", "客人5", "客人1"]


def test_a_protection_that_is_over_frees_the_lead_before_the_job_has_written_it(
    session: Session, cast: Cast
) -> None:
    held(session, cast.lin, a_lead(session, cast, 1))
    later = MORNING + timedelta(days=40)
    assert listed(session, cast.zhou, view="pool") == []
    assert listed(session, cast.zhou, view="pool", at=later) == ["客人1"]
    assert listed(session, cast.lin, view="mine", at=later) == []


def test_ending_are_mine_whose_protection_ends_within_the_warning_by_when_it_ends(
    session: Session, cast: Cast
) -> None:
    for number, day in enumerate((9, 12, 10, 11)):
        held(session, cast.lin, a_lead(session, cast, number), at=local(9, day=day))
    # Protected for 15 days: until the 24th, 27th, 25th and 26th.
    set_policy(session, cast, {"claims": {"warn_days": 1}}, on=date(2026, 3, 24))
    assert listed(session, cast.lin, view="ending", at=local(9, day=23)) == ["客人0", "客人2", "客人3"]
    assert listed(session, cast.lin, view="ending", at=local(9, day=24)) == ["客人0", "客人2"]


def test_filters_together(session: Session, cast: Cast) -> None:
    own = LeadSourceRow(club_id=cast.club.id, kind="online", name="抖音", made_at=MORNING)
    session.add(own)
    session.flush()
    sub = LeadSourceRow(club_id=cast.club.id, kind="online", name="直播", under_id=own.id, made_at=MORNING)
    session.add(sub)
    session.flush()
    a, b, c, d = (
        a_lead(session, cast, 1, grade=Grade.A, source=Source.ONLINE, by=cast.lin, at=local(9, day=1)),
        a_lead(session, cast, 2, grade=Grade.A, source=Source.FLYER, by=cast.lin, at=local(9, day=2)),
        a_lead(session, cast, 3, grade=Grade.B, source=Source.ONLINE, by=cast.zhou, at=local(9, day=3)),
        a_lead(session, cast, 4, source=Source.ONLINE, at=local(9, day=4)),
    )
    for person_id, source in ((a, own), (d, sub)):
        session.execute(sa.update(LeadRow).where(LeadRow.person_id == person_id).values(source_id=source.id))
    session.execute(sa.update(LeadRow).where(LeadRow.person_id == b).values(lost_at=AT))
    session.execute(sa.update(LeadRow).where(LeadRow.person_id == c).values(converted_at=AT))
    contacted(session, cast.lin, a, at=local(10, day=8))
    lin = public_id(session, cast.lin)
    assert listed(session, cast.lin, grade="A") == ["客人2", "客人1"]
    assert listed(session, cast.lin, source="online") == ["客人4", "客人3", "客人1"]
    assert listed(session, cast.lin, source=own.public_id) == ["客人4", "客人1"]
    assert listed(session, cast.lin, source=sub.public_id) == ["客人4"]
    assert listed(session, cast.lin, captured_by=lin, grade="A", source="flyer") == ["客人2"]
    assert listed(session, cast.lin, since="2026-03-02", until="2026-03-03") == ["客人3", "客人2"]
    assert listed(session, cast.lin, quiet="3") == ["客人4", "客人3", "客人2"]
    assert listed(session, cast.lin, quiet="6") == ["客人2"]  # the others have not been there so long
    assert listed(session, cast.lin, state="bought") == ["客人3"]
    assert listed(session, cast.lin, state="lost", grade="A") == ["客人2"]
    assert listed(session, cast.lin, state="open") == ["客人4", "客人1"]
    assert listed(session, cast.lin, holder=NOBODY, source="flyer", state="bought") == []
    held(session, cast.lin, a)
    assert listed(session, cast.lin, holder=NOBODY, source="online") == ["客人4", "客人3"]
    assert listed(session, cast.lin, view="mine", source=own.public_id, grade="A") == ["客人1"]
    assert listed(session, cast.lin, view="mine", quiet="30") == []


@pytest.mark.parametrize("view", ["pool", "all"])
def test_every_lead_is_found_once_however_little_a_page_looks_through(
    session: Session, cast: Cast, view: str
) -> None:
    own = LeadSourceRow(club_id=cast.club.id, kind="online", name="抖音", made_at=MORNING)
    session.add(own)
    session.flush()
    subs = [
        LeadSourceRow(club_id=cast.club.id, kind="online", name=str(n), under_id=own.id, made_at=MORNING)
        for n in range(2)
    ]
    session.add_all(subs)
    session.flush()
    of_source = [own.id, subs[0].id, subs[1].id, None]
    fits = set()
    for number in range(60):
        grade = (Grade.A, None, Grade.C)[number % 3]
        person_id = a_lead(session, cast, number, grade=grade, source=Source.ONLINE, at=local(9, day=1))
        session.execute(
            sa.update(LeadRow).where(LeadRow.person_id == person_id).values(source_id=of_source[number % 4])
        )
        if number % 7 == 0:
            contacted(session, cast.lin, person_id, at=AT)
        elif number % 4 != 3:
            fits.add(f"客人{number}")
    for source, wanted_names in (
        (own.public_id, fits),
        ("", fits | {f"客人{n}" for n in range(3, 60, 4) if n % 7}),
    ):
        chosen = wanted_filter({"view": view, "quiet": "5", "source": source}, default=View.ALL)
        asked = queries.wanted(session, queries.reader(session, cast.lin, AT), chosen)
        seen: list[LeadID] = []
        after: LeadID | None = None
        for _page in range(200):
            found = walks.stretch(session, asked, after=after, count=3, looked_through=4)
            seen += found.ids
            after = found.ids[-1] if len(found.ids) == 3 else found.looked_until
            if after is None:
                break
        names = [line.name for line in queries.lines_of(session, queries.reader(session, cast.lin, AT), seen)]
        assert len(names) == len(set(names))
        assert set(names) == wanted_names


def test_a_list_says_where_it_stopped_looking(
    session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(6):
        a_lead(
            session,
            cast,
            number,
            at=MORNING + timedelta(minutes=number),
            grade=Grade.A if number < 2 else None,
        )
    reader = queries.reader(session, cast.lin, AT)
    asked = queries.wanted(session, reader, ListFilter(view=View.ALL, grade="A", source="phone"))
    found = walks.stretch(session, asked, after=None, count=31, looked_through=5)
    assert len(found.ids) == 1
    assert found.looked_until is not None
    rest = walks.stretch(session, asked, after=found.looked_until, count=31, looked_through=5)
    assert (len(rest.ids), rest.looked_until) == (1, None)


def test_a_line_says_whose_until_when_last_and_next(session: Session, cast: Cast) -> None:
    person_id = a_lead(session, cast, 1, grade=Grade.B)
    held(session, cast.lin, person_id)
    contacted(session, cast.lin, person_id, at=local(10))
    reader = queries.reader(session, cast.lin, AT)
    lead_id = leads.of_person(session, cast.club.id, person_id)
    assert lead_id is not None
    (line,) = queries.lines_of(session, reader, [lead_id])
    assert (line.holder, line.phone_shown, line.phone) == ("林静", True, "138 0010 0001")
    assert line.held_until == local_day(local(10), cast.club.zone) + timedelta(days=15)
    assert (line.last_contact_at, line.next_what) == (local(10), "回电")
    assert line.next_on == local_day(local(10, day=11), cast.club.zone)
    (seen_by_zhou,) = queries.lines_of(session, queries.reader(session, cast.zhou, AT), [lead_id])
    assert (seen_by_zhou.phone_shown, seen_by_zhou.phone) == (False, "")
    assert queries.lines_of(session, queries.reader(session, cast.other_manager, AT), [lead_id]) == []


def test_the_short_views_are_counted_and_a_long_one_up_to_200(
    session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        person_id = a_lead(session, cast, number)
        if number == 0:
            held(session, cast.lin, person_id)
    reader = queries.reader(session, cast.lin, AT)
    short = [View.MINE, View.POOL, View.ENDING]
    assert queries.counts(session, reader, short) == {
        View.MINE: 1,
        View.POOL: 3,
        View.ENDING: 0,
    }
    monkeypatch.setattr(queries, "COUNTED", 1)
    assert queries.counts(session, queries.reader(session, cast.desk, AT), [View.POOL]) == {View.POOL: 2}


def test_another_clubs_names_are_unknown_here(session: Session, cast: Cast) -> None:
    reader = queries.reader(session, cast.other_manager, AT)
    theirs = LeadSourceRow(club_id=cast.club.id, kind="online", name="抖音", made_at=MORNING)
    session.add(theirs)
    session.flush()
    lin = public_id(session, cast.lin)
    for chosen in (
        ListFilter(view=View.ALL, holder=lin),
        ListFilter(view=View.ALL, captured_by=lin),
        ListFilter(view=View.ALL, source=theirs.public_id),
    ):
        with pytest.raises(NotFound):
            queries.wanted(session, reader, chosen)
    asked = queries.wanted(session, reader, ListFilter(view=View.ALL))
    a_lead(session, cast, 1)
    ours = session.scalars(sa.select(LeadRow.public_id)).one()
    with pytest.raises(NotFound):
        queries.page(session, reader, asked, after=ours)


def test_a_filter_is_kept_renamed_and_thrown_away_by_its_owner_alone(session: Session, cast: Cast) -> None:
    chosen = ListFilter(view=View.ALL, grade="A", source="online")
    operations.save_filter(session, name=" 周末 回电 ", chosen=chosen, actor=cast.lin, at=AT)
    (saved,) = queries.saved_of(session, cast.lin)
    assert (saved.name, saved.query) == ("周末 回电", "view=all&grade=A&source=online")
    assert queries.saved_of(session, cast.zhou) == []
    for forbidden in (cast.zhou, cast.manager, cast.other_manager):
        with pytest.raises(NotFound):
            operations.rename_filter(session, public_id=saved.public_id, name="x", actor=forbidden)
        with pytest.raises(NotFound):
            operations.delete_filter(session, public_id=saved.public_id, actor=forbidden)
    operations.rename_filter(session, public_id=saved.public_id, name="热客", actor=cast.lin)
    operations.rename_filter(session, public_id=saved.public_id, name="热客", actor=cast.lin)
    assert [each.name for each in queries.saved_of(session, cast.lin)] == ["热客"]
    with pytest.raises(Refused) as refused:
        operations.save_filter(session, name="热客", chosen=chosen, actor=cast.lin, at=AT)
    assert refused.value.refusal.code is ListRefused.NAME_TAKEN
    operations.delete_filter(session, public_id=saved.public_id, actor=cast.lin)
    assert queries.saved_of(session, cast.lin) == []
    with pytest.raises(NotFound):
        operations.delete_filter(session, public_id="nonsense\0", actor=cast.lin)


def test_the_21st_filter_is_refused(session: Session, cast: Cast) -> None:
    for number in range(MOST_SAVED):
        operations.save_filter(
            session, name=str(number), chosen=ListFilter(view=View.MINE), actor=cast.lin, at=AT
        )
    with pytest.raises(Refused) as refused:
        operations.save_filter(session, name="one", chosen=ListFilter(view=View.MINE), actor=cast.lin, at=AT)
    assert refused.value.refusal.code is ListRefused.TOO_MANY
    operations.save_filter(session, name="one", chosen=ListFilter(view=View.MINE), actor=cast.zhou, at=AT)


def test_one_name_is_one_filter_whoever_presses_twice(session: Session, cast: Cast) -> None:
    row = {
        "club_id": cast.club.id,
        "account_id": cast.lin.account_id,
        "name": "热客",
        "query": "view=mine",
        "made_at": AT,
    }
    session.execute(sa.insert(SavedFilterRow), {**row, "public_id": "abcdefghjkmn"})
    with pytest.raises(sa.exc.IntegrityError), session.begin_nested():
        session.execute(sa.insert(SavedFilterRow), {**row, "public_id": "abcdefghjkmp"})


def test_the_table_that_is_taken_out_has_so_many_leads_and_no_formulas(session: Session, cast: Cast) -> None:
    for number in range(5):
        a_lead(
            session,
            cast,
            number,
            name='=HYPERLINK("http://x")' if number == 4 else "",
            at=MORNING + timedelta(minutes=number),
        )
    reader = queries.reader(session, cast.manager, AT)
    asked = queries.wanted(session, reader, ListFilter(view=View.ALL))
    assert queries.how_many(session, asked) == 5
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(export, "AT_ONCE", 2)
        text = "".join(export.pieces(session, reader, asked, at_most=4))
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert len(rows) == 1 + 4
    assert [row[0] for row in rows[1:]] == ['\'=HYPERLINK("http://x")', "客人3", "客人2", "客人1"]
    assert rows[2][1] == "138 0010 0003"


def test_what_is_counted_for_the_log_is_what_is_in_the_list(session: Session, cast: Cast) -> None:
    for number in range(4):
        person_id = a_lead(session, cast, number, grade=Grade.A if number % 2 else None)
        if number < 3:
            held(session, cast.lin, person_id)
    reader = queries.reader(session, cast.lin, AT)
    for chosen, expected in (
        (ListFilter(view=View.MINE), 3),
        (ListFilter(view=View.MINE, grade="A"), 1),
        (ListFilter(view=View.POOL), 1),
        (ListFilter(view=View.ENDING), 0),
        (ListFilter(view=View.ALL, grade="A"), 2),
    ):
        asked = queries.wanted(session, reader, chosen)
        assert queries.how_many(session, asked) == expected
