"""Fits attention and all-reduce coefficients of a GPU target to measured kernel tables.

    python fit_attention.py fit TABLES SYSTEM ENGINE VERSION FITS.json
    python fit_attention.py insert FITS.json BACKEND TARGET.json
    python fit_attention.py golden TARGET.json > attention.csv

TABLES is a folder of aiconfigurator csv.gz tables named <system>.<engine>-<version>.<table>.csv.gz,
SYSTEM for example h100_sxm. `insert` replaces decode_attention, prefill_attention and all_reduce of
a backend; `golden` writes the values that AttentionFormulasTest compares with. Needs numpy, pandas
and scipy.

The formulas are those of DecodeAttentionCoefficients, PrefillAttentionCoefficients and
AllReduceCoefficients. Each format of the cache and each width of a head is fitted on its own, with
windows and without together, by least squares on the logarithm of the time with a soft L1 loss.
Errors are cross-validated: shapes (heads, KV heads, width, window) fall whole into five folds by
hash, and each fold is predicted by a fit to the other four that began at the coefficients of all
rows, rounded to four digits. All-reduces hold out sizes.
"""

import json
import pathlib
import sys
import types
import zlib

import numpy as np
import pandas as pd
from scipy.optimize import least_squares

FOLDS = 5
BYTES = {"bf16": 2, "fp8": 1}
DTYPES = {"bf16": "bfloat16", "fp8": "fp8"}
GPUS = {
    "h100_sxm": dict(flops=989e12, bandwidth=3.35e12, l2=50e6, sms=132, link=900e9),
    "h200_sxm": dict(flops=989e12, bandwidth=4.8e12, l2=50e6, sms=132, link=900e9),
    "b200_sxm": dict(flops=2250e12, bandwidth=8e12, l2=126e6, sms=148, link=1800e9),
}
INPUTS = {"b", "nh", "kv", "hd", "w", "s", "bytes", "gpus", "message", "t"}
# name, start, least, most; query_rows is chosen among QUERY_ROWS, since it has no slope
DECODE = [
    ("bandwidth_efficiency", 0.92, 0.3, 1), ("resident_speedup", 2.5, 1, 8),
    ("resident_share", 0.8, 0.3, 2), ("launch_microseconds", 11, 2, 40),
    ("merge_microseconds", 1.5, 1e-4, 20), ("merge_tokens", 200, 20, 4000),
    ("doubling_microseconds", 1, 1e-4, 12), ("doubling_tokens", 1500, 8, 50000),
    ("request_microseconds", 0.01, 1e-5, 0.5), ("request_saturation", 500, 50, 5000),
    ("wave_microseconds", 3, 0.1, 400), ("block_microseconds", 0.1, 1e-4, 10),
    ("free_waves", 0.6, 1e-3, 4), ("overlap_power", 1.7, 1, 16),
    ("window_extra_tokens", 30, 1, 256), ("window_wave_factor", 1.2, 1, 4),
    ("window_microseconds", 1, 1e-2, 12),
]
QUERY_ROWS = (16, 64)
PREFILL = [
    ("compute_efficiency", 0.6, 0.02, 1), ("bandwidth_efficiency", 0.6, 0.1, 1),
    ("launch_microseconds", 11, 2, 40), ("tile_microseconds", 0.5, 1e-3, 20),
    ("tile_floor", 0.5, 1e-4, 6), ("walk_microseconds_per_thousand_tokens", 7, 0.1, 800),
    ("overlap_power", 2, 1, 16), ("window_extra_tokens", 80, 1, 512),
    ("write_nanoseconds_per_token", 4, 1e-3, 60), ("write_width_exponent", 1.3, 0.01, 6),
    ("write_bandwidth_efficiency", 0.6, 0.05, 1), ("write_overlap_power", 1.5, 1, 16),
]
ALL_REDUCE = [
    ("launch_microseconds", 5, 0.5, 40), ("one_shot_share", 0.2, 0.005, 1),
    ("two_shot_microseconds", 3, 0.01, 40), ("two_shot_share", 0.4, 0.05, 1),
    ("large_microseconds", 50, 0.1, 500), ("large_megabytes", 20, 1, 500),
]


