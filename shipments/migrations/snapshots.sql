-- Codes of snapshots.

CREATE SEQUENCE snapshot_serial START 1001;

CREATE FUNCTION next_snapshot_code() RETURNS text
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT 'K' || serial || '-' || damm_digit(serial::text)
    FROM (SELECT nextval('snapshot_serial') AS serial) AS next
$$;
