"""The format of an export, and the units whose rows its file holds."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("exports", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="exportjob",
            name="format",
            field=models.CharField(choices=[("CSV", "CSV"), ("XLSX", "XLSX")], default="CSV", max_length=4),
        ),
        migrations.AddField(
            model_name="exportjob",
            name="units",
            field=django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None),
        ),
    ]
