"""The escalation ladder as data: who is alarmed at which share of a promise's time."""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction


class Step(StrEnum):
    """Who is alarmed."""

    LEADER = "LEADER"
    REGION = "REGION"
    HQ = "HQ"


@dataclass(frozen=True, slots=True)
class Rung:
    """A step and the share of the promised time at which it is taken; 1 is the due time itself."""

    step: Step
    share: Fraction


# 快递暂行条例: 7 days to handle and answer. The leader is warned on day 4; an unanswered complaint alarms region and
# headquarters on day 5, while two days are left to act.
STATUTORY = (
    Rung(Step.LEADER, Fraction(4, 7)),
    Rung(Step.REGION, Fraction(5, 7)),
    Rung(Step.HQ, Fraction(5, 7)),
)


def ladder_for(kind: str, risk_percent: int) -> tuple[Rung, ...]:
    """The rungs of a promise, lowest first.

    Leader when the policy's share of the time is used, region when the due time has passed, headquarters when it is
    overdue by the same time again.
    """
    if kind == "STATUTORY":
        return STATUTORY
    return (
        Rung(Step.LEADER, Fraction(risk_percent, 100)),
        Rung(Step.REGION, Fraction(1)),
        Rung(Step.HQ, Fraction(2)),
    )
