-- Totals kept ready. What befell each line of a shipment, in all and month by month, is added up
-- in cells. Recording only appends signed rows, so that no two recordings ever wait for one
-- another here; a task folds them into the cells, and readers add both.

-- What a cell and a signed row count. `*_kg` are kilograms where the weight is known, `*_dark`
-- quantities where it is not. `outstanding` is sent - accounted + surplus, in each of the three.
CREATE TABLE totals_delta (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    operation_id bigint NOT NULL, donor_id bigint NOT NULL, item_id bigint NOT NULL,
    destination_id bigint NOT NULL, unit text NOT NULL, onward boolean NOT NULL,
    equipment boolean NOT NULL,
    -- The first day of the month, or -infinity for a line's whole history.
    month date NOT NULL,
    lines bigint NOT NULL, without_weight bigint NOT NULL,
    sent numeric NOT NULL, received numeric NOT NULL, damaged numeric NOT NULL,
    lost numeric NOT NULL, returned numeric NOT NULL, handed_over numeric NOT NULL,
    distributed numeric NOT NULL, surplus numeric NOT NULL,
    sent_kg numeric NOT NULL, received_kg numeric NOT NULL, damaged_kg numeric NOT NULL,
    lost_kg numeric NOT NULL, returned_kg numeric NOT NULL, handed_over_kg numeric NOT NULL,
    distributed_kg numeric NOT NULL, surplus_kg numeric NOT NULL,
    sent_dark numeric NOT NULL, received_dark numeric NOT NULL, damaged_dark numeric NOT NULL,
    lost_dark numeric NOT NULL, returned_dark numeric NOT NULL, handed_over_dark numeric NOT NULL,
    distributed_dark numeric NOT NULL, surplus_dark numeric NOT NULL
);

-- Folded rows leave room that has to be found again soon: readers look through all of it.
ALTER TABLE totals_delta SET (autovacuum_vacuum_threshold = 500, autovacuum_vacuum_scale_factor = 0);

-- `kept` says which of donor (1), item with unit (2) and destination (4) a cell tells apart; the
-- others are 0 and ''.
CREATE TABLE totals_cell (LIKE totals_delta);
ALTER TABLE totals_cell DROP COLUMN id, ADD COLUMN kept smallint NOT NULL;
ALTER TABLE totals_cell ADD CONSTRAINT totals_cell_once PRIMARY KEY
    (kept, month, operation_id, donor_id, item_id, destination_id, unit, onward, equipment);

-- What befell lines: one row per line for its whole history and one per month, where anything is
-- left once reversals are taken off. With fresh ledger lines, what there was before them comes
-- too, with the sign of what is taken off; both are added up in one pass.
CREATE FUNCTION pieces_of_lines(lines bigint[], fresh bigint[])
RETURNS TABLE (sign integer, line_id bigint, month date, without_weight bigint,
    sent numeric, received numeric, damaged numeric, lost numeric, returned numeric,
    handed_over numeric, distributed numeric, surplus numeric,
    sent_kg numeric, received_kg numeric, damaged_kg numeric, lost_kg numeric,
    returned_kg numeric, handed_over_kg numeric, distributed_kg numeric, surplus_kg numeric)
