"""Scans are evidence: the database itself refuses to change or remove one."""

from django.db import migrations

GUARD = """
CREATE FUNCTION parcels_scan_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'tracking events are append-only' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER parcels_scan_is_kept BEFORE UPDATE OR DELETE ON parcels_trackingevent
    FOR EACH ROW EXECUTE FUNCTION parcels_scan_is_kept();
"""
UNGUARD = """
DROP TRIGGER parcels_scan_is_kept ON parcels_trackingevent;
DROP FUNCTION parcels_scan_is_kept();
"""


class Migration(migrations.Migration):
    dependencies = [("parcels", "0001_initial")]
    operations = [migrations.RunSQL(GUARD, UNGUARD)]
