"""Every rule a trigger holds refuses its attacks, which get through once the rule is taken out."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tests.shipments.guards.harness import GOT_THROUGH, OURS, Connection, attempt
from tests.shipments.guards.rules import ATTACKS, Attack
from tests.shipments.guards.statements import counted, event

REFUSAL = re.compile(
    r"PERFORM refuse\('(\w+)'.*?\);|RAISE EXCEPTION USING[^;]*CONSTRAINT = '(\w+)'[^;]*;", re.DOTALL
)


@dataclass(frozen=True)
class Site:
    """A place in a function where a rule refuses, and the function without it."""

    function: str
    rule: str
    without: str


def sites(owner: Connection) -> list[Site]:
    functions = owner.execute(
        "SELECT proname, pg_get_functiondef(oid) FROM pg_proc"
        " WHERE pronamespace = 'public'::regnamespace AND prokind = 'f'"
        " AND prorettype = 'trigger'::regtype ORDER BY proname"
    ).fetchall()
    return [site for name, source in functions for site in sites_of(name, source)]


def sites_of(function: str, source: str) -> Iterator[Site]:
    for found in REFUSAL.finditer(source):
        rule = found.group(1) or found.group(2)
        yield Site(function, rule, f"{source[: found.start()]}NULL;{source[found.end() :]}")


def without_rule(owner: Connection, rule: str) -> list[str]:
    """This will write every function that holds the rule anew, without it."""
    replaced: dict[str, str] = {}
    for site in sites(owner):
        if site.rule == rule:
            source = site.without
            while more := [s for s in sites_of(site.function, source) if s.rule == rule]:
                source = more[0].without
            replaced[site.function] = source
    return list(replaced.values())


def test_every_rule_is_attacked(attacker: Connection) -> None:
    assert {site.rule for site in sites(attacker)} == ATTACKS.keys()


def test_every_attack_is_refused_by_its_rule(attacker: Connection) -> None:
    answers = {
        (rule, attack): attempt(attacker, *attack)
        for rule, attacks in ATTACKS.items()
        for attack in attacks
    }
    assert [(key, by) for key, by in answers.items() if by != key[0]] == []


def test_every_attack_gets_through_without_its_rule(attacker: Connection) -> None:
    hidden = [
        (rule, by, attack)
        for rule, attacks in ATTACKS.items()
        for dropped in [without_rule(attacker, rule)]
        for attack in attacks
        if (by := attempt(attacker, *dropped, *attack)) != GOT_THROUGH
    ]
    assert hidden == []


def test_every_place_that_refuses_is_needed(attacker: Connection) -> None:
    idle = [
        (site.function, site.rule)
        for site in sites(attacker)
        if all(
            attempt(attacker, site.without, *attack) != GOT_THROUGH for attack in ATTACKS[site.rule]
        )
    ]
    assert idle == []


# What triggers do rather than refuse: a statement, and a question that is true only with them.
NEW_ITEM = (
    "INSERT INTO shipments_item (code, name, names, aliases, category_id, base_unit,"
    " unit_weight_source, catalogue_code, equipment, folded, sort_keys) SELECT 'flour', 'Flour',"
    " '{}', '{}', category_id, 't', '', '', false, '', '{}' FROM shipments_item LIMIT 1"
)
NEW_REGION = (
    "INSERT INTO regions_region (code, name, level, parent_id, path, pcode, pcode_source,"
    " boundary, folded, sort_keys) SELECT 'AA-N-1', 'Town', 0, id, '', '', '', '', '', '{}'"
    " FROM regions_region WHERE code = 'AA-N'"
)
EFFECTS: dict[str, tuple[Attack, str]] = {
    "total_ledger_lines": (
        (event("sent", "received"), counted("sent", "received", 1)),
        "SELECT (SELECT sum(received) FROM shipments_linebalance) = (SELECT sum(received) FROM ("
        "SELECT received FROM totals_cell WHERE kept = 0 AND month = '-infinity' UNION ALL"
        " SELECT received FROM totals_delta WHERE month = '-infinity') AS kept_ready)",
    ),
    "add_units_of_new_items": (
        (NEW_ITEM,),
        "SELECT count(*) = 2 FROM shipments_itemunit AS u JOIN shipments_item AS i"
        " ON i.id = u.item_id WHERE i.code = 'flour'",
    ),
    "add_units_of_changed_items": (
        ("UPDATE shipments_item SET base_unit = 'bed' WHERE code = 'old'",),
        "SELECT count(*) = 1 FROM shipments_itemunit WHERE unit = 'bed'",
    ),
    "place_region": (
        (NEW_REGION,),
        "SELECT c.level = 2 AND c.path = p.path || c.id || '/' FROM regions_region AS c"
        " JOIN regions_region AS p ON p.id = c.parent_id WHERE c.code = 'AA-N-1'",
    ),
    "move_regions_below": (
        (NEW_REGION, "UPDATE regions_region SET parent_id = NULL WHERE code = 'AA-N'"),
        "SELECT c.level = 1 AND c.path = p.path || c.id || '/' FROM regions_region AS c"
        " JOIN regions_region AS p ON p.id = c.parent_id WHERE c.code = 'AA-N-1'",
    ),
}


def triggers(owner: Connection) -> list[tuple[str, str]]:
    rows = owner.execute(
        "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal"
        f" AND tgrelid::regclass::text {OURS} ORDER BY 1, 2"
    )
    return [(table, name) for table, name in rows]


def effect_shows(owner: Connection, name: str, *before: str) -> bool:
    statements, question = EFFECTS[name]
    with owner.transaction(force_rollback=True):
        for statement in (*before, *statements):
            owner.execute(statement)
        return owner.execute(question).fetchone() == (True,)


def is_needed(owner: Connection, table: str, name: str) -> bool:
    """This will say whether something changes when the trigger is off."""
    off = f"ALTER TABLE {table} DISABLE TRIGGER {name}"
    if name in EFFECTS:
        return effect_shows(owner, name) and not effect_shows(owner, name, off)
    attacks = [attack for attacks in ATTACKS.values() for attack in attacks]
    # Those that name the table first.
    attacks.sort(key=lambda attack: f" {table} " not in attack[-1])
    return any(attempt(owner, off, *attack) == GOT_THROUGH for attack in attacks)


def test_every_trigger_is_needed(attacker: Connection) -> None:
    found = triggers(attacker)
    assert [pair for pair in found if not is_needed(attacker, *pair)] == []
    assert len(found) > 25
    assert EFFECTS.keys() <= {name for _table, name in found}


def test_the_guards_of_the_ledger_stay_on_for_replication(attacker: Connection) -> None:
    rows = attacker.execute(
        "SELECT tgrelid::regclass::text || '.' || tgname FROM pg_trigger"
        f" WHERE NOT tgisinternal AND tgenabled <> 'A' AND tgrelid::regclass::text {OURS}"
        " AND (tgname = 'append_only' OR tgrelid IN ('shipments_linebalance'::regclass,"
        " 'shipments_deliveryline'::regclass, 'shipments_deliveryevent'::regclass,"
        " 'shipments_shipment'::regclass))"
    )
    assert rows.fetchall() == []


def test_functions_that_act_as_the_owner_fix_where_they_look(attacker: Connection) -> None:
    rows = attacker.execute(
        "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef"
        " AND NOT 'search_path=public, pg_temp' = ANY (coalesce(proconfig, '{}'))"
    )
    assert rows.fetchall() == []
