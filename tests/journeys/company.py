"""Fills the database of a stack with the company of the tests; run as a program beside the stack.

One complaint is older than its promise: what a team leader finds among the cases at risk. Three wait to be taken.
"""

import os
from datetime import timedelta

import django

OVERDUE = "YH770000000100"
NIGHT = "YH770000000101"
TYPED = "YH770000000102"
SHARED = "YH770000000103"
WAITING = {NIGHT: "DAMAGE", TYPED: "FEE", SHARED: "COD"}


def main() -> None:
    """Build the company, and let the oldest case run into its promise."""
    from bihuan.cases import actions
    from bihuan.cases.tests.factories import a_voice
    from bihuan.foundation.moment import now
    from bihuan.promises.tasks import escalate_all
    from tests.people import acting, build_company, visitor

    company, long_ago = build_company(), now() - timedelta(days=3)
    voice = a_voice(waybill=OVERDUE, category="DELAY", matter="三天没有人回复我。")
    case = actions.open_case(actor=visitor(), voice=voice, at=long_ago)
    actions.claim_case(actor=acting(company.zhou), case_id=case.pk, at=long_ago)
    for waybill, category in WAITING.items():
        actions.open_case(actor=visitor(), voice=a_voice(waybill=waybill, category=category), at=now())
    escalate_all()


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "bihuan.settings"
    django.setup()
    main()
