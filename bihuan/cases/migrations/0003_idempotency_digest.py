"""What a case was opened from, so that one idempotency key cannot stand for two contents."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("cases", "0002_numbers_and_categories")]

    operations = [
        migrations.AddField(
            model_name="case",
            name="idempotency_digest",
            field=models.BinaryField(max_length=16, null=True),
        ),
    ]
