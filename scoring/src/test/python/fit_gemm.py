"""Fits the matrix products of a GPU target to measured kernel tables.

    python fit_gemm.py TABLES SYSTEM TARGET.json BACKEND VERSION [TYPE...]

TABLES is a folder of aiconfigurator csv.gz tables named <system>.<backend>-<version>.<table>.csv.gz,
SYSTEM for example h100_sxm. TARGET.json already holds the datasheet and the backend; its "gemm"
entries are replaced. Needs numpy, pandas and scipy.

The formula is that of GemmCoefficients. First its physical part is fitted by least squares on the
logarithm of the time with a soft L1 loss, then the corrections by ridge regression of what is left,
reweighted for the same loss, with a penalty where a wider product would be cheaper. Coefficients are fitted to all rows. The errors are cross-validated:
shapes (n, k) fall whole into five folds by hash, and each fold is predicted by a fit to the others.
"""

import json
import pathlib
import re
import sys
import zlib

import numpy as np
import pandas as pd
from scipy.optimize import least_squares

FOLDS = 5
RIDGE = 20.0
FALL = 3e4
SCALE = 0.05
COLUMN = {"bf16": "bfloat16", "fp8": "fp8", "fp8_block": "fp8_block", "nvfp4": "nvfp4"}
BYTES = {"bf16": 2.0, "fp8": 1.0, "fp8_block": 1.0, "nvfp4": 0.5625}
PEAK = {"bf16": "bf16", "fp8": "fp8", "fp8_block": "fp8", "nvfp4": "nvfp4"}
ROWS = [8, 64, 256, 4096]
WIDTHS = [128, 1024, 4096, 16384]
# name: start, least, most
PHYSICAL = {
    "compute_efficiency": (0.6, 0.02, 1.0),
    "bandwidth_efficiency": (0.8, 0.05, 1.0),
    "activation_weight": (1.0, 0.01, 20.0),
    "launch_microseconds": (3.0, 0.2, 50.0),
    "walk_nanoseconds_per_input": (1.2, 0.001, 50.0),
    "walk_saturation_inputs": (3000.0, 100.0, 1e6),
    "overlap_power": (4.0, 1.0, 32.0),
    "single_row_microseconds": (1.0, 0.001, 100.0),
}
QUANTISE = {"quantise_bytes": (5.0, 0.01, 50.0)}
# Without CUDA graphs the host bounds the time: launches, and those of a single row, are not seen.
EAGER = {"launch_microseconds": (5.0, 4.0, 8.0), "host_microseconds": (80.0, 1.0, 500.0)}
RESIDENT = {"resident_speedup": (1.5, 1.0, 8.0), "resident_share": (0.8, 0.05, 4.0)}
CLOSED = {
    "single_row_microseconds": 0.0,
    "quantise_microseconds": 0.0,
    "quantise_bytes": 0.0,
    "resident_speedup": 1.0,
    "resident_share": 1.0,
    "host_microseconds": 0.0,
}
# Only its sum with the launch can be seen.
QUANTISE_MICROSECONDS = 2.5
HOST_POWER = 4.0
DYNAMIC = {"fp8"}
ONE_COPY = {"fp8_block", "nvfp4"}


def norm(power, one, other):
    largest = np.maximum(one, other)
    return largest * ((one / largest) ** power + (other / largest) ** power) ** (1 / power)


def physical(c, x, gpu, kind, alone=True):
    """Microseconds without the corrections."""
    m, n, k = (x[a].to_numpy(float) for a in "mnk")
    tile = np.where(m <= 64, 64, 128)
    flops = 2 * np.ceil(m / tile) * tile * np.ceil(n / 128) * 128 * k
    compute = flops / (gpu["peak_flops_per_second"][PEAK[kind]] * c["compute_efficiency"])
    weights = BYTES[kind] * n * k
    speedup = 1.0
    if alone:
        resident = 1 / (1 + (weights / (gpu["l2_bytes"] * c["resident_share"])) ** 4)
        speedup = 1 + (c["resident_speedup"] - 1) * resident
    traffic = weights / speedup + c["activation_weight"] * m * (2 * n + BYTES[kind] * k)
    memory = traffic / (gpu["memory_bytes_per_second"] * c["bandwidth_efficiency"])
    walk = c["walk_nanoseconds_per_input"] * 1e-3 * k / (1 + k / c["walk_saturation_inputs"])
    quantise = c["quantise_bytes"] * m * k / gpu["memory_bytes_per_second"]
    kernel = (
        c["launch_microseconds"]
        + np.where(m == 1, c["single_row_microseconds"], 0)
        + walk
        + 1e6 * norm(c["overlap_power"], compute, memory)
        + c["quantise_microseconds"]
        + 1e6 * quantise
    )
    return norm(HOST_POWER, kernel, c["host_microseconds"]) if alone else kernel


