"""How far a share that was counted can be trusted."""

from math import sqrt
from statistics import NormalDist

_Z = NormalDist().inv_cdf(0.975)


def wilson(share: float, n: float) -> tuple[float, float]:
    """Return the 95 % interval of a *share* (0 to 1) seen in *n* cases; 0 to 1 for none.

    Wilson's score interval (E. B. Wilson, JASA 22, 1927), which holds for small n and at 0 and 1.
    """
    if n <= 0:
        return 0.0, 1.0
    spread = 1 + _Z**2 / n
    centre = (share + _Z**2 / (2 * n)) / spread
    half = _Z / spread * sqrt(share * (1 - share) / n + _Z**2 / (4 * n**2))
    return max(0.0, centre - half), min(1.0, centre + half)
