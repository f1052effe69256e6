"""Exports became a module of their own; their table keeps its rows and gets the new name."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [("foundation", "0002_exportjob")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.DeleteModel("ExportJob")],
            database_operations=[migrations.AlterModelTable("ExportJob", "exports_exportjob")],
        ),
    ]
