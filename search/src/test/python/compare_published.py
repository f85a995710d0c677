"""Compares published end-to-end figures with what `puzzle4j cost` predicts; see docs/published-comparison.md.

Usage: python3 compare_published.py PUZZLE4J CONFIGS
  PUZZLE4J  the command
  CONFIGS   a folder with Meta-Llama-3.1-8B.config.json, ...-70B... and ...-405B...

Published: output tokens per second of all GPUs, TensorRT-LLM, docs/source/performance/perf-overview.md
at commit 00f37686aa854010d68bcbd0f4ab000221541ca6. Needs nothing but Python.
"""

import json
import pathlib
import subprocess
import sys

SHAPES = [(128, 128), (128, 2048), (500, 2000), (1000, 1000), (2048, 2048), (5000, 500), (20000, 2000)]
PUBLISHED = {
    ("70B", "h100-sxm", 2, "fp8"): [6378, 6651, 5222, 4205, 3082, 898, 437],
    ("70B", "h200-sxm", 1, "fp8"): [3803, 4336, 3666, 2909, 2003, 566, 283],
    ("70B", "b200-sxm", 1, "nvfp4"): [11147, 9922, 7762, 7007, 4783, 1459, 665],
    ("405B", "h100-sxm", 8, "fp8"): [3627, 4340, 3994, 2919, 2296, 610, 345],
    ("405B", "h200-sxm", 8, "fp8"): [3814, 5348, 4724, 3330, 2948, 650, 505],
    ("405B", "b200-sxm", 4, "nvfp4"): [6281, 8020, 6244, 5209, 4212, 1048, 672],
    ("8B", "h100-sxm", 1, "fp8"): [28312, 22714, 17660, 15220, 9305, 3459, 1351],
    ("8B", "h200-sxm", 1, "fp8"): [27911, 26221, 20770, 17744, 12194, 3902, 1804],
}


def predicted(command, config, target, gpus, weights, tokens):
    """Output tokens per second of all GPUs, at the batch of highest throughput."""
    answer = subprocess.run(
        [command, "cost", "--model", config, "--target", target, "--backend", "trtllm"]
        + ["--tp", str(gpus), "--weights", weights, "--kv", "fp8"]
        + ["--isl", str(tokens[0]), "--osl", str(tokens[1]), "--json"],
        stdout=subprocess.PIPE,
        check=True,
    )
    return gpus * json.loads(answer.stdout)["throughput_tokens_per_second_per_gpu"]


def ranks(values):
    order = sorted(range(len(values)), key=values.__getitem__)
    return [order.index(i) for i in range(len(values))]


def spearman(pairs):
    one, other = (ranks(list(side)) for side in zip(*pairs))
    n = len(pairs)
    return 1 - 6 * sum((a - b) ** 2 for a, b in zip(one, other)) / (n * (n * n - 1))


def say(name, pairs):
    errors = [abs(ours / theirs - 1) for theirs, ours in pairs]
    bias = sum(ours / theirs for theirs, ours in pairs) / len(pairs) - 1
    print(
        f"{name:30} {len(pairs):3} mean {100 * sum(errors) / len(errors):5.1f} %"
        f"  worst {100 * max(errors):5.1f} %  bias {100 * bias:+5.1f} %  Spearman {spearman(pairs):.3f}",
        flush=True,
    )


def main(command, configs):
    everything = []
    for (model, target, gpus, weights), published in PUBLISHED.items():
        config = str(pathlib.Path(configs) / f"Meta-Llama-3.1-{model}.config.json")
        pairs = [
            (theirs, predicted(command, config, target, gpus, weights, tokens))
            for tokens, theirs in zip(SHAPES, published)
        ]
        for tokens, (theirs, ours) in zip(SHAPES, pairs):
            print(f"  {tokens[0]}/{tokens[1]}: published {theirs}, predicted {ours:.0f}")
        say(f"{model} {target} x {gpus} {weights}", pairs)
        everything += pairs
    say("all", everything)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2])
