"""Writes the configs under src/test/resources/golden/transformers5, as Transformers 5 saves them.

Run from blocklib/: python src/test/python/make_transformers5_configs.py
Made with transformers 5.19, torch 2.13 (CPU).

For each family there is a config with most options at their defaults and one with others.
parameters.csv holds the number of parameters of the family's own model. hetero.json has a
per_layer_config, which transformers saves but does not build.
"""

import csv
import pathlib

import torch
from transformers import AutoModelForCausalLM
from transformers import LlamaConfig, MistralConfig, MixtralConfig
from transformers import Qwen2Config, Qwen3Config, Qwen3MoeConfig

ROOT = pathlib.Path("src/test/resources/golden/transformers5")
SIZES = dict(
    vocab_size=96,
    hidden_size=32,
    intermediate_size=40,
    num_hidden_layers=3,
    num_attention_heads=4,
    num_key_value_heads=2,
)
YARN = dict(rope_type="yarn", factor=4.0, original_max_position_embeddings=64, rope_theta=5e4)
LLAMA3 = dict(
    rope_type="llama3",
    factor=8.0,
    low_freq_factor=1.0,
    high_freq_factor=4.0,
    original_max_position_embeddings=64,
    rope_theta=5e5,
)
CASES = {
    "llama": (LlamaConfig, {}),
    "llama-options": (
        LlamaConfig,
        dict(attention_bias=True, rope_parameters=LLAMA3, tie_word_embeddings=True, head_dim=16),
    ),
    "mistral": (MistralConfig, {}),
    "mistral-options": (MistralConfig, dict(sliding_window=None, head_dim=16)),
    "mixtral": (MixtralConfig, dict(num_local_experts=4)),
    "mixtral-options": (
        MixtralConfig,
        dict(num_local_experts=6, num_experts_per_tok=3, sliding_window=16, head_dim=16),
    ),
    "qwen2": (Qwen2Config, {}),
    "qwen2-options": (
        Qwen2Config,
        dict(
            use_sliding_window=True, sliding_window=16, max_window_layers=1, tie_word_embeddings=True
        ),
    ),
    "qwen3": (Qwen3Config, {}),
    "qwen3-options": (
        Qwen3Config,
        dict(rope_parameters=YARN, attention_bias=True, head_dim=16, max_position_embeddings=256),
    ),
    "qwen3_moe": (Qwen3MoeConfig, dict(num_experts=8, moe_intermediate_size=16)),
    "qwen3_moe-options": (
        Qwen3MoeConfig,
        dict(num_experts=6, num_experts_per_tok=2, moe_intermediate_size=8, mlp_only_layers=[1]),
    ),
}


def save(name, config):
    config.save_pretrained(ROOT)
    (ROOT / "config.json").rename(ROOT / f"{name}.json")


def main():
    ROOT.mkdir(parents=True, exist_ok=True)
    rows = []
    for name, (kind, options) in CASES.items():
        config = kind(**(SIZES | options))
        save(name, config)
        with torch.device("meta"):
            model = AutoModelForCausalLM.from_config(config)
        rows.append((name, model.num_parameters()))
    save(
        "hetero",
        LlamaConfig(
            **SIZES,
            per_layer_config={
                0: {"intermediate_size": 24},
                1: {"skip": ["attention"], "num_key_value_heads": 1},
                2: {"num_key_value_heads": 1, "skip": ["mlp"]},
            },
        ),
    )
    with open(ROOT / "parameters.csv", "w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


main()
