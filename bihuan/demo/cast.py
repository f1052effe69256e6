"""Who plays which part in a case: agents of its team, leaders above it, liaisons of departments, a neutral caller."""

from dataclasses import dataclass, field
from random import Random

from bihuan.cases.models import Level
from bihuan.demo.chronicle import desk
from bihuan.demo.company import Company
from bihuan.foundation.actor import Actor
from bihuan.organization.models import Staff, Unit
from bihuan.organization.roles import Role

# The people one signs in as have more to do than their colleagues.
LEADS = {"lin": 2.6, "zhou": 1.6, "xu": 2.0}


@dataclass
class Cast:
    """The company's people as actors."""

    company: Company
    _actors: dict[int, Actor] = field(default_factory=dict)

    def actor(self, staff: Staff) -> Actor:
        """A person at his desk."""
        actor = self._actors.get(staff.pk)
        if actor is None:
            actor = self._actors[staff.pk] = desk(staff)
        return actor

    def agent(self, rng: Random, team: Unit) -> Actor:
        """Somebody of the team."""
        return self._draw(rng, self.company.people(Role.AGENT, team))

    def supervisor(self, team: Unit) -> Actor:
        """Who leads the team."""
        return self.actor(self.company.people(Role.SUPERVISOR, team)[0])

    def superior(self, team: Unit, level: int) -> Actor:
        """Who handles a case of the team at a level above it."""
        if level >= Level.HQ:
            return self.actor(self.company.people(Role.DIRECTOR, self.company.units["HQ"])[0])
        return self.actor(self.company.people(Role.MANAGER, self.company.unit(team.division_id or 0))[0])

    def liaison(self, rng: Random, department_id: int) -> Actor:
        """Somebody of a department."""
        return self._draw(rng, self.company.people(Role.LIAISON, self.company.unit(department_id)))

    def caller(self, rng: Random, team: Unit, handlers: list[int]) -> Actor:
        """Somebody of the team, or its leader, who has not handled the case."""
        colleagues = [one for one in self.company.people(Role.AGENT, team) if one.pk not in handlers]
        return self._draw(rng, colleagues) if colleagues else self.supervisor(team)

    def _draw(self, rng: Random, people: list[Staff]) -> Actor:
        weights = [LEADS.get(one.staff_no, 1.0) for one in people]
        return self.actor(rng.choices(people, weights)[0])