def hats(knots, values):
    knots, values = np.log(knots), np.log(values)
    values = np.clip(values, knots[0], knots[-1])
    left = np.clip(np.searchsorted(knots, values, side="right") - 1, 0, len(knots) - 2)
    share = (values - knots[left]) / (knots[left + 1] - knots[left])
    table = np.zeros((len(values), len(knots)))
    row = np.arange(len(values))
    table[row, left] = 1 - share
    table[row, left + 1] += share
    return table


def basis(x):
    rows, outputs, inputs = (hats(k, x[a].to_numpy(float))
                             for k, a in ((ROWS, "m"), (WIDTHS, "n"), (WIDTHS, "k")))
    return np.einsum("ra,rb,rc->rabc", rows, outputs, inputs).reshape(len(x), -1)


def predict(c, x, gpu, kind, alone=True):
    """Microseconds."""
    return physical(c, x, gpu, kind, alone) * np.exp(basis(x) @ np.array(c["corrections"]))


def fit_physical(x, gpu, kind, weight, start):
    spec = dict(PHYSICAL)
    if kind in DYNAMIC:
        spec |= QUANTISE
    if kind in ONE_COPY:
        spec |= RESIDENT
    if kind == "fp8_block":
        spec |= EAGER
        del spec["single_row_microseconds"]
    names = list(spec)
    closed = CLOSED | ({"quantise_microseconds": QUANTISE_MICROSECONDS} if kind in DYNAMIC else {})
    logs = np.log(x.us.to_numpy())

    def residuals(p):
        c = closed | dict(zip(names, np.exp(p)))
        return (np.log(physical(c, x, gpu, kind)) - logs) * weight

    low, high = (np.log([spec[a][i] for a in names]) for i in (1, 2))
    begin = np.log([(start or {}).get(a, spec[a][0]) for a in names])
    best = least_squares(residuals, np.clip(begin, low + 1e-6, high - 1e-6), bounds=(low, high),
                         loss="soft_l1", f_scale=SCALE, max_nfev=30)
    return closed | {a: round4(v) for a, v in zip(names, np.exp(best.x))}


def steps(c, gpu, kind):
    """From narrower to wider products: rises of the physical logarithm, and of the basis."""
    rows, widths = np.array([1, 8, 32, 64, 256, 1024, 4096]), np.geomspace(128, 16384, 13)
    points = pd.DataFrame(
        [(m, n, k) for m in rows for n in widths for k in widths], columns=list("mnk"))
    shape = (len(rows), len(widths), len(widths))
    logs = np.log(physical(c, points, gpu, kind, alone=False)).reshape(shape)
    table = basis(points).reshape(*shape, -1)
    rise = [np.diff(logs, axis=a).ravel() for a in (1, 2)]
    rows = [np.diff(table, axis=a).reshape(-1, table.shape[-1]) for a in (1, 2)]
    return np.concatenate(rise), np.concatenate(rows)


def fit_corrections(grid, rest, weight, rise, rows):
    best = np.zeros(grid.shape[1])
    for _ in range(25):
        error = (rest - grid @ best) * weight
        scaled = grid * (weight**2 / np.sqrt(1 + (error / SCALE) ** 2))[:, None]
        falls = rise + rows @ best < 0
        wall = FALL * rows[falls]
        best = np.linalg.solve(
            grid.T @ scaled + RIDGE * np.eye(len(best)) + wall.T @ rows[falls],
            scaled.T @ rest - wall.T @ rise[falls])
    return [round(float(v), 4) for v in best]


