"""Fills the database of a stack with the company of the tests and prints tokens for the API; run beside the stack."""

import json
import os

import django

EXPORTING = ("E10003", "E10004", "H10001", "H30001")


def main() -> None:
    """Build the company; Lin's token first, then those of the people who take lists out."""
    from bihuan.api.actions import issue_token
    from bihuan.api.scopes import SCOPES
    from bihuan.foundation.actor import Actor
    from bihuan.foundation.moment import now
    from bihuan.organization.models import Staff
    from tests.people import build_company

    build_company()
    system, tokens = Actor.system("tests"), []
    for staff_no in ("E10001", *EXPORTING):
        staff = Staff.objects.get(staff_no=staff_no)
        tokens.append(issue_token(actor=system, staff_id=staff.pk, name="storm", scopes=SCOPES, at=now())[1])
    print(json.dumps(tokens))


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "bihuan.settings"
    django.setup()
    main()
