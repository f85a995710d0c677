"""Fits the layers of experts of a GPU target to measured kernel tables.

    python fit_experts.py TABLES SYSTEM TARGET.json BACKEND VERSION [TYPE...]

The arguments are those of fit_gemm.py; the formula is that of ExpertsCoefficients. Least squares on
the logarithm of the time with a soft L1 loss over all routings of the table. The errors are
cross-validated: models (hidden, inter, topk, experts) fall whole into five folds by hash.
"""

import json
import pathlib
import sys
import zlib

import numpy as np
import pandas as pd
from scipy.optimize import least_squares

from fit_gemm import BYTES, COLUMN, FOLDS, PEAK, norm, round4, write

SPEC = {
    "compute_efficiency": (0.5, 0.02, 1.0),
    "bandwidth_efficiency": (0.7, 0.05, 1.0),
    "activation_weight": (1.0, 0.01, 50.0),
    "launch_microseconds": (20.0, 1.0, 500.0),
    "expert_nanoseconds": (50.0, 0.1, 5000.0),
    "padded_rows": (16.0, 0.1, 256.0),
    "overlap_power": (3.0, 1.0, 32.0),
}


def predict(c, x, gpu, kind):
    """Microseconds."""
    held = x.num_experts / x.moe_ep_size
    with np.errstate(divide="ignore"):
        active = held * -np.expm1(x.num_tokens * np.log1p(-x.topk / x.num_experts))
    rows = x.num_tokens * x.topk / x.moe_ep_size
    weights = 3.0 * x.hidden_size * x.channels
    peak = gpu["peak_flops_per_second"][PEAK[kind]] * c["compute_efficiency"]
    compute = 2 * weights * (rows + active * c["padded_rows"]) / peak
    bandwidth = gpu["memory_bytes_per_second"]
    memory = active * weights * BYTES[kind] / (bandwidth * c["bandwidth_efficiency"])
    moved = rows * 2 * (2 * x.hidden_size + 3 * x.channels)
    return (
        c["launch_microseconds"]
        + held * c["expert_nanoseconds"] * 1e-3
        + 1e6 * c["activation_weight"] * moved / bandwidth
        + 1e6 * norm(c["overlap_power"], compute, memory)
    )


def fit(x, gpu, kind, start=None):
    logs = np.log(x.us)
    low, high = (np.log([s[i] for s in SPEC.values()]) for i in (1, 2))
    begin = np.log([(start or {}).get(a, s[0]) for a, s in SPEC.items()])

    def residuals(p):
        return np.log(predict(dict(zip(SPEC, np.exp(p))), x, gpu, kind)) - logs

    best = least_squares(residuals, np.clip(begin, low + 1e-6, high - 1e-6), bounds=(low, high),
                         loss="soft_l1", f_scale=0.1, max_nfev=30)
    return {a: round4(v) for a, v in zip(SPEC, np.exp(best.x))}


def read(folder, system, backend, version, kind):
    x = pd.read_csv(folder / f"{system}.{backend}-{version}.moe_perf.csv.gz")
    x = x[(x.moe_dtype == COLUMN[kind]) & ~x.kernel_source.str.contains("nongated")]
    x = x[(x.inter_size % x.moe_tp_size == 0) & (x.topk < x.num_experts)].reset_index(drop=True)
    x["channels"] = x.inter_size / x.moe_tp_size
    x["us"] = x.latency * 1e3
    shape = ["hidden_size", "inter_size", "topk", "num_experts"]
    x["fold"] = [zlib.crc32("/".join(map(str, r)).encode()) % FOLDS
                 for r in x[shape].itertuples(index=False)]
    return x


def main():
    folder, system, target = pathlib.Path(sys.argv[1]), sys.argv[2], pathlib.Path(sys.argv[3])
    backend, version = sys.argv[4], sys.argv[5]
    for kind in sys.argv[6:] or COLUMN:
        gpu = json.loads(target.read_text())["datasheet"]
        x = read(folder, system, backend, version, kind)
        if x.empty:
            continue
        fitted = fit(x, gpu, kind)
        predicted = np.zeros(len(x))
        for held in range(FOLDS):
            out = (x.fold == held).to_numpy()
            if out.any():
                c = fit(x[~out], gpu, kind, fitted)
                predicted[out] = predict(c, x[out], gpu, kind)
        error = np.abs(predicted / x.us.to_numpy() - 1)
        print(system, backend, kind, fitted)
        for name, chosen in (("all", x.us > 0), ("tokens<=256", x.num_tokens <= 256),
                             ("balanced", x.distribution == "balanced"),
                             ("power law", x.distribution != "balanced")):
            e = error[chosen.to_numpy()]
            print(f"  {system} {backend} {kind:10} {name:12} median {100 * np.median(e):5.1f} "
                  f"MAPE {100 * e.mean():5.1f} P90 {100 * np.quantile(e, 0.9):5.1f} rows {len(e)}",
                  flush=True)
        fitted["provenance"] = {
            "kind": "fitted",
            "source": f"aiconfigurator kernel tables (Apache-2.0), {backend} {version}, {kind} "
                      "gated experts, all kernels and routings",
            "method": "least squares on log time, soft L1; errors by five folds of whole models",
            "rows": int(len(x)),
            "held_out_rows": int(len(x)),
            "median": round4(np.median(error)),
            "mape": round4(error.mean()),
            "p90": round4(np.quantile(error, 0.9)),
        }
        document = json.loads(target.read_text())
        document["backends"][backend].setdefault("experts", {})[kind] = fitted
        write(target, document)


if __name__ == "__main__":
    main()
