"""What a manifest tells of parameters."""

import json

from kernel.components.vert_secureboost import COMPONENT


def test_the_order_of_parameters_survives_sorted_json():
    told = json.loads(json.dumps(COMPONENT.manifest(), sort_keys=True))
    assert list(told["params"]["properties"]) == sorted(told["params"]["properties"])
    assert told["params"]["order"] == list(COMPONENT.params.model_fields)
    assert told["params"]["order"][:3] == ["objective", "n_trees", "max_depth"]
    assert set(told["own_params"]["order"]) == set(told["own_params"]["properties"])
