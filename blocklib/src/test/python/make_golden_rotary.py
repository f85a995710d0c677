"""Writes src/test/resources/golden/rotary/frequencies.csv: rotary frequencies as transformers has
them.

Run from blocklib/: python src/test/python/make_golden_rotary.py
Made with torch 2.13, transformers 5.17 (CPU). Frequencies are fp32, radians per position.
"""

import csv
import pathlib

from transformers import LlamaConfig
from transformers.models.llama.modeling_llama import LlamaRotaryEmbedding

CASES = [
    # theta, head width, factor (0: no scaling), low, high, original positions
    (10000.0, 64, 0.0, 1.0, 4.0, 8192),
    (500000.0, 128, 8.0, 1.0, 4.0, 8192),  # Llama 3.1
    (500000.0, 64, 32.0, 1.0, 4.0, 8192),  # Llama 3.2
    (1000.0, 16, 8.0, 1.0, 4.0, 24),
]

path = pathlib.Path("src/test/resources/golden/rotary/frequencies.csv")
path.parent.mkdir(parents=True, exist_ok=True)
with path.open("w", newline="") as file:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["theta", "width", "factor", "low", "high", "original", "index", "frequency"])
    for theta, width, factor, low, high, original in CASES:
        rope = {"rope_theta": theta, "rope_type": "default"}
        if factor:
            rope = {
                "rope_theta": theta,
                "rope_type": "llama3",
                "factor": factor,
                "low_freq_factor": low,
                "high_freq_factor": high,
                "original_max_position_embeddings": original,
            }
        config = LlamaConfig(
            hidden_size=2 * width,
            num_attention_heads=2,
            head_dim=width,
            max_position_embeddings=131072,
            rope_parameters=rope,
        )
        table = LlamaRotaryEmbedding(config).inv_freq
        for index, value in enumerate(table.tolist()):
            writer.writerow([theta, width, factor, low, high, original, index, f"{value:.9e}"])
