"""``bihuan token``: API tokens issued (the clear token is printed once), listed and revoked."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from bihuan.api.actions import issue_token, revoke_token
from bihuan.api.queries import list_tokens
from bihuan.api.scopes import SCOPES
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import Refusal
from bihuan.foundation.moment import now
from bihuan.organization.queries import find_staff

KEEPER = Actor.system("command-line")


class Command(BaseCommand):
    help = "Issue, list and revoke API tokens."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        issue = verbs.add_parser("issue", help="print a new token in the name of a person; it is shown this once")
        issue.add_argument("staff_no")
        issue.add_argument("--name", default="command line")
        issue.add_argument("--scope", action="append", choices=sorted(SCOPES), help="may be repeated; default all")
        issue.add_argument("--days", type=int, default=365)
        verbs.add_parser("list", help="show all tokens, newest first")
        verbs.add_parser("revoke", help="end a token at once").add_argument("token_id", type=int)

    def handle(self, *args: object, **options: Any) -> None:
        try:
            getattr(self, options["verb"])(options)
        except Refusal as refusal:
            raise CommandError(f"{refusal.code}: {refusal}") from refusal

    def issue(self, options: dict[str, Any]) -> None:
        staff = find_staff(actor=KEEPER, staff_no=options["staff_no"])
        if staff is None:
            raise CommandError(f"nobody has the staff number {options['staff_no']}")
        _token, clear = issue_token(
            actor=KEEPER,
            staff_id=staff.pk,
            name=options["name"],
            scopes=options["scope"] or sorted(SCOPES),
            lifetime=timedelta(days=options["days"]),
            at=now(),
        )
        self.stdout.write(clear)

    def list(self, options: dict[str, Any]) -> None:
        at = now()
        for token in list_tokens(actor=KEEPER):
            state = "valid" if token.is_valid(at) else "revoked" if token.revoked_at else "expired"
            words = (token.pk, token.prefix, state, f"{token.expires_at:%Y-%m-%d}", token.staff.staff_no, token.name)
            self.stdout.write("\t".join([*map(str, words), " ".join(token.scopes)]))

    def revoke(self, options: dict[str, Any]) -> None:
        token = revoke_token(actor=KEEPER, token_id=options["token_id"], at=now())
        self.stdout.write(f"revoked {token}")
