"""Every search vector also says where its case lies: the team, and windows of neighbouring ids of four sizes."""

from django.db import migrations

ADD = """
UPDATE cases_casesearch search
   SET vector = search.vector || array_to_tsvector(ARRAY[
           '#t' || found.team_id, '#10:' || (found.id >> 10), '#14:' || (found.id >> 14),
           '#18:' || (found.id >> 18), '#22:' || (found.id >> 22)])
  FROM cases_case found WHERE found.id = search.case_id
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_idempotency_digest")]

    operations = [migrations.RunSQL(ADD, migrations.RunSQL.noop)]
