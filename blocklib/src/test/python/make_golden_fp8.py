"""Writes the tiny FP8 checkpoints under src/test/resources/golden/fp8 and what torch reads in them.

Run from blocklib/: python src/test/python/make_golden_fp8.py
Made with torch 2.13, transformers 5.17, safetensors 0.8 (CPU).

bytes.safetensors holds all 256 bytes as F8_E4M3 and their values as F32. Each other case is a folder
in the layout of published checkpoints: `tensor` as NVIDIA's Model Optimizer writes it, one factor
per matrix; `row` as compressed-tensors does, one per row; `block` as DeepSeek-V3 and Qwen3 do, one
per block. golden.safetensors there holds input_ids, logits of transformers in fp32 (eager attention)
on the weights multiplied out, and those weights.
"""

import json
import pathlib
import shutil

import torch
from safetensors.torch import save_file
from transformers import LlamaConfig, LlamaForCausalLM

ROOT = pathlib.Path("src/test/resources/golden/fp8")
LARGEST = 448.0
BLOCK = 16


def per_tensor(weight):
    return (weight.abs().max() / LARGEST).float()


def per_row(weight):
    return (weight.abs().amax(1, keepdim=True) / LARGEST).to(torch.bfloat16)


def per_block(weight):
    rows, columns = (-(-size // BLOCK) for size in weight.shape)
    factors = torch.empty(rows, columns)
    for i in range(rows):
        for j in range(columns):
            block = weight[i * BLOCK : (i + 1) * BLOCK, j * BLOCK : (j + 1) * BLOCK]
            factors[i, j] = block.abs().max() / LARGEST
    return factors


def spread(factors, shape):
    """One factor per element."""
    factors = factors.float()
    if factors.dim() == 2 and factors.shape[1] > 1:
        factors = factors.repeat_interleave(BLOCK, 0).repeat_interleave(BLOCK, 1)
        factors = factors[: shape[0], : shape[1]]
    return factors.expand(shape)


CASES = {
    "tensor": (
        per_tensor,
        "weight_scale",
        {"quant_method": "modelopt", "quant_algo": "FP8", "ignore": ["lm_head"]},
    ),
    "row": (
        per_row,
        "weight_scale",
        {
            "quant_method": "compressed-tensors",
            "format": "float-quantized",
            "config_groups": {
                "group_0": {
                    "targets": ["Linear"],
                    "weights": {"num_bits": 8, "type": "float", "strategy": "channel"},
                    "input_activations": {"num_bits": 8, "type": "float", "dynamic": True},
                }
            },
            "ignore": ["lm_head"],
        },
    ),
    "block": (
        per_block,
        "weight_scale_inv",
        {
            "quant_method": "fp8",
            "fmt": "e4m3",
            "activation_scheme": "dynamic",
            "weight_block_size": [BLOCK, BLOCK],
        },
    ),
}


def make(name, seed):
    factor, suffix, quantization = CASES[name]
    folder = ROOT / name
    shutil.rmtree(folder, ignore_errors=True)
    torch.manual_seed(seed)
    model = LlamaForCausalLM(
        LlamaConfig(
            vocab_size=64,
            hidden_size=32,
            intermediate_size=40,
            num_hidden_layers=2,
            num_attention_heads=4,
            num_key_value_heads=2,
            max_position_embeddings=256,
            initializer_range=0.25,
            tie_word_embeddings=False,
            attn_implementation="eager",
        )
    ).eval()
    model.config.save_pretrained(folder)
    stored, golden, state = {}, {}, model.state_dict()
    for key, weight in list(state.items()):
        if "_proj." not in key:
            stored[key] = weight.to(torch.bfloat16)
            state[key] = stored[key].float()
            continue
        factors = factor(weight)
        stored[key] = (weight / spread(factors, weight.shape)).to(torch.float8_e4m3fn)
        stored[key.replace("weight", suffix)] = factors
        if name == "tensor":
            stored[key.replace("weight", "input_scale")] = torch.tensor(0.5)
        state[key] = stored[key].float() * spread(factors, weight.shape)
        golden[key] = state[key]
    model.load_state_dict(state)
    golden["input_ids"] = torch.randint(0, 64, (32,))
    with torch.no_grad():
        golden["logits"] = model(golden["input_ids"][None]).logits[0].contiguous()
    save_file(stored, folder / "model.safetensors", {"format": "pt"})
    save_file(golden, folder / "golden.safetensors")
    path = folder / "config.json"
    fields = json.loads(path.read_text())
    fields["quantization_config"] = quantization
    path.write_text(json.dumps(fields, indent=2) + "\n")


if __name__ == "__main__":
    ROOT.mkdir(parents=True, exist_ok=True)
    every = torch.arange(256, dtype=torch.uint8).view(torch.float8_e4m3fn)
    save_file({"bytes": every, "values": every.float()}, ROOT / "bytes.safetensors")
    for seed, case in enumerate(CASES):
        make(case, seed + 1)
