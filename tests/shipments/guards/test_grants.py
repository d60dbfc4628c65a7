"""What the application role may do to each table, and what it cannot do with SQL of its own."""

from collections.abc import Iterator

import psycopg
import pytest

from tests.database import TestDatabase
from tests.shipments.guards.fortress import Fortress
from tests.shipments.guards.harness import OURS, Connection
from tests.shipments.guards.statements import counted, event, line, shipment

LEDGER = {
    "shipments_attachment",
    "shipments_deliveryevent",
    "shipments_deliveryline",
    "shipments_eventtext",
    "shipments_plausibilitywarning",
    "shipments_savedqueryversion",
    "shipments_snapshot",
    "shipments_storedanswer",
    "shipments_verification",
    "shipments_warninganswer",
}
READ_ONLY = {
    "django_migrations",
    "shipment_move",
    "shipments_linebalance",
    "totals_cell",
    "totals_delta",
}
CHANGES = {
    "INSERT": "INSERT INTO {} DEFAULT VALUES",
    "UPDATE": "UPDATE {0} SET {1} = {1}",
    "DELETE": "DELETE FROM {}",
    "TRUNCATE": "TRUNCATE {}",
}
# The role may ask for a lock on the counters by this column, and the trigger refuses the rest.
LOCKED_BY = ("shipments_linebalance", "line_id", "UPDATE")


def withheld_from(table: str) -> set[str]:
    """This will return the changes the application role may not make; emptying is always one."""
    if table in READ_ONLY:
        return set(CHANGES)
    if table in LEDGER:
        return {"UPDATE", "DELETE", "TRUNCATE"}
    return {"DELETE", "TRUNCATE"} if table == "shipments_shipment" else {"TRUNCATE"}


def tables(owner: Connection) -> dict[str, str]:
    """This will return our tables, each with a column to change."""
    rows = owner.execute(
        "SELECT c.relname::text, min(a.attname::text) FROM pg_class AS c"
        " JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped"
        " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'"
        " AND a.attidentity = '' AND a.attgenerated = '' AND a.attname <> 'line_id'"
        f" AND (c.relname {OURS} OR c.relname = 'django_migrations') GROUP BY 1"
    )
    return dict(rows.fetchall())


@pytest.fixture
def application(fortress: Fortress, test_database: TestDatabase) -> Iterator[Connection]:
    """Connects as the application does."""
    with test_database.connect("default", test_database.name) as connection:
        yield connection


def answer(connection: Connection, *statements: str) -> str:
    """This will say how the database answers: "" or the kind and name of its refusal."""
    try:
        with connection.transaction(force_rollback=True):
            for statement in statements:
                connection.execute(statement)
            connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except psycopg.Error as error:
        return error.diag.constraint_name or type(error).__name__
    return ""


def test_the_role_holds_what_the_table_of_rights_says(
    attacker: Connection, application: Connection
) -> None:
    rows = attacker.execute(
        "SELECT c.relname::text, r FROM pg_class AS c, unnest(ARRAY['SELECT', 'INSERT', 'UPDATE',"
        " 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER', 'MAINTAIN']) AS r"
        " WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace"
        " AND has_table_privilege(%s, c.oid, r)",
        [application.info.user],
    )
    held = {(table, right) for table, right in rows}
    ours = tables(attacker)
    expected = {
        (table, right) for table in ours for right in {"SELECT", *CHANGES} - withheld_from(table)
    }
    assert {pair for pair in held if pair[0] in ours} == expected


def test_the_role_holds_one_column_of_its_own(
    attacker: Connection, application: Connection
) -> None:
    rows = attacker.execute(
        "SELECT c.relname::text, a.attname::text, x.privilege_type FROM pg_attribute AS a"
        " JOIN pg_class AS c ON c.oid = a.attrelid, aclexplode(a.attacl) AS x"
        " WHERE x.grantee = (SELECT oid FROM pg_roles WHERE rolname = %s)",
        [application.info.user],
    )
    assert rows.fetchall() == [LOCKED_BY]


def test_every_right_withheld_changes_an_answer(
    attacker: Connection, application: Connection
) -> None:
    role = application.info.user
    idle = []
    for table, column in tables(attacker).items():
        for right in sorted(withheld_from(table)):
            attack = CHANGES[right].format(table, column)
            before = answer(application, attack)
            attacker.execute(f"GRANT {right} ON {table} TO {role}")
            after = answer(application, attack)
            attacker.execute(f"REVOKE {right} ON {table} FROM {role}")
            if before != "InsufficientPrivilege" or after == before:
                idle.append((table, right, before, after))
            if table in LEDGER and right != "TRUNCATE":
                assert after == "ledger_is_append_only"
    attacker.execute(f"GRANT UPDATE (line_id) ON shipments_linebalance TO {role}")
    assert idle == []


@pytest.mark.parametrize(
    "attack",
    [
        "ALTER TABLE shipments_deliveryevent DISABLE TRIGGER append_only",
        "ALTER TABLE shipments_linebalance DROP CONSTRAINT balance_no_more_than_outstanding",
        "DROP TABLE shipments_warninganswer",
        "SET session_replication_role = replica",
        "CREATE TABLE public.mine (id integer)",
        "SELECT setval('event_serial', 1)",
        "CREATE TRIGGER mine BEFORE INSERT ON shipments_deliveryevent"
        " EXECUTE FUNCTION suppress_redundant_updates_trigger()",
        "UPDATE shipments_linebalance SET lost = 1",
        "COPY shipments_linebalance (line_id) FROM STDIN",
    ],
)
def test_the_role_cannot_reach_round_the_guards(application: Connection, attack: str) -> None:
    assert answer(application, attack) == "InsufficientPrivilege"


