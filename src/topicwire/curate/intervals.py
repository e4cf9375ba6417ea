"""Intervals: how far figures on a sample of texts may be from those on all texts.

All four are Wilson's score interval (1927) of a share, because it neither leaves 0..1 nor shrinks
to a point when everything comes out right, as a bootstrap does:

* precision and recall are shares of the accepted, and of the expected, texts;
* F1 is a function of such a share, J = tp / (tp + fp + fn), that only grows: F1 = 2 J / (1 + J)
  (the "indirect" interval of Lam, Gopal and Qian 2023, arXiv 2309.14621);
* the average precision is taken as a share of the expected texts (the binomial interval of Boyd,
  Eng and Page 2013, "Area under the precision-recall curve").
"""

from dataclasses import dataclass
from math import sqrt
from typing import NamedTuple

from topicwire.curate.evaluate import Figures

Z = 1.959964  # standard deviations that hold 95 % of a normal distribution


class Interval(NamedTuple):
    """From where to where a measure may be."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Intervals:
    """The 95 % intervals of the measures of Figures."""

    precision: Interval
    recall: Interval
    f1: Interval
    average_precision: Interval


def intervals(figures: Figures) -> Intervals:
    """Return the 95 % intervals of the figures; one that rests on no text at all is 0 to 1."""
    tp, fp, fn = figures.tp, figures.fp, figures.fn
    overlap = wilson(tp / (tp + fp + fn) if tp else 0.0, tp + fp + fn)
    return Intervals(
        precision=wilson(figures.precision, tp + fp),
        recall=wilson(figures.recall, tp + fn),
        f1=Interval(*(2 * end / (1 + end) for end in overlap)),
        average_precision=wilson(figures.average_precision, tp + fn),
    )


def wilson(share: float, n: int) -> Interval:
    """Return the 95 % score interval of a share of `n`."""
    if n == 0:
        return Interval(0.0, 1.0)
    middle = share + Z * Z / (2 * n)
    reach = Z * sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
    whole = 1 + Z * Z / n
    low, high = (middle - reach) / whole, (middle + reach) / whole
    return Interval(max(0.0, min(low, share)), min(1.0, max(high, share)))
