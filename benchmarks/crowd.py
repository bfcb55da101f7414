"""Many leads in a club, written set by set straight into the tables: what stands in them follows from their number.

However many leads there are, each consultant holds as many and has as much to do: what grows is what lies behind them.
"""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from clubsales.clock import Instant

HELD = 100  # leads that each consultant holds, each with a next step
TOUCHES_OF_ONE = 2_000  # of the person whose page is looked at
YEARS = 5
TABLES = ("person", "person_phone", "lead", "claim", "contact", "touch", "follow_up")
SURNAMES = "王wang 李li 张zhang 刘liu 陈chen 杨yang 黄huang 赵zhao 吴wu 周zhou 徐xu 孙sun 马ma 朱zhu 胡hu 郭guo 何he 林lin 罗luo 高gao"
GIVEN = "伟wei 芳fang 娜na 敏min 静jing 丽li 强qiang 磊lei 军jun 洋yang 勇yong 艳yan 杰jie 涛tao 明ming 超chao 秀xiu 霞xia 平ping 刚gang 桂gui 英ying 华hua"
STATEMENTS = (
    # A public id of letters that ids are made of.
    """CREATE FUNCTION pg_temp.named(letter text, n bigint) RETURNS text LANGUAGE sql IMMUTABLE AS
    $$ SELECT letter || translate(lpad(CAST(n AS text), 11, '0'), '0123456789', 'abcdefghjk') $$""",
    """CREATE TEMP TABLE seller ON COMMIT DROP AS
    SELECT row_number() OVER (ORDER BY id) - 1 AS place, id, count(*) OVER () AS sellers
    FROM consultant WHERE club_id = :club AND kind = 'inside'""",
    """CREATE TEMP TABLE surname ON COMMIT DROP AS
    SELECT place - 1 AS place, left(syllable, 1) AS written, substr(syllable, 2) AS spoken
    FROM unnest(string_to_array(:surnames, ' ')) WITH ORDINALITY AS each (syllable, place)""",
    """CREATE TEMP TABLE given ON COMMIT DROP AS
    SELECT place - 1 AS place, left(syllable, 1) AS written, substr(syllable, 2) AS spoken
    FROM unnest(string_to_array(:given, ' ')) WITH ORDINALITY AS each (syllable, place)""",
    """CREATE TEMP TABLE guest ON COMMIT DROP AS
    SELECT n, (SELECT coalesce(max(id), 0) FROM person) + n + 1 AS person_id, seller.id AS consultant_id,
        CAST(:until AS timestamptz) - n * (CAST(:span AS interval) / CAST(:leads AS int)) AS at,
        surname.written || first.written || CASE n % 3 WHEN 0 THEN '' ELSE second.written END AS name,
        surname.spoken || first.spoken || CASE n % 3 WHEN 0 THEN '' ELSE second.spoken END AS spoken,
        left(surname.spoken, 1) || left(first.spoken, 1) || CASE n % 3 WHEN 0 THEN '' ELSE left(second.spoken, 1) END
            AS initials,
        '86' || CASE n % 3 WHEN 0 THEN '138' WHEN 1 THEN '139' ELSE '186' END
            || lpad(CAST(CAST(n AS bigint) * 61757 % 100000000 AS text), 8, '0') AS phone,
        n < CAST(:held AS int) * seller.sellers AS is_held, pg_temp.named('p', n) AS public_id
    FROM generate_series(0, CAST(:leads AS int) - 1) AS n
        JOIN seller ON seller.place = n % (SELECT max(sellers) FROM seller)
        JOIN surname ON surname.place = CAST(n AS bigint) * 7919 / 13 % (SELECT count(*) FROM surname)
        JOIN given AS first ON first.place = CAST(n AS bigint) * 104729 / 7 % (SELECT count(*) FROM given)
        JOIN given AS second ON second.place = CAST(n AS bigint) * 15485863 / 3 % (SELECT count(*) FROM given)
    ORDER BY n DESC""",
    """INSERT INTO person (id, public_id, organisation_id, name, name_key, pinyin, initials, wechat_key, created_at)
    SELECT person_id, public_id, :organisation, name, name, spoken, initials,
        CASE n % 3 WHEN 0 THEN spoken || n ELSE '' END, at FROM guest""",
    "SELECT setval(pg_get_serial_sequence('person', 'id'), (SELECT max(id) FROM person))",
    """INSERT INTO person_phone (organisation_id, person_id, e164, reversed)
    SELECT :organisation, person_id, '+' || phone, reverse(phone) FROM guest""",
    """INSERT INTO lead (public_id, club_id, person_id, source, grade, interest, note, captured_by, captured_at,
        converted_at)
    SELECT pg_temp.named('m', n), :club, person_id,
        (ARRAY['walk_in', 'walk_in', 'phone', 'online', 'online', 'flyer', 'sweep', 'referral', 'event'])[1 + n % 9],
        (ARRAY['A', 'B', 'B', 'C', 'C', 'D', NULL])[1 + n % 7], '', '', consultant_id, at,
        CASE WHEN n % 31 = 30 THEN at END
    FROM guest""",
    """INSERT INTO claim (public_id, club_id, person_id, consultant_id, claimed_at, claimed_day, until, first_contact_at,
        ended_at, ended_day, end_reason, policy_version_id)
    SELECT pg_temp.named('c', n), :club, person_id, consultant_id, at, CAST(at AS date),
        CAST(:until AS date) + n % 30, at, CASE WHEN NOT is_held THEN at END,
        CASE WHEN NOT is_held THEN CAST(at AS date) END, CASE WHEN NOT is_held THEN 'expired' END,
        (SELECT min(id) FROM policy_version WHERE club_id = :club)
    FROM guest WHERE is_held OR n % 2 = 0""",
    """CREATE TEMP TABLE said ON COMMIT DROP AS
    SELECT n, person_id, consultant_id, at, CAST(at AS date) AS day FROM guest
    UNION ALL SELECT CAST(:leads AS int) + again, person_id, consultant_id, at - again * interval '3 hours',
        CAST(at - again * interval '3 hours' AS date)
    FROM guest, generate_series(1, CAST(:touches AS int)) AS again WHERE n = 0""",
    """INSERT INTO contact (public_id, club_id, person_id, consultant_id, channel, outcome, note, contacted_at, at,
        local_day)
    SELECT pg_temp.named('s', n), :club, person_id, consultant_id, 'call', 'answered', '', at, at, day FROM said""",
    """INSERT INTO touch (club_id, kind, person_id, consultant_id, at, local_day, signals)
    SELECT :club, 'contact', person_id, consultant_id, at, day, '[]' FROM said""",
    """INSERT INTO follow_up (public_id, club_id, person_id, consultant_id, due_on, what, made_at, ended_at, end_reason)
    SELECT pg_temp.named('f', n), :club, person_id, consultant_id, CAST(:until AS date) + n % 40 / 2 - 10, '回电',
        at, CASE WHEN NOT is_held THEN at END, CASE WHEN NOT is_held THEN 'done' END
    FROM guest""",
)
INDEXES = sa.text(
    "SELECT schemaname, indexname, indexdef FROM pg_indexes WHERE tablename IN :tables AND schemaname = 'public'"
    " AND indexname NOT IN (SELECT conname FROM pg_constraint)"
).bindparams(sa.bindparam("tables", expanding=True))


