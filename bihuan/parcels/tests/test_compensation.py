"""The estimate of a claim follows the published rules; no amount exceeds the loss where the law knows no agreement."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.parcels.compensation import Basis, Exemption, Harm, Mail, estimate

FEN = st.integers(0, 10_000_000)
UNIVERSAL = Mail.UNIVERSAL


@pytest.mark.feature("3.8")
@pytest.mark.parametrize(
    ("harm", "yuan", "basis"),
    [
        (Harm(is_total=False, insured_fen=2000_00, value_fen=5000_00, loss_fen=1200_00), 480, Basis.INSURED_PART),
        (
            Harm(mail=UNIVERSAL, is_total=False, insured_fen=2000_00, value_fen=5000_00, loss_fen=1200_00),
            480,
            Basis.INSURED_PART,
        ),
        (Harm(insured_fen=5000_00, value_fen=5000_00), 5000, Basis.INSURED_TOTAL),
        (Harm(mail=UNIVERSAL, postage_fen=12_00, value_fen=300_00), 36, Basis.CAPPED),
        (
            Harm(mail=UNIVERSAL, postage_fen=12_00, value_fen=300_00, is_grossly_negligent=True),
            300,
            Basis.ACTUAL_LOSS,
        ),
        (Harm(value_fen=260_00, postage_fen=12_00), 260, Basis.MARKET),
        (Harm(value_fen=260_00, agreed_fen=100_00), 100, Basis.AGREED),
        (Harm(value_fen=260_00, insured_fen=200_00, exemption=Exemption.FORCE_MAJEURE), 0, Basis.EXEMPT),
    ],
)
def test_the_published_examples_are_met(harm, yuan, basis):
    found = estimate(harm)
    assert (found.amount_fen, found.basis) == (yuan * 100, basis)
    assert found.rule


@given(st.booleans(), FEN, FEN, FEN, FEN)
def test_no_estimate_without_an_agreement_exceeds_the_value(total, value, loss, insured, postage):
    for mail in Mail:
        harm = Harm(mail=mail, is_total=total, value_fen=value, loss_fen=loss, insured_fen=insured, postage_fen=postage)
        assert 0 <= estimate(harm).amount_fen <= max(value, loss, insured if not value else 0)


@given(FEN, FEN, FEN)
def test_more_insurance_never_pays_less(value, loss, insured):
    less = estimate(Harm(is_total=False, value_fen=value, loss_fen=loss, insured_fen=insured + 1))
    more = estimate(Harm(is_total=False, value_fen=value, loss_fen=loss, insured_fen=insured + 100_001))
    assert less.amount_fen <= more.amount_fen
