"""`python -m fusion.openapi`: prints the OpenAPI description, from which the web page's types are generated."""

import json
import sys
from typing import Any

from common.http.openapi import describe
from fusion.api.http.application import ABOUT
from fusion.api.http.data_sets import data_set_resource
from fusion.api.http.egress import egress_resource
from fusion.api.http.key_rules import key_rule_resource
from fusion.api.http.machine import machine_resource
from fusion.api.http.partners import node_resource, partner_resource, standing_resource
from fusion.api.http.results import result_resource
from fusion.api.http.schedules import schedule_resource
from fusion.api.http.tables import table_resource
from fusion.api.http.tasks import control_resource, task_resource


def document() -> dict[str, Any]:
    """Describe every operation; nothing is called, so that no node needs to be there."""
    nobody: Any = None
    resources = [
        node_resource(nobody, nobody),
        partner_resource(nobody),
        standing_resource(nobody, nobody, nobody),
        data_set_resource(nobody),
        key_rule_resource(nobody),
        task_resource(nobody),
        control_resource(nobody),
        result_resource(nobody),
        table_resource(nobody),
        egress_resource(nobody),
        schedule_resource(nobody),
        machine_resource(nobody, nobody),
    ]
    return describe([operation for resource in resources for operation in resource.operations], ABOUT)


if __name__ == "__main__":
    json.dump(document(), sys.stdout, indent=1, sort_keys=True)
