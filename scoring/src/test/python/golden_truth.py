"""Writes the golden predictions and rank correlations that TruthModelTest and AccuracyTest check.

    python golden_truth.py OUT.json

A layer of a child is one of four: its attention is the teacher's or another one, and so is its FFN.
The model is fitted as TruthModel says, but in other ways: covariances are computed from explicit
feature vectors, the leave-one-out errors by fitting without each child in turn, and the predictions
in weight space, with a prior of each feature and of each pair of features.
"""

import itertools
import json
import pathlib
import sys

import numpy as np
import scipy.stats

LAYERS, FITTED, PREDICTED, NOISE = 5, 24, 8, 0.003
POWERS = (0.5, 0.75, 1)
SINGLE = (0.003, 0.01, 0.03)
PAIR = (0, 0.001, 0.003, 0.01)
LAYER = (0, 0.1, 0.5)


def features(child):
    """One-hot by layer: own attention, other attention, own FFN, other FFN."""
    x = np.zeros(4 * LAYERS)
    for layer, option in enumerate(child):
        x[4 * layer + option // 2] = 1
        x[4 * layer + 2 + option % 2] = 1
    return x


def sums(x, scores, power):
    """Over the layers: a pair was scored together, a tenth above the sum of both."""
    each = (x * scores).reshape(len(x), LAYERS, 4)
    both = (each[:, :, 1] > 0) & (each[:, :, 3] > 0)
    return (np.where(both, 1.1, 1) * each.sum(2)) ** power @ np.ones(LAYERS) + 1e-9


def link(x, scores, power, logs):
    z = np.log(sums(x, scores, power))
    slope = max(0.3, np.sum((z - z.mean()) * (logs - logs.mean())) / (1e-3 + np.sum((z - z.mean()) ** 2)))
    return logs.mean() - slope * z.mean(), slope


def linked(x, scores, power, fitted):
    return fitted[0] + fitted[1] * np.log(sums(x, scores, power))


def shares(x, scores):
    """Of each layer in the sum of scores."""
    each = (x * scores).reshape(len(x), LAYERS, 4).sum(2)
    return each / (each.sum(1, keepdims=True) + 1e-9)


def left_out(x, part, rest, single, pair, layer):
    shared = x @ x.T
    covariance = single * shared + pair * shared**2 / (2 * LAYERS) + layer * part @ part.T
    out = np.zeros(len(rest))
    for i in range(len(rest)):
        others = [j for j in range(len(rest)) if j != i]
        inner = covariance[np.ix_(others, others)] + NOISE * np.eye(len(others))
        out[i] = covariance[i, others] @ np.linalg.solve(inner, rest[others])
    return out


def weight_space(x, part, rest, new, new_part, single, pair, layer):
    """The posterior mean of linear regression on features, products of two features, and shares."""

    def wide(rows, parts):
        products = np.einsum("ni,nj->nij", rows, rows).reshape(len(rows), -1)
        return np.hstack(
            [np.sqrt(single) * rows, np.sqrt(pair / (2 * LAYERS)) * products, np.sqrt(layer) * parts]
        )

    phi = wide(x, part)
    weights = np.linalg.solve(phi.T @ phi + NOISE * np.eye(phi.shape[1]), phi.T @ rest)
    return wide(new, new_part) @ weights


def main():
    random = np.random.default_rng(7)
    scores = np.zeros(4 * LAYERS)
    for layer in range(LAYERS):
        scores[4 * layer + 1] = np.round(np.exp(random.normal(-4, 1)), 5)
        scores[4 * layer + 3] = np.round(np.exp(random.normal(-3.5, 1)), 5)
    children = random.integers(0, 4, (FITTED + PREDICTED, LAYERS))
    x = np.array([features(child) for child in children])
    pairs = random.normal(0, 0.25, (4 * LAYERS, 4 * LAYERS))
    logs = 0.4 + 0.9 * np.log(x @ scores**0.75 + 1e-9)
    logs += np.array([row @ np.triu(pairs, 1) @ row for row in x]) * 0.3
    values = np.round(np.exp(logs), 6)
    fitted, logs = x[:FITTED], np.log(values[:FITTED])
    best = None
    part = shares(x, scores)
    for power, single, pair, layer in itertools.product(POWERS, SINGLE, PAIR, LAYER):
        line = link(fitted, scores, power, logs)
        rest = logs - linked(fitted, scores, power, line)
        error = np.mean((left_out(fitted, part[:FITTED], rest, single, pair, layer) - rest) ** 2)
        if best is None or error < best[0]:
            best = (error, power, single, pair, layer, line, rest)
    _, power, single, pair, layer, line, rest = best
    new = x[FITTED:]
    predicted = np.exp(
        linked(new, scores, power, line)
        + weight_space(fitted, part[:FITTED], rest, new, part[FITTED:], single, pair, layer)
    )
    out = np.exp(left_out(fitted, part[:FITTED], rest, single, pair, layer) + logs - rest)
    measured = values[:FITTED]
    ranks = []
    for size, most in ((2, 100), (5, 100), (7, 3), (20, 4), (40, 1000), (6, 1)):
        a, b = random.integers(1, most + 1, size), random.integers(1, most + 1, size)
        rho = scipy.stats.spearmanr(a, b).statistic if most > 1 else 0.0
        ranks.append({"a": a.tolist(), "b": b.tolist(), "correlation": float(rho)})
    golden = {
        "attention": scores[1::4].tolist(),
        "ffn": scores[3::4].tolist(),
        "children": children.tolist(),
        "values": values.tolist(),
        "fitted": FITTED,
        "chosen": {"power": power, "single": single, "pair": pair, "layer": layer},
        "predicted": predicted.tolist(),
        "left_out": {
            "rank_correlation": float(scipy.stats.spearmanr(out, measured).statistic),
            "median_error": float(np.median(np.abs(out - measured) / measured)),
            "median_ratio": float(np.median(measured / out)),
        },
        "ranks": ranks,
    }
    pathlib.Path(sys.argv[1]).write_text(json.dumps(golden, indent=1) + "\n")


if __name__ == "__main__":
    main()
