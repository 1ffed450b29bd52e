"""The HTTP API against its own OpenAPI description: whatever comes in, answers are as described and never a fault."""

from collections.abc import Callable, Iterator

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from hypothesis.strategies import SearchStrategy
from openapi_spec_validator import validate
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from board.api.http.operation import API
from board.tests.doubles import Ledger
from board.tests.house import House
from board.tests.test_story import graph, project

_EXAMPLES = 8
_CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
)
_LIVE = f"{API}/(events|jobs/{{job}}/events)$"  # a live view has no end


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, str, dict[str, str]]]:
    """A board with a little of everything, so that some generated calls come through."""
    folder, ledger = tmp_path_factory.mktemp("contract"), Ledger()
    houses: dict[str, House] = {}
    for member in ("bank", "bureau"):
        ledger.admit(member)
        House(member, folder, houses, ledger)
    bank, bureau = houses["bank"], houses["bureau"]
    us, _, name, data = project(bank, bureau)
    flow = us.post("/flows", {"project": name, "name": "f", "graph": graph(data)})["flow"]
    job = us.post("/jobs", {"flow": flow}, 202)["job"]
    bank.kernel.reports[job, "train"] = [{"kind": "metrics", "values": {"auc": 0.7}}]
    ids = {"project": name, "flow": flow, "job": job, "task": "train", "data_set": data["bank"], "name": "admin"}
    yield bank, us.token, ids
    for other in houses.values():
        other.close()


def test_the_description_is_openapi(house: tuple[House, str, dict[str, str]]) -> None:
    document = house[0].app.test_client().get(f"{API}/openapi.json").get_json()
    assert document["openapi"] == "3.1.0"
    validate(document)


def _against(cases: SearchStrategy[schemathesis.Case], token: str, ids: dict[str, str]) -> Callable[[], None]:
    @given(cases)
    @settings(
        max_examples=_EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def run(case: schemathesis.Case) -> None:
        for name in case.path_parameters or {}:
            # A known id where there is one, or the call would end at the first look-up.
            case.path_parameters[name] = ids.get(name, case.path_parameters[name])
        response = case.call(headers={"Authorization": f"Bearer {token}"})
        case.validate_response(response, checks=_CHECKS)

    return run


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_the_api_does_what_it_says(house: tuple[House, str, dict[str, str]], mode: GenerationMode) -> None:
    bank, token, ids = house
    schema = schemathesis.openapi.from_wsgi(f"{API}/openapi.json", bank.app).exclude(path_regex=_LIVE)
    called = 0
    for found in schema.get_all_operations():
        operation = found.ok()
        # Its own sign-in is needed for the other operations.
        kept = not operation.path.endswith(("/sessions/current", "/me/password"))
        run = _against(operation.as_strategy(generation_mode=mode), token if kept else "x", ids)
        try:
            run()
        except Unsatisfiable:
            assert mode is GenerationMode.NEGATIVE, "nothing can be wrong with a call that carries nothing"
            continue
        called += 1
    assert called > 20
