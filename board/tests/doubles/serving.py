"""The own serving in memory."""

from collections.abc import Iterable

from common.errors import Conflict, NotFound
from proto.serving.v1 import serving_pb2


class MemoryServing:
    """Keeps what it is given and scores everything the same, as a model of its task does."""

    def __init__(self) -> None:
        self.parts: dict[tuple[str, str], tuple[serving_pb2.ModelPart, bytes]] = {}
        self.online: dict[str, str] = {}
        self.task = "binary"
        self.api_keys: dict[str, list[serving_pb2.KeyInfo]] = {}
        self.told = serving_pb2.GetUsageResponse(latency_ms=[10, 100])

    def usage(self, model: str, from_ms: int) -> serving_pb2.GetUsageResponse:
        lines = [line for line in self.told.lines if line.minute_ms >= from_ms]
        return serving_pb2.GetUsageResponse(lines=lines, latency_ms=self.told.latency_ms)

    def create_key(self, model: str, client: str, calls_per_minute: int) -> serving_pb2.CreateKeyResponse:
        known = self.api_keys.setdefault(model, [])
        made = serving_pb2.KeyInfo(key_id=f"{len(known):016x}", client=client, calls_per_minute=calls_per_minute)
        known.insert(0, made)
        return serving_pb2.CreateKeyResponse(key=f"hanse_{made.key_id}_secret", key_id=made.key_id)

    def keys(self, model: str) -> list[serving_pb2.KeyInfo]:
        return self.api_keys.get(model, [])

    def revoke_key(self, model: str, key: str) -> None:
        kept = [known for known in self.keys(model) if known.key_id != key]
        if len(kept) == len(self.keys(model)):
            raise NotFound(f"model {model} has no key {key}")
        self.api_keys[model] = kept

    def import_model(self, part: serving_pb2.ModelPart, features: Iterable[bytes]) -> int:
        if (part.model, part.version) in self.parts:
            raise Conflict(f"model {part.model} has a version {part.version} already")
        content = b"".join(features)
        self.parts[part.model, part.version] = (part, content)
        return len(content)

    def set_online(self, model: str, version: str) -> None:
        self.online[model] = version

    def predict(self, model: str, rows: list[tuple[str, dict[str, float | str]]]) -> serving_pb2.PredictResponse:
        if not self.online.get(model):
            raise Conflict(f"model {model} is not online")
        answer = serving_pb2.PredictResponse(model=model, version=self.online[model], bound=1e-6, task=self.task)
        classes = [serving_pb2.ClassProbability(label=label, probability=p) for label, p in (("1", 0.25), ("2", 0.75))]
        for name, _ in rows:
            line = answer.predictions.add(id=name)
            if name == "unknown":
                line.problem = "no usable row of this id at bureau"
            elif self.task == "multiclass":
                line.MergeFrom(serving_pb2.Prediction(classes=classes, predicted="2"))
            elif self.task == "regression":
                line.MergeFrom(serving_pb2.Prediction(score=0.5, value=1.65))
            else:
                line.MergeFrom(serving_pb2.Prediction(score=0.5, probability=0.62))
        return answer

    def ping(self) -> None:
        pass
