"""Who may write into conversations and who cares for the mailbox, in one place.

Which conversation belongs to whose case is decided above, by the module that owns the case; here stands what holds
for every conversation: staff who handle cases, the customer it belongs to, and jobs.
"""

from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import NotAllowed, NotVisible
from bihuan.intake.models import Conversation, Mail
from bihuan.organization.roles import HANDLERS, LEADERS, OBSERVERS, Role

READERS = HANDLERS | OBSERVERS | {Role.LIAISON}
WRITERS = HANDLERS | {Role.LIAISON}
MAIL_KEEPERS = LEADERS | {Role.SYSTEM_ADMIN}
IMPORTERS = frozenset({Role.DIRECTOR, Role.MANAGER, Role.SYSTEM_ADMIN})


def require_role(actor: Actor, roles: frozenset[str]) -> None:
    """Raise NotAllowed unless the actor holds one of the roles somewhere; jobs hold every role."""
    if not (actor.is_system or actor.units(roles)):
        raise NotAllowed()


def require_job(actor: Actor) -> None:
    """Raise NotAllowed unless the actor is a job: what is done to many conversations at once asks for no single one."""
    if not actor.is_system:
        raise NotAllowed()


def access_conversation(actor: Actor, conversation_id: int, *, roles: frozenset[str] = READERS) -> Conversation:
    """The conversation, for staff with one of ``roles``, for its own customer, and for jobs."""
    conversation = Conversation.objects.select_related("reply_to").filter(pk=conversation_id).first()
    if conversation is None or (actor.is_customer and actor.id not in (None, conversation.customer_id)):
        raise NotVisible()
    if not actor.is_customer:
        require_role(actor, roles)
    return conversation


def access_mail(actor: Actor, mail_id: int, *, lock: bool = False) -> Mail:
    """A mail as it came, for those who care for the mailbox."""
    require_role(actor, MAIL_KEEPERS)
    mails = Mail.objects.select_for_update() if lock else Mail.objects.all()
    mail = mails.filter(pk=mail_id).first()
    if mail is None:
        raise NotVisible()
    return mail
