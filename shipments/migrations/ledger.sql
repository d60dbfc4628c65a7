-- The rules of the ledger that the database itself holds. Loaded by a migration.
-- Trigger functions run as the owner of the tables with a fixed search path, so the
-- application role needs no right on the counters it causes to be written.

-- Refusals --------------------------------------------------------------------------------------

-- Every refusal carries the name of its rule, from which the program takes sentence and code.
CREATE FUNCTION refuse(rule text, detail text DEFAULT '') RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = rule,
        MESSAGE = 'refused by ' || rule, DETAIL = detail;
END $$;

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM refuse('ledger_is_append_only', TG_OP || ' on ' || TG_TABLE_NAME);
    RETURN NULL;
END $$;

CREATE FUNCTION refuse_unless_nested() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Depth 1 is this trigger itself: nothing but a statement was before it.
    IF pg_trigger_depth() < 2 THEN
        PERFORM refuse('counters_are_written_by_the_ledger', TG_OP || ' on ' || TG_TABLE_NAME);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION refuse_typed_status() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- The ledger's triggers act as the owner of the table; a trigger that somebody else hangs on
    -- a temporary table of their own does not.
    IF pg_trigger_depth() < 2 OR NOT pg_has_role(
        current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE') THEN
        PERFORM refuse('status_is_computed_from_events', NEW.reference);
    END IF;
    RETURN NEW;
END $$;

-- Status ----------------------------------------------------------------------------------------

-- Which kinds of event each status admits.
CREATE TABLE shipment_move (
    kind text NOT NULL,
    status text NOT NULL,
    PRIMARY KEY (kind, status)
);
INSERT INTO shipment_move (kind, status)
SELECT kind, unnest(statuses) FROM (VALUES
    ('planned',     '{draft}'::text[]),
    ('inspected',   '{draft,planned,dispatched,in_transit,partially_received,received}'),
    ('dispatched',  '{planned}'),
    ('departed',    '{dispatched,in_transit,partially_received,received}'),
    ('arrived',     '{dispatched,in_transit,partially_received,received}'),
    ('received',    '{dispatched,in_transit,partially_received,received}'),
    ('handed_over', '{dispatched,in_transit,partially_received,received}'),
    ('distributed', '{dispatched,in_transit,partially_received,received}'),
    ('returned',    '{dispatched,in_transit,partially_received,received}'),
    ('lost',        '{dispatched,in_transit,partially_received,received}'),
    ('weighed',     '{dispatched,in_transit,partially_received,received}'),
    ('closed',      '{received}'),
    ('cancelled',   '{draft,planned}')
) AS moves (kind, statuses);

CREATE FUNCTION compute_status(shipments bigint[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE shipments_shipment AS s
    SET status = c.status, dispatched_at = c.dispatched_at
    FROM (
        SELECT x.id,
            CASE
                WHEN coalesce(e.cancelled, false) THEN 'cancelled'
                WHEN coalesce(b.sent, 0) = 0 THEN
                    CASE WHEN coalesce(e.planned, false) THEN 'planned' ELSE 'draft' END
                WHEN e.closed THEN 'closed'
                WHEN b.accounted > 0 AND b.outstanding = 0 THEN 'received'
                WHEN b.accounted > 0 THEN 'partially_received'
                WHEN e.moved THEN 'in_transit'
                ELSE 'dispatched'
            END AS status,
            CASE WHEN coalesce(b.sent, 0) > 0 THEN e.dispatched_at END AS dispatched_at
        FROM unnest(shipments) AS x (id)
        LEFT JOIN LATERAL (
            SELECT bool_or(v.kind = 'cancelled') AS cancelled, bool_or(v.kind = 'planned') AS planned,
                bool_or(v.kind = 'closed') AS closed,
                bool_or(v.kind IN ('departed', 'arrived')) AS moved,
                max(v.occurred_at) FILTER (WHERE v.kind = 'dispatched') AS dispatched_at
            FROM shipments_deliveryevent AS v
            WHERE v.shipment_id = x.id AND v.kind <> 'reversed'
                AND NOT EXISTS (SELECT FROM shipments_deliveryevent AS r WHERE r.reverses_id = v.id)
        ) AS e ON true
        LEFT JOIN LATERAL (
            SELECT sum(p.sent) AS sent, sum(p.outstanding) AS outstanding,
                sum(p.received + p.damaged + p.lost + p.returned) AS accounted
            FROM shipments_shipmentline AS l JOIN shipments_linebalance AS p ON p.line_id = l.id
            WHERE l.shipment_id = x.id
        ) AS b ON true
    ) AS c
    WHERE s.id = c.id AND (s.status, s.dispatched_at) IS DISTINCT FROM (c.status, c.dispatched_at)
$$;

-- Events ----------------------------------------------------------------------------------------

CREATE FUNCTION guard_events() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    unfit text;
    misdated text;
    wrong_reversals text;
    this_transaction CONSTANT bigint := ledger_transaction();
    without_lines bigint[];
BEGIN
    PERFORM 1 FROM shipments_shipment
    WHERE id IN (SELECT shipment_id FROM new_rows) ORDER BY id FOR NO KEY UPDATE;

    -- All rules in one look at the rows.
    SELECT
        string_agg(n.kind || ' in ' || s.status, ', ') FILTER (WHERE n.kind <> 'reversed'
            AND NOT EXISTS (
                SELECT FROM shipment_move AS m WHERE m.kind = n.kind AND m.status = s.status)),
        string_agg(n.key::text, ', ') FILTER (
            WHERE n.occurred_on <> (n.occurred_at AT TIME ZONE o.time_zone)::date),
        string_agg(n.key::text, ', ') FILTER (
            WHERE r.shipment_id <> n.shipment_id OR r.kind = 'reversed'
            OR r.occurred_at <> n.occurred_at
            -- A closed or cancelled shipment accepts nothing but the reversal of just that.
            OR (s.status IN ('closed', 'cancelled') AND r.kind <> s.status)),
        array_agg(DISTINCT n.shipment_id) FILTER (WHERE coalesce(r.kind, n.kind)
            IN ('planned', 'departed', 'arrived', 'closed', 'cancelled'))
    INTO unfit, misdated, wrong_reversals, without_lines
    FROM new_rows AS n
    LEFT JOIN shipments_deliveryevent AS r ON r.id = n.reverses_id
    JOIN shipments_shipment AS s ON s.id = n.shipment_id
    JOIN shipments_operation AS o ON o.id = s.operation_id;
    IF unfit IS NOT NULL THEN PERFORM refuse('event_fits_the_status', unfit); END IF;
    IF misdated IS NOT NULL THEN PERFORM refuse('event_falls_on_its_local_date', misdated); END IF;
    IF wrong_reversals IS NOT NULL THEN
        PERFORM refuse('reversal_fits_its_event', wrong_reversals);
    END IF;

    IF EXISTS (SELECT FROM new_rows WHERE recorded_at <> now() OR transaction <> this_transaction)
        AND NOT (coalesce(current_setting('aidtracker.recorded_at', true), '') <> ''
            AND pg_has_role(session_user, current_user, 'USAGE'))
    THEN PERFORM refuse('recorded_at_is_the_clock'); END IF;

    IF without_lines IS NOT NULL THEN PERFORM compute_status(without_lines); END IF;
    RETURN NULL;
END $$;

-- Ledger lines ----------------------------------------------------------------------------------

CREATE FUNCTION guard_ledger_lines() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    foreign_lines text;
    unfit text;
    unlike text;
    reversing boolean;
    sending boolean;
    found text;
    touched bigint[];
    this_transaction CONSTANT bigint := ledger_transaction();
BEGIN
    -- All rules of a line and its event in one look at the rows.
    SELECT
        string_agg(DISTINCT coalesce(e.key::text, n.event_id::text), ', ') FILTER (
            -- Foreign keys look when the transaction ends; a row that came before its event or
            -- its line would have passed the rules and the counters by then.
            WHERE l.shipment_id IS DISTINCT FROM e.shipment_id OR e.id IS NULL
            -- Only the transaction that wrote an event writes its lines.
            OR e.transaction <> this_transaction),
        string_agg(DISTINCT e.kind || ': ' || n.outcome || ' ' || n.quantity, ', ') FILTER (
            WHERE CASE e.kind
                WHEN 'reversed' THEN n.quantity > 0
                WHEN 'weighed' THEN n.quantity <> 0 OR n.weight_kg IS NULL
                WHEN 'dispatched' THEN n.quantity <= 0 OR n.outcome <> 'sent'
                WHEN 'received' THEN
                    n.quantity <= 0 OR n.outcome NOT IN ('received', 'damaged', 'lost', 'returned')
                WHEN 'handed_over' THEN
                    n.quantity <= 0 OR n.outcome IN ('sent', 'distributed')
                WHEN 'distributed' THEN
                    n.quantity <= 0 OR n.outcome IN ('sent', 'handed_over')
                WHEN 'returned' THEN n.quantity <= 0 OR n.outcome <> 'returned'
                WHEN 'lost' THEN n.quantity <= 0 OR n.outcome <> 'lost'
                ELSE true
            END OR (n.surplus <> 0 AND NOT e.surplus AND e.kind <> 'reversed')
                OR CASE e.kind WHEN 'reversed' THEN n.weight_kg > 0 OR n.surplus > 0
                    ELSE n.weight_kg < 0 OR n.surplus < 0 OR n.surplus > n.quantity END),
        bool_or(e.kind = 'reversed'),
        bool_or(n.outcome = 'sent'),
        array_agg(DISTINCT e.shipment_id ORDER BY e.shipment_id)
    INTO foreign_lines, unfit, reversing, sending, touched
    FROM new_rows AS n
    LEFT JOIN shipments_deliveryevent AS e ON e.id = n.event_id
    LEFT JOIN shipments_shipmentline AS l ON l.id = n.line_id;
    IF foreign_lines IS NOT NULL THEN
        PERFORM refuse('ledger_line_belongs_to_its_event', foreign_lines);
    END IF;
    IF touched IS NULL THEN RETURN NULL; END IF;
    IF unfit IS NOT NULL THEN PERFORM refuse('ledger_line_fits_its_event', unfit); END IF;

    IF reversing THEN
        SELECT string_agg(DISTINCT e.key::text, ', ') INTO unlike
        FROM new_rows AS n JOIN shipments_deliveryevent AS e ON e.id = n.event_id
        WHERE e.kind = 'reversed' AND NOT EXISTS (
            SELECT FROM shipments_deliveryline AS a
            WHERE a.event_id = e.reverses_id AND a.line_id = n.line_id AND a.outcome = n.outcome
                AND a.quantity = -n.quantity AND a.surplus = -n.surplus
                AND a.weight_kg IS NOT DISTINCT FROM -n.weight_kg);
        IF unlike IS NOT NULL THEN PERFORM refuse('reversal_mirrors_its_event', unlike); END IF;
    END IF;

    -- Counters are locked in the order of their lines, so that two writers cannot meet crosswise.
    PERFORM 1 FROM shipments_linebalance WHERE line_id IN (
        SELECT line_id FROM new_rows
        UNION SELECT l.from_line_id FROM new_rows AS n JOIN shipments_shipmentline AS l ON l.id = n.line_id
    ) ORDER BY line_id FOR NO KEY UPDATE;

    UPDATE shipments_linebalance AS b SET
        sent = b.sent + d.sent,
        received = b.received + d.received,
        damaged = b.damaged + d.damaged,
        lost = b.lost + d.lost,
        returned = b.returned + d.returned,
        handed_over = b.handed_over + d.handed_over,
        distributed = b.distributed + d.distributed,
        declared_surplus = b.declared_surplus + d.surplus,
        onward = b.onward + d.onward,
        sent_kg = b.sent_kg + d.sent_kg,
        received_kg = b.received_kg + d.received_kg,
        damaged_kg = b.damaged_kg + d.damaged_kg,
        lost_kg = b.lost_kg + d.lost_kg,
        returned_kg = b.returned_kg + d.returned_kg,
        handed_over_kg = b.handed_over_kg + d.handed_over_kg,
        distributed_kg = b.distributed_kg + d.distributed_kg
    FROM (
        SELECT line_id,
            coalesce(sum(quantity) FILTER (WHERE outcome = 'sent'), 0) AS sent,
            coalesce(sum(quantity) FILTER (WHERE outcome = 'received'), 0) AS received,
            coalesce(sum(quantity) FILTER (WHERE outcome = 'damaged'), 0) AS damaged,
            coalesce(sum(quantity) FILTER (WHERE outcome = 'lost'), 0) AS lost,
            coalesce(sum(quantity) FILTER (WHERE outcome = 'returned'), 0) AS returned,
            coalesce(sum(quantity) FILTER (WHERE outcome = 'handed_over'), 0) AS handed_over,
            coalesce(sum(quantity) FILTER (WHERE outcome = 'distributed'), 0) AS distributed,
            coalesce(sum(surplus), 0) AS surplus,
            coalesce(sum(quantity) FILTER (WHERE outcome = 'onward'), 0) AS onward,
            coalesce(sum(weight_kg) FILTER (WHERE outcome = 'sent'), 0) AS sent_kg,
            coalesce(sum(weight_kg) FILTER (WHERE outcome = 'received'), 0) AS received_kg,
            coalesce(sum(weight_kg) FILTER (WHERE outcome = 'damaged'), 0) AS damaged_kg,
            coalesce(sum(weight_kg) FILTER (WHERE outcome = 'lost'), 0) AS lost_kg,
            coalesce(sum(weight_kg) FILTER (WHERE outcome = 'returned'), 0) AS returned_kg,
            coalesce(sum(weight_kg) FILTER (WHERE outcome = 'handed_over'), 0) AS handed_over_kg,
            coalesce(sum(weight_kg) FILTER (WHERE outcome = 'distributed'), 0) AS distributed_kg
        FROM (
            SELECT line_id, outcome, quantity, weight_kg, surplus FROM new_rows
            UNION ALL
            -- What leaves a hub again counts against the line it continues.
            SELECT l.from_line_id, 'onward', n.quantity, NULL, 0
            FROM new_rows AS n JOIN shipments_shipmentline AS l ON l.id = n.line_id
            WHERE n.outcome = 'sent' AND l.from_line_id IS NOT NULL
        ) AS rows GROUP BY line_id
    ) AS d
    WHERE b.line_id = d.line_id;

    IF sending THEN
        SELECT string_agg(DISTINCT b.line_id::text, ', ') INTO found
        FROM new_rows AS n
        JOIN shipments_linebalance AS b ON b.line_id = n.line_id
        JOIN shipments_shipmentline AS l ON l.id = n.line_id
        WHERE n.outcome = 'sent' AND b.sent NOT IN (0, l.quantity);
        IF found IS NOT NULL THEN PERFORM refuse('line_is_sent_once_and_whole', found); END IF;
    END IF;

    PERFORM compute_status(touched);

    -- An event fitted the status when it came; its lines may come after a closing.
    SELECT string_agg(s.reference || ' is ' || s.status, ', ') INTO found
    FROM shipments_shipment AS s
    WHERE s.id = ANY (touched) AND s.status IN ('closed', 'cancelled');
    IF found IS NOT NULL THEN PERFORM refuse('event_fits_the_status', found); END IF;
    RETURN NULL;
END $$;

-- What an event must have when its transaction ends: a reversal takes back each line of its event
-- (and nothing else, which its lines are held to one by one); a dispatch sends every line of the
-- shipment, and at least one.
CREATE FUNCTION guard_complete_events() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.kind = 'reversed' AND EXISTS (
        SELECT FROM shipments_deliveryline AS a
        LEFT JOIN shipments_deliveryline AS b
            ON b.event_id = NEW.id AND b.line_id = a.line_id AND b.outcome = a.outcome
        WHERE a.event_id = NEW.reverses_id AND b.id IS NULL
    ) THEN PERFORM refuse('reversal_mirrors_its_event', NEW.key::text); END IF;

    IF NEW.kind = 'dispatched' AND (
        NOT EXISTS (SELECT FROM shipments_deliveryline WHERE event_id = NEW.id)
        OR EXISTS (
            SELECT FROM shipments_shipmentline AS l
            LEFT JOIN shipments_deliveryline AS d ON d.line_id = l.id AND d.event_id = NEW.id
            WHERE l.shipment_id = NEW.shipment_id AND d.id IS NULL)
    ) THEN PERFORM refuse('dispatch_sends_every_line', NEW.key::text); END IF;
    RETURN NULL;
END $$;

-- Lines of shipments ------------------------------------------------------------------------------

-- Lines may change until dispatch; each has its counters from the first moment.
CREATE FUNCTION guard_shipment_lines() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    found text;
BEGIN
    IF TG_OP <> 'DELETE' THEN
        PERFORM 1 FROM shipments_shipment
        WHERE id IN (SELECT shipment_id FROM new_rows) ORDER BY id FOR NO KEY UPDATE;
        SELECT string_agg(DISTINCT s.reference, ', ') INTO found
        FROM new_rows AS n JOIN shipments_shipment AS s ON s.id = n.shipment_id
        WHERE s.status NOT IN ('draft', 'planned');
        IF found IS NOT NULL THEN PERFORM refuse('lines_are_fixed_after_dispatch', found); END IF;

        -- The foreign keys lock these when the transaction ends. What a line builds on (base unit,
        -- time zone) must not change before.
        PERFORM 1 FROM shipments_operation WHERE id IN (
            SELECT s.operation_id FROM new_rows AS n JOIN shipments_shipment AS s ON s.id = n.shipment_id
        ) ORDER BY id FOR KEY SHARE;
        PERFORM 1 FROM shipments_item WHERE id IN (SELECT item_id FROM new_rows)
        ORDER BY id FOR KEY SHARE;

        SELECT string_agg(n.position::text, ', ') INTO found
        FROM new_rows AS n JOIN shipments_shipmentline AS f ON f.id = n.from_line_id
        WHERE (f.item_id, f.unit, f.donor_id) IS DISTINCT FROM (n.item_id, n.unit, n.donor_id)
            OR f.shipment_id = n.shipment_id;
        IF found IS NOT NULL THEN PERFORM refuse('onward_line_carries_the_same_goods', found); END IF;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        SELECT string_agg(n.position::text, ', ') INTO found
        FROM new_rows AS n JOIN shipments_shipmentline AS o ON o.from_line_id = n.id
        WHERE (o.item_id, o.unit, o.donor_id) IS DISTINCT FROM (n.item_id, n.unit, n.donor_id)
            OR o.shipment_id = n.shipment_id;
        IF found IS NOT NULL THEN PERFORM refuse('onward_line_carries_the_same_goods', found); END IF;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        PERFORM 1 FROM shipments_shipment
        WHERE id IN (SELECT shipment_id FROM old_rows) ORDER BY id FOR NO KEY UPDATE;
        SELECT string_agg(DISTINCT s.reference, ', ') INTO found
        FROM old_rows AS o JOIN shipments_shipment AS s ON s.id = o.shipment_id
        WHERE s.status NOT IN ('draft', 'planned');
        IF found IS NOT NULL THEN PERFORM refuse('lines_are_fixed_after_dispatch', found); END IF;
    END IF;
    IF TG_OP = 'INSERT' THEN
        INSERT INTO shipments_linebalance (line_id, sent, received, damaged, lost, returned,
            handed_over, distributed, declared_surplus, onward, sent_kg, received_kg, damaged_kg,
            lost_kg, returned_kg, handed_over_kg, distributed_kg)
        SELECT id, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 FROM new_rows;
    ELSIF TG_OP = 'DELETE' THEN
        DELETE FROM shipments_linebalance WHERE line_id IN (SELECT id FROM old_rows);
    END IF;
    RETURN NULL;
END $$;

-- Reference data ----------------------------------------------------------------------------------

-- The base unit of an item, and kilograms and tonnes of one another, are units of the item.
CREATE FUNCTION add_units_of_items() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO shipments_itemunit (item_id, unit, per_base)
    SELECT id, base_unit, 1 FROM new_rows
    UNION ALL SELECT id, 't', 1000 FROM new_rows WHERE base_unit = 'kg'
    UNION ALL SELECT id, 'kg', 0.001 FROM new_rows WHERE base_unit = 't'
    ON CONFLICT (item_id, unit) DO NOTHING;
    RETURN NULL;
END $$;

-- What events were dated and numbered by stays as it was.
CREATE FUNCTION guard_operations() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    -- Waits for lines that are being written in it, and keeps new ones waiting.
    PERFORM 1 FROM shipments_operation WHERE id = NEW.id FOR UPDATE;
    IF EXISTS (SELECT FROM shipments_shipment WHERE operation_id = NEW.id) THEN
        PERFORM refuse('operation_is_fixed_once_used', NEW.code);
    END IF;
    RETURN NEW;
END $$;

-- Quantities were counted in the base unit: it stays once a line names the item.
CREATE FUNCTION guard_items() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    -- Waits for lines that are being written, and keeps new ones waiting.
    PERFORM 1 FROM shipments_item WHERE id = NEW.id FOR UPDATE;
    IF EXISTS (SELECT FROM shipments_shipmentline WHERE item_id = NEW.id) THEN
        PERFORM refuse('item_unit_is_fixed_once_used', NEW.code);
    END IF;
    RETURN NEW;
END $$;

-- Readers walk up the tree of categories, so it may not run in a circle.
CREATE FUNCTION guard_categories() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    -- One move at a time: two at once would not see each other.
    PERFORM pg_advisory_xact_lock(TG_RELID::integer, 0);
    IF EXISTS (
        WITH RECURSIVE above (id) AS (
            SELECT NEW.parent_id
            UNION SELECT c.parent_id FROM shipments_category AS c JOIN above ON c.id = above.id
        ) SELECT FROM above WHERE id = NEW.id
    ) THEN PERFORM refuse('category_not_below_itself', NEW.code); END IF;
    RETURN NEW;
END $$;

-- Where goods went and how is part of the ledger from the moment they left.
CREATE FUNCTION guard_routes() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM refuse('route_is_fixed_after_dispatch', NEW.reference);
    RETURN NEW;
END $$;

-- One hop: readers follow a merge once, so a row that others were merged into stays itself.
CREATE FUNCTION guard_merges() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    chained boolean;
BEGIN
    -- One merge of a table at a time: two at once would not see each other.
    PERFORM pg_advisory_xact_lock(TG_RELID::integer, 0);
    EXECUTE format(
        'SELECT EXISTS (SELECT FROM %1$I WHERE id = $1 AND merged_into_id IS NOT NULL)'
        ' OR EXISTS (SELECT FROM %1$I WHERE merged_into_id = $2)', TG_TABLE_NAME)
    INTO chained USING NEW.merged_into_id, NEW.id;
    IF chained THEN PERFORM refuse('merges_do_not_chain', NEW.code); END IF;
    RETURN NEW;
END $$;

-- Who recorded an event does not verify it.
CREATE FUNCTION guard_verifications() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM shipments_deliveryevent
               WHERE id = NEW.event_id AND recorded_by_id = NEW.verified_by_id) THEN
        PERFORM refuse('verifier_is_not_the_recorder');
    END IF;
    RETURN NEW;
END $$;

-- Triggers --------------------------------------------------------------------------------------

CREATE TRIGGER guard_events AFTER INSERT ON shipments_deliveryevent
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION guard_events();
CREATE TRIGGER guard_ledger_lines AFTER INSERT ON shipments_deliveryline
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION guard_ledger_lines();
CREATE CONSTRAINT TRIGGER guard_complete_events AFTER INSERT ON shipments_deliveryevent
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.kind IN ('reversed', 'dispatched'))
    EXECUTE FUNCTION guard_complete_events();
CREATE TRIGGER guard_new_lines AFTER INSERT ON shipments_shipmentline
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION guard_shipment_lines();
CREATE TRIGGER guard_changed_lines AFTER UPDATE ON shipments_shipmentline
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION guard_shipment_lines();
CREATE TRIGGER guard_removed_lines AFTER DELETE ON shipments_shipmentline
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION guard_shipment_lines();

CREATE TRIGGER guard_counters BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON shipments_linebalance
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_unless_nested();
CREATE TRIGGER guard_status BEFORE UPDATE ON shipments_shipment FOR EACH ROW
    WHEN (OLD.status IS DISTINCT FROM NEW.status OR OLD.dispatched_at IS DISTINCT FROM NEW.dispatched_at
        OR OLD.reference <> NEW.reference OR OLD.operation_id <> NEW.operation_id)
    EXECUTE FUNCTION refuse_typed_status();
CREATE TRIGGER guard_first_status BEFORE INSERT ON shipments_shipment FOR EACH ROW
    WHEN (NEW.status <> 'draft' OR NEW.dispatched_at IS NOT NULL)
    EXECUTE FUNCTION refuse_typed_status();

CREATE TRIGGER add_units_of_new_items AFTER INSERT ON shipments_item
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION add_units_of_items();
CREATE TRIGGER add_units_of_changed_items AFTER UPDATE ON shipments_item
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION add_units_of_items();
CREATE TRIGGER guard_operations BEFORE UPDATE ON shipments_operation FOR EACH ROW
    WHEN (OLD.time_zone <> NEW.time_zone OR OLD.code <> NEW.code)
    EXECUTE FUNCTION guard_operations();
CREATE TRIGGER guard_items BEFORE UPDATE ON shipments_item FOR EACH ROW
    WHEN (OLD.base_unit <> NEW.base_unit) EXECUTE FUNCTION guard_items();
CREATE TRIGGER guard_categories BEFORE INSERT OR UPDATE ON shipments_category FOR EACH ROW
    WHEN (NEW.parent_id IS NOT NULL) EXECUTE FUNCTION guard_categories();
CREATE TRIGGER guard_routes BEFORE UPDATE ON shipments_shipment FOR EACH ROW
    WHEN (OLD.status NOT IN ('draft', 'planned') AND
        (OLD.origin_id, OLD.destination_id, OLD.mode) IS DISTINCT FROM
        (NEW.origin_id, NEW.destination_id, NEW.mode))
    EXECUTE FUNCTION guard_routes();
CREATE TRIGGER guard_merges BEFORE INSERT OR UPDATE ON shipments_donor FOR EACH ROW
    WHEN (NEW.merged_into_id IS NOT NULL) EXECUTE FUNCTION guard_merges();
CREATE TRIGGER guard_merges BEFORE INSERT OR UPDATE ON shipments_item FOR EACH ROW
    WHEN (NEW.merged_into_id IS NOT NULL) EXECUTE FUNCTION guard_merges();
CREATE TRIGGER guard_merges BEFORE INSERT OR UPDATE ON regions_destination FOR EACH ROW
    WHEN (NEW.merged_into_id IS NOT NULL) EXECUTE FUNCTION guard_merges();
CREATE TRIGGER guard_verifications BEFORE INSERT ON shipments_verification FOR EACH ROW
    EXECUTE FUNCTION guard_verifications();

DO $$
DECLARE
    ledger text;
BEGIN
    FOREACH ledger IN ARRAY ARRAY['deliveryevent', 'deliveryline', 'eventtext', 'storedanswer',
        'plausibilitywarning', 'warninganswer', 'verification', 'attachment', 'savedqueryversion',
        'snapshot'] LOOP
        EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON %I'
            ' FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', 'shipments_' || ledger);
        EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER append_only', 'shipments_' || ledger);
    END LOOP;
