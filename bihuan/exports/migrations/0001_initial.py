"""The table exists already: the ground floor made it, see its migration 0003."""

import bihuan.crypto.field
import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [("foundation", "0003_exports_move_out")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name='ExportJob',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('token', models.CharField(max_length=32, unique=True)),
                        ('owner_id', models.BigIntegerField()),
                        ('exporter', models.CharField(max_length=60)),
                        ('columns', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), size=None)),
                        ('filters', bihuan.crypto.field.EncryptedJSONField()),
                        ('language', models.CharField(max_length=12)),
                        ('state', models.CharField(choices=[('QUEUED', '排队中'), ('RUNNING', '正在导出'), ('DONE', '已完成'), ('CANCELLED', '已取消'), ('FAILED', '失败'), ('EXPIRED', '已过期')], default='QUEUED', max_length=12)),
                        ('done', models.BigIntegerField(default=0)),
                        ('total', models.BigIntegerField(null=True)),
                        ('size', models.BigIntegerField(default=0)),
                        ('failure', models.TextField(blank=True, default='')),
                        ('asked_at', models.DateTimeField()),
                        ('started_at', models.DateTimeField(null=True)),
                        ('finished_at', models.DateTimeField(null=True)),
                        ('expires_at', models.DateTimeField(null=True)),
                    ],
                    options={
                        'indexes': [models.Index(fields=['owner_id', '-id'], name='export_of_owner')],
                    },
                ),
            ],
        ),
    ]
