"""Predictions: the promoter's own summand plus the providers' shares."""

import secrets
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import numpy.typing as npt

from common import log
from common.errors import HanseError
from common.rpc.wire import now_ms
from kernel.ml.scoring import probability
from kernel.protocol.scoring import combine, error_bound
from proto.serving.v1 import serving_pb2 as pb
from serving.domain.errors import Alone, BadAnswer, KeysDisagree, NotThePromoter, TooManyIds, UnknownModel
from serving.domain.models import Call, ModelPart, Prediction, Row, Score
from serving.service.models import Models
from serving.service.ports import Partners
from serving.service.scoring import score_rows
from serving.service.usage import Usage
from serving.store.base import UsageStore

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
        UnknownModel, ModelOffline, NotThePromoter, TooManyIds, Alone, Unavailable, KeysDisagree, BadAnswer
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
        own, problems = score_rows(part, [row.features for row in rows])
        # A row without a score of our own is not asked: partners then learn no id for nothing.
        asked = [index for index, problem in enumerate(problems) if not problem]
        totals = np.zeros(len(rows))
        if part.providers and asked:
            ids = [rows[index].id for index in asked]
            shares, unknown = self._ask(part, ids)
            totals[asked] = combine(own[asked], shares)
            for index, members in zip(asked, unknown, strict=True):
                problems[index] = f"no usable row of this id at {', '.join(members)}" if members else ""
        else:
            totals = combine(own, [])
        chances = probability(totals)
        scores = tuple(
            Score(row.id, problem=problem) if problem else Score(row.id, float(score), float(chance))
            for row, score, chance, problem in zip(rows, totals, chances, problems, strict=True)
        )
        return Prediction(part.model, part.version, error_bound(len(part.members)), scores)

    def _ask(self, part: ModelPart, ids: list[str]) -> tuple[list[npt.NDArray[np.uint64]], list[list[str]]]:
        """Return the providers' shares and, per id, the providers that do not know it."""
        if self._partners is None:
            raise Alone(f"model {part.model} needs {', '.join(part.providers)}")
        for refresh in (False, True):
            answers = self._round(self._partners, part, ids, refresh=refresh)
            if len({answer.keys_digest for answer in answers}) == 1:
                break
            _LOG.info("mask_keys_disagree", model=part.model, refreshed=refresh)
        else:
            raise KeysDisagree(f"providers of model {part.model}: {', '.join(part.providers)}")
        unknown = [
            [member for member, answer in zip(part.providers, answers, strict=True) if not answer.known[index]]
            for index in range(len(ids))
        ]
        return [np.array(answer.shares, dtype=np.uint64) for answer in answers], unknown

    def _round(
        self, partners: Partners, part: ModelPart, ids: list[str], *, refresh: bool
    ) -> list[pb.ScorePartResponse]:
        request = pb.ScorePartRequest(
            model=part.model, version=part.version, request=secrets.token_hex(16), ids=ids, refresh_keys=refresh
        )
        calls = [self._pool.submit(self._one, partners, member, request) for member in part.providers]
        return [call.result() for call in calls]

    @staticmethod
    def _one(partners: Partners, member: str, request: pb.ScorePartRequest) -> pb.ScorePartResponse:
        try:
            answer = partners.score_part(member, request)
        except HanseError as error:
            error.party = error.party or member
            raise
        if len(answer.shares) != len(request.ids) or len(answer.known) != len(request.ids):
            raise BadAnswer(f"{member} sends {len(answer.shares)} shares for {len(request.ids)} ids", party=member)
        return answer

    def close(self) -> None:
        """Free the threads."""
        self._pool.shutdown(wait=False, cancel_futures=True)
