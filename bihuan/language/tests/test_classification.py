import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.language.classification import COMPLAINT, CONSULTATION, SUGGESTION, classify


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("快递三天了还没到，一直没动静", "DELAY"),
        ("我的快遞丟了，找了三天都找不到", "LOSS"),
        ("箱子里内件短少一件", "LOSS"),
        ("收到时外壳碎了，包装也压扁了", "DAMAGE"),
        ("显示已签收，本人没收到", "DELIVERY"),
        ("不送上门，直接放驿站", "DELIVERY"),
        ("预约了没人上门取件", "PICKUP"),
        ("快递员态度很差还骂人", "ATTITUDE"),
        ("运费多收了10块", "FEE"),
        ("代收货款一直没打给我", "COD"),
        ("物流信息不对，轨迹错误", "INFO"),
        ("保价了也不赔，理赔太难", "CLAIM"),
        ("你们泄露我的手机号，天天骚扰电话", "LEAK"),
        ("客服推诿，电话打不通", "SERVICE"),
        ("太差了，我要投诉", "OTHER"),
    ],
)
def test_complaints_are_told_apart(text, category):
    found = classify(text)
    assert (found.kind, found.category) == (COMPLAINT, category)
    assert found.reasons


@pytest.mark.parametrize("text", ["请问寄到新疆要几天", "怎么收费，多少钱一公斤", "你好", ""])
def test_questions_are_consultations(text):
    assert classify(text).kind == CONSULTATION


@pytest.mark.parametrize("text", ["建议你们增加晚间派送", "我建议在小区放个柜子", "希望能增加微信通知"])
def test_proposals_are_suggestions(text):
    assert classify(text).kind == SUGGESTION


def test_the_reason_is_the_words_themselves_in_order():
    assert classify("显示已签收，本人没收到，再不处理我打12305").reasons == ("显示已签收", "本人没收到", "12305")


@pytest.mark.parametrize("text", ["包裹没有破损", "快递没丢失", "速度很快，服务态度很好", "态度特别好"])
def test_denied_words_and_praise_do_not_count(text):
    assert classify(text).kind == CONSULTATION and not classify(text).reasons


def test_a_denial_inside_the_expression_is_the_expression():
    assert classify("有没有破损").category == "DAMAGE"
    assert classify("没有送到").category == "DELAY"


@pytest.mark.parametrize(
    ("text", "urgency"),
    [
        ("我要打12305申诉", ("REGULATOR",)),
        ("里面是胰岛素，急用", ("PERISHABLE", "DEADLINE")),
        ("快递员威胁我", ("SAFETY",)),
        ("已经曝光到微博", ("PUBLIC",)),
        ("反映了多次", ("REPEATED",)),
        ("慢", ()),
    ],
)
def test_what_cannot_wait_is_seen(text, urgency):
    assert classify(text).urgency == urgency


@settings(deadline=None)
@given(st.text(max_size=80))
def test_any_text_is_classified(text):
    found = classify(text)
    assert found.kind in (COMPLAINT, SUGGESTION, CONSULTATION)