@dataclass(frozen=True, slots=True)
class Crowd:
    """What pages are asked for: the lead with many touches, and ways to find somebody in the middle of the crowd."""

    busy_lead: str
    phone: str
    last_digits: str
    surname: str
    spoken: str  # the surname
    initials: str  # two


def write(connection: Connection, *, club_id: int, organisation_id: int, leads: int, until: Instant) -> Crowd:
    """So many leads of the years that ended at `until`. Indexes are built when all is there."""
    connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
    connection.exec_driver_sql("SET LOCAL maintenance_work_mem = '256MB'")
    indexes = connection.execute(INDEXES, {"tables": TABLES}).all()
    for index in indexes:
        connection.exec_driver_sql(f'DROP INDEX "{index.indexname}"')
    given = {
        "club": club_id,
        "organisation": organisation_id,
        "leads": leads,
        "until": until,
        "span": f"{YEARS} years",
        "held": HELD,
        "touches": TOUCHES_OF_ONE,
        "surnames": SURNAMES,
        "given": GIVEN,
    }
    for text in STATEMENTS:
        statement = sa.text(text)
        connection.execute(statement, {name: given[name] for name in statement.compile().params})
    for index in indexes:
        connection.exec_driver_sql(index.indexdef)
    busy = connection.execute(
        sa.text("SELECT public_id FROM lead WHERE person_id = (SELECT person_id FROM guest WHERE n = 0)")
    ).scalar_one()
    middle = connection.execute(
        sa.text(
            "SELECT surname.written, surname.spoken, initials, phone FROM guest"
            " JOIN surname ON surname.written = left(name, 1) WHERE n = :n"
        ),
        {"n": leads // 2},
    ).one()
    phone = middle.phone[2:]
    return Crowd(busy, phone, phone[-4:], middle.written, middle.spoken, middle.initials[:2])
