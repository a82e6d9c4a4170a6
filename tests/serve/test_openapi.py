"""The whole OpenAPI document, attacked and held to its word: no 5xx, no status, media type or shape outside it."""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

pytestmark = pytest.mark.slow
HELD_TO = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
    checks.ignored_auth,
]
ENDLESS = "/v1/stream"


@pytest.fixture
def api(newsroom: Any) -> Any:
    return schemathesis.openapi.from_asgi("/openapi.json", newsroom.client().app)


def test_the_document_is_kept(api: Any, bearer: dict[str, str]) -> None:
    broken = {}
    for result in api.get_all_operations():
        operation = result.ok()
        if operation.path == ENDLESS:
            continue

        @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), database=None)
        @given(case=operation.as_strategy())
        def attack(case: Any) -> None:
            case.call_and_validate(checks=HELD_TO, headers=bearer)

        try:
            attack()
        except (Exception, BaseExceptionGroup) as error:
            broken[operation.label] = error
    assert not broken, "\n\n".join(f"{label}: {error}" for label, error in broken.items())