END $$;
ALTER TABLE shipments_deliveryevent ENABLE ALWAYS TRIGGER guard_events;
ALTER TABLE shipments_deliveryevent ENABLE ALWAYS TRIGGER guard_complete_events;
ALTER TABLE shipments_deliveryline ENABLE ALWAYS TRIGGER guard_ledger_lines;
ALTER TABLE shipments_linebalance ENABLE ALWAYS TRIGGER guard_counters;
ALTER TABLE shipments_shipment ENABLE ALWAYS TRIGGER guard_status;
ALTER TABLE shipments_shipment ENABLE ALWAYS TRIGGER guard_first_status;
ALTER TABLE shipments_shipment ENABLE ALWAYS TRIGGER guard_routes;

-- The unit of a line is a unit of its item.
ALTER TABLE shipments_shipmentline ADD CONSTRAINT line_unit_is_one_of_its_item
    FOREIGN KEY (item_id, unit) REFERENCES shipments_itemunit (item_id, unit);

-- Rights ----------------------------------------------------------------------------------------

-- The application role reads and writes, but never touches counters, and only adds to the ledger:
-- to the tables that have the trigger which refuses anything else.
CREATE FUNCTION grant_application_role(role name) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    ledger regclass;
BEGIN
    EXECUTE format('GRANT USAGE ON SCHEMA public TO %I', role);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO %I', role);
    EXECUTE format('GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO %I', role);
    FOR ledger IN SELECT tgrelid::regclass FROM pg_trigger WHERE tgname = 'append_only' LOOP
        EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %s FROM %I', ledger, role);
    END LOOP;
    -- UPDATE on one column that is never written is what SELECT ... FOR NO KEY UPDATE asks for.
    EXECUTE format('REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON shipments_linebalance FROM %I', role);
    EXECUTE format('GRANT UPDATE (line_id) ON shipments_linebalance TO %I', role);
    EXECUTE format('REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON shipment_move, totals_cell,'
        ' totals_delta, django_migrations FROM %I', role);
    EXECUTE format('REVOKE DELETE, TRUNCATE ON shipments_shipment FROM %I', role);
END $$;
