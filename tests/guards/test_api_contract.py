"""Schemathesis calls every operation with what the document allows and forbids, as somebody who may do all of it and as
somebody who may do little: no server error, and nothing the document does not name.

Most addresses, and some fields of the bodies, are those of a request that would be granted; otherwise only refusals
would be measured. The examples are the same in every run.
"""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from bihuan.api.application import api
from bihuan.api.tests.caller import ROOT, Caller
from bihuan.organization.models import RoleGrant
from bihuan.organization.roles import Role
from tests.guards.routes import Route
from tests.guards.visits import ADDRESS, visits_of
from tests.guards.world import World
from tests.people import LONG_AGO

EXAMPLES = 10
SCHEMA = schemathesis.openapi.from_dict(api.get_openapi_schema(path_prefix=ROOT))
OPERATIONS = {found.ok().definition.raw["operationId"]: found.ok() for found in SCHEMA.get_all_operations()}
CHECKS = [
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@pytest.fixture(autouse=True)
def _requests_leave_the_connection_open() -> Iterator[None]:
    """As with Django's own test client: the transaction of the test lives on that connection."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def all_of_it(world: World) -> Caller:
    """He the director leads everybody, and stands in for the liaison of operations."""
    company = world.company
    RoleGrant.objects.get_or_create(staff=company.he, role=Role.LIAISON, unit=company.operations, from_on=LONG_AGO)
    return Caller(company.he)


def very_little(world: World) -> Caller:
    """Xu the liaison, with a token that may only look at cases."""
    return Caller(world.company.xu, scopes=["case.view"])


def make_plausible(data: st.DataObject, case: schemathesis.Case, world: World) -> None:
    """Mostly put the address and some fields of a request that would be granted in place of what was drawn."""
    route = Route(case.operation.path, case.method.upper())
    visit = visits_of(route)[0]
    address = {**ADDRESS, **(visit.address or {})}
    for parameter in case.path_parameters or {}:
        if data.draw(st.integers(0, 3)):
            case.path_parameters[parameter] = address[parameter](world)
    granted = dict(visit.body(world)) if route.method == "POST" else {}
    if isinstance(case.body, dict) and granted and "file" not in granted:
        kept = data.draw(st.sampled_from([[], sorted(granted), *([name] for name in sorted(granted))]))
        case.body |= {name: granted[name] for name in kept if name in case.body}


@pytest.mark.django_db
@pytest.mark.feature("15.1")
@pytest.mark.parametrize("person", [all_of_it, very_little], ids=lambda person: person.__name__)
@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_an_operation_answers_as_its_document_says(world: World, name: str, person: Any) -> None:
    caller, operation, application = person(world), OPERATIONS[name], WSGIHandler()
    answers: list[int] = []

    @seed(20261127)
    @settings(
        max_examples=EXAMPLES,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(data=st.data())
    def call(data: st.DataObject) -> None:
        mode = data.draw(st.sampled_from([GenerationMode.POSITIVE, GenerationMode.POSITIVE, GenerationMode.NEGATIVE]))
        case = data.draw(operation.as_strategy(generation_mode=mode))
        make_plausible(data, case, world)
        response = case.call(app=application, base_url="http://testserver", headers=caller.headers)
        answers.append(response.status_code)
        case.validate_response(response, checks=CHECKS)

    call()
    assert len(answers) >= EXAMPLES / 2
