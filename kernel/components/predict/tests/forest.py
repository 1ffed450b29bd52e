"""Tree models made by hand: contents as training writes them, with trees drawn at random."""

import numpy as np

MEMBERS = ("bank", "bureau", "retailer")
CATEGORIES = ["bonn", "kiel", "trier"]


def contents(columns, objective="binary", classes=(0, 1), *, n_splits=11, n_trees=4, depth=3, seed=5, pipelines=None):
    """Each member's content.

    Parameters
    ----------
    columns
        Member → names of its columns; those that end in "city" are split by category.
    """
    rng = np.random.default_rng(seed)
    members = list(columns)
    made = {}
    for member, names in columns.items():
        splits = [_split(rng, names[place % len(names)]) for place in range(n_splits if names else 0)]
        made[member] = {
            "role": "provider" if made else "promoter",
            "members": members,
            "pipeline": (pipelines or {}).get(member, []),
            "columns": list(names),
            "splits": splits,
        }
    n_outputs = len(classes) if objective == "softmax" else 1
    counts = [len(content["splits"]) for content in made.values()]
    made[members[0]] |= {
        "label": "y",
        "objective": objective,
        "classes": list(classes),
        "base_score": rng.normal(size=n_outputs).tolist(),
        "trees": [_tree(rng, counts, depth, n_outputs) for _ in range(n_trees)],
    }
    return made


def _split(rng, name):
    missing = bool(rng.random() < 0.5)
    if name.endswith("city"):
        left = rng.permutation(CATEGORIES)[: rng.integers(1, 3)].tolist()
        return {"column": name, "kind": "category", "categories": left, "missing_left": missing}
    return {"column": name, "kind": "number", "threshold": float(rng.normal()), "missing_left": missing}


def _tree(rng, counts, depth, n_outputs):
    tree = {"owner": [], "split": [], "left": [], "right": [], "weight": []}
    owners = [place for place, count in enumerate(counts) if count]

    def grow(below):
        node = len(tree["owner"])
        leaf = below == 0 or (below < depth and rng.random() < 0.3)
        owner = -1 if leaf else int(rng.choice(owners))
        for name, value in (("owner", owner), ("left", -1), ("right", -1)):
            tree[name].append(value)
        tree["split"].append(0 if leaf else int(rng.integers(counts[owner])))
        tree["weight"].append(rng.normal(size=n_outputs).tolist() if leaf else [0.0] * n_outputs)
        if not leaf:
            tree["left"][node] = grow(below - 1)
            tree["right"][node] = grow(below - 1)
        return node

    grow(depth)
    return tree
