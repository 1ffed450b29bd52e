"""vert_poisson in the clear: the minimum of the same objective, by Newton's method with halved steps."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
_SMALL = 1e-16  # of the fall that a step promises


def unit_of(label: Floats) -> float:
    """Root mean square of the label, in which the objective is measured."""
    return float(np.sqrt(np.mean(np.square(label))))


def objective(features: Floats, label: Floats, weights: Floats, intercept: float, l2: float) -> float:
    """Value of mean(e^z - y·z)/unit + l2/2·|w|², z = Xw + b."""
    score = features @ weights + intercept
    return float(np.mean(np.exp(score) - label * score) / unit_of(label) + l2 / 2 * weights @ weights)


def solve(features: Floats, label: Floats, l2: float) -> tuple[Floats, float]:
    """Weights and intercept at the minimum."""
    n, unit = len(label), unit_of(label)
    design = np.hstack([features, np.ones((n, 1))])
    penalty = np.array([l2] * features.shape[1] + [0.0])
    found = np.append(np.zeros(features.shape[1]), np.log(label.mean()))

    def value(weights: Floats) -> float:
        return objective(features, label, weights[:-1], float(weights[-1]), l2)

    for _ in range(100):
        rate = np.exp(design @ found) / unit
        gradient = design.T @ (rate - label / unit) / n + penalty * found
        step = np.linalg.solve((design * rate[:, None]).T @ design / n + np.diag(penalty), gradient)
        if gradient @ step < _SMALL:
            break
        while value(found - step) > value(found):
            step = step / 2
        found = found - step
    return found[:-1], float(found[-1])
