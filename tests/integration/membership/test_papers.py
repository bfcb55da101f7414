"""Papers: made by the worker, sent by mail, shown by their links; receipts and statements in both languages."""

import hashlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.clock import local_day
from clubsales.errors import NotFound, Refused
from clubsales.ids import DocumentID, SaleID
from clubsales.leads.people import operations as people
from clubsales.membership.cards import queries as cards
from clubsales.membership.cards.operations import take_visits
from clubsales.membership.catalogue.rules import CardKind
from clubsales.membership.contracts import queries as contracts
from clubsales.membership.contracts import wording
from clubsales.membership.contracts.digest import digest_of_text
from clubsales.membership.contracts.queries import ContractView
from clubsales.membership.documents import mailing, making, operations, queries, receipts, statements
from clubsales.membership.documents.mailing import MailFailed
from clubsales.membership.documents.models import DocumentRow, MailRow
from clubsales.membership.documents.rules import PaperState
from clubsales.membership.payments.rules import Method
from clubsales.membership.reservations import operations as reservations
from clubsales.membership.reservations import queries as reserved
from clubsales.membership.sales import closing
from clubsales.membership.sales import operations as sales
from clubsales.membership.sales import queries as sale_queries
from clubsales.outbox import OutboxMessage
from clubsales.papers.render import NoFonts, PaperFailed, fonts_are_there
from clubsales.policies import policy_on
from clubsales.settings import Settings
from tests.builders import Cast, a_card_type, local, yuan
from tests.integration.auth.support import Browser, let_in
from tests.integration.membership.contracting import a_sale, an_approved_form, filled, sign

needs_fonts = pytest.mark.skipif(not fonts_are_there(), reason="the fonts of papers are not built")
AT = local(14, 20)


@pytest.fixture(autouse=True)
def afternoon() -> Iterator[None]:
    with time_machine.travel(AT, tick=True):
        yield


@pytest.fixture
def paper(monkeypatch: pytest.MonkeyPatch) -> None:
    """A paper that is made at once."""
    monkeypatch.setattr(making, "render_pdf", lambda _template, _data: b"%PDF-paper")
    monkeypatch.setattr(queries, "fonts_are_there", lambda: True)


@pytest.fixture
def mail_server(app: Flask) -> Iterator[None]:
    """Settings as where mails are sent."""
    before: Settings = app.extensions["clubsales_settings"]
    app.extensions["clubsales_settings"] = replace(
        before,
        smtp_url="smtp://127.0.0.1:1",
        smtp_from="club@example.com",
        public_url="https://club.example.com",
    )
    yield
    app.extensions["clubsales_settings"] = before


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch, mail_server: None) -> list[EmailMessage]:
    """What a mail server was given."""
    taken: list[EmailMessage] = []
    monkeypatch.setattr(mailing, "send", lambda message, _url: taken.append(message))
    return taken


def a_signed_contract(session: Session, cast: Cast, **changes: str) -> ContractView:
    public_id = an_approved_form(session, cast, filled(**changes))
    sign_whole(session, cast, public_id)
    session.commit()
    return contracts.by_public_id(session, cast.club.id, public_id)


def sign_whole(session: Session, cast: Cast, public_id: str) -> None:
    """Sign the real text."""
    policy = policy_on(session, cast.club, local_day(local(11), cast.club.zone))
    view = contracts.by_public_id(session, cast.club.id, public_id)
    shown = wording.text_of(session, view, club=cast.club, policy=policy)
    sign(
        session,
        cast,
        public_id,
        worded=lambda each: wording.text_of(session, each, club=cast.club, policy=policy),
        shown=digest_of_text(shown),
    )


def pay(session: Session, cast: Cast, sale_id: SaleID, amount: str = "3980.00") -> None:
    sales.book_receipt(
        session, sale_id=sale_id, amount=yuan(amount), method=Method.CASH, actor=cast.desk, at=local(12)
    )
    session.commit()


