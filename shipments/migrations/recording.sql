-- The guards of the ledger with fewer looks at the same rows. The rules are those they replace.

CREATE OR REPLACE FUNCTION guard_events() RETURNS trigger
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

CREATE OR REPLACE FUNCTION guard_ledger_lines() RETURNS trigger
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
