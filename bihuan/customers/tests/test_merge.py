"""Two entries of the vault become one customer, and two again, whatever happened in between."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bihuan.customers import actions, queries
from bihuan.customers.actions import KindsDiffer, LeaderNeeded, MergeReasonMissing, MergeUndone, SameCustomer
from bihuan.customers.models import Customer, CustomerIdentity, CustomerMerge, CustomerPhone
from bihuan.customers.tests.factories import ADDRESS, AT, CASE_ID, INSPECTOR, LIN, MAIL_JOB, PHONE, PORTAL, WEI, zhao
from bihuan.foundation.errors import NotAllowed, NotVisible
from bihuan.journal.queries import entries_of

pytestmark = [pytest.mark.django_db, pytest.mark.feature("2.1")]


def merge(kept, merged, actor=WEI, note="客户来电核实"):
    return actions.merge_customers(actor=actor, kept_id=kept.pk, merged_id=merged.pk, note=note, at=AT)


def undo(merge_, actor=LIN):
    return actions.undo_merge(actor=actor, merge_id=merge_.pk, at=AT + timedelta(days=1))


def test_either_phone_finds_the_merged_customer_and_the_card_shows_both():
    kept, merged = zhao(), zhao(name="", phones=["13911112222"], emails=[], addresses=[])
    merge(kept, merged)
    assert queries.find_by_phone(LIN, "13911112222", at=AT) == kept
    card = queries.card(LIN, merged.pk)
    assert (card.id, card.name, card.member_ids) == (kept.pk, "赵**", (kept.pk, merged.pk))
    assert card.phones == ("138******34", "139******22")
    assert [one.id for one in queries.list_customers(LIN, at=AT).items] == [kept.pk]


def test_what_comes_through_the_phone_of_the_merged_stays_with_the_merged():
    kept, merged = zhao(), zhao(name="", phones=["13911112222"], emails=[], addresses=[])
    done = merge(kept, merged)
    came = actions.find_or_register_customer(actor=PORTAL, phone="13911112222", at=AT)
    assert came == merged
    undo(done)
    assert queries.find_by_phone(LIN, "13911112222", at=AT) == merged
    assert queries.card(LIN, kept.pk).phones == ("138******34",)


def test_a_field_of_the_merged_is_revealed_from_a_case_of_the_kept_and_the_customer_is_told():
    kept, merged = zhao(), zhao(name="", phones=["13911112222"], emails=[], addresses=[])
    merge(kept, merged)
    shown = actions.reveal_field(
        actor=LIN,
        customer_id=kept.pk,
        field=f"phone:{merged.phones.get().pk}",
        purpose="CONTACT",
        case_id=CASE_ID,
        at=AT,
    )
    assert shown.value == "13911112222"
    assert [look.by for look in queries.looks(merged.pk)] == ["林晓"]


def test_answers_go_to_the_address_of_the_family_when_the_customer_has_none():
    kept, merged = zhao(), zhao(name="", phones=["13911112222"], emails=[], addresses=[])
    assert queries.reply_email_id(merged.pk) is None
    merge(kept, merged)
    assert queries.reply_email_id(merged.pk) == kept.emails.get().pk


@pytest.mark.parametrize(
    ("other", "level"),
    [
        ({"name": "", "addresses": []}, "STRONG"),
        ({"name": "赵晓", "phones": ["13911112222"], "emails": []}, "LIKELY"),
        ({"phones": ["13911111234"], "emails": [], "addresses": []}, "WEAK"),
        ({"name": "钱多多", "phones": ["13911112222"], "emails": [], "addresses": [ADDRESS]}, "NONE"),
    ],
)
def test_the_evidence_has_a_level(other, level):
    one, two = zhao(), zhao(**other)
    assert merge(one, two).level == level


def test_candidates_come_with_the_strongest_evidence_first():
    one = zhao()
    weak = zhao(phones=["13911111234"], emails=[], addresses=[])
    strong = zhao(name="", emails=[], addresses=[])
    zhao(name="钱多多", phones=["13722223333"], emails=[], addresses=[])
    found = queries.list_candidates(LIN, one.pk)
    assert [(it.card.id, it.level, it.needs_leader) for it in found] == [
        (strong.pk, "STRONG", False),
        (weak.pk, "WEAK", True),
    ]


def test_on_weak_evidence_a_leader_decides_and_says_why():
    one, two = zhao(), zhao(phones=["13911111234"], emails=[], addresses=[])
    with pytest.raises(LeaderNeeded):
        merge(one, two, actor=LIN)
    with pytest.raises(MergeReasonMissing):
        merge(one, two, note=" ")
    assert not CustomerMerge.objects.exists()
    assert merge(one, two, note=f"客户说两个号都是他的，{PHONE}").note.startswith("客户说两个号都是他的，⟦pd:")


@pytest.mark.parametrize(("actor", "refusal"), [(INSPECTOR, NotAllowed), (MAIL_JOB, NotAllowed), (PORTAL, NotVisible)])
def test_only_those_who_handle_cases_merge(actor, refusal):
    one, two = zhao(), zhao(name="", emails=[])
    with pytest.raises(refusal):
        merge(one, two, actor=actor)
    done = merge(one, two)
    with pytest.raises(refusal):
        undo(done, actor=actor)
    assert CustomerMerge.objects.get().undone_at is None


def test_what_makes_no_sense_is_refused():
    one, company = zhao(), zhao(kind="COMPANY", phones=["13911112222"])
    with pytest.raises(KindsDiffer):
        merge(one, company)
    with pytest.raises(SameCustomer):
        merge(one, one)
    two = zhao(name="", emails=[])
    done = merge(one, two)
    with pytest.raises(SameCustomer):
        merge(two, one)
    undo(done)
    with pytest.raises(MergeUndone):
        undo(done)


def test_merge_and_its_taking_back_stand_in_both_lives():
    one, two = zhao(), zhao(name="", emails=[])
    undo(merge(one, two))
    for customer in (one, two):
        codes = [entry.code for entry in entries_of("customer", customer.pk)]
        assert codes[-2:] == ["customer.merged", "customer.unmerged"]
    (line,) = queries.list_merges(LIN, one.pk)
    assert (line.merged_id, line.undone_at) == (two.pk, AT + timedelta(days=1))


@pytest.mark.parametrize(
    ("kind", "value", "masked"),
    [("WECHAT", "zhao_xy88", "z*******8"), ("MEMBER", "YH0012", "Y****2"), ("ACCOUNT", "AB1", "***")],
)
def test_accounts_elsewhere_find_the_customer(kind, value, masked):
    customer = zhao()
    row = actions.add_identity(actor=LIN, customer_id=customer.pk, kind=kind, value=f" {value.upper()} ", at=AT)
    assert queries.find_by_identity(LIN, kind, value.lower(), at=AT) == customer
    (shown,) = [field for field in queries.card(LIN, customer.pk).fields if field.kind == kind]
    assert shown.field == f"{kind.lower()}:{row.pk}" and shown.masked.lower() == masked.lower()
    other = zhao(name="钱多多", phones=[], emails=[])
    claim = actions.add_identity(actor=LIN, customer_id=other.pk, kind=kind, value=value, at=AT)
    assert not claim.identifies


@dataclass
class Forest:
    """What must be true, told without the database: who was merged into whom."""

    parents: dict[int, int] = field(default_factory=dict)

    def head(self, one: int) -> int:
        while one in self.parents:
            one = self.parents[one]
        return one


STEPS = st.lists(
    st.tuples(st.sampled_from(["merge", "undo", "case"]), st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=14
)


def owners():
    """Every row that says whose something is."""
    return {
        model.__name__: dict(model.objects.values_list("pk", "customer_id"))
        for model in (CustomerPhone, CustomerIdentity)
    }


def walk_through(steps):
    people = [zhao(name="赵晓云", phones=[f"1390000{n:04d}"], emails=[], addresses=[]) for n in range(5)]
    forest, standing, before = Forest(), {}, owners()
    cases: dict[int, int] = {}
    for number, (verb, one, other) in enumerate(steps):
        a, b = people[one].pk, people[other].pk
        if verb == "merge" and forest.head(a) != forest.head(b):
            done = actions.merge_customers(actor=WEI, kept_id=a, merged_id=b, note="同一人", at=AT)
            forest.parents[done.merged_id] = done.kept_id
            standing[done.merged_id] = done
        elif verb == "undo" and standing:
            merged_id, done = sorted(standing.items())[one % len(standing)]
            undo(done)
            del standing[merged_id], forest.parents[merged_id]
        elif verb == "case":
            came = actions.find_or_register_customer(actor=PORTAL, phone=f"1390000{one:04d}", at=AT)
            cases[number] = came.pk
            assert came == people[one]
        for person in people:
            assert queries.head_id(person.pk) == forest.head(person.pk)
            family = {it.pk for it in people if forest.head(it.pk) == forest.head(person.pk)}
            assert set(queries.family_ids(person.pk)) == family
        assert owners() == before
    for done in standing.values():
        undo(done)
    assert not Customer.objects.exclude(head=None, merged_into=None).exists()
    assert owners() == before


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_whatever_was_merged_every_row_is_back_with_its_owner(db, steps):
    with transaction.atomic():
        walk_through(steps)
        transaction.set_rollback(True)