def mails(session: Session) -> list[MailRow]:
    return list(session.scalars(sa.select(MailRow).order_by(MailRow.id)))


def test_the_worker_makes_the_paper_once(session: Session, cast: Cast, paper: None) -> None:
    contract = a_signed_contract(session, cast)
    assert making.make_due(local(11, 1)) == 1
    assert making.make_due(local(11, 1)) == 0
    document = queries.of_contract(session, contract.id)
    assert document is not None
    assert queries.content_of(session, document.id) == b"%PDF-paper"
    assert document.digest == hashlib.sha256(b"%PDF-paper").hexdigest()
    assert mails(session) == []


def test_a_paper_that_fails_is_made_later(
    session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    contract = a_signed_contract(session, cast)

    def fail(_template: str, _data: object) -> bytes:
        raise PaperFailed("no such font")

    monkeypatch.setattr(making, "render_pdf", fail)
    assert making.make_due(local(11, 1)) == 0
    (message,) = session.scalars(sa.select(OutboxMessage).where(OutboxMessage.name == "contract:signed"))
    assert (message.attempts, message.last_error) == (1, "no such font")
    monkeypatch.setattr(making, "render_pdf", lambda _template, _data: b"%PDF-later")
    assert making.make_due(local(11, 2)) == 1
    assert queries.of_contract(session, contract.id) is not None


def failing(_template: str, _data: object) -> bytes:
    raise PaperFailed("it would not be set")


def given_up(session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> ContractView:
    """A signed contract whose paper failed until nobody tried any more."""
    contract = a_signed_contract(session, cast)
    monkeypatch.setattr(making, "render_pdf", failing)
    monkeypatch.setattr(queries, "fonts_are_there", lambda: True)
    for hour in range(1, 10):
        making.make_due(local(11) + timedelta(hours=hour))
    return contract


def test_a_paper_that_was_given_up_is_made_when_somebody_asks_for_it(
    session: Session, cast: Cast, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    contract = given_up(session, cast, monkeypatch)
    assert queries.paper_state(session, contract.id) is PaperState.GIVEN_UP
    window = enter(session, client, cast.lin)
    page = window.text(f"/contracts/{contract.public_id}")
    assert "could not be made" in page
    assert "is being made" not in page
    guest = Browser(client, {"Accept-Language": "en"}).text(f"/receipt/{contract.guest_token}/contract")
    assert "There is no PDF yet" in guest
    assert "could not be made" not in guest
    window.post(f"/contracts/{contract.public_id}/paper")
    assert queries.paper_state(session, contract.id) is PaperState.MAKING
    monkeypatch.setattr(making, "render_pdf", lambda _template, _data: b"%PDF-at-last")
    assert making.make_due(local(23)) == 1
    assert queries.paper_state(session, contract.id) is PaperState.MADE


def test_a_paper_that_failed_once_says_that_it_is_tried_again(
    session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    contract = a_signed_contract(session, cast)
    monkeypatch.setattr(making, "render_pdf", failing)
    monkeypatch.setattr(queries, "fonts_are_there", lambda: True)
    assert queries.paper_state(session, contract.id) is PaperState.MAKING
    making.make_due(local(11, 1))
    assert queries.paper_state(session, contract.id) is PaperState.LATE


def test_without_fonts_the_page_says_so_and_the_paper_waits_for_them(
    session: Session, cast: Cast, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    contract = a_signed_contract(session, cast)

    def no_fonts(_template: str, _data: object) -> bytes:
        raise NoFonts("the fonts are not built")

    monkeypatch.setattr(making, "render_pdf", no_fonts)
    monkeypatch.setattr(queries, "fonts_are_there", lambda: False)
    window = enter(session, client, cast.lin)
    page = window.text(f"/contracts/{contract.public_id}")
    assert "the fonts of papers were not built" in page
    assert "is being made" not in page
    for hour in range(1, 13):
        assert making.make_due(local(11) + timedelta(hours=hour)) == 0
    monkeypatch.setattr(making, "render_pdf", lambda _template, _data: b"%PDF-with-fonts")
    assert making.make_due(local(23, 59)) == 1


def test_a_paper_that_is_made_is_not_made_again(session: Session, cast: Cast, paper: None) -> None:
    contract = a_signed_contract(session, cast)
    making.make_due(local(11, 1))
    operations.make_again(session, contract_id=contract.id, actor=cast.lin, at=local(12))
    session.commit()
    assert making.make_due(local(12, 1)) == 0


def test_a_kept_paper_never_changes(session: Session, cast: Cast, paper: None) -> None:
    a_signed_contract(session, cast)
    making.make_due(local(11, 1))
    with pytest.raises(sa.exc.DBAPIError), session.begin_nested():
        session.execute(sa.update(DocumentRow).values(content=b"other"))


@needs_fonts
@pytest.mark.parametrize("language", ["zh_Hans", "en"])
def test_the_paper_is_a_pdf_in_the_buyers_language(session: Session, cast: Cast, language: str) -> None:
    public_id = an_approved_form(session, cast, filled(language=language))
    sign_whole(session, cast, public_id)
    session.commit()
    assert making.make_due(local(11, 1)) == 1
    contract = contracts.by_public_id(session, cast.club.id, public_id)
    document = queries.of_contract(session, contract.id)
    assert document is not None
    assert document.language == language
    assert queries.content_of(session, document.id).startswith(b"%PDF")


def test_the_paper_goes_to_the_buyer_by_mail(
    session: Session, cast: Cast, paper: None, sent: list[EmailMessage]
) -> None:
    a_signed_contract(session, cast, email="chen@example.com")
    making.make_due(local(11, 1))
    assert mailing.send_due(local(11, 2)) == 1
    (message,) = sent
    assert message["To"] == "chen@example.com"
    assert "SZ01-202603-00001" in message["Subject"]
    body = message.get_body()
    assert body is not None
    assert "https://club.example.com/papers/" in body.get_content()
    (attached,) = message.iter_attachments()
    assert attached.get_content() == b"%PDF-paper"
    (mail,) = mails(session)
    assert (mail.state, mail.tries, mail.sent_at) == ("sent", 1, local(11, 2))
    assert mailing.send_due(local(11, 3)) == 0


def test_a_mail_that_fails_is_tried_again_and_at_last_given_up(
    session: Session, cast: Cast, paper: None, mail_server: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_signed_contract(session, cast, email="chen@example.com")
    making.make_due(local(11, 1))

    def refuse(_message: EmailMessage, _url: str) -> None:
        raise MailFailed("550 no such user")

    monkeypatch.setattr(mailing, "send", refuse)
    mailing.send_due(local(11, 2))
    session.expire_all()
    assert [(mail.state, mail.tries) for mail in mails(session)] == [("waiting", 1)]
    mailing.send_due(local(11, 2))  # not yet
    for hour in range(12, 22):
        mailing.send_due(local(hour))
    session.expire_all()
    (mail,) = mails(session)
    assert (mail.state, mail.tries, mail.failure) == ("failed", 6, "550 no such user")
    operations.ask_mail(
        session,
        document_id=DocumentID(mail.document_id),
        address="chen@example.com",
        actor=cast.lin,
        at=local(22),
    )
    assert (mail.state, mail.tries) == ("waiting", 0)


def test_without_a_mail_server_nothing_is_tried(session: Session, cast: Cast, paper: None) -> None:
    a_signed_contract(session, cast, email="chen@example.com")
    making.make_due(local(11, 1))
    assert mailing.send_due(local(11, 2)) == 0
    assert [(mail.state, mail.tries) for mail in mails(session)] == [("waiting", 0)]


def test_an_address_that_is_none_is_refused(session: Session, cast: Cast, paper: None) -> None:
    contract = a_signed_contract(session, cast)
    making.make_due(local(11, 1))
    document = queries.of_contract(session, contract.id)
    assert document is not None
    for address in ("", "chen", "a@b", "a@b.cn, c@d.cn", "a@b.cn\nBcc: c@d.cn"):
        with pytest.raises(Refused):
            operations.ask_mail(
                session, document_id=document.id, address=address, actor=cast.lin, at=local(12)
            )


def test_the_buyer_reads_his_contract_by_his_link(
    session: Session, cast: Cast, client: FlaskClient, paper: None
) -> None:
    contract = a_signed_contract(session, cast)
    window = Browser(client, {"Accept-Language": "en"})
    address = f"/receipt/{contract.guest_token}/contract"
    assert "is being made" in window.text(address)
    making.make_due(local(11, 1))
    page = window.text(address)
    assert "SZ01-202603-00001" in page
    assert contract.digest in page
    assert 'class="rule"' not in page  # our own shorthand for rules is nothing a buyer reads
    document = queries.of_contract(session, contract.id)
    assert document is not None
    answer = window.get(f"/papers/{document.link_token}/contract.pdf")
    assert (answer.data, answer.mimetype) == (b"%PDF-paper", "application/pdf")
    assert window.get(f"/papers/{document.link_token[:-1]}x/contract.pdf").status_code == 404


def test_an_unsigned_contract_is_not_on_the_buyers_page(
    session: Session, cast: Cast, client: FlaskClient
) -> None:
    public_id = an_approved_form(session, cast)
    session.commit()
    token = contracts.by_public_id(session, cast.club.id, public_id).guest_token
    assert Browser(client).get(f"/receipt/{token}/contract").status_code == 404


def enter(session: Session, client: FlaskClient, who: Actor) -> Browser:
    window = Browser(client, {"Accept-Language": "en"})
    let_in(session, who)
    username = session.execute(
        sa.text("SELECT username FROM account WHERE id = :id"), {"id": who.account_id}
    ).scalar_one()
    session.commit()
    assert window.sign_in(username).status_code in (302, 303)
    return window


def test_the_page_says_that_no_mail_is_set_up_and_gives_the_link(
    session: Session, cast: Cast, client: FlaskClient, paper: None
) -> None:
    contract = a_signed_contract(session, cast)
    making.make_due(local(11, 1))
    window = enter(session, client, cast.lin)
    page = window.text(f"/contracts/{contract.public_id}")
    assert "No mail server is set up here" in page
    assert f"/receipt/{contract.guest_token}/contract" in page
    assert window.get(f"/contracts/{contract.public_id}/contract.pdf").data == b"%PDF-paper"


def test_the_page_sends_the_paper_again(
    session: Session, cast: Cast, client: FlaskClient, paper: None, sent: list[EmailMessage]
) -> None:
    contract = a_signed_contract(session, cast)
    making.make_due(local(11, 1))
    window = enter(session, client, cast.lin)
    address = f"/contracts/{contract.public_id}/mail"
    found = window.text(f"/contracts/{contract.public_id}")
    token = found.split('name="csrf_token" value="')[1].split('"')[0]
    with client.application.app_context():
        answer = client.post(address, data={"csrf_token": token, "address": "chen@example.com"})
    assert answer.headers["Location"] == f"/contracts/{contract.public_id}", answer.text
    assert mailing.send_due(local(15)) == 1
    assert "chen@example.com" in window.text(f"/contracts/{contract.public_id}")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh_Hans", "人民币叁仟玖佰捌拾元整"),
        ("en", "Three thousand nine hundred eighty and 00/100 Chinese Yuan"),
    ],
)
def test_a_receipt_has_its_amount_in_words(
    app: Flask, session: Session, cast: Cast, language: str, words: str
) -> None:
    sale_id = a_sale(session, cast)
    pay(session, cast, sale_id)
    with app.test_request_context(headers={"Accept-Language": language.replace("_", "-")}):
        found = receipts.receipt_of(session, sale_queries.get(session, cast.club.id, sale_id), cast.club)
    assert words in [value for _label, value in found.facts]
    assert found.tables[1].total[-1] == "¥3,980.00"


def test_a_receipt_of_what_nobody_paid_says_so_and_what_is_due(
    app: Flask, session: Session, cast: Cast, client: FlaskClient
) -> None:
    sale_id = a_sale(session, cast)
    session.commit()

    def read() -> tuple[str, dict[str, str]]:
        sale = sale_queries.get(session, cast.club.id, sale_id)
        page = Browser(client, {"Accept-Language": "en"}).text(f"/receipt/{sale.guest_token}")
        with app.test_request_context(), force_locale("en"):
            paper = receipts.receipt_of(session, sale, cast.club)
        assert [table.title for table in paper.tables] == ["What is bought"]
        return page, dict(paper.facts)

    page, facts = read()
    assert "Nothing has been paid yet" in page
    assert "¥0.00" not in page
    assert "Still open" in page
    assert facts["Total paid"] == "Nothing has been paid yet"
    assert facts["Still open"] == "¥3,980.00"
    assert "In words" not in facts
    closing.give_up(session, sale_id=sale_id, actor=cast.lin, at=AT)
    session.commit()
    page, facts = read()
    assert "Nothing was paid" in page
    assert "Still open" not in page
    assert facts["Total paid"] == "Nothing was paid"
    assert "Still open" not in facts


def test_no_deposit_no_receipt_of_it(app: Flask, session: Session, cast: Cast) -> None:
    sale_id = a_sale(session, cast)
    pay(session, cast, sale_id)
    with force_locale("en"), pytest.raises(NotFound):
        receipts.deposit_receipt_of(session, sale_queries.get(session, cast.club.id, sale_id), cast.club)


def test_a_cards_statement_lists_what_was_given_and_used(session: Session, cast: Cast) -> None:
    sale_id = a_sale(session, cast, card_type_id=cast.visits.id)
    pay(session, cast, sale_id, "1500.00")
    card = cards.of_sale(session, sale_id)
    assert card is not None
    with force_locale("en"):
        found = statements.statement_of(session, card, cast.club, local_day(AT, cast.club.zone))
    facts = dict(found.facts)
    assert facts["Visits left"] == "30"
    (table,) = found.tables
    assert [row[1] for row in table.rows] == ["Purchase"]
    assert table.rows[0][3] == "30 visits · 365 days"


def test_a_statement_of_sessions_counts_sessions_and_one_taken_is_one(session: Session, cast: Cast) -> None:
    coached = a_card_type(
        session,
        cast.club,
        "PT",
        kind=CardKind.VISITS,
        price=yuan("900.00"),
        days=None,
        visits=3,
        are_sessions=True,
    )
    sale_id = a_sale(session, cast, card_type_id=coached.id)
    pay(session, cast, sale_id, "900.00")
    card = cards.of_sale(session, sale_id)
    assert card is not None
    take_visits(session, card_id=card.id, what="", key="one", actor=cast.desk, at=AT)
    session.flush()
    card = cards.by_public_id(session, cast.club, card.public_id)
    with force_locale("en"):
        found = statements.statement_of(session, card, cast.club, local_day(AT, cast.club.zone))
    assert dict(found.facts)["Sessions left"] == "2"
    assert [row[3] for row in found.tables[0].rows] == ["3 sessions", "-1 session"]


@needs_fonts
def test_staff_and_buyers_print_what_they_may_see(session: Session, cast: Cast, client: FlaskClient) -> None:
    sale_id = a_sale(session, cast)
    pay(session, cast, sale_id)
    sale = sale_queries.get(session, cast.club.id, sale_id)
    card = cards.of_sale(session, sale_id)
    assert card is not None
    guest = Browser(client, {"Accept-Language": "en"})
    for address in (f"/receipt/{sale.guest_token}/receipt.pdf", f"/card/{card.link_token}/statement.pdf"):
        assert guest.get(address).data.startswith(b"%PDF"), address
    assert "Statement of the card" in guest.text(f"/card/{card.link_token}/statement")
    assert guest.get(f"/receipt/{sale.guest_token}/deposit").status_code == 404
    window = enter(session, client, cast.desk)
    for address in (f"/sales/{sale.public_id}/receipt.pdf", f"/cards/{card.public_id}/statement.pdf"):
        assert window.get(address).data.startswith(b"%PDF"), address
    assert "Statement of the card" in window.text(f"/cards/{card.public_id}/statement")


class Listening(threading.Thread):
    """A mail server of a few words."""

    def __init__(self, answers: dict[str, str]) -> None:
        super().__init__(daemon=True)
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.answers, self.heard = {"QUIT": "221 bye", **answers}, [""]

    def run(self) -> None:
        connection, _address = self.socket.accept()
        with connection, connection.makefile("rwb") as lines:
            lines.write(b"220 here\r\n")
            lines.flush()
            in_text = False
            for raw in lines:
                line = raw.decode().rstrip("\r\n")
                self.heard.append(line)
                if in_text:
                    if line != ".":
                        continue
                    in_text = False
                    answer = "250 taken"
                else:
                    verb = line.split(" ")[0].upper()
                    in_text = verb == "DATA"
                    answer = self.answers.get(verb, "354 go" if in_text else "250 fine")
                lines.write(f"{answer}\r\n".encode())
                lines.flush()
                if line == "QUIT":
                    return


def a_message() -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "club@example.com", "chen@example.com", "合同"
    message.set_content("您好")
    return message


def test_a_mail_server_on_this_machine_takes_it() -> None:
    server = Listening({})
    server.start()
    mailing.send(a_message(), f"smtp://127.0.0.1:{server.port}")
    server.join(5)
    assert any(line.startswith("rcpt TO:<chen@example.com>") for line in server.heard)


def test_a_mail_server_that_refuses_is_a_failure_with_its_words() -> None:
    server = Listening({"RCPT": "550 no such user"})
    server.start()
    with pytest.raises(MailFailed, match="no such user"):
        mailing.send(a_message(), f"smtp://127.0.0.1:{server.port}")


def test_nobody_there_is_a_failure() -> None:
    with pytest.raises(MailFailed):
        mailing.send(a_message(), "smtp://127.0.0.1:1")


def test_a_deposit_has_its_receipt(app: Flask, session: Session, cast: Cast, client: FlaskClient) -> None:
    guest = people.find_or_add(session, e164="+8613800138000", name="陈晨", actor=cast.lin, at=local(9))
    public_id = reservations.file(
        session,
        card_type_id=cast.annual.id,
        person_id=guest,
        consultant_id=cast.lin.consultant_id,
        charges_shown=True,
        actor=cast.lin,
        at=local(9),
    )
    for who in (cast.finance, cast.manager):
        reservations.answer(session, public_id=public_id, approved=True, actor=who, at=local(10))
    reservations.take_deposit(
        session,
        public_id=public_id,
        amount=yuan("200.00"),
        method=Method.CASH,
        actor=cast.finance,
        at=local(11),
    )
    session.commit()
    found = reserved.by_public_id(session, cast.club.id, public_id)
    sale = sale_queries.get(session, cast.club.id, found.sale_id)
    with app.test_request_context(headers={"Accept-Language": "zh-Hans"}):
        paper = receipts.deposit_receipt_of(session, sale, cast.club)
    values = [value for _label, value in paper.facts]
    assert {"1", "陈晨", "年卡", "¥200.00", "人民币贰佰元整"} <= set(values)
    window = Browser(client, {"Accept-Language": "en"})
    assert "Deposit receipt" in window.text(f"/receipt/{sale.guest_token}/deposit")
    assert "Deposit receipt" in window.text(f"/receipt/{sale.guest_token}")
