"""What was said stays as it was said: the database refuses to change or remove a message."""

from django.db import migrations

GUARD = """
CREATE FUNCTION intake_message_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'messages are append-only' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER intake_message_is_final
    BEFORE DELETE OR UPDATE OF conversation_id, direction, kind, body, quoted, at ON intake_message
    FOR EACH ROW EXECUTE FUNCTION intake_message_is_final();
"""
RELEASE = """
DROP TRIGGER intake_message_is_final ON intake_message;
DROP FUNCTION intake_message_is_final();
"""


class Migration(migrations.Migration):
    dependencies = [("intake", "0001_initial")]
    operations = [migrations.RunSQL(GUARD, RELEASE)]