def fit(x, grid, gpu, kind, start=None):
    weight = np.where((x.n >= 1024) & (x.k >= 1024), 1.7, 1.0) * np.where(x.m <= 256, 1.4, 1.0)
    weight = weight * np.where((x.n < 128) | (x.k < 128), 0.4, 1.0)
    c = fit_physical(x, gpu, kind, weight, start)
    rest = np.log(x.us.to_numpy() / physical(c, x, gpu, kind))
    return c | {"corrections": fit_corrections(grid, rest, weight, *steps(c, gpu, kind))}


def round4(value):
    return float(f"{value:.4g}")


def regimes(x):
    wide = (x.n >= 1024) & (x.k >= 1024)
    return {
        "m<=256, n,k>=1024": wide & (x.m <= 256),
        "m>256, n,k>=1024": wide & (x.m > 256),
        "n<1024<=k": (x.n < 1024) & (x.k >= 1024),
        "k<1024<=n": (x.k < 1024) & (x.n >= 1024),
        "n,k<1024": (x.k < 1024) & (x.n < 1024),
    }


def read(folder, system, backend, version, kind):
    x = pd.read_csv(folder / f"{system}.{backend}-{version}.gemm_perf.csv.gz")
    x = x[x.gemm_dtype == COLUMN[kind]]
    x = x.groupby(["m", "n", "k"], as_index=False).latency.median()
    x["us"] = x.latency * 1e3
    x["fold"] = [zlib.crc32(f"{n}/{k}".encode()) % FOLDS for n, k in zip(x.n, x.k)]
    return x


def write(target, document):
    """With each list of numbers on one line."""
    text = json.dumps(document, indent=2)
    lists = re.compile(r"\[[-0-9.,e\s]*\]")
    target.write_text(lists.sub(lambda found: " ".join(found[0].split()), text) + "\n")


def main():
    folder, system, target = pathlib.Path(sys.argv[1]), sys.argv[2], pathlib.Path(sys.argv[3])
    backend, version = sys.argv[4], sys.argv[5]
    document = json.loads(target.read_text())
    gpu = document["datasheet"]
    for kind in sys.argv[6:] or COLUMN:
        x = read(folder, system, backend, version, kind)
        if x.empty:
            continue
        grid = basis(x)
        fitted = fit(x, grid, gpu, kind)
        predicted = np.zeros(len(x))
        for held in range(FOLDS):
            out = (x.fold == held).to_numpy()
            c = fit(x[~out], grid[~out], gpu, kind, fitted)
            predicted[out] = predict(c, x[out], gpu, kind)
        error = np.abs(predicted / x.us.to_numpy() - 1)
        print(system, backend, kind, {a: v for a, v in fitted.items() if a != "corrections"})
        for name, chosen in regimes(x).items():
            e = error[chosen.to_numpy()]
            print(f"  {system} {backend} {kind:10} {name:18} median {100 * np.median(e):5.1f} "
                  f"MAPE {100 * e.mean():5.1f} P90 {100 * np.quantile(e, 0.9):5.1f} rows {len(e)}",
                  flush=True)
        judged = error[regimes(x)["m<=256, n,k>=1024"].to_numpy()]
        fitted["provenance"] = {
            "kind": "fitted",
            "source": f"aiconfigurator kernel tables (Apache-2.0), {backend} {version}, {kind} GEMM, "
                      "all shapes; errors for m <= 256 and n, k >= 1024",
            "method": "least squares on log time, soft L1, then ridge regression of the corrections;"
                      " errors by five folds of whole shapes, on which the knots were chosen",
            "rows": int(len(x)),
            "held_out_rows": int(len(judged)),
            "median": round4(np.median(judged)),
            "mape": round4(judged.mean()),
            "p90": round4(np.quantile(judged, 0.9)),
        }
        document = json.loads(target.read_text())
        document["backends"][backend]["gemm"][kind] = fitted
        write(target, document)


if __name__ == "__main__":
    main()
