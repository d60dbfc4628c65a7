-- What the columns of the tables need: a domain and the functions behind their defaults.

-- Finite, bounded, at most three decimals: refuses NaN and what numeric(15, 3) would round.
CREATE DOMAIN quantity AS numeric CONSTRAINT quantity_is_finite_and_exact
    CHECK (VALUE BETWEEN -999999999999.999 AND 999999999999.999 AND scale(VALUE) <= 3);

-- Codes -------------------------------------------------------------------------------------

CREATE SEQUENCE event_serial START 1001;

CREATE FUNCTION damm_digit(digits text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    quasigroup CONSTANT text := '0317598642709215486342068713591750983426'
        '612304597836742095815869720134894536201794386172052581436790';
    interim integer := 0;
BEGIN
    FOR place IN 1 .. length(digits) LOOP
        interim := substr(quasigroup, interim * 10 + substr(digits, place, 1)::integer + 1, 1)::integer;
    END LOOP;
    RETURN interim::text;
END $$;

CREATE FUNCTION next_event_code() RETURNS text
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT 'E' || serial || '-' || damm_digit(serial::text)
    FROM (SELECT nextval('event_serial') AS serial) AS next
$$;

CREATE SEQUENCE saved_query_serial START 1001;

CREATE FUNCTION next_saved_query_code() RETURNS text
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT 'T' || serial || '-' || damm_digit(serial::text)
    FROM (SELECT nextval('saved_query_serial') AS serial) AS next
$$;

CREATE SEQUENCE snapshot_serial START 1001;

CREATE FUNCTION next_snapshot_code() RETURNS text
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT 'K' || serial || '-' || damm_digit(serial::text)
    FROM (SELECT nextval('snapshot_serial') AS serial) AS next
$$;

CREATE SEQUENCE shipment_serial START 1001;

-- The clock and the transaction -------------------------------------------------------------------

-- The owner may load a history with its own recording times; everyone else gets the clock.
CREATE FUNCTION ledger_clock() RETURNS timestamptz LANGUAGE sql STABLE AS $$
    SELECT coalesce(nullif(current_setting('aidtracker.recorded_at', true), '')::timestamptz, now())
$$;

CREATE FUNCTION ledger_transaction() RETURNS bigint LANGUAGE sql VOLATILE AS $$
    SELECT pg_current_xact_id()::text::bigint
$$;
