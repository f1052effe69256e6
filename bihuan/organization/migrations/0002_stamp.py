"""Units are kept in each process until one of them changes."""

from django.db import migrations

from bihuan.foundation.kept import keep_stamp


class Migration(migrations.Migration):
    dependencies = [("organization", "0001_initial"), ("foundation", "0004_stamps")]
    operations = [keep_stamp("organization_unit")]
