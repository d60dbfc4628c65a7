CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON shipments_savedqueryversion
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE shipments_savedqueryversion ENABLE ALWAYS TRIGGER append_only;

-- As before, but the tables to which rows are only added are found by their trigger, so that
-- a table added later needs no word here.
CREATE OR REPLACE FUNCTION grant_application_role(role name) RETURNS void LANGUAGE plpgsql AS $$
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