LANGUAGE sql STABLE AS $$
    WITH months AS (
        SELECT side.sign, d.line_id,
            date_trunc('month', e.occurred_on::timestamp)::date AS month,
            sum(d.quantity) AS moved, coalesce(sum(d.weight_kg), 0) AS weight,
            count(*) FILTER (WHERE d.weight_kg IS NULL) AS unweighed,
            coalesce(sum(d.quantity) FILTER (WHERE d.outcome = 'sent'), 0) AS sent,
            coalesce(sum(d.quantity) FILTER (WHERE d.outcome = 'received'), 0) AS received,
            coalesce(sum(d.quantity) FILTER (WHERE d.outcome = 'damaged'), 0) AS damaged,
            coalesce(sum(d.quantity) FILTER (WHERE d.outcome = 'lost'), 0) AS lost,
            coalesce(sum(d.quantity) FILTER (WHERE d.outcome = 'returned'), 0) AS returned,
            coalesce(sum(d.quantity) FILTER (WHERE d.outcome = 'handed_over'), 0) AS handed_over,
            coalesce(sum(d.quantity) FILTER (WHERE d.outcome = 'distributed'), 0) AS distributed,
            coalesce(sum(d.weight_kg) FILTER (WHERE d.outcome = 'sent'), 0) AS sent_kg,
            coalesce(sum(d.weight_kg) FILTER (WHERE d.outcome = 'received'), 0) AS received_kg,
            coalesce(sum(d.weight_kg) FILTER (WHERE d.outcome = 'damaged'), 0) AS damaged_kg,
            coalesce(sum(d.weight_kg) FILTER (WHERE d.outcome = 'lost'), 0) AS lost_kg,
            coalesce(sum(d.weight_kg) FILTER (WHERE d.outcome = 'returned'), 0) AS returned_kg,
            coalesce(sum(d.weight_kg) FILTER (WHERE d.outcome = 'handed_over'), 0) AS handed_over_kg,
            coalesce(sum(d.weight_kg) FILTER (WHERE d.outcome = 'distributed'), 0) AS distributed_kg
        FROM shipments_deliveryline AS d
        JOIN shipments_deliveryevent AS e ON e.id = d.event_id
        JOIN unnest(lines) AS asked (line_id) ON asked.line_id = d.line_id
        CROSS JOIN unnest(
            CASE fresh WHEN '{}' THEN '{1}' ELSE '{1,-1}' END::integer[]) AS side (sign)
        -- Written so that it is hashed: an import brings thousands at once.
        WHERE side.sign = 1 OR d.id NOT IN (SELECT unnest(fresh))
        GROUP BY side.sign, d.line_id, date_trunc('month', e.occurred_on::timestamp)::date
    ), due AS (
        SELECT m.*,
            sum(sent - (received + damaged + lost + returned)) OVER history AS due,
            sum(sent_kg - (received_kg + damaged_kg + lost_kg + returned_kg)) OVER history AS due_kg
        FROM months AS m
        WINDOW history AS (PARTITION BY m.sign, m.line_id ORDER BY m.month)
    ), excesses AS (
        -- Surplus at the end of each month, as the balance of a line defines it.
        SELECT due.*, greatest(-due, 0) AS excess, CASE WHEN due < 0 THEN -due_kg
            WHEN due = 0 THEN greatest(-due_kg, 0) ELSE 0 END AS excess_kg
        FROM due
    ), changes AS (
        SELECT x.*, excess - lag(excess, 1, 0::numeric) OVER history AS surplus,
            excess_kg - lag(excess_kg, 1, 0::numeric) OVER history AS surplus_kg
        FROM excesses AS x
        WINDOW history AS (PARTITION BY x.sign, x.line_id ORDER BY x.month)
    ), pieces AS (
        SELECT c.sign, c.line_id, c.month, moved, weight, unweighed, sent, received, damaged, lost,
            returned, handed_over, distributed, surplus, sent_kg, received_kg, damaged_kg, lost_kg,
            returned_kg, handed_over_kg, distributed_kg, surplus_kg
        FROM changes AS c
        UNION ALL
        SELECT c.sign, c.line_id, '-infinity', sum(moved), sum(weight), sum(unweighed), sum(sent),
            sum(received), sum(damaged), sum(lost), sum(returned), sum(handed_over),
            sum(distributed), sum(surplus), sum(sent_kg), sum(received_kg), sum(damaged_kg),
            sum(lost_kg), sum(returned_kg), sum(handed_over_kg), sum(distributed_kg),
            sum(surplus_kg)
        FROM changes AS c GROUP BY c.sign, c.line_id
    )
    SELECT p.sign, p.line_id, p.month, (unweighed > 0 AND weight = 0)::integer::bigint,
        sign * sent, sign * received, sign * damaged, sign * lost, sign * returned,
        sign * handed_over, sign * distributed, sign * surplus, sign * sent_kg,
        sign * received_kg, sign * damaged_kg, sign * lost_kg, sign * returned_kg,
        sign * handed_over_kg, sign * distributed_kg, sign * surplus_kg
    FROM pieces AS p WHERE moved <> 0 OR weight <> 0
