"""The published time limits and the calendars behind them, read once for promises computed by the thousand."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bihuan.calendar.queries import calendar_of_edition
from bihuan.calendar.worktime import CalendarNotCovered, WorkCalendar
from bihuan.demo.rules import Clock
from bihuan.promises.models import PromisePolicy
from bihuan.promises.queries import list_policies

SERVICE = "SERVICE"


@dataclass
class Rulebook:
    """Policies by kind of case, kind of promise and priority; a fresh company has none for one division only."""

    policies: dict[tuple[str, str, int | None], PromisePolicy]
    calendars: dict[int, WorkCalendar]
    service: WorkCalendar
    _minutes: dict[tuple[str, str, int], int] = field(default_factory=dict)

    @classmethod
    def load(cls) -> "Rulebook":
        """Read what is in force."""
        policies = [policy for policy in list_policies() if policy.division_id is None]
        editions = {policy.calendar.code: policy.calendar.edition_id for policy in policies}
        return cls(
            policies={(policy.case_kind, policy.kind, policy.priority): policy for policy in policies},
            calendars={edition: calendar_of_edition(edition) for edition in editions.values() if edition},
            service=calendar_of_edition(editions[SERVICE]),
        )

    def policy(self, case_kind: str, kind: str, priority: int) -> PromisePolicy:
        """The row that holds: the one for the priority before the one for all."""
        exact = self.policies.get((case_kind, kind, priority))
        return exact or self.policies[case_kind, kind, None]

    def clock(self, policy: PromisePolicy, started_at: datetime, minutes: int) -> Clock:
        """The arithmetic of a promise under a policy."""
        edition = policy.calendar.edition_id
        assert edition is not None
        return Clock(calendar=self.calendars[edition], started_at=started_at, minutes=minutes)

    def covers(self, case_kind: str, kind: str, priority: int, at: datetime) -> bool:
        """True when a promise given at ``at`` ends before the holiday table of its calendar does."""
        policy = self.policy(case_kind, kind, priority)
        try:
            return self.clock(policy, at, policy.minutes).due_at > at
        except CalendarNotCovered:
            return False

    def minutes(self, case_kind: str, kind: str, priority: int) -> int:
        """How much working time is promised."""
        return self.policy(case_kind, kind, priority).minutes

    def after(self, at: datetime, minutes: float) -> datetime:
        """Somebody at the desk does something so many working minutes later, at an uneven second."""
        done = self.service.add_seconds(at, max(20, int(minutes * 60)))
        return done + timedelta(microseconds=at.microsecond)
