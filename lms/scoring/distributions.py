"""Quantiles of Student's t and Fisher's F, which the standard library lacks."""

from math import exp, lgamma, log, log1p, sqrt
from statistics import NormalDist


def normal_quantile(level: float) -> float:
    """Return z so that a two-sided normal interval of that level is ± z; 0.9 gives 1.6449.

    Raises:
        ValueError: a level that is not strictly between 0 and 1.
    """
    if not 0 < level < 1:
        raise ValueError("a level lies between 0 and 1")
    return NormalDist().inv_cdf(0.5 + level / 2)


def beta_share(x: float, a: float, b: float) -> float:
    """Return the regularised incomplete beta function I_x(a, b), 0 ≤ x ≤ 1; a, b > 0.

    Source: continued fraction, Abramowitz & Stegun (1964), 26.5.8, by Lentz's method.
    """
    if x <= 0 or x >= 1:
        return 0.0 if x <= 0 else 1.0
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x))
    # The fraction converges fast on the near side of the mean only.
    if x < (a + 1) / (a + b + 2):
        return front * _fraction(x, a, b) / a
    return 1 - front * _fraction(1 - x, b, a) / b


def f_quantile(share: float, above: float, below: float) -> float:
    """Return the value that a share of Fisher's F with (above, below) degrees of freedom stays under.

    Raises:
        ValueError: a share that is not strictly between 0 and 1.
    """
    if not 0 < share < 1:
        raise ValueError("a share lies between 0 and 1")
    # Near 1 the last digits of x are lost, near 0 they are all there: look from the other side.
    turned = beta_share(0.5, above / 2, below / 2) < share
    if turned:
        share, above, below = 1 - share, below, above
    low, high = 0.0, 0.5
    # F = below·x/(above·(1 − x)) where x follows Beta(above/2, below/2): halve until x stands.
    for _ in range(200):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        if beta_share(middle, above / 2, below / 2) < share:
            low = middle
        else:
            high = middle
    value = below * high / (above * (1 - high))
    return 1 / value if turned else value


def t_quantile(level: float, freedom: float) -> float:
    """Return t so that a two-sided interval of that level is ± t errors; t² follows F(1, freedom)."""
    return sqrt(f_quantile(level, 1, freedom))


def _fraction(x: float, a: float, b: float) -> float:
    tiny = 1e-300
    c, d = 1.0, 1 - (a + b) * x / (a + 1)
    d = 1 / (d if abs(d) > tiny else tiny)
    value = d
    for m in range(1, 1000):
        for step in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 + step * d
            d = 1 / (d if abs(d) > tiny else tiny)
            c = 1 + step / c
            c = c if abs(c) > tiny else tiny
            value *= d * c
        if abs(d * c - 1) < 1e-15:
            break
    return value