$$;

-- What some lines count for, by what a signed row tells apart; with fresh ledger lines, what they
-- count for more than before them.
CREATE FUNCTION totals_of_lines(lines bigint[], fresh bigint[])
RETURNS TABLE (operation_id bigint, donor_id bigint, item_id bigint, destination_id bigint,
    unit text, onward boolean, equipment boolean, month date, lines bigint, without_weight bigint,
    sent numeric, received numeric, damaged numeric, lost numeric, returned numeric,
    handed_over numeric, distributed numeric, surplus numeric, sent_kg numeric,
    received_kg numeric, damaged_kg numeric, lost_kg numeric, returned_kg numeric,
    handed_over_kg numeric, distributed_kg numeric, surplus_kg numeric, sent_dark numeric,
    received_dark numeric, damaged_dark numeric, lost_dark numeric, returned_dark numeric,
    handed_over_dark numeric, distributed_dark numeric, surplus_dark numeric)
LANGUAGE sql STABLE AS $$
    SELECT s.operation_id, l.donor_id, l.item_id, s.destination_id, l.unit::text,
        l.from_line_id IS NOT NULL, l.equipment, p.month, sum(sign),
        sum(sign * without_weight)::bigint,
        sum(sent), sum(received), sum(damaged), sum(lost), sum(returned), sum(handed_over),
        sum(distributed), sum(surplus), sum(sent_kg), sum(received_kg), sum(damaged_kg),
        sum(lost_kg), sum(returned_kg), sum(handed_over_kg), sum(distributed_kg), sum(surplus_kg),
        sum(without_weight * sent), sum(without_weight * received), sum(without_weight * damaged),
        sum(without_weight * lost), sum(without_weight * returned),
        sum(without_weight * handed_over), sum(without_weight * distributed),
        sum(without_weight * surplus)
    FROM pieces_of_lines(totals_of_lines.lines, fresh) AS p
    JOIN shipments_shipmentline AS l ON l.id = p.line_id
    JOIN shipments_shipment AS s ON s.id = l.shipment_id
    GROUP BY s.operation_id, l.donor_id, l.item_id, s.destination_id, l.unit,
        l.from_line_id IS NOT NULL, l.equipment, p.month
$$;

-- Lets the functions below write; whoever else tries is refused by guard_totals.
CREATE FUNCTION open_totals(open boolean) RETURNS void LANGUAGE sql VOLATILE AS $$
    SELECT set_config('aidtracker.totals', CASE WHEN open THEN 'on' ELSE '' END, true)
$$;

