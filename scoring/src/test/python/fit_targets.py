"""Fits the kernel coefficients of a GPU target to measured kernel tables.

    python fit_targets.py TABLES SYSTEM TARGET.json

TABLES is a folder of aiconfigurator csv.gz tables named <system>.<backend>-<version>.<table>.csv.gz,
SYSTEM for example h100_sxm. TARGET.json already holds the datasheet; its "vllm" coefficients for
decode attention and prefill attention (bf16) are replaced. Needs numpy, pandas and scipy.

The formulas are those of DecodeAttentionCoefficients and PrefillAttentionCoefficients;
KernelTablesTest checks the result through them; fit_gemm.py and fit_experts.py are for the other
operations. Least squares on the logarithm of the time with a soft L1 loss. The coefficients are
fitted to all rows. The errors are cross-validated: shapes fall whole into five folds by hash, and
each fold is predicted by a fit to the other four. The forms of the two attention formulas were
compared on another split, by a hash that included the window size; it overlaps all five folds, so
their errors may be slightly optimistic.
"""

import json
import pathlib
import sys
import zlib

import numpy as np
import pandas as pd
from scipy.optimize import least_squares

VERSION = "0.24.0"
FOLDS = 5
ATTENTION_KERNELS = {
    "vllm_flash_attn_fa3",
    "vllm_flashinfer_trtllmdecode",
    "vllm_flashinfer_trtllmprefill",
}
ATTENTION_CHOICE = (
    "; the formula was chosen on a split that overlaps all of them: errors may be slightly optimistic"
)


def norm(power, *terms):
    return sum(np.maximum(t, 1e-15) ** power for t in terms) ** (1 / power)


def decode(c, x, gpu):
    cache = 4 * x.b * x.s * x.kv * x.hd
    traffic = cache + 4 * x.b * x.nh * x.hd
    memory = traffic / (gpu["memory_bytes_per_second"] * c["bandwidth_efficiency"])
    memory = np.where(cache < gpu["l2_bytes"], memory / c["resident_speedup"], memory)
    waves = x.b * x.kv * np.ceil(x.nh / x.kv / 16) / gpu["multiprocessors"]
    tiles = (
        np.maximum(0, waves - c["free_waves"])
        * c["wave_microseconds"]
        * 1e-6
        * (x.hd / 128) ** c["wave_width_exponent"]
    )
    walk = c["doubling_microseconds"] * 1e-6 * np.log2(1 + x.s / c["doubling_tokens"])
    return c["launch_microseconds"] * 1e-6 + walk + norm(c["overlap_power"], memory, tiles)


def prefill(c, x, gpu):
    width = x.hd / 128
    flops = 2 * x.b * x.nh * x.hd * x.s * (x.s + 1)
    rate = gpu["peak_flops_per_second"]["bf16"] * c["compute_efficiency"] * width ** c["width_exponent"]
    waves = x.b * x.nh * np.maximum(1, x.s / 128) / gpu["multiprocessors"]
    compute = flops / rate + c["wave_microseconds"] * 1e-6 * waves
    traffic = 4 * x.b * x.s * (x.nh + x.kv) * x.hd
    memory = traffic / (gpu["memory_bytes_per_second"] * c["bandwidth_efficiency"])
    walk = (
        c["walk_microseconds_per_thousand_tokens"] * 1e-9 * x.s * width ** (1 - c["width_exponent"])
    )
    return c["launch_microseconds"] * 1e-6 + norm(c["overlap_power"], compute, memory, walk)


def round4(value):
    return float(f"{value:.4g}") if value > 1e-6 else 0.0


def fit(model, start, data, gpu, shape, weight, judged, rows, choice):
    fold = np.array(
        [zlib.crc32("/".join(map(str, r)).encode()) % FOLDS
         for r in data[shape].itertuples(index=False)]
    )
    names = list(start)
    seconds = data.latency.to_numpy() / 1e3

    def fitted_to(chosen):
        train = data[chosen]

        def residuals(logs):
            predicted = model(dict(zip(names, np.exp(logs))), train, gpu)
            return (np.log(predicted) - np.log(seconds[chosen])) * weight[chosen]

        best = least_squares(
            residuals, np.log(list(start.values())), loss="soft_l1", f_scale=0.05, max_nfev=400
        )
        return {name: round4(value) for name, value in zip(names, np.exp(best.x))}

    errors = []
    for held in range(FOLDS):
        out = (fold == held) & judged
        predicted = model(fitted_to(fold != held), data[out], gpu).to_numpy()
        errors.append(np.abs(predicted / seconds[out] - 1))
    error = np.concatenate(errors)
    fitted = fitted_to(np.ones(len(data), bool))
    fitted["provenance"] = {
        "kind": "fitted",
        "source": f"aiconfigurator kernel tables (Apache-2.0), vLLM {VERSION}, {rows}",
        "method": f"least squares on log time, soft L1; errors by five folds of whole shapes{choice}",
        "rows": int(len(data)),
        "held_out_rows": int(len(error)),
        "median": round4(np.median(error)),
        "mape": round4(error.mean()),
        "p90": round4(np.quantile(error, 0.9)),
    }
    return fitted


def attention(folder, system, table):
    a = pd.read_csv(folder / f"{system}.vllm-{VERSION}.{table}_attention_perf.csv.gz")
    a = a[a.kernel_source.isin(ATTENTION_KERNELS) & (a.attn_dtype == "bfloat16")]
    a = a[(a.kv_cache_dtype == "bfloat16") & (a.window_size == 0) & (a.head_dim <= 256)]
    a = a.rename(columns={
        "batch_size": "b", "num_heads": "nh", "num_key_value_heads": "kv", "head_dim": "hd"})
    return a.reset_index(drop=True)


def main():
    folder, system, target = pathlib.Path(sys.argv[1]), sys.argv[2], pathlib.Path(sys.argv[3])
    document = json.loads(target.read_text())
    gpu, vllm = document["datasheet"], document["backends"]["vllm"]

    d = attention(folder, system, "generation")
    d["s"] = d.step + 1.0
    vllm["decode_attention"]["bf16"] = fit(
        decode,
        dict(bandwidth_efficiency=0.85, resident_speedup=1.5, launch_microseconds=10.0,
             doubling_microseconds=1.0, doubling_tokens=200.0, wave_microseconds=2.0,
             wave_width_exponent=0.5, free_waves=0.5, overlap_power=1.5),
        d, gpu, ["nh", "kv", "hd"], np.where(d.hd == 128, 2.0, 1.0), np.ones(len(d), bool),
        "bf16 KV, full attention, head width <= 256", ATTENTION_CHOICE)

    p = attention(folder, system, "context")
    p = p[p.isl >= 16].reset_index(drop=True)
    p["s"] = p.isl.astype(float)
    long = (p.s >= 512).to_numpy()
    vllm["prefill_attention"]["bf16"] = fit(
        prefill,
        dict(compute_efficiency=0.6, bandwidth_efficiency=0.6, width_exponent=0.3,
             launch_microseconds=10.0, wave_microseconds=1.0,
             walk_microseconds_per_thousand_tokens=10.0, overlap_power=2.0),
        p, gpu, ["nh", "kv", "hd"], np.where(long, 3.0, 1.0), long,
        "bf16 KV, full attention, head width <= 256; errors for prompts of 512 tokens or more",
        ATTENTION_CHOICE)

    target.write_text(json.dumps(document, indent=2) + "\n")
    for operation in ("decode_attention", "prefill_attention"):
        print(operation, json.dumps(vllm[operation]["bf16"]))


if __name__ == "__main__":
    main()
