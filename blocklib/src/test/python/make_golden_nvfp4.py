"""Writes golden/nvfp4/nvfp4.json: matrices and what NVIDIA's Model Optimizer makes of them in NVFP4.

Used with nvidia-modelopt 0.47 and torch 2.13. Two matrices that engines join share the factor of
their factors, as its export has it.
"""

import json
import sys

import torch
from modelopt.torch.quantization.qtensor import NVFP4QTensor

ROWS, COLUMNS, BLOCK = 16, 32, 16

torch.manual_seed(7)
matrices = {}
for name in ("gate", "up"):
    numbers = torch.randn(ROWS, COLUMNS) * 0.02
    # Ties between numbers of E2M1, a block of zeros, one too small for a factor, an outlier.
    numbers[0, :16] = torch.tensor([6, 5, 3.5, 2.5, 1.75, 1.25, 0.75, 0.25] * 2) / 64
    numbers[0, 8:16] *= -1
    numbers[1, :16] = 0
    numbers[2, 16:] = torch.randn(16) * 1e-9
    numbers[3, 5] = 0.4 if name == "up" else 0.3
    matrices[name] = numbers.bfloat16()

largest = max(matrix.abs().max() for matrix in matrices.values()).float()
second = largest / (6.0 * 448.0)
golden = {"second": second.item()}
for name, matrix in matrices.items():
    packed, factors, _ = NVFP4QTensor.quantize(
        matrix.float(), BLOCK, weights_scaling_factor_2=second
    )
    golden[name] = {
        "numbers": matrix.float().flatten().tolist(),
        "packed": packed._quantized_data.flatten().tolist(),
        "factors": factors.view(torch.uint8).flatten().tolist(),
        "values": packed.dequantize(
            torch.float32, scale=factors, double_scale=second, block_sizes={-1: BLOCK}
        )
        .flatten()
        .tolist(),
    }
with open(sys.argv[1], "w") as file:
    json.dump(golden, file)
    file.write("\n")
