"""Predictions: what the promoter's own part gives, together with the providers' answers."""

import secrets
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import numpy.typing as npt

from common import log
from common.errors import HanseError
from common.rpc.wire import now_ms
from kernel.protocol.scoring import Part
from proto.serving.v1 import serving_pb2 as pb
from serving.domain.errors import (
    Alone,
    BadAnswer,
    KeysDisagree,
    NotThePromoter,
    OtherTraining,
    TooManyIds,
    UnknownModel,
)
from serving.domain.models import Call, ModelPart, Prediction, Row, Score
from serving.service.models import Models
from serving.service.ports import Partners
from serving.service.scoring import score_rows, scores_of
from serving.service.usage import Usage
from serving.store.base import UsageStore

Array = npt.NDArray[Any]
_LOG = log.get(__name__)
_CALLS_AT_ONCE = 32


class Predictions:
    """Scores rows with the models that are online."""

    def __init__(
        self, member: str, models: Models, partners: Partners | None, usage: UsageStore, max_rows: int
    ) -> None:
        self._member, self._models, self._partners, self._max_rows = member, models, partners, max_rows
        self._usage = Usage(usage)
        self._pool = ThreadPoolExecutor(_CALLS_AT_ONCE, thread_name_prefix="partners")

    def predict(self, model: str, rows: Sequence[Row], client: str = "") -> Prediction:
        """Score rows and count the call; a row that cannot be scored has a problem instead.

        Parameters
        ----------
        client : str
            Whose key asks; empty for the own board.

        Raises
        ------
        UnknownModel, ModelOffline, NotThePromoter, TooManyIds, Alone, Unavailable, KeysDisagree, OtherTraining,
        BadAnswer
            Why there is no prediction at all; with the party where it is a partner.
        """
        start, code = time.perf_counter(), ""
        try:
            return self._predict(model, rows)
        except HanseError as error:
            code = error.code
            raise
        finally:
            ms = 1000 * (time.perf_counter() - start)
            if code != UnknownModel.code:  # anybody may ask for names that mean nothing
                self._usage.note(Call(model, client, code, len(rows), ms), now_ms())

    def _predict(self, model: str, rows: Sequence[Row]) -> Prediction:
        part = self._models.online(model)
        if part.promoter != self._member:
            raise NotThePromoter(f"{part.promoter} is the promoter of model {model}")
        if len(rows) > self._max_rows:
            raise TooManyIds(f"{len(rows)} rows; {self._max_rows} are allowed")
        opened = self._models.open(part)
        own, problems = score_rows(opened, [row.features for row in rows])
        # A row without a score of our own is not asked: partners then learn no id for nothing.
        asked = [index for index, problem in enumerate(problems) if not problem]
        answers: dict[str, Array] = {}
        if part.providers and asked:
            answers, unknown = self._ask(part, opened, [rows[index].id for index in asked])
            for index, members in zip(asked, unknown, strict=True):
                problems[index] = f"no usable row of this id at {', '.join(members)}" if members else ""
        told: dict[int, Score] = {}
        if asked:
            outcome = opened.outcome(opened.combine(own[asked], answers))
            told = dict(zip(asked, scores_of(outcome, [rows[index].id for index in asked]), strict=True))
        scores = tuple(
            Score(row.id, problem=problem) if problem else told[index]
            for index, (row, problem) in enumerate(zip(rows, problems, strict=True))
        )
        return Prediction(part.model, part.version, opened.bound(len(part.members)), opened.task.value, scores)

    def _ask(self, part: ModelPart, opened: Part, ids: list[str]) -> tuple[dict[str, Array], list[list[str]]]:
        """Return the providers' answers by member and, per id, the providers that do not know it."""
        if self._partners is None:
            raise Alone(f"model {part.model} needs {', '.join(part.providers)}")
        for refresh in (False, True):
            answers = self._round(self._partners, part, opened, ids, refresh=refresh)
            if len({answer.keys_digest for answer, _ in answers}) == 1:
                break
            _LOG.info("mask_keys_disagree", model=part.model, refreshed=refresh)
        else:
            raise KeysDisagree(f"providers of model {part.model}: {', '.join(part.providers)}")
        told = dict(zip(part.providers, answers, strict=True))
        unknown = [
            [member for member, (answer, _) in told.items() if not answer.known[index]] for index in range(len(ids))
        ]
        return {member: rows for member, (_, rows) in told.items()}, unknown

    def _round(
        self, partners: Partners, part: ModelPart, opened: Part, ids: list[str], *, refresh: bool
    ) -> list[tuple[pb.ScorePartResponse, Array]]:
        """Ask all providers at once; each answer with what it says of the rows."""
        request = pb.ScorePartRequest(
            model=part.model,
            version=part.version,
            request=secrets.token_hex(16),
            ids=ids,
            refresh_keys=refresh,
            training=opened.training,
        )
        calls = [self._pool.submit(_one, partners, member, opened, request) for member in part.providers]
        return [call.result() for call in calls]

    def close(self) -> None:
        """Free the threads."""
        self._pool.shutdown(wait=False, cancel_futures=True)


def _one(
    partners: Partners, member: str, opened: Part, request: pb.ScorePartRequest
) -> tuple[pb.ScorePartResponse, Array]:
    try:
        answer = partners.score_part(member, request)
    except HanseError as error:
        error.party = error.party or member
        raise
    if answer.training != opened.training:  # a serving that does not compare them
        raise OtherTraining(f"the part of {member} is of another training than ours", party=member)
    if len(answer.known) != len(request.ids):
        raise BadAnswer(f"{member} tells of {len(answer.known)} ids, and {len(request.ids)} are asked", party=member)
    written = np.array(answer.shares, dtype="<u8").tobytes() if opened.masked else answer.decisions
    try:
        return answer, opened.read(written, len(request.ids), member)
    except HanseError as problem:
        raise BadAnswer(f"{member}: {problem.detail}", party=member) from problem
