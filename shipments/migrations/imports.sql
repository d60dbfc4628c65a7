-- A run is done when every row has an outcome; nothing is dropped on the way.
CREATE FUNCTION guard_finished_imports() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM shipments_importrow
               WHERE run_id = NEW.id AND state IN ('ready', 'warning', 'error')) THEN
        PERFORM refuse('import_is_done_when_every_row_is', NEW.id::text);
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER guard_finished_imports BEFORE INSERT OR UPDATE ON shipments_importrun FOR EACH ROW
    WHEN (NEW.status = 'done') EXECUTE FUNCTION guard_finished_imports();