def overlap(power, *terms):
    largest = np.maximum(np.maximum.reduce(terms), 1e-300)
    return largest * sum((t / largest) ** power for t in terms) ** (1 / power)


def decode(c, x, gpu, alone=True):
    windowed = (x.w > 0) & (x.s > x.w)
    seen = np.where(windowed, np.minimum(x.w + c["window_extra_tokens"], x.s), x.s)
    cache = 2 * x.bytes * x.b * seen * x.kv * x.hd
    if alone:
        resident = 1 / (1 + (cache / (c["resident_share"] * gpu["l2"])) ** 16)
        read = cache * (1 - resident + resident / c["resident_speedup"])
    else:
        read = cache
    memory = (read + 4 * x.b * x.nh * x.hd) / (gpu["bandwidth"] * c["bandwidth_efficiency"])
    blocks = np.minimum(2, np.ceil(x.nh / x.kv / c["query_rows"]))
    waves = x.b * x.kv * blocks / gpu["sms"]
    wave = c["wave_microseconds"] + c["block_microseconds"] * seen / 128
    tiles = np.maximum(0, waves - c["free_waves"]) * wave * 1e-6
    tiles = tiles * np.where(windowed, c["window_wave_factor"], 1)
    fixed = (
        c["launch_microseconds"]
        + np.where(windowed, c["window_microseconds"], 0)
        + c["request_microseconds"] * x.b / (1 + x.b / c["request_saturation"])
        + c["merge_microseconds"] / (1 + (c["merge_tokens"] / seen) ** 8)
        + c["doubling_microseconds"] * np.log2(1 + seen / c["doubling_tokens"])
    )
    return fixed * 1e-6 + overlap(c["overlap_power"], memory, tiles)


def prefill(c, x, gpu):
    windowed = (x.w > 0) & (x.s > x.w)
    seen = np.where(windowed, np.minimum(x.w + c["window_extra_tokens"], x.s), x.s)
    pairs = (x.s * (x.s + 1) - (x.s - seen) * (x.s - seen + 1)) / 2
    heads, tokens, width = x.b * x.nh, x.b * x.s, x.kv * x.hd
    tiles = heads * (c["tile_floor"] + x.s / 128) / gpu["sms"]
    arithmetic = (
        4 * heads * x.hd * pairs / (gpu["flops"] * c["compute_efficiency"])
        + tiles * c["tile_microseconds"] * 1e-6
    )
    walk = c["walk_microseconds_per_thousand_tokens"] * 1e-9 * seen
    queries = 4 * tokens * x.nh * x.hd / (gpu["bandwidth"] * c["bandwidth_efficiency"])
    write = overlap(
        c["write_overlap_power"],
        2 * (2 + x.bytes) * tokens * width / (gpu["bandwidth"] * c["write_bandwidth_efficiency"]),
        c["write_nanoseconds_per_token"] * 1e-9 * tokens
        * np.minimum(1, width / 512) ** c["write_width_exponent"],
    )
    return (
        c["launch_microseconds"] * 1e-6
        + overlap(c["overlap_power"], arithmetic, walk) + queries + write
    )


def all_reduce(c, x, gpu):
    wire = 2 * (x.gpus - 1) / x.gpus * x.message
    moving = np.minimum(
        wire / (gpu["link"] * c["one_shot_share"]),
        c["two_shot_microseconds"] * 1e-6 + wire / (gpu["link"] * c["two_shot_share"]),
    )
    large = c["large_microseconds"] / (1 + (c["large_megabytes"] * 1e6 / x.message) ** 2)
    return (c["launch_microseconds"] + large) * 1e-6 + moving


def round4(value):
    return float(f"{value:.4g}")


def search(model, spec, fixed, start, x, gpu, weight, steps):
    least, most = (np.log([row[i] for row in spec]) for i in (2, 3))
    names, logs = [row[0] for row in spec], np.log(x.t)

    x = types.SimpleNamespace(**{name: x[name].to_numpy() for name in x if name in INPUTS})

    def residuals(found):
        return (np.log(model({**dict(zip(names, np.exp(found))), **fixed}, x, gpu)) - logs) * weight

    begin = np.clip(np.log([start[name] for name in names]), least + 1e-6, most - 1e-6)
    best = least_squares(
        residuals, begin, bounds=(least, most), loss="soft_l1", f_scale=0.05, max_nfev=steps)
    return {n: round4(v) for n, v in zip(names, np.exp(best.x))}, best.cost


