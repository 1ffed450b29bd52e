"""Flow templates: graphs in which people fill in the parties' data sets."""

from typing import Any


def _node(name: str, component: str, *inputs: tuple[str, str, str], **more: Any) -> dict[str, Any]:
    return {
        "id": name,
        "component": component,
        "title": "",  # the page says what the component is called, in each reader's language
        "params": more.get("params", {}),
        "own": {},
        "inputs": [{"port": port, "node": node, "output": output} for port, node, output in inputs],
        "parties": more.get("parties"),
        "arbiter": more.get("arbiter", ""),
    }


def _graph(train: list[dict[str, Any]], **score: Any) -> dict[str, Any]:
    """Put training between the rows that it gets and those that are held out."""
    return {
        "nodes": [
            {**_node("import", "data_import"), "own": {"{member}": {"data_set": "{data_set}"}}},
            _node("align", "psi", ("table", "import", "table")),
            _node("split", "split", ("table", "align", "table"), params={"test_fraction": 0.2, "seed": 1}),
            *train,
            _node("score", "predict", ("table", "split", "test"), ("model", "train", "model"), params=score),
            _node(
                "evaluate",
                "evaluation",
                ("prediction", "score", "prediction"),
                ("alone_train", "split", "train"),
                ("alone_test", "split", "test"),
                parties=["{promoter}"],
            ),
        ]
    }


def _linear(component: str, **more: Any) -> dict[str, Any]:
    """Training that wants standardised columns; the preparation is stored with the model."""
    return _graph(
        [
            _node("scale", "standardise", ("train", "split", "train")),
            _node("train", component, ("train", "scale", "train"), ("pipeline", "scale", "pipeline"), **more),
        ],
        apply_pipeline=True,
    )


# "{promoter}" stands for the promoter's id, "{arbiter}" for that of a member without data, "{data_set}" for each other
# party's data set.
TEMPLATES: list[dict[str, Any]] = [
    {
        "template": "vert_lr",
        "name": {"en": "Vertical logistic regression", "zh": "纵向逻辑回归"},
        "about": {
            "en": "Align the members' rows, hold some out, train on the columns of all, evaluate on the held-out rows.",
            "zh": "对齐各成员的样本，留出一部分，在所有成员的列上训练，并在留出样本上评估。",
        },
        "graph": _linear("vert_lr"),
    },
    {
        "template": "vert_linear",
        "name": {"en": "Vertical linear regression", "zh": "纵向线性回归"},
        "about": {
            "en": "The same for a label that is a number: an amount, a duration.",
            "zh": "同样的流程，用于数值标签，例如金额或时长。",
        },
        "graph": _linear("vert_linear"),
    },
    {
        "template": "vert_poisson",
        "name": {"en": "Vertical Poisson regression", "zh": "纵向泊松回归"},
        "about": {
            "en": "The same for a label of counts: visits, claims, calls. For up to four members.",
            "zh": "同样的流程，用于计数标签，例如就诊、出险或来电次数；至多四个成员。",
        },
        "graph": _linear("vert_poisson"),
    },
    {
        "template": "vert_secureboost",
        "name": {"en": "Vertical gradient-boosted trees", "zh": "纵向梯度提升树"},
        "about": {
            "en": "Align, hold out, train trees, evaluate: often better than a linear model; missing and text values "
            "go in as they are. For several classes or a number, choose the objective in the training node.",
            "zh": "对齐、留出、训练提升树并评估：通常优于线性模型，可直接使用缺失值与文本值。"
            "多分类或数值标签请在训练节点中选择目标（objective）。",
        },
        "graph": _graph([_node("train", "vert_secureboost", ("train", "split", "train"))]),
    },
    {
        "template": "vert_glm_coordinated",
        "name": {"en": "Logistic regression with an arbiter", "zh": "有仲裁方的逻辑回归"},
        "about": {
            "en": "A third member, without data, holds the key. For row weights, L1 or batches; where none of these is "
            "needed, vertical logistic regression shows less and needs no third member.",
            "zh": "由不提供数据的第三方持有密钥。适用于需要样本权重、L1 或小批量的情形；"
            "否则纵向逻辑回归披露更少，也不需要第三方。",
        },
        "graph": _linear("vert_glm_coordinated", arbiter="{arbiter}"),
    },
]
