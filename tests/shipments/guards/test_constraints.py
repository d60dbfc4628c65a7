"""Every constraint refuses an attack by its own name, and nothing else does once it is dropped."""

from collections.abc import Iterable

from tests.shipments.guards.clauses import BESIDE, CLAUSES, FREE_ROWS, PAIRS
from tests.shipments.guards.harness import (
    GOT_THROUGH,
    Connection,
    Guard,
    attempt,
    change_one,
    constraints,
    copy_one,
    without,
    without_triggers,
)


def faults_of(
    owner: Connection,
    guard: Guard,
    attack: str,
    *,
    beside: Iterable[str] = (),
    refused_by: str = "",
) -> list[str]:
    """This will say what is wrong with a guard: it does not hold, or another one hides it."""
    prepared = [without_triggers(guard.table), *without(guard.table, beside)]
    held = attempt(owner, *prepared, attack)
    dropped = attempt(owner, *prepared, *without(guard.table, [guard.name]), attack)
    faults = []
    if held != (refused_by or guard.name):
        faults.append(f"{guard.name} does not refuse ({held or 'nothing'} does): {attack}")
    if dropped != GOT_THROUGH:
        faults.append(f"{guard.name} is hidden by {dropped}: {attack}")
    return faults


def clauses_of(guard: Guard) -> tuple[str, ...]:
    """This will return the attacks on a check; those on words and natural numbers follow a rule."""
    (column,) = guard.columns if len(guard.columns) == 1 else ("",)
    if guard.name in CLAUSES:
        return CLAUSES[guard.name]
    if column and guard.name.endswith("_is_known"):
        return (f"\"{column}\" = 'x'",)
    if column and guard.name == f"{guard.table}_{column}_check":
        return (f'"{column}" = -1',)
    return ()


def test_every_check_is_held_by_itself(attacker: Connection) -> None:
    faults = []
    checks = constraints(attacker, "c")
    for guard in checks:
        clauses = clauses_of(guard)
        faults += [] if clauses else [f"{guard.name} of {guard.table} is not attacked."]
        for clause in clauses:
            assignments, _, condition = clause.partition(" WHERE ")
            attack = change_one(guard.table, assignments, condition or "true")
            faults += faults_of(attacker, guard, attack, beside=BESIDE.get(guard.name, ()))
    assert faults == []
    assert len(checks) > 60
    assert CLAUSES.keys() <= {guard.name for guard in checks}


def test_every_foreign_key_is_held_by_itself(attacker: Connection) -> None:
    faults = []
    for guard in constraints(attacker, "f"):
        column = guard.columns[0]
        row = FREE_ROWS.get(guard.table, f'"{column}" IS NOT NULL')
        attack = change_one(guard.table, f'"{column}" = -1', row)
        if len(guard.columns) > 1:
            attack = change_one(guard.table, *PAIRS[guard.name])
        beside = BESIDE.get(f"{guard.table}.{column}", ()) if len(guard.columns) == 1 else ()
        faults += faults_of(attacker, guard, attack, beside=beside)
    assert faults == []


def test_every_unique_constraint_is_held_by_itself(attacker: Connection) -> None:
    faults = []
    single = constraints(attacker, "p") + constraints(attacker, "u")
    for guard in single:
        # A copy of a row meets every unique constraint; the others are put aside.
        others = [g.name for g in single if g.table == guard.table and g != guard]
        faults += faults_of(attacker, guard, copy_one(attacker, guard), beside=others)
    assert faults == []


def test_every_column_that_needs_a_value_refuses_none(attacker: Connection) -> None:
    faults = []
    keys = {(g.table, column) for g in constraints(attacker, "p") for column in g.columns}
    computed = set(
        attacker.execute(
            "SELECT attrelid::regclass::text, attname FROM pg_attribute WHERE attgenerated <> ''"
        )
    )
    for guard in constraints(attacker, "n"):
        (column,) = guard.columns
        if (guard.table, column) not in keys | computed:
            row = FREE_ROWS.get(guard.table, "true")
            attack = change_one(guard.table, f'"{column}" = NULL', row)
            faults += faults_of(attacker, guard, attack, refused_by=column)
    assert faults == []


def test_quantities_are_finite_bounded_and_exact(attacker: Connection) -> None:
    domains = attacker.execute(
        "SELECT contypid::regtype::text, conname FROM pg_constraint WHERE contypid <> 0"
        " AND connamespace = 'public'::regnamespace"
    ).fetchall()
    assert domains == [("quantity", "quantity_is_finite_and_exact")]
    drop = "ALTER DOMAIN quantity DROP CONSTRAINT quantity_is_finite_and_exact"
    for value in ("0.0005", "NaN", "Infinity", "1000000000000"):
        attack = change_one("shipments_item", f"unit_weight_kg = '{value}'")
        assert attempt(attacker, attack) == "quantity_is_finite_and_exact"
        assert attempt(attacker, drop, attack) == GOT_THROUGH


def test_a_check_that_another_hides_is_told(attacker: Connection) -> None:
    """The control: the harness sees a guard that is not there, and one that holds nothing."""
    guard = Guard("shipments_shipmentline", "line_quantity_above_zero", ("quantity",))
    drop = without(guard.table, [guard.name])
    attack = change_one(guard.table, "quantity = 0")
    with attacker.transaction(force_rollback=True):
        for statement in drop:
            attacker.execute(statement)
        assert attempt(attacker, without_triggers(guard.table), attack) == GOT_THROUGH
    with attacker.transaction(force_rollback=True):
        attacker.execute(
            f"ALTER TABLE {guard.table} ADD CONSTRAINT quantity_again CHECK (quantity > 0)"
        )
        (fault,) = faults_of(attacker, guard, attack)
        assert fault.startswith("line_quantity_above_zero is hidden by quantity_again")