def fitted(model, spec, choices, x, gpu, fold, weight, judged, source, starts=1):
    random, best, least_cost = np.random.default_rng(0), None, np.inf
    for fixed in choices:
        for start in range(starts):
            spread = 0 if start == 0 else 1
            begin = {n: s * np.exp(spread * random.normal()) for n, s, *_ in spec}
            found, cost = search(model, spec, fixed, begin, x, gpu, weight, 25)
            if cost < least_cost:
                best, least_cost, chosen = found, cost, fixed
    best, _ = search(model, spec, chosen, best, x, gpu, weight, 60)
    error = np.full(len(x), np.nan)
    for held in range(FOLDS):
        out = fold == held
        if out.any() and not out.all():
            part, _ = search(model, spec, chosen, best, x[~out], gpu, weight[~out], 12)
            error[out] = model({**part, **chosen}, x[out], gpu) / x.t[out] - 1
    error = np.abs(error[judged & ~np.isnan(error)])
    print(source, chosen, "median %.4f mape %.4f p90 %.4f" % (
        np.median(error), error.mean(), np.quantile(error, 0.9)), file=sys.stderr, flush=True)
    provenance = {
        "kind": "fitted",
        "source": source,
        "method": "least squares on log time, soft L1; errors by five folds of whole shapes, some "
        "of which were looked at when the formula was chosen",
        "rows": len(x),
        "held_out_rows": len(error),
        "median": round4(np.median(error)),
        "mape": round4(error.mean()),
        "p90": round4(np.quantile(error, 0.9)),
    }
    return {**best, **chosen, "provenance": provenance}


def attention(folder, prefix, table):
    a = pd.read_csv(folder / f"{prefix}.{table}_attention_perf.csv.gz")
    a = a[a.attn_dtype == "bfloat16"].rename(columns={
        "batch_size": "b", "num_heads": "nh", "num_key_value_heads": "kv", "head_dim": "hd",
        "window_size": "w"})
    a["s"] = a.step + 1.0 if table == "generation" else a.isl.astype(float)
    a["t"] = a.latency / 1e3
    if table == "context":
        a = a[a.s >= 16]
    shape = a[["nh", "kv", "hd", "w"]].itertuples(index=False)
    a["fold"] = [zlib.crc32("/".join(map(str, row)).encode()) % FOLDS for row in shape]
    return a.astype({"b": float, "nh": float, "kv": float, "w": float})


def attention_kernels(folder, prefix, table, model, spec, gpu, note):
    rows, found = attention(folder, prefix, table), {}
    for cache in DTYPES:
        for width in sorted(rows.hd.unique()):
            x = rows[(rows.kv_cache_dtype == DTYPES[cache]) & (rows.hd == width)]
            if len(x) < 100:
                continue
            if table == "generation" and (x.kernel_source == "vllm_flash_attn_fa4").all():
                continue  # two kernels in one: no formula of this form is near both
            x = x.assign(bytes=BYTES[cache], hd=float(width)).reset_index(drop=True)
            judged = np.full(len(x), True) if table == "generation" else (x.s >= 512).to_numpy()
            weight = np.where(judged, 1.0 if table == "generation" else 3.0, 1.0)
            choices = [{"query_rows": q} for q in QUERY_ROWS] if table == "generation" else [{}]
            kernels = ", ".join(sorted(x.kernel_source.unique()))
            source = f"aiconfigurator kernel tables (Apache-2.0), {note}, {kernels}, {cache} KV"
            source += f", head width {width}, all windows"
            if table == "context":
                source += "; errors for prompts of 512 tokens or more"
            found[f"{cache}/{width}"] = fitted(
                model, spec, choices, x, gpu, x.fold.to_numpy(), weight, judged, source)
    return found


