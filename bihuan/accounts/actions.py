"""The writes of the key-account file."""

from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bihuan.accounts.access import access_account, require_opener
from bihuan.accounts.events import (
    AccountChanged,
    AccountContactAdded,
    AccountHabitNoted,
    AccountOpened,
    AccountVisited,
)
from bihuan.accounts.models import AccountContact, AccountHabit, AccountVisit, ContactRole, KeyAccount
from bihuan.customers.actions import find_or_register_customer, lift_personal_data
from bihuan.customers.models import Customer, CustomerKind
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import Invalid, NotVisible, Refusal
from bihuan.journal import actions as journal
from bihuan.organization.models import Staff

HABIT_LENGTH, SUMMARY_LENGTH = 300, 1_000


class NotACompany(Refusal):
    code = "not_a_company"
    sentence = _("只有企业客户能建大客户档案。")
    next_step = _("请先把企业登记为客户，再把这个人加为联系人。")


class AccountExists(Refusal):
    code = "account_exists"
    sentence = _("这家企业已经有大客户档案。")


class OwnerUnknown(Invalid):
    code = "account_owner_unknown"
    sentence = _("请选一位在职的同事负责。")


class ContractOutOfOrder(Invalid):
    code = "contract_out_of_order"
    sentence = _("合同的结束日期早于开始日期。")


class ContactIncomplete(Invalid):
    code = "account_contact_incomplete"
    sentence = _("联系人要有姓名，电话和邮箱至少填一项。")


class WordsMissing(Invalid):
    code = "account_words_missing"
    sentence = _("请写一句话。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What the file says of the business with the company."""

    owner_id: int
    contract_no: str = ""
    contract_from_on: date | None = None
    contract_to_on: date | None = None
    monthly_parcels: int | None = None
    needs: str = ""


@transaction.atomic
def open_account(*, actor: Actor, customer_id: int, terms: Terms, at: datetime) -> KeyAccount:
    """Open the file of a company. Raises NotACompany, AccountExists, OwnerUnknown, ContractOutOfOrder, NotAllowed."""
    require_opener(actor)
    company = Customer.objects.select_for_update(of=("self",)).filter(pk=customer_id).first()
    if company is None:
        raise NotVisible()
    if company.kind != CustomerKind.COMPANY:
        raise NotACompany()
    if KeyAccount.objects.filter(customer__in=Customer.objects.family_of(company.pk)).exists():
        raise AccountExists()
    account = KeyAccount.objects.create(customer=company, opened_at=at, **_checked(actor, company.pk, terms, at))
    opened = AccountOpened(customer_id=company.pk, account_id=account.pk, owner_id=account.owner_id)
    journal.write(actor, opened, at=at)
    return account


@transaction.atomic
def change_account(*, actor: Actor, account_id: int, terms: Terms, at: datetime) -> KeyAccount:
    """Write the terms anew. Raises OwnerUnknown, ContractOutOfOrder, NotVisible, NotAllowed."""
    account = access_account(actor, account_id, lock=True)
    wanted = _checked(actor, account.customer_id, terms, at)
    changed = tuple(name for name, value in wanted.items() if getattr(account, name) != value)
    if changed:
        for name in changed:
            setattr(account, name, wanted[name])
        account.save(update_fields=list(changed))
        entry = AccountChanged(customer_id=account.customer_id, account_id=account.pk, fields=changed)
        journal.write(actor, entry, at=at)
    return account


@transaction.atomic
def add_contact(
    *, actor: Actor, account_id: int, role: str, name: str, phone: str = "", email: str = "", at: datetime
) -> AccountContact:
    """A person at the company, found in the vault by phone or mail, or registered there.

    Raises ContactIncomplete, PhoneInvalid, EmailInvalid, NotVisible, NotAllowed.
    """
    account = access_account(actor, account_id)
    if not name.strip() or not (phone.strip() or email.strip()) or role not in ContactRole.values:
        raise ContactIncomplete(field="name")
    person = find_or_register_customer(actor=actor, name=name, phone=phone, email=email, at=at)
    if person is None:
        raise ContactIncomplete(field="name")
    contact, is_new = AccountContact.objects.get_or_create(
        account=account, customer=person, role=role, defaults={"added_at": at}
    )
    if is_new:
        added = AccountContactAdded(
            customer_id=account.customer_id, account_id=account.pk, contact_id=contact.pk, role=role
        )
        journal.write(actor, added, at=at)
    return contact


@transaction.atomic
def record_habit(*, actor: Actor, account_id: int, text: str, at: datetime) -> AccountHabit:
    """Note a custom. Raises WordsMissing, NotVisible, NotAllowed."""
    account = access_account(actor, account_id)
    words = _lifted(actor, account.customer_id, text, at)[:HABIT_LENGTH]
    habit = AccountHabit.objects.create(account=account, text=words, noted_by_id=actor.id or 0, noted_at=at)
    noted = AccountHabitNoted(customer_id=account.customer_id, account_id=account.pk, habit_id=habit.pk)
    journal.write(actor, noted, at=at)
    return habit


@transaction.atomic
def record_visit(*, actor: Actor, account_id: int, visited_on: date, summary: str, at: datetime) -> AccountVisit:
    """Note a visit. Raises WordsMissing, NotVisible, NotAllowed."""
    account = access_account(actor, account_id)
    words = _lifted(actor, account.customer_id, summary, at)[:SUMMARY_LENGTH]
    visit = AccountVisit.objects.create(
        account=account, visited_on=visited_on, summary=words, visited_by_id=actor.id or 0, noted_at=at
    )
    visited = AccountVisited(customer_id=account.customer_id, account_id=account.pk, visit_id=visit.pk)
    journal.write(actor, visited, at=at)
    return visit


def _checked(actor: Actor, customer_id: int, terms: Terms, at: datetime) -> dict[str, object]:
    """The terms as columns, the needs without personal data. Raises OwnerUnknown, ContractOutOfOrder."""
    if not Staff.objects.filter(pk=terms.owner_id, is_active=True).exists():
        raise OwnerUnknown(field="owner_id")
    if terms.contract_from_on and terms.contract_to_on and terms.contract_to_on < terms.contract_from_on:
        raise ContractOutOfOrder(field="contract_to_on")
    needs = lift_personal_data(actor=actor, customer_id=customer_id, text=terms.needs.strip(), at=at)
    return asdict(terms) | {"needs": needs}


def _lifted(actor: Actor, customer_id: int, text: str, at: datetime) -> str:
    words = " ".join(text.split())
    if not words:
        raise WordsMissing(field="text")
    return lift_personal_data(actor=actor, customer_id=customer_id, text=words, at=at)
