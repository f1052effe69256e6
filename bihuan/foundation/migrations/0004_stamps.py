"""Stamps of the tables of rules, see ``bihuan/foundation/kept.py``."""

from django.db import migrations

CREATE = """
CREATE SEQUENCE foundation_stamp_value;
CREATE TABLE foundation_stamp (name text PRIMARY KEY, value bigint NOT NULL);
CREATE FUNCTION foundation_move_stamp() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO foundation_stamp VALUES (TG_TABLE_NAME, nextval('foundation_stamp_value'))
        ON CONFLICT (name) DO UPDATE SET value = excluded.value;
    RETURN NULL;
END $$;
"""
DROP = """
DROP FUNCTION foundation_move_stamp();
DROP TABLE foundation_stamp;
DROP SEQUENCE foundation_stamp_value;
"""


class Migration(migrations.Migration):
    dependencies = [("foundation", "0003_exports_move_out")]
    operations = [migrations.RunSQL(CREATE, DROP)]
