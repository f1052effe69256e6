"""Which edition of a calendar is in force is kept in each process until that changes."""

from django.db import migrations

from bihuan.foundation.kept import keep_stamp


class Migration(migrations.Migration):
    dependencies = [("calendar", "0002_default_calendars"), ("foundation", "0004_stamps")]
    operations = [keep_stamp("calendar_calendar")]
