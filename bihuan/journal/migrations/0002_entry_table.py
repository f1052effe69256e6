"""The table of entries: partitioned by month, append-only, with a number of the writing transaction in every row."""

from django.db import migrations

CREATE = """
CREATE FUNCTION journal_base() RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS 'SELECT 0::bigint';

CREATE SEQUENCE journal_entry_id_seq AS bigint;

CREATE TABLE journal_entry (
    id bigint NOT NULL DEFAULT nextval('journal_entry_id_seq'),
    xid bigint NOT NULL DEFAULT pg_current_xact_id()::text::bigint + journal_base(),
    at timestamp with time zone NOT NULL,
    division_id bigint,
    units bigint[] NOT NULL DEFAULT '{}',
    actor_kind text NOT NULL,
    actor_id bigint,
    actor_name text NOT NULL,
    via text NOT NULL,
    code text NOT NULL,
    subject text NOT NULL,
    subject_id bigint,
    payload jsonb NOT NULL,
    PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);

ALTER SEQUENCE journal_entry_id_seq OWNED BY journal_entry.id;
CREATE INDEX journal_entry_place ON journal_entry (xid, id);
CREATE INDEX journal_entry_subject ON journal_entry (subject, subject_id, id);

CREATE FUNCTION journal_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the journal is append-only: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER journal_entry_keeps_rows BEFORE UPDATE OR DELETE ON journal_entry
    FOR EACH ROW EXECUTE FUNCTION journal_refuse_change();
CREATE TRIGGER journal_entry_keeps_table BEFORE TRUNCATE ON journal_entry
    FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse_change();
CREATE TRIGGER journal_seal_keeps_rows BEFORE UPDATE OR DELETE ON journal_journalseal
    FOR EACH ROW EXECUTE FUNCTION journal_refuse_change();

CREATE TABLE journal_entry_default PARTITION OF journal_entry DEFAULT;
CREATE TRIGGER journal_entry_keeps_table BEFORE TRUNCATE ON journal_entry_default
    FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse_change();
"""

DROP = """
DROP TABLE journal_entry;
DROP TRIGGER journal_seal_keeps_rows ON journal_journalseal;
DROP FUNCTION journal_refuse_change();
DROP FUNCTION journal_base();
"""


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_initial")]

    operations = [migrations.RunSQL(CREATE, DROP)]
