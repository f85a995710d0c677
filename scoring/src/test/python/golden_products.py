"""Writes the golden times of matrix products and experts that ProductFormulasTest checks.

    python golden_products.py TARGETS OUT.json

TARGETS is the folder of bundled targets; their coefficients are copied, so that later fits leave the
golden file as it is. The times come from the predictions of fit_gemm.py and fit_experts.py.
"""

import itertools
import json
import pathlib
import sys

import pandas as pd

import fit_experts
import fit_gemm

GEMM = list(itertools.product((1, 8, 65, 300, 9000), ((96, 700), (1024, 4096), (14336, 4096))))
EXPERTS = [(1, 4096, 1536, 8, 128, 1), (200, 4096, 1536, 8, 128, 4), (8192, 4096, 7168, 2, 8, 1)]


def main():
    folder, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    target = json.loads((folder / "b200-sxm.json").read_text())
    gpu, vllm = target["datasheet"], target["backends"]["vllm"]
    cases = []
    for kind, c in vllm["gemm"].items():
        x = pd.DataFrame([(m, n, k) for m, (n, k) in GEMM], columns=list("mnk"))
        alone = fit_gemm.predict(c, x, gpu, kind) * 1e-6
        cold = fit_gemm.predict(c, x, gpu, kind, alone=False) * 1e-6
        calls = [dict(rows=m, outputs=n, inputs=k, seconds=float(s), seconds_alone=float(a))
                 for (m, (n, k)), s, a in zip(GEMM, cold, alone)]
        cases.append({"operation": "gemm", "type": kind, "coefficients": c, "calls": calls})
    for kind, c in vllm["experts"].items():
        x = pd.DataFrame(EXPERTS, columns=["num_tokens", "hidden_size", "channels", "topk",
                                           "num_experts", "moe_ep_size"])
        seconds = fit_experts.predict(c, x, gpu, kind) * 1e-6
        calls = [dict(tokens=t, hidden=h, channels=w, chosen=s, experts=e, expert_parallel=p,
                      seconds=float(v))
                 for (t, h, w, s, e, p), v in zip(EXPERTS, seconds)]
        cases.append({"operation": "experts", "type": kind, "coefficients": c, "calls": calls})
    out.write_text(json.dumps({"datasheet": gpu, "cases": cases}, indent=1) + "\n")


if __name__ == "__main__":
    main()
