-- Codes of saved queries, versions that are only added, and rights that follow the guards.

CREATE SEQUENCE saved_query_serial START 1001;

CREATE FUNCTION next_saved_query_code() RETURNS text
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT 'T' || serial || '-' || damm_digit(serial::text)
    FROM (SELECT nextval('saved_query_serial') AS serial) AS next
$$;
