"""A member's part of a model, and who may ask it."""

from dataclasses import dataclass
from typing import Any

from kernel.protocol.scoring import masked

PROMOTER = "promoter"


@dataclass(frozen=True, slots=True)
class ModelPart:
    """One version of one member's part; `members` has the promoter first."""

    model: str
    version: str
    name: str
    kind: str
    role: str
    members: tuple[str, ...]
    content: dict[str, Any]
    imported_ms: int
    key_name: str = ""  # of the part's secret key, at a provider
    rows: int = 0  # of the snapshot, at a provider
    online: bool = False
    id: int = 0

    @property
    def promoter(self) -> str:
        """The member that gets the scores."""
        return self.members[0]

    @property
    def providers(self) -> tuple[str, ...]:
        """The members whose parts are added to the promoter's."""
        return self.members[1:]

    @property
    def discloses(self) -> tuple[str, ...]:
        """Sentences on who learns what from a prediction."""
        if not self.providers:
            return ("The model belongs to one member; a prediction tells nobody else anything.",)
        asked = f"Every provider ({', '.join(self.providers)}) learns the ids that are asked, and when."
        if not masked(self.kind):
            whose = ", ".join(f"{member}'s" for member in self.providers)
            seen = f"{self.promoter} learns, of each id, on which side of each of {whose} splits its row lies."
        elif len(self.providers) == 1:
            seen = f"{self.promoter} learns {self.providers[0]}'s summand of each score."
        else:
            seen = (
                f"{self.promoter} learns the sum of the providers' summands of each score, no single one, "
                f"as long as it does not collude with all providers but one."
            )
        return (asked, seen, f"{self.promoter} learns which ids a provider does not know.")


@dataclass(frozen=True, slots=True)
class ApiKey:
    """What an application may ask; the key itself is kept as a hash only."""

    key_id: str
    model: str
    client: str
    calls_per_minute: int
    created_ms: int


@dataclass(frozen=True, slots=True)
class Asked:
    """One audit line: a partner asked for scores of ids, which appear as one keyed digest only."""

    time_ms: int
    origin: str
    model: str
    version: str
    request: str
    n_ids: int
    digest: bytes


@dataclass(frozen=True, slots=True)
class Row:
    """A row to score: its id and the promoter's own raw values."""

    id: str
    features: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Score:
    """What a model tells of a row, by its task, or the problem that keeps it from it.

    Parameters
    ----------
    score
        Raw: log odds of two classes, or what a regression's value is made of.
    probability
        Two classes: of the second.
    classes, predicted
        Several classes: each one's probability in the model's order, and the likeliest.
    value
        A regression's prediction.
    """

    id: str
    score: float = 0.0
    probability: float = 0.0
    problem: str = ""
    classes: tuple[tuple[str, float], ...] = ()
    predicted: str = ""
    value: float = 0.0


@dataclass(frozen=True, slots=True)
class Prediction:
    """The scores of one call; `bound` is the largest fixed-point error of `score`."""

    model: str
    version: str
    bound: float
    task: str  # binary, multiclass or regression
    scores: tuple[Score, ...]


#: Upper ends of the latency classes that calls are counted in, in milliseconds; the last class is open.
LATENCY_MS = (5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000)


@dataclass(frozen=True, slots=True)
class Call:
    """How one call for predictions went; `code` is empty when it worked."""

    model: str
    client: str
    code: str
    rows: int
    ms: float


@dataclass(frozen=True, slots=True)
class Calls:
    """Calls of one minute that are alike: same client, same outcome, same latency class (0 to len(LATENCY_MS))."""

    minute_ms: int
    client: str
    code: str
    latency: int
    calls: int
    rows: int
    total_ms: float
