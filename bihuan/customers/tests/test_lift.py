import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.customers import actions, queries
from bihuan.customers.lifting import find_spans, keep_references, known_values, replace_spans
from bihuan.customers.models import PersonalDatum
from bihuan.customers.tests.factories import ADDRESS, AT, LIN, MAIL_JOB, PHONE, PORTAL, zhao
from bihuan.foundation.errors import NotAllowed
from bihuan.journal.models import StoredEntry
from bihuan.language.references import REFERENCE, referred_ids

pytestmark = pytest.mark.django_db


def lift(text, customer=None, actor=PORTAL):
    customer_id = customer.pk if customer else None
    return actions.lift_personal_data(actor=actor, customer_id=customer_id, text=text, at=AT)


@pytest.mark.feature("2.4")
def test_personal_values_leave_the_text_and_show_masked():
    text = "我是赵晓云，电话138 0000 1234或010-62345678，身份证11010519491231002X，邮箱zxy@a.com，卡4111111111111111，"
    text += f"住{ADDRESS}。"
    lifted = lift(text, zhao())
    assert REFERENCE.sub("…", lifted) == "我是…，电话…或…，身份证…，邮箱…，卡…，住…。"
    assert queries.render_masked(lifted) == (
        "我是赵**，电话138******34或010-******78，身份证110*************2X，邮箱z***@a.com，卡4111********1111，"
        "住北京市海淀区中关村大街***。"
    )


@pytest.mark.parametrize("text", ["我叫趙曉雲", "收件人：赵晓云先生", "赵晓云赵晓云"])
def test_the_customers_own_name_is_lifted_in_either_script(text):
    lifted = lift(text, zhao())
    assert "晓云" not in lifted and "曉雲" not in lifted
    assert "赵**" in queries.render_masked(lifted)


def test_an_address_is_lifted_without_its_region_too():
    assert REFERENCE.sub("…", lift("放在中关村大街1号2单元301室门口", zhao())) == "放在…门口"


def test_an_address_nobody_knows_is_lifted_from_its_door():
    lifted = lift("请送到杭州市西湖区文三路18号2单元301室，谢谢")
    assert REFERENCE.sub("…", lifted) == "请送到…，谢谢"
    assert queries.render_masked(lifted) == "请送到杭州市西湖区文三路***，谢谢"


def test_where_no_reference_may_stand_values_are_masked_for_good():
    names = ["赵晓云-13800001234.jpg", "运单.jpg"]
    assert actions.mask_personal_data(customer_id=zhao().pk, texts=names) == ["赵**-138******34.jpg", "运单.jpg"]


def test_a_name_of_one_character_is_too_short_to_look_for():
    assert lift("云很多", zhao(name="云")) == "云很多"


def test_a_latin_name_is_no_part_of_a_word():
    assert REFERENCE.sub("…", lift("Ann called, Anna did not, ANN did", zhao(name="Ann"))) == (
        "… called, Anna did not, … did"
    )


def test_nothing_personal_leaves_the_text_as_it_is(django_assert_num_queries):
    customer = zhao()
    with django_assert_num_queries(1):
        assert lift("快递三天没动，单号SF1234567890123", customer) == "快递三天没动，单号SF1234567890123"
    assert not StoredEntry.objects.filter(code="customer.data_lifted").exists()


def test_many_texts_cost_three_queries(django_assert_num_queries):
    customer = zhao()
    texts = [f"电话{PHONE}", "没有", f"再打13911112222，或{PHONE}", ""]
    with django_assert_num_queries(3):
        lifted = actions.lift_personal_data_many(actor=PORTAL, customer_id=customer.pk, texts=texts, at=AT)
    assert lifted[1] == "没有" and lifted[3] == ""
    assert len(referred_ids(lifted)) == 2


def test_the_same_value_is_kept_once_per_customer():
    customer, other = zhao(), zhao(name="钱多多", phones=[], emails=[])
    assert lift(PHONE, customer) == lift("138-0000-1234", customer)
    assert lift(PHONE, other) != lift(PHONE, customer)
    assert lift(PHONE) == lift(PHONE)
    assert PersonalDatum.objects.count() == 3


def test_lifting_again_changes_nothing():
    customer = zhao()
    once = lift(f"赵晓云 {PHONE}", customer)
    assert lift(once, customer) == once
    anonymous = lift(PHONE)
    assert lift(anonymous) == anonymous


def test_a_reference_somebody_typed_points_to_nothing():
    foreign = lift(PHONE, zhao())
    assert lift(f"看看{foreign}", zhao(name="钱多多", phones=[], emails=[])) == f"看看{foreign[1:-1].join('[]')}"
    assert lift("⟦pd:1⟧⟦乱写⟧") == "[pd:1][乱写]"


def test_what_was_lifted_is_journalled_without_values():
    customer = zhao()
    lifted = lift(f"赵晓云 {PHONE}", customer)
    entry = StoredEntry.objects.get(code="customer.data_lifted")
    assert entry.subject_id == customer.pk
    assert set(entry.payload["datum_ids"]) == referred_ids([lifted])
    assert sorted(entry.payload["kinds"]) == ["NAME", "PHONE"]
    assert PHONE not in str(entry.payload)


def test_a_value_that_is_gone_shows_stars():
    lifted = lift(f"电话{PHONE}")
    PersonalDatum.objects.all().delete()
    assert queries.render_masked(lifted) == "电话***"


def test_texts_render_with_one_query_and_none_without_references(django_assert_num_queries):
    texts = [lift(f"电话{PHONE}"), "没有", lift("邮箱a1@b.com")]
    with django_assert_num_queries(1):
        assert queries.render_masked_many(texts) == ["电话138******34", "没有", "邮箱a***@b.com"]
    with django_assert_num_queries(0):
        assert queries.render_masked_many(["没有"]) == ["没有"]


def test_the_mail_job_gets_the_text_in_clear_and_nobody_else():
    lifted = lift("派件员电话13911112222", zhao(), actor=LIN)
    assert queries.render_for_delivery(MAIL_JOB, lifted) == "派件员电话13911112222"
    for actor in (LIN, PORTAL):
        with pytest.raises(NotAllowed):
            queries.render_for_delivery(actor, lifted)
        with pytest.raises(NotAllowed):
            queries.email_address(actor, 1)


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(["赵晓云", "13800001234", "zhao@a.com", "我", "，", " ", "⟦pd:7⟧", "⟦", "⟧", "x"]), max_size=12
    )
)
def test_spans_taken_out_and_put_back_give_the_text(parts):
    text = "".join(parts)
    spans = find_spans(text, known_values("赵晓云", []))
    assert replace_spans(text, spans, lambda span: text[span.start : span.end]) == text
    assert "赵晓云" not in replace_spans(text, spans, lambda span: "…")


@settings(deadline=None)
@given(st.text("⟦⟧pd:0123456789 x", max_size=30), st.sets(st.integers(0, 99), max_size=3))
def test_only_own_references_keep_their_marks(text, own):
    kept = keep_references(text, own)
    assert referred_ids([kept]) <= own
    assert "⟦" not in REFERENCE.sub("", kept) and len(kept) == len(text)
