"""The reads of the key-account file."""

from dataclasses import dataclass
from datetime import date

from bihuan.accounts.access import may_open, may_read, may_write
from bihuan.accounts.models import AccountContact, KeyAccount
from bihuan.customers.models import Customer
from bihuan.customers.queries import masked_labels, masked_phones, render_masked_many
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import NotVisible

__all__ = ["AccountPanel", "ContactLine", "HabitLine", "VisitLine", "account_panel", "customer_of", "may_open"]

VISITS_SHOWN = 5


@dataclass(frozen=True, slots=True)
class ContactLine:
    customer_id: int
    label: str
    role_label: str
    phone: str


@dataclass(frozen=True, slots=True)
class HabitLine:
    text: str
    by: str


@dataclass(frozen=True, slots=True)
class VisitLine:
    visited_on: date
    summary: str
    by: str


@dataclass(frozen=True, slots=True)
class AccountPanel:
    """The file as colleagues read it, everything masked."""

    account: KeyAccount
    customer_id: int
    label: str
    owner: str
    needs: str
    contacts: list[ContactLine]
    habits: list[HabitLine]
    visits: list[VisitLine]
    may_write: bool


def account_panel(actor: Actor, customer_id: int) -> AccountPanel | None:
    """The file of this company, or of the company this person is a contact of; None for everybody else.

    A fixed number of queries.
    """
    if not may_read(actor):
        return None
    account = find_account(customer_id)
    if account is None:
        return None
    contacts = list(account.contacts.order_by("id"))
    habits = list(account.habits.select_related("noted_by").order_by("-id"))
    visits = list(account.visits.select_related("visited_by").order_by("-visited_on", "-id")[:VISITS_SHOWN])
    people = [contact.customer_id for contact in contacts]
    labels, phones = masked_labels([account.customer_id, *people]), masked_phones(people)
    texts = render_masked_many([account.needs, *(it.text for it in habits), *(it.summary for it in visits)])
    needs, habit_texts, visit_texts = texts[0], texts[1 : len(habits) + 1], texts[len(habits) + 1 :]
    return AccountPanel(
        account=account,
        customer_id=account.customer_id,
        label=labels[account.customer_id],
        owner=account.owner.label,
        needs=needs,
        contacts=[_contact_line(contact, labels, phones) for contact in contacts],
        habits=[HabitLine(text, it.noted_by.label) for it, text in zip(habits, habit_texts, strict=True)],
        visits=[
            VisitLine(it.visited_on, text, it.visited_by.label) for it, text in zip(visits, visit_texts, strict=True)
        ],
        may_write=may_write(actor, account),
    )


def customer_of(account_id: int) -> int:
    """The company of a file; raises NotVisible."""
    account = KeyAccount.objects.filter(pk=account_id).only("customer").first()
    if account is None:
        raise NotVisible()
    company_id: int = account.customer_id
    return company_id


def find_account(customer_id: int) -> KeyAccount | None:
    """The file of the company's family, else of a company that has the person as a contact."""
    family = Customer.objects.family_of(customer_id).values("pk")
    accounts = KeyAccount.objects.select_related("owner")
    own = accounts.filter(customer__in=family).first()
    return own or accounts.filter(contacts__customer__in=family).order_by("id").first()


def _contact_line(contact: AccountContact, labels: dict[int, str], phones: dict[int, str]) -> ContactLine:
    role_label = str(contact.get_role_display())
    phone = phones.get(contact.customer_id, "")
    return ContactLine(contact.customer_id, labels[contact.customer_id], role_label, phone)
