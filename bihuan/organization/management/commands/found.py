"""``bihuan found``: headquarters and the three administrators of a new installation, with passwords shown once."""

import secrets
import string
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import Refusal
from bihuan.foundation.moment import now
from bihuan.organization.actions import Administrator, open_company
from bihuan.organization.passwords import CLASSES_WANTED, count_character_classes
from bihuan.organization.roles import Role

FOUNDER = Actor.system("command-line")
# No letters or digits that are mixed up when copied by hand.
ALPHABET = "".join(c for c in string.ascii_letters + string.digits + "-+=%" if c not in "0O1lI")
LENGTH = 16
OFFICES = (
    ("system", Role.SYSTEM_ADMIN, "系统管理员", "System administrator"),  # data, not a message
    ("security", Role.SECURITY_ADMIN, "安全管理员", "Security administrator"),  # data, not a message
    ("audit", Role.AUDIT_ADMIN, "审计管理员", "Audit administrator"),  # data, not a message
)


def new_password() -> str:
    """A password that the rule accepts."""
    while True:
        drawn = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        if count_character_classes(drawn) >= CLASSES_WANTED:
            return drawn


class Command(BaseCommand):
    help = "Open headquarters and the three administrators of a new installation; their passwords are shown once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="the company's name, as its people see it")
        parser.add_argument("--name-en", default="", help="its English name")

    def handle(self, *args: object, **options: Any) -> None:
        people = [
            Administrator(staff_no=number, name=name, name_en=name_en, role=role, password=new_password())
            for number, role, name, name_en in OFFICES
        ]
        names = (options["name"], options["name_en"])
        try:
            root = open_company(actor=FOUNDER, names=names, administrators=people, at=now())
        except Refusal as refusal:
            raise CommandError(f"{refusal.code}: {refusal}") from refusal
        self.stdout.write(f"{root.name} is open. Three people sign in; hand each password to one of them:")
        for person in people:
            self.stdout.write(f"{person.staff_no:10}{person.password}   {person.name} {person.name_en}")
        self.stdout.write("The system administrator opens units and accounts, the security administrator gives roles.")
