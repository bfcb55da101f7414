"""Many postings in a club, written set by set straight into the tables: a long history of months that are all alike.

However many postings there are, a month of the club and of each consultant has as many: what grows is what lies behind.
"""

from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from clubsales.clock import Instant

POSTINGS_A_MONTH = 5_000  # of the whole club
DAYS_A_MONTH = 30
TABLES = ("person", "sale", "payment", "credit_basis", "posting", "dispute")
STATEMENTS = (
    """CREATE FUNCTION pg_temp.named(letter text, n bigint) RETURNS text LANGUAGE sql IMMUTABLE AS
    $$ SELECT letter || translate(lpad(CAST(n AS text), 11, '0'), '0123456789', 'abcdefghjk') $$""",
    """CREATE TEMP TABLE seller ON COMMIT DROP AS
    SELECT row_number() OVER (ORDER BY id) - 1 AS place, id, count(*) OVER () AS sellers
    FROM consultant WHERE club_id = :club AND kind = 'inside'""",
    # Two consultants share each sale; the newest sale has the highest number.
    """CREATE TEMP TABLE sold ON COMMIT DROP AS
    SELECT n, first.id AS first_id, second.id AS second_id,
        CAST(:until AS timestamptz) - (CAST(:sales AS int) - n) * (CAST(:span AS interval) / CAST(:sales AS int)) AS at,
        (SELECT min(id) FROM policy_version WHERE club_id = :club) AS policy,
        n > CAST(:sales AS int) - 5 AS is_held, pg_temp.named('s', n) AS public_id
    FROM generate_series(1, CAST(:sales AS int)) AS n
        JOIN seller AS first ON first.place = n % (SELECT max(sellers) FROM seller)
        JOIN seller AS second ON second.place = (n + 1) % (SELECT max(sellers) FROM seller)""",
    """INSERT INTO card_type (id, public_id, club_id, code, name, name_en, description, description_en, kind, currency,
        all_clubs, no_discount, on_sale, online, position)
    SELECT 1, pg_temp.named('t', 1), :club, 'annual', '年卡', 'Annual card', '', '', 'term', 'CNY', false, false, true,
        false, 1""",
    """INSERT INTO person (id, public_id, organisation_id, name, name_key, pinyin, initials, wechat_key, created_at)
    SELECT n, public_id, :organisation, '会员' || n, '', '', '', '', at FROM sold""",
    """INSERT INTO sale (id, public_id, guest_token, club_id, card_type_id, card_type_name, card_type_name_en, kind,
        currency, list_price_minor, price_minor, received_minor, refunded_minor, person_id, consultant_id, opened_at,
        first_receipt_at, paid_at, policy_version_id, version)
    SELECT n, public_id, 'g' || n, :club, 1, '年卡', 'Annual card', 'new', 'CNY', 398000, 398000, 398000, 0, n, first_id,
        at, at, at, policy, 1 FROM sold""",
    """INSERT INTO payment (public_id, link_token, club_id, sale_id, method, currency, amount_minor, refunded_minor,
        status, started_at, taken_by, paid_at, terminal_reference)
    SELECT public_id, 'l' || n, :club, n, 'cash', 'CNY', 398000, 0, 'succeeded', at, first_id, at, '' FROM sold""",
    """INSERT INTO credit_basis (sale_id, club_id, currency, basis, contract_minor, received_minor, refunded_minor,
        shares, rule, reason, policy_version_id, decided_at, held, version)
    SELECT n, :club, 'CNY', 'cash_received', 398000, 398000, 0,
        jsonb_build_array(jsonb_build_array(first_id, 7000), jsonb_build_array(second_id, 3000)), 'DSP-06',
        CAST(:reason AS jsonb), policy, at, is_held, 2 FROM sold""",
    """INSERT INTO posting (sale_id, sequence, club_id, consultant_id, amount_minor, currency, at, month, rule, cause,
        reference, reason, policy_version_id)
    SELECT n, part, :club, CASE part WHEN 1 THEN first_id ELSE second_id END,
        CASE part WHEN 1 THEN 278600 ELSE 119400 END, 'CNY', at,
        CAST(date_trunc('month', at AT TIME ZONE 'Asia/Shanghai') AS date), 'DSP-06', 'receipt', public_id,
        CAST(:reason AS jsonb), policy
    FROM sold, generate_series(1, 2) AS part ORDER BY n, part""",
    # Every fiftieth sale was argued over; the last ones still are.
    """INSERT INTO dispute (public_id, club_id, sale_id, opened_by, opened_at, opened_day, status, proposal, rule,
        sides, policy_version_id, version)
    SELECT public_id, :club, n, second_id, at, CAST(at AS date), CASE WHEN is_held THEN 'open' ELSE 'decided' END,
        jsonb_build_object('shares', jsonb_build_array(jsonb_build_array(first_id, 10000)), 'rule', 'DSP-06', 'reason',
        CAST(:reason AS jsonb), 'working', CAST('[]' AS jsonb)), 'DSP-06', 'inside-inside', policy, 1
    FROM sold WHERE is_held OR n % 50 = 0""",
    "SELECT setval(pg_get_serial_sequence('person', 'id'), (SELECT max(id) FROM person))",
    "SELECT setval(pg_get_serial_sequence('sale', 'id'), (SELECT max(id) FROM sale))",
    "SELECT setval(pg_get_serial_sequence('card_type', 'id'), (SELECT max(id) FROM card_type))",
)
REASON = '{"rule": "DSP-06", "code": "attribution.house", "facts": {}}'
INDEXES = sa.text(
    "SELECT schemaname, indexname, indexdef FROM pg_indexes WHERE tablename IN :tables AND schemaname = 'public'"
    " AND indexname NOT IN (SELECT conname FROM pg_constraint)"
).bindparams(sa.bindparam("tables", expanding=True))
# Pages by name: the address in a club, and the milliseconds half of the answers should take at most.
PAGES = {
    "sale sheet": ("/sales/{0.sale}", 30),
    "sale in dispute": ("/sales/{0.argued}", 30),
    "ledger of a sale": ("/credit/sales/{0.sale}", 25),
    "my credit": ("/credit", 40),
    "my credit, then": ("/credit?month={0.month}", 40),
    "everybody's credit": ("/credit/everybody", 60),
}


