"""``bihuan token issue STAFF_NO --name NAME --scope case.view …``: an API token, printed once."""

from django.core.management.base import BaseCommand, CommandError, CommandParser

from bihuan.api.actions import issue_token
from bihuan.api.scopes import SCOPES
from bihuan.foundation.actor import Actor
from bihuan.foundation.moment import now
from bihuan.organization.models import Staff


class Command(BaseCommand):
    help = "Issue an API token in the name of a person."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("verb", choices=["issue"])
        parser.add_argument("staff_no")
        parser.add_argument("--name", default="command line")
        parser.add_argument("--scope", action="append", choices=sorted(SCOPES))

    def handle(self, *args: object, **options: object) -> None:
        staff = Staff.objects.filter(staff_no__iexact=str(options["staff_no"])).first()
        if staff is None:
            raise CommandError(f"nobody has the staff number {options['staff_no']}")
        scopes = options["scope"] or sorted(SCOPES)
        _token, clear = issue_token(
            actor=Actor.system("command-line"),
            staff_id=staff.pk,
            name=str(options["name"]),
            scopes=scopes,  # type: ignore[arg-type]
            at=now(),
        )
        self.stdout.write(clear)
