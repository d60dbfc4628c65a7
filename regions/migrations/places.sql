-- Paths and levels of regions, kept by the database so that every subtree question is one prefix.

CREATE FUNCTION place_region() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    above record;
BEGIN
    IF NEW.parent_id IS NULL THEN
        NEW.level := 0;
        NEW.path := '/' || NEW.id || '/';
    ELSE
        -- A share lock keeps the parent from being moved while its child is placed.
        SELECT level, path INTO above FROM regions_region WHERE id = NEW.parent_id FOR SHARE;
        IF above.path LIKE '%/' || NEW.id || '/%' THEN
            RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'region_not_below_itself',
                MESSAGE = 'refused by region_not_below_itself';
        END IF;
        NEW.level := above.level + 1;
        NEW.path := above.path || NEW.id || '/';
    END IF;
    RETURN NEW;
END $$;

-- A moved region takes what lies below it along, one level after the other.
CREATE FUNCTION move_regions_below() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE regions_region SET path = '' WHERE parent_id = NEW.id;
    RETURN NULL;
END $$;

CREATE TRIGGER place_region BEFORE INSERT OR UPDATE ON regions_region
    FOR EACH ROW EXECUTE FUNCTION place_region();
CREATE TRIGGER move_regions_below AFTER UPDATE ON regions_region
    FOR EACH ROW WHEN (OLD.path <> NEW.path) EXECUTE FUNCTION move_regions_below();
