"""The time limits are kept in each process until one of them changes."""

from django.db import migrations

from bihuan.foundation.kept import keep_stamp


class Migration(migrations.Migration):
    dependencies = [("promises", "0002_default_policies"), ("foundation", "0004_stamps")]
    operations = [keep_stamp("promises_promisepolicy")]
