"""Who reads and who writes a key-account file."""

from bihuan.accounts.models import KeyAccount
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import NotAllowed, NotVisible
from bihuan.organization.roles import HANDLERS, LEADERS, Role

READERS = HANDLERS | {Role.INSPECTOR}


def may_read(actor: Actor) -> bool:
    """True for those who handle cases, and for inspectors."""
    return actor.is_system or bool(actor.units(READERS))


def may_open(actor: Actor) -> bool:
    """True for leaders."""
    return actor.is_staff and bool(actor.units(LEADERS))


def may_write(actor: Actor, account: KeyAccount) -> bool:
    """Leaders, and the owner while handling cases."""
    return may_open(actor) or (actor.is_staff and account.owner_id == actor.id and bool(actor.units(HANDLERS)))


def require_opener(actor: Actor) -> None:
    """Raises NotVisible, NotAllowed."""
    if not may_read(actor):
        raise NotVisible()
    if not may_open(actor):
        raise NotAllowed()


def access_account(actor: Actor, account_id: int, *, lock: bool = False) -> KeyAccount:
    """The file, for somebody who may write it. Raises NotVisible, NotAllowed."""
    if not may_read(actor):
        raise NotVisible()
    accounts = KeyAccount.objects.select_for_update(of=("self",)) if lock else KeyAccount.objects.all()
    account = accounts.filter(pk=account_id).first()
    if account is None:
        raise NotVisible()
    if not may_write(actor, account):
        raise NotAllowed()
    return account
