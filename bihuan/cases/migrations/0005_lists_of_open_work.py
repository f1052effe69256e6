"""Indexes for the lists of open work, and none beside an index that begins with the same column."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

UNINDEXED = {"on_delete": django.db.models.deletion.PROTECT, "related_name": "+", "db_index": False}
OPEN = Q(closed_at=None)


class Migration(migrations.Migration):
    dependencies = [("cases", "0004_search_places")]

    operations = [
        migrations.AddIndex("case", models.Index(fields=["category", "-opened_at", "-id"], name="case_category_recent")),
        migrations.AddIndex("case", models.Index(fields=["state", "-opened_at", "-id"], name="case_open_state_recent", condition=OPEN)),
        migrations.AddIndex("case", models.Index(fields=["team", "kind", "category", "opened_at"], name="case_waiting", condition=OPEN & Q(owner=None, level=0) & ~Q(state="SATISFIED"))),
        migrations.AddIndex("case", models.Index(fields=["team", "next_due_at", "id"], name="case_callback_due", condition=OPEN & Q(kind="COMPLAINT", state="ANSWERED"))),
        migrations.AlterField("case", "category", models.ForeignKey(to="cases.category", **UNINDEXED)),
        migrations.AlterField("case", "customer", models.ForeignKey(to="customers.customer", null=True, **UNINDEXED)),
        migrations.AlterField("case", "division", models.ForeignKey(to="organization.unit", null=True, **UNINDEXED)),
        migrations.AlterField("case", "team", models.ForeignKey(to="organization.unit", **UNINDEXED)),
        migrations.AlterField("case", "owner", models.ForeignKey(to=settings.AUTH_USER_MODEL, null=True, **UNINDEXED)),
    ]
