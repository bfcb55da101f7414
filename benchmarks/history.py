"""A year behind the club, written set by set straight into the tables: as many rows as the real year would have left.

About 82 guests a day, each with a person, a lead, a reception, a turn, a touch and two lines of audit; 20 shifts a day, a
meal in each. What is measured writes these tables by the operations.
"""

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from clubsales.clock import Instant

DAYS = 365
GUESTS_A_DAY = 82
SHIFTS_A_DAY = 20

# Everything about a guest or a shift of the year follows from its number.
STATEMENTS = (
    """CREATE TEMP TABLE seller ON COMMIT DROP AS
    SELECT row_number() OVER (ORDER BY id) - 1 AS place, id, count(*) OVER () AS sellers
    FROM consultant WHERE club_id = :club AND kind = 'inside'""",
    """CREATE TEMP TABLE guest ON COMMIT DROP AS
    SELECT n, 'hp' || lpad(CAST(n AS text), 10, '0') AS person, 'hr' || lpad(CAST(n AS text), 10, '0') AS reception,
        CASE WHEN n % 6 = 5 THEN 'proxy' ELSE 'rotation' END AS basis,
        CAST(:until AS timestamptz) - make_interval(
            days => CAST(1 + n / CAST(:guests_a_day AS int) AS int),
            mins => CAST(n % CAST(:guests_a_day AS int) * 9 AS int)) AS at
    FROM generate_series(0, CAST(:guests AS int) - 1) AS n""",
    """INSERT INTO person (public_id, organisation_id, name, created_at)
    SELECT person, :organisation, 'guest ' || n, at FROM guest""",
    """INSERT INTO person_phone (organisation_id, person_id, e164)
    SELECT :organisation, id, '+861383' || right(public_id, 7) FROM person WHERE public_id LIKE 'hp00000%'""",
    """INSERT INTO lead (public_id, club_id, person_id, source, interest, note, captured_at)
    SELECT 'hl' || right(public_id, 10), :club, id, 'walk_in', '', '', created_at
    FROM person WHERE public_id LIKE 'hp00000%'""",
    """INSERT INTO reception (public_id, club_id, local_day, person_id, name, status, basis, consultant_id, is_member,
        signals, arrived_at, received_at, ended_at, outcome)
    SELECT reception, :club, CAST(at AT TIME ZONE 'Asia/Shanghai' AS date), person.id, '', 'ended', basis, seller.id,
        false, '[]', at, at, at + interval '40 minutes', 'be_back'
    FROM guest JOIN person ON person.public_id = guest.person JOIN seller ON seller.place = n % sellers""",
    """INSERT INTO assignment (club_id, reception_id, at, consultant_id, basis, rule, skipped, queue_before, queue_after,
        reason, policy_version_id, decided_by, moved)
    SELECT :club, reception.id, at, consultant_id, guest.basis,
        CASE guest.basis WHEN 'proxy' THEN 'AMB-04' ELSE 'ROT-01' END,
        (SELECT coalesce(jsonb_agg(jsonb_build_object('consultant', seller.id, 'name', 'seller', 'reason',
                CASE skip % 3 WHEN 0 THEN 'meal' ELSE 'busy' END, 'forfeits', skip % 3 = 0)), '[]')
            FROM generate_series(1, n % 9) AS skip JOIN seller ON seller.place = (n + skip) % sellers),
        queue.ids, queue.ids,
        CASE guest.basis WHEN 'proxy' THEN
            CAST('{"rule": "AMB-04", "code": "rotation.proxy_busy", "facts": {"consultant": "a", "designated": "b"}}'
                AS jsonb)
            ELSE CAST('{"rule": "ROT-01", "code": "rotation.turn", "facts": {"consultant": "a"}}' AS jsonb) END,
        (SELECT min(id) FROM policy_version WHERE club_id = :club), :account,
        CASE guest.basis WHEN 'rotation' THEN
            jsonb_build_array(jsonb_build_object('consultant', consultant_id, 'from', n, 'to', n + 40)) END
    FROM guest JOIN reception ON reception.public_id = guest.reception
        CROSS JOIN (SELECT jsonb_agg(id ORDER BY id) AS ids FROM seller) AS queue ORDER BY at""",
    """INSERT INTO touch (club_id, kind, person_id, consultant_id, reception_id, at, local_day, signals)
    SELECT club_id, 'visit', person_id, consultant_id, id, arrived_at, local_day, '[]' FROM reception
    WHERE public_id LIKE 'hr00000%'""",
    """INSERT INTO audit_event (club_id, tag, subject_kind, subject_id, actor_kind, account_id, at, facts)
    SELECT club_id, tag, 'reception', id, 'staff', :account, arrived_at,
        jsonb_build_object('reception_id', id, 'consultant_id', consultant_id, 'basis', basis)
    FROM reception CROSS JOIN (VALUES ('guest:assigned'), ('guest:seen_out')) AS what (tag)
    WHERE public_id LIKE 'hr00000%'""",
    """INSERT INTO shift (public_id, club_id, consultant_id, local_day, opened_at, opening_checklist, status,
        status_since, closed_at, closing_checklist, handover_note)
    SELECT 'hs' || lpad(CAST(n AS text), 10, '0'), :club, seller.id, CAST(at AT TIME ZONE 'Asia/Shanghai' AS date), at,
        '{}', 'on_post', at, at + interval '8 hours', '{}', ''
    FROM (SELECT n, CAST(:until AS timestamptz)
            - make_interval(days => CAST(1 + n / CAST(:shifts_a_day AS int) AS int), hours => 10) AS at
        FROM generate_series(0, CAST(:shifts AS int) - 1) AS n) AS worked
    JOIN seller ON seller.place = n % sellers""",
    """INSERT INTO presence (shift_id, status, since_at, until_at)
    SELECT id, part.status, opened_at + part.since, opened_at + part.till
    FROM shift CROSS JOIN (VALUES ('on_post', interval '0', interval '3 hours'),
        ('meal', interval '3 hours', interval '4 hours'),
        ('on_post', interval '4 hours', interval '8 hours')) AS part (status, since, till)
    WHERE public_id LIKE 'hs00000%'""",
)


def write(
    connection: Connection, *, club_id: int, organisation_id: int, account_id: int, until: Instant
) -> None:
    """Write the year that ended the day before."""
    given = {
        "club": club_id,
        "organisation": organisation_id,
        "account": account_id,
        "until": until - timedelta(hours=1),
        "guests_a_day": GUESTS_A_DAY,
        "guests": GUESTS_A_DAY * DAYS,
        "shifts_a_day": SHIFTS_A_DAY,
        "shifts": SHIFTS_A_DAY * DAYS,
    }
    for text in STATEMENTS:
        statement = sa.text(text)
        connection.execute(statement, {name: given[name] for name in statement.compile().params})
