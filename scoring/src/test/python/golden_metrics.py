"""Writes the golden metrics that MetricTest checks.

    python golden_metrics.py OUT.json

Made with numpy, scipy and torch 2.13 (CPU). Logits, hidden states and targets are drawn here, on a
grid that float32 holds exactly; every metric is computed at each position in float64, from its
definition: divergences by scipy.stats.entropy and scipy.spatial.distance where these have them,
ranks by sorting token ids by logit from the largest down, stably, so that the smaller id comes
first among equals; cosines by torch.nn.functional.cosine_similarity.

The cases: "drawn" has different models; "peaked" teachers who are certain and students who are
certain of something else, with probabilities below the least float32; "ties" logits of which many
are equal; "same" twice the same model.
"""

import json
import sys

import numpy as np
import scipy.spatial.distance
import scipy.special
import scipy.stats
import torch

POSITIONS, VOCABULARY, HIDDEN = 6, 24, 7
random = np.random.default_rng(11)


def grid(scale, *shape):
    return np.round(random.standard_normal(shape) * scale * 64) / 64


def total(p, q):
    return 0.5 * np.abs(p - q).sum()


def rank(logits, token):
    return list(np.argsort(-logits, kind="stable")).index(token)


def metrics(model, teacher, hidden, teacher_hidden, targets):
    values = {}

    def add(name, value):
        values.setdefault(name, []).append(float(value))

    for at, y in enumerate(targets):
        log_q, log_p = (scipy.special.log_softmax(x[at]) for x in (model, teacher))
        q, p = np.exp(log_q), np.exp(log_p)
        add("kl", (p * (log_p - log_q)).sum())
        add("reverse_kl", (q * (log_q - log_p)).sum())
        add("js", scipy.spatial.distance.jensenshannon(p, q) ** 2)
        add("tv", total(p, q))
        add("lm_loss", -log_q[y])
        place = rank(model[at], y)
        for k in (1, 5, 10):
            add(f"top{k}", place < k)
        add("agreement", np.argmax(model[at]) == np.argmax(teacher[at]))
        g, h = (torch.tensor(x[at]) for x in (hidden, teacher_hidden))
        add("cosine", torch.nn.functional.cosine_similarity(g, h, dim=0))
        add("nmse", torch.nn.functional.mse_loss(g, h) / torch.nn.functional.mse_loss(torch.zeros_like(h), h))
    return values


def case(name, model, teacher, hidden, teacher_hidden):
    targets = random.integers(0, VOCABULARY, POSITIONS)
    targets[0] = np.argmax(model[0])
    return {
        "name": name,
        "logits": model.tolist(),
        "teacher_logits": teacher.tolist(),
        "hidden": hidden.tolist(),
        "teacher_hidden": teacher_hidden.tolist(),
        "targets": targets.tolist(),
        "expected": metrics(model, teacher, hidden, teacher_hidden, targets),
    }


def ties():
    """Whole numbers; in two rows several tokens are likeliest, of which greedy decoding takes the first."""
    model, teacher = (np.round(grid(0.7, POSITIONS, VOCABULARY)) for _ in range(2))
    model[1:3] = teacher[1:3] = 0
    teacher[1:3, [4, 9]] = 3
    model[1, [4, 9, 11]] = model[2, 9] = 2
    return model, teacher


def cases():
    shape, states = (POSITIONS, VOCABULARY), (POSITIONS, HIDDEN)
    teacher, hidden = grid(2, *shape), grid(1, *states)
    yield case("drawn", grid(2, *shape), teacher, grid(1, *states), hidden)
    yield case("near", teacher + grid(0.2, *shape), teacher, hidden + grid(0.1, *states), hidden)
    yield case("peaked", grid(60, *shape), grid(60, *shape), grid(100, *states), grid(0.1, *states))
    yield case("ties", *ties(), hidden, -hidden)
    yield case("same", teacher, teacher, hidden, hidden)


rows = ",\n".join(json.dumps(one) for one in cases())
with open(sys.argv[1], "w") as file:
    file.write(f"[\n{rows}\n]\n")
