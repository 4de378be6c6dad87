"""Calibration: the weights in use still mean something, and the arithmetic of the tables."""

import pytest

from tests.eval.calibration import Bin, Judged, auc, bins, calibration_error, cross_validated, fit, log_loss, own

# Measured with the weights in use: 2026-11-22 AUC 0.76, calibration error 0.08; 2026-11-23 0.71 (0.713 without the sentences
# that joined that day, 0.708 with them) and 0.09, the more of the unsure events have been put right: of 556 events 45 are wrong
# now, so that one of them moves the AUC by up to 0.01. They are too modest here: the rules have since been developed on this
# gold, so the weights are not fitted to it anew. On the dev half, which no weight has seen, it is 0.81 and 0.04.
LEAST_AUC, MOST_ERROR = 0.69, 0.12


def test_weights_in_use_rank_and_are_near_the_truth() -> None:
    """Else think about what changed, and run `python -m tests.eval.calibration`."""
    judged = own()
    values, right = [one.confidence for one in judged], [one.right for one in judged]
    assert auc(values, right) >= LEAST_AUC
    assert calibration_error(bins(values, right)) <= MOST_ERROR


def test_fit_finds_the_log_odds() -> None:
    """Three of four right, and nothing but a bias to say so: log 3."""
    judged = [Judged(str(number), (1.0,), 0.5, right=number > 0) for number in range(4)]
    assert list(fit(judged)) == pytest.approx([1.0986], abs=1e-3)


def test_fit_learns_the_sign() -> None:
    """What goes with being right weighs more than nothing."""
    judged = [Judged(str(n), (1.0, float(n % 2)), 0.5, right=n % 2 == 1 or n % 8 == 0) for n in range(40)]
    assert fit(judged)[1] > 1


def test_cross_validation_gives_each_a_probability() -> None:
    """One for each event, in order, and near the share right where nothing else is known."""
    judged = [Judged(str(number), (1.0,), 0.5, right=number % 4 > 0) for number in range(100)]
    values = cross_validated(judged)
    assert (len(values), min(values) > 0.65, max(values) < 0.85) == (100, True, True)


def test_auc() -> None:
    """1 in the right order, 0 in the wrong one, a half where all are equal."""
    right = [True, True, False]
    assert [auc(values, right) for values in ([0.9, 0.8, 0.1], [0.1, 0.2, 0.9], [0.5, 0.5, 0.5])] == [1.0, 0.0, 0.5]


def test_log_loss() -> None:
    """A coin costs log 2."""
    assert log_loss([0.5, 0.5], [True, False]) == pytest.approx(0.6931, abs=1e-4)


def test_bins_and_their_error() -> None:
    """A bin holds its lower edge; the error weighs the gaps by size."""
    table = bins([0.5, 0.5, 0.92, 1.0], [True, False, True, True])
    assert table == [Bin(0.5, 0.6, 2, 0.5, 0.5), Bin(0.9, 0.95, 1, 0.92, 1.0), Bin(0.95, 1.0, 1, 1.0, 1.0)]
    assert calibration_error(table) == pytest.approx(0.08 / 4)