@dataclass(frozen=True, slots=True)
class Ledger:
    """What pages are asked for: a sale in the middle of the history, one that is argued about, and the month before."""

    sale: str
    argued: str
    month: str


def months(postings: int) -> int:
    """How long a club's history is in which so many lines were posted."""
    return max(1, postings // POSTINGS_A_MONTH)


def write(
    connection: Connection,
    *,
    club_id: int,
    organisation_id: int,
    postings: int,
    until: Instant,
    span: timedelta | None = None,
) -> Ledger:
    """So many postings of the months that ended at `until`, or of a `span`, two for each sale.

    Indexes are built when all is there.
    """
    connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
    connection.exec_driver_sql("SET LOCAL maintenance_work_mem = '256MB'")
    indexes = connection.execute(INDEXES, {"tables": TABLES}).all()
    for index in indexes:
        connection.exec_driver_sql(f'DROP INDEX "{index.indexname}"')
    sales = postings // 2
    given = {
        "club": club_id,
        "organisation": organisation_id,
        "sales": sales,
        "until": until,
        "span": f"{span.days if span else months(postings) * DAYS_A_MONTH} days",
        "reason": REASON,
    }
    for text in STATEMENTS:
        statement = sa.text(text)
        connection.execute(statement, {name: given[name] for name in statement.compile().params})
    for index in indexes:
        connection.exec_driver_sql(index.indexdef)
    named = sa.text("SELECT public_id FROM sale WHERE id = :n")
    before = sa.text("SELECT to_char(CAST(max(month) AS date) - 1, 'YYYY-MM') FROM posting")
    return Ledger(
        sale=connection.execute(named, {"n": sales // 2}).scalar_one(),
        argued=connection.execute(named, {"n": sales}).scalar_one(),
        month=connection.execute(before).scalar_one(),
    )
