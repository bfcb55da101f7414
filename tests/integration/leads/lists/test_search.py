"""A person is found by the end of a phone, or by how the name or the WeChat id begins."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.ids import PersonID
from clubsales.leads.intake import operations as intake
from clubsales.leads.intake.rules import Source
from clubsales.leads.lists import search as searching
from clubsales.leads.lists.queries import reader
from clubsales.leads.lists.search import SHOWN, search
from clubsales.leads.lists.sought import Missing
from clubsales.leads.people import operations as people
from clubsales.leads.people.models import PersonPhoneRow, PersonRow
from clubsales.leads.people.rules import reversed_digits
from tests.builders import MORNING, Cast, consultant_of, local
from tests.integration.leads.lists.test_lists import held

AT = local(14, 20)


def someone(
    session: Session, actor: Actor, name: str, e164: str | None = None, *, is_lead: bool = True
) -> PersonID:
    person_id = people.find_or_add(session, e164=e164, name=name, actor=actor, at=MORNING)
    if is_lead:
        intake.capture(session, person_id=person_id, source=Source.PHONE, actor=actor, at=MORNING)
    return person_id


def found(session: Session, actor: Actor, typed: str) -> set[str]:
    return {line.name for line in search(session, reader(session, actor, AT), typed).lines}


@pytest.mark.parametrize(
    "typed",
    [
        *("0139", "0000139", "000 0139", "13800000139", "138-0000-0139", "+86 138 0000 0139", "０１３９"),
        *("张", "张伟", "张 伟 明", "zhang", "Zhang Wei", "ZHANGWEI", "zhangweim", "zw", "zwm"),
        *("wx_zhang", "WX_ZHANG88"),
    ],
)
def test_somebody_is_found_by(session: Session, cast: Cast, typed: str) -> None:
    person_id = someone(session, cast.desk, "张伟明", "+8613800000139")
    session.execute(
        sa.update(PersonRow)
        .where(PersonRow.id == person_id)
        .values(wechat="WX_Zhang88", wechat_key="wx_zhang88")
    )
    someone(session, cast.desk, "李娜", "+8613900139138")
    assert found(session, cast.lin, typed) == {"张伟明"}


@pytest.mark.parametrize("typed", ["139", "1380", "伟", "wei", "wm", "%", "_", "'; --"])
def test_and_not_by(session: Session, cast: Cast, typed: str) -> None:
    someone(session, cast.desk, "张伟明", "+8613800000139")
    assert found(session, cast.lin, typed) == set()


def test_a_second_phone_is_a_phone(session: Session, cast: Cast) -> None:
    person_id = someone(session, cast.desk, "张伟明", "+8613800000139")
    session.add(
        PersonPhoneRow(
            organisation_id=cast.club.organisation_id,
            person_id=person_id,
            e164="+85261234567",
            reversed=reversed_digits("+85261234567"),
        )
    )
    session.flush()
    assert found(session, cast.lin, "4567") == {"张伟明"}
    assert found(session, cast.lin, "+852 6123 4567") == {"张伟明"}


def test_only_leads_of_the_readers_club_are_found(session: Session, cast: Cast) -> None:
    someone(session, cast.desk, "张伟明", "+8613800000139")
    someone(session, cast.desk, "张无客", "+8613800000140", is_lead=False)
    someone(session, cast.other_manager, "张别家", "+8613800000139")
    assert found(session, cast.lin, "zhang") == {"张伟明"}
    assert found(session, cast.other_manager, "zhang") == {"张别家"}


def test_who_was_merged_is_found_as_the_one_who_stayed(session: Session, cast: Cast) -> None:
    stayed = someone(session, cast.desk, "王芳", "+8613800000139")
    merged, before = (
        someone(session, cast.desk, "黄芳", is_lead=False),
        someone(session, cast.desk, "汪芳芳", is_lead=False),
    )
    for one, into in ((merged, stayed), (before, merged)):
        session.execute(sa.update(PersonRow).where(PersonRow.id == one).values(merged_into_id=into))
    assert found(session, cast.lin, "huangf") == {"王芳"}
    assert found(session, cast.lin, "汪") == {"王芳"}


def test_the_phone_is_shown_to_whom_it_may_be(session: Session, cast: Cast) -> None:
    held(session, cast.lin, someone(session, cast.desk, "张伟明", "+8613800000139"))
    phones = [
        search(session, reader(session, who, AT), "0139").lines[0].phone
        for who in (cast.lin, cast.zhou, cast.manager)
    ]
    assert phones == ["138 0000 0139", "", "138 0000 0139"]


def test_digits_that_are_hidden_from_the_reader_cannot_be_guessed_one_by_one(
    session: Session, cast: Cast
) -> None:
    """A reader sees 138****0139: whatever he types before the last four digits tells him nothing (CFD-07)."""
    held(session, cast.lin, someone(session, cast.desk, "张伟明", "+8613812340139"))
    for typed in ("40139", "50139", "12340139", "99990139", "8613812340139"[3:]):
        hits = search(session, reader(session, cast.zhou, AT), typed)
        assert ({line.name for line in hits.lines}, hits.hidden_by) == ({"张伟明"}, 4), typed
    for typed, names in (("40139", {"张伟明"}), ("50139", set()), ("99990139", set())):
        assert found(session, cast.lin, typed) == names
        assert found(session, cast.manager, typed) == names


def test_a_whole_phone_finds_its_guest_alone_and_only_while_one_may_ask(session: Session, cast: Cast) -> None:
    someone(session, cast.desk, "张伟明", "+8613812340139")
    someone(session, cast.desk, "李娜", "+8613999990139")
    of_zhou = reader(session, cast.zhou, AT)
    assert {line.name for line in search(session, of_zhou, "138 1234 0139").lines} == {"张伟明"}
    assert search(session, of_zhou, "138 1234 1139").lines == ()
    for typed in ("138 1234 0139", "138 1235 0139"):
        hits = search(session, of_zhou, typed, may_ask=False)
        assert {line.name for line in hits.lines} == {"张伟明", "李娜"}, typed


def test_ones_own_come_first_even_where_a_name_is_frequent(
    session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "LOOKED_AT", 5)
    for number in range(SHOWN + 5):
        someone(session, cast.desk, f"张{chr(0x4E00 + number)}", f"+86138001000{number:02d}")
    mine = someone(session, cast.desk, "张龥", "+8613900000000")
    assert found(session, cast.zhou, "zhang").isdisjoint({"张龥"})
    held(session, cast.lin, mine)
    assert search(session, reader(session, cast.lin, AT), "zhang").lines[0].name == "张龥"


def test_at_most_20_are_shown_and_who_wants_others_types_more(session: Session, cast: Cast) -> None:
    for number in range(SHOWN + 1):
        someone(session, cast.desk, f"张{chr(0x4E00 + number)}", f"+86138001000{number:02d}")
    hits = search(session, reader(session, cast.lin, AT), "张")
    assert (len(hits.lines), hits.more) == (SHOWN, True)
    hits = search(session, reader(session, cast.lin, AT), "张一")
    assert (len(hits.lines), hits.more) == (1, False)


def test_too_little_is_answered_with_what_to_type(session: Session, cast: Cast) -> None:
    assert consultant_of(cast.lin)
    assert search(session, reader(session, cast.lin, AT), "123").missing is Missing.DIGITS
    assert search(session, reader(session, cast.lin, AT), "z").missing is Missing.LETTERS
    assert search(session, reader(session, cast.lin, AT), "").missing is Missing.NOTHING
    assert search(session, reader(session, cast.lin, AT), "\0 \u200b").lines == ()