def all_reduces(folder, prefix, gpu, note):
    rows, found = pd.read_csv(folder / f"{prefix}.custom_allreduce_perf.csv.gz"), {}
    if "backend" in rows:
        rows = rows[rows.backend == "vllm_graph"]
    for gpus in sorted(rows.num_gpus.unique()):
        x = rows[rows.num_gpus == gpus].sort_values("message_size").reset_index(drop=True)
        x = x.assign(gpus=float(gpus), message=2.0 * x.message_size, t=x.latency / 1e3)
        everything = np.ones(len(x))
        source = f"aiconfigurator kernel tables (Apache-2.0), {note}, bf16, {gpus} GPUs, in a graph"
        found[str(gpus)] = fitted(
            all_reduce, ALL_REDUCE, [{}], x, gpu, np.arange(len(x)) % FOLDS, everything,
            everything > 0, source, starts=12)
        found[str(gpus)]["provenance"]["method"] = (
            "least squares on log time, soft L1; errors by five folds of sizes")
    return found


def fit(tables, system, engine, version, out):
    folder, prefix, gpu = pathlib.Path(tables), f"{system}.{engine}-{version}", GPUS[system]
    note = f"{ {'vllm': 'vLLM', 'trtllm': 'TensorRT-LLM'}[engine] } {version}"
    fits = {
        "decode_attention": attention_kernels(
            folder, prefix, "generation", decode, DECODE, gpu, note),
        "prefill_attention": attention_kernels(
            folder, prefix, "context", prefill, PREFILL, gpu, note),
        "all_reduce": all_reduces(folder, prefix, gpu, note),
    }
    pathlib.Path(out).write_text(json.dumps(fits, indent=2) + "\n")


def insert(fits, backend, target):
    path = pathlib.Path(target)
    document, found = json.loads(path.read_text()), json.loads(pathlib.Path(fits).read_text())
    profile, ordered = document["backends"][backend], {}
    for key, value in profile.items():
        if key in found or key == "all_reduce":
            continue
        if key == "elementwise":
            ordered.update(found)
        ordered[key] = value
    document["backends"][backend] = ordered
    path.write_text(json.dumps(document, indent=2) + "\n")


def golden(target):
    document = json.loads(pathlib.Path(target).read_text())
    sheet, profile = document["datasheet"], document["backends"]["vllm"]
    gpu = dict(
        flops=sheet["peak_flops_per_second"]["bf16"], bandwidth=sheet["memory_bytes_per_second"],
        l2=sheet["l2_bytes"], sms=sheet["multiprocessors"],
        link=sheet["interconnect_bytes_per_second"])
    random = np.random.default_rng(7)
    print("target,call,cache,heads,kv,width,batch,tokens,window,seconds,seconds_alone")
    for call, model in (("decode", decode), ("prefill", prefill)):
        for kernel, c in profile[f"{call}_attention"].items():
            cache, width = kernel.split("/")
            for window in (0, 0, 128, 1024):
                kv = int(random.choice([1, 2, 8, 24]))
                heads = kv * int(random.choice([1, 3, 8, 20]))
                batch, tokens = 2 ** int(random.integers(0, 9)), int(random.integers(1, 20000))
                x = pd.DataFrame(dict(
                    b=[float(batch)], nh=float(heads), kv=float(kv), hd=float(width),
                    s=float(tokens), w=float(window), bytes=BYTES[cache]))
                alone = model(c, x, gpu).iloc[0]
                cold = decode(c, x, gpu, alone=False).iloc[0] if call == "decode" else alone
                print(document["name"], call, cache, heads, kv, width, batch, tokens, window,
                      repr(float(cold)), repr(float(alone)), sep=",")
    for gpus, c in profile["all_reduce"].items():
        for message in (256, 65536, 1 << 20, 3 << 20, 200 << 20):
            x = pd.DataFrame(dict(gpus=[float(gpus)], message=float(message)))
            seconds = float(all_reduce(c, x, gpu).iloc[0])
            print(document["name"], "all_reduce", "bf16", 1, 1, 2, gpus, message, 0,
                  repr(seconds), repr(seconds), sep=",")


if __name__ == "__main__":
    {"fit": fit, "insert": insert, "golden": golden}[sys.argv[1]](*sys.argv[2:])
