from io import StringIO

import pytest
from django.core.management import call_command

from bihuan.crypto import keys, rotation
from bihuan.customers import actions, queries
from bihuan.customers.tests.factories import AT, CASE_ID, LIN, PHONE, PORTAL, zhao


@pytest.fixture(autouse=True)
def own_keys(settings, tmp_path):
    settings.KEYS_DIR, settings.FILES_DIR = tmp_path / "keys", tmp_path / "files"
    keys.forget_held_keyring()
    yield
    keys.forget_held_keyring()


@pytest.mark.django_db
@pytest.mark.feature("2.4")
def test_customers_outlive_a_rotation_of_the_keys():
    customer = zhao()
    text = actions.lift_personal_data(actor=PORTAL, customer_id=customer.pk, text=f"打{PHONE}", at=AT)
    old = keys.keyring().active_id
    out = StringIO()
    call_command("keys", "rotate", stdout=out)
    new = keys.keyring().active_id
    assert f"sealed values have key {new}" in out.getvalue()
    uses = {column.label: rotation.count_by_key(column) for column in rotation.encrypted_columns()}
    assert uses["customers.customerphone.value"] == {new: 1}
    assert old != new and sum(use[old] for use in uses.values()) == 0
    assert queries.find_by_phone(LIN, PHONE, at=AT) == customer
    assert queries.render_masked(text) == "打138******34"
    field = f"phone:{customer.phones.get().pk}"
    shown = actions.reveal_field(
        actor=LIN, customer_id=customer.pk, field=field, purpose="CONTACT", case_id=CASE_ID, at=AT
    )
    assert shown.value == PHONE
