"""What was raised is found by an index; categories are kept in each process until one of them changes."""

from django.db import migrations, models
from django.db.models import Q

from bihuan.foundation.kept import keep_stamp

RAISED = Q(closed_at=None, owner=None, level__gt=0)


class Migration(migrations.Migration):
    dependencies = [("cases", "0005_lists_of_open_work"), ("foundation", "0004_stamps")]

    operations = [
        migrations.AddIndex("case", models.Index(fields=["team", "level", "next_due_at", "id"], name="case_raised", condition=RAISED)),
        keep_stamp("cases_category"),
    ]