def test_the_role_is_not_the_owner(attacker: Connection, application: Connection) -> None:
    role, owner = application.info.user, attacker.info.user
    (member,) = attacker.execute(
        "SELECT pg_has_role(%s, %s, 'MEMBER')", [role, owner]
    ).fetchone() or (True,)
    assert member is False


CLOSE = f"UPDATE shipments_shipment SET status = 'closed' WHERE id = {shipment('sent')}"
# A trigger of one's own makes a statement look as if the ledger had caused it.
NESTED = (
    "CREATE TEMPORARY TABLE bait (id integer)",
    f"CREATE FUNCTION pg_temp.nest() RETURNS trigger LANGUAGE plpgsql AS"
    f" $$ BEGIN {CLOSE}; RETURN NULL; END $$",
    "CREATE TRIGGER nest AFTER INSERT ON bait EXECUTE FUNCTION pg_temp.nest()",
    "INSERT INTO bait VALUES (1)",
)


def test_the_role_cannot_write_the_status(application: Connection) -> None:
    for attack in ((CLOSE,), NESTED):
        assert answer(application, *attack) == "status_is_computed_from_events"
    assert answer(application, f"SELECT compute_status(ARRAY[{shipment('sent')}])") == ""


def test_a_guard_that_only_counts_depth_would_let_the_status_be_written(
    attacker: Connection, application: Connection
) -> None:
    """The control: without the question who acts, a trigger of one's own gets through."""
    (source,) = attacker.execute(
        "SELECT pg_get_functiondef('refuse_typed_status'::regproc)"
    ).fetchone() or ("",)
    start, end = source.index(" OR NOT pg_has_role"), source.index(" THEN")
    attacker.execute(source[:start] + source[end:])
    try:
        assert answer(application, *NESTED) == ""
        assert answer(application, CLOSE) == "status_is_computed_from_events"
    finally:
        attacker.execute(source)


def test_the_role_cannot_choose_when_it_recorded(application: Connection) -> None:
    said = "SET LOCAL aidtracker.recorded_at = '2020-11-26 10:00+00'"
    assert answer(application, event("sent", "arrived")) == ""
    assert answer(application, said, event("sent", "arrived")) == "recorded_at_is_the_clock"
    typed = event("sent", "arrived", recorded_at="timestamptz '2020-11-26 10:00+00'")
    assert answer(application, typed) == "recorded_at_is_the_clock"
    assert answer(application, said, typed) == "recorded_at_is_the_clock"


def copied(connection: Connection, table: str, rows: str) -> None:
    with connection.cursor().copy(f"COPY {table} FROM STDIN (FORMAT csv, NULL '-')") as copy:
        copy.write(rows)


EVENTS = (
    "shipments_deliveryevent (key, shipment_id, kind, occurred_at, occurred_on, recorded_by_id,"
    " source, surplus, fingerprint, recorded_at)"
)
LINES = "shipments_deliveryline (event_id, line_id, outcome, quantity, weight_basis, surplus)"


def copy_delivery(connection: Connection, quantity: object, *, recorded_at: str = "") -> str:
    """This will record a delivery of the first line of a shipment with COPY, past the verbs."""
    try:
        with connection.transaction(force_rollback=True):
            (now, sent, first, who) = (
                connection.execute(
                    f"SELECT now(), {shipment('sent')}, {line('sent')},"
                    " (SELECT id FROM accounts_user WHERE username = 'omar')"
                ).fetchone()
                or (None,) * 4
            )
            moment = recorded_at or now
            said = f"{sent},received,2020-11-25 10:00+00,2020-11-25,{who},api,f,,{moment}"
            copied(connection, EVENTS, f"00000000-0000-4000-8000-000000000002,{said}\n")
            (last,) = connection.execute(
                "SELECT max(id) FROM shipments_deliveryevent"
            ).fetchone() or (0,)
            copied(connection, LINES, f"{last},{first},received,{quantity},unknown,0\n")
            connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
            found = connection.execute(
                f"SELECT received FROM shipments_linebalance WHERE line_id = {first}"
            ).fetchone()
    except psycopg.Error as error:
        return str(error.diag.constraint_name)
    return f"{found and found[0]} received"


def test_copy_meets_the_same_guards(application: Connection) -> None:
    assert copy_delivery(application, 100) == "100 received"
    assert copy_delivery(application, 101) == "balance_no_more_than_outstanding"
    assert copy_delivery(application, "NaN") == "quantity_is_finite_and_exact"
    assert copy_delivery(application, -1) == "ledger_line_fits_its_event"
    old = copy_delivery(application, 1, recorded_at="2020-11-26 10:00+00")
    assert old == "recorded_at_is_the_clock"


def test_raw_sql_meets_the_same_guards(application: Connection) -> None:
    delivered = event("sent", "received")
    most = counted("sent", "received", 100)
    assert answer(application, delivered, most) == ""
    more = counted("sent", "received", 101)
    assert answer(application, delivered, more) == "balance_no_more_than_outstanding"
    # In two events of one transaction, and in one statement.
    rest = (delivered, counted("sent", "damaged", 1))
    assert answer(application, delivered, most, *rest) == "balance_no_more_than_outstanding"
