"""The sequence behind case numbers, and the type tree an express company starts with (domain.md 1.4)."""

from django.db import migrations

# code, Chinese, English, icon, responsible function, usual impact, evidence checklist
TREE = [
    ("DELAY", "延误", "Delay", "clock-exclamation", "OPERATIONS", "MEDIUM", ["中转扫描记录", "派送安排说明"]),
    ("LOSS", "丢失短少", "Loss or shortage", "package-off", "OPERATIONS", "HIGH", ["装车监控", "装车清单", "情况说明"]),
    ("DAMAGE", "损毁", "Damage", "box-off", "OPERATIONS", "HIGH", ["破损照片", "包装照片", "情况说明"]),
    ("DELIVERY", "投递服务", "Delivery service", "signature", "OPERATIONS", "MEDIUM", ["签收凭证", "派送员说明"]),
    ("PICKUP", "收寄服务", "Pickup service", "truck-loading", "OPERATIONS", "MEDIUM", ["揽收记录"]),
    ("ATTITUDE", "服务态度", "Staff attitude", "mood-angry", "QUALITY", "MEDIUM", ["录音或聊天记录"]),
    ("FEE", "违规收费", "Charges", "receipt-yen", "BUSINESS", "MEDIUM", ["计费明细"]),
    ("COD", "代收货款", "Cash on delivery", "cash", "BUSINESS", "HIGH", ["代收流水"]),
    ("INFO", "信息错误或未更新", "Wrong or missing information", "map-question", "TECH", "LOW", ["系统日志说明"]),
    ("CLAIM", "理赔争议", "Claim dispute", "scale", "BUSINESS", "HIGH", ["理赔记录", "价值凭证"]),
    ("LEAK", "信息泄露", "Data leak", "shield-x", "TECH", "HIGH", ["访问记录"]),
    ("SERVICE", "客服自身", "Customer service itself", "headset-off", "QUALITY", "MEDIUM", ["录音或聊天记录"]),
    ("OTHER", "其他", "Other", "dots-circle-horizontal", "BUSINESS", "LOW", []),
]


def plant(apps, schema_editor):
    category = apps.get_model("cases", "Category")
    category.objects.bulk_create(
        category(
            code=code, name=name, name_en=name_en, icon=icon, function=function, usual_impact=impact,
            checklist=checklist, position=position,
        )
        for position, (code, name, name_en, icon, function, impact, checklist) in enumerate(TREE)
    )


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial")]
    operations = [
        migrations.RunSQL("CREATE SEQUENCE cases_case_number", "DROP SEQUENCE cases_case_number"),
        migrations.RunPython(plant, migrations.RunPython.noop),
    ]