-- Appends what some lines count for now, less what they counted for before their fresh rows.
CREATE FUNCTION append_totals(touched bigint[], fresh bigint[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
-- Planning it anew for each recording costs five times what it does.
SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    PERFORM open_totals(true);
    INSERT INTO totals_delta (
        operation_id, donor_id, item_id, destination_id, unit, onward, equipment, month, lines,
        without_weight, sent, received, damaged, lost, returned, handed_over, distributed,
        surplus, sent_kg, received_kg, damaged_kg, lost_kg, returned_kg, handed_over_kg,
        distributed_kg, surplus_kg, sent_dark, received_dark, damaged_dark, lost_dark,
        returned_dark, handed_over_dark, distributed_dark, surplus_dark)
    SELECT * FROM totals_of_lines(touched, fresh);
    PERFORM open_totals(false);
END $$;

-- Runs after guard_ledger_lines, which holds the lines' counters locked: what it reads of these
-- lines, nobody changes meanwhile.
CREATE FUNCTION total_ledger_lines() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    touched bigint[];
    fresh bigint[];
BEGIN
    SELECT array_agg(DISTINCT line_id), array_agg(id) INTO touched, fresh FROM new_rows;
    IF touched IS NOT NULL THEN PERFORM append_totals(touched, fresh); END IF;
    RETURN NULL;
END $$;

-- Folds signed rows into the cells; one process at a time, and readers see all of it or none.
CREATE FUNCTION fold_totals() RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    folded bigint;
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtext('fold_totals')) THEN RETURN 0; END IF;
    PERFORM open_totals(true);
    -- In portions, each of which ends well within the time a statement may take.
    WITH gone AS (
        DELETE FROM totals_delta
        WHERE id IN (SELECT id FROM totals_delta ORDER BY id LIMIT 20000) RETURNING *
    ), counted AS (SELECT count(*) AS n FROM gone),
    added AS (
        INSERT INTO totals_cell AS c (
            kept, month, operation_id, donor_id, item_id, destination_id, unit, onward, equipment,
            lines, without_weight, sent, received, damaged, lost, returned, handed_over,
            distributed, surplus, sent_kg, received_kg, damaged_kg, lost_kg, returned_kg,
            handed_over_kg, distributed_kg, surplus_kg, sent_dark, received_dark, damaged_dark,
            lost_dark, returned_dark, handed_over_dark, distributed_dark, surplus_dark)
        SELECT k.kept, month, operation_id,
            CASE WHEN k.kept & 1 <> 0 THEN donor_id ELSE 0 END,
            CASE WHEN k.kept & 2 <> 0 THEN item_id ELSE 0 END,
            CASE WHEN k.kept & 4 <> 0 THEN destination_id ELSE 0 END,
            CASE WHEN k.kept & 2 <> 0 THEN unit ELSE '' END, onward, equipment,
            sum(lines), sum(without_weight), sum(sent), sum(received), sum(damaged), sum(lost),
            sum(returned), sum(handed_over), sum(distributed), sum(surplus), sum(sent_kg),
            sum(received_kg), sum(damaged_kg), sum(lost_kg), sum(returned_kg),
            sum(handed_over_kg), sum(distributed_kg), sum(surplus_kg), sum(sent_dark),
            sum(received_dark), sum(damaged_dark), sum(lost_dark), sum(returned_dark),
            sum(handed_over_dark), sum(distributed_dark), sum(surplus_dark)
        FROM gone CROSS JOIN generate_series(0, 6) AS k (kept)
        GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
        ON CONFLICT ON CONSTRAINT totals_cell_once DO UPDATE SET
            lines = c.lines + excluded.lines,
            without_weight = c.without_weight + excluded.without_weight,
            sent = c.sent + excluded.sent, received = c.received + excluded.received,
            damaged = c.damaged + excluded.damaged, lost = c.lost + excluded.lost,
            returned = c.returned + excluded.returned,
            handed_over = c.handed_over + excluded.handed_over,
            distributed = c.distributed + excluded.distributed,
            surplus = c.surplus + excluded.surplus, sent_kg = c.sent_kg + excluded.sent_kg,
            received_kg = c.received_kg + excluded.received_kg,
            damaged_kg = c.damaged_kg + excluded.damaged_kg,
            lost_kg = c.lost_kg + excluded.lost_kg,
            returned_kg = c.returned_kg + excluded.returned_kg,
            handed_over_kg = c.handed_over_kg + excluded.handed_over_kg,
            distributed_kg = c.distributed_kg + excluded.distributed_kg,
            surplus_kg = c.surplus_kg + excluded.surplus_kg,
            sent_dark = c.sent_dark + excluded.sent_dark,
            received_dark = c.received_dark + excluded.received_dark,
            damaged_dark = c.damaged_dark + excluded.damaged_dark,
            lost_dark = c.lost_dark + excluded.lost_dark,
            returned_dark = c.returned_dark + excluded.returned_dark,
            handed_over_dark = c.handed_over_dark + excluded.handed_over_dark,
            distributed_dark = c.distributed_dark + excluded.distributed_dark,
            surplus_dark = c.surplus_dark + excluded.surplus_dark
    )
    SELECT n INTO folded FROM counted;
    PERFORM open_totals(false);
    RETURN folded;
END $$;

-- Makes everything anew from the ledger. Recording waits meanwhile.
CREATE FUNCTION rebuild_totals() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('fold_totals'));
    LOCK TABLE shipments_deliveryline IN SHARE ROW EXCLUSIVE MODE;
    PERFORM open_totals(true);
    DELETE FROM totals_delta;
    DELETE FROM totals_cell;
    INSERT INTO totals_cell (
        kept, month, operation_id, donor_id, item_id, destination_id, unit, onward, equipment,
        lines, without_weight, sent, received, damaged, lost, returned, handed_over,
        distributed, surplus, sent_kg, received_kg, damaged_kg, lost_kg, returned_kg,
        handed_over_kg, distributed_kg, surplus_kg, sent_dark, received_dark, damaged_dark,
        lost_dark, returned_dark, handed_over_dark, distributed_dark, surplus_dark)
    SELECT k.kept, month, operation_id,
        CASE WHEN k.kept & 1 <> 0 THEN donor_id ELSE 0 END,
        CASE WHEN k.kept & 2 <> 0 THEN item_id ELSE 0 END,
        CASE WHEN k.kept & 4 <> 0 THEN destination_id ELSE 0 END,
        CASE WHEN k.kept & 2 <> 0 THEN unit ELSE '' END, onward, equipment,
        sum(lines), sum(without_weight), sum(sent), sum(received), sum(damaged), sum(lost),
        sum(returned), sum(handed_over), sum(distributed), sum(surplus), sum(sent_kg),
        sum(received_kg), sum(damaged_kg), sum(lost_kg), sum(returned_kg),
        sum(handed_over_kg), sum(distributed_kg), sum(surplus_kg), sum(sent_dark),
        sum(received_dark), sum(damaged_dark), sum(lost_dark), sum(returned_dark),
        sum(handed_over_dark), sum(distributed_dark), sum(surplus_dark)
    FROM totals_of_lines(
        (SELECT coalesce(array_agg(id), '{}') FROM shipments_shipmentline), '{}'
    ) CROSS JOIN generate_series(0, 6) AS k (kept)
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9;
    PERFORM open_totals(false);
END $$;

-- Only the functions above write here; the application role has no right to.
CREATE FUNCTION guard_totals() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('aidtracker.totals', true) IS DISTINCT FROM 'on' THEN
        PERFORM refuse('counters_are_written_by_the_ledger', TG_OP || ' on ' || TG_TABLE_NAME);
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER guard_totals BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON totals_delta
    FOR EACH STATEMENT EXECUTE FUNCTION guard_totals();
CREATE TRIGGER guard_totals BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON totals_cell
    FOR EACH STATEMENT EXECUTE FUNCTION guard_totals();
CREATE TRIGGER total_ledger_lines AFTER INSERT ON shipments_deliveryline
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION total_ledger_lines();
ALTER TABLE shipments_deliveryline ENABLE ALWAYS TRIGGER total_ledger_lines;
ALTER TABLE totals_delta ENABLE ALWAYS TRIGGER guard_totals;
ALTER TABLE totals_cell ENABLE ALWAYS TRIGGER guard_totals;
-- The functions write for the program, never for whoever can connect.
REVOKE EXECUTE ON FUNCTION append_totals(bigint[], bigint[]), rebuild_totals() FROM PUBLIC;
