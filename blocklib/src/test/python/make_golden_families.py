"""Writes the tiny checkpoints under src/test/resources/golden/families and their logits in fp32.

Run from blocklib/: python src/test/python/make_golden_families.py
Made with torch 2.13, transformers 5.17, safetensors (CPU).

Each case is a folder with config.json, model.safetensors and golden.safetensors, which holds
input_ids I64 [positions] and logits F32 [positions, vocabulary]. Logits come from the family's own
class in transformers (eager attention) on the stored weights cast to fp32. Biases and norms are
random, so that each of them matters; windows are shorter than the input.
"""

import pathlib
import shutil

import torch
from safetensors.torch import load_file, save_file
from transformers import (
    MistralConfig,
    MistralForCausalLM,
    Qwen2Config,
    Qwen2ForCausalLM,
    Qwen3Config,
    Qwen3ForCausalLM,
)

ROOT = pathlib.Path("src/test/resources/golden/families")
POSITIONS = 32
FAMILIES = {
    "mistral": (MistralConfig, MistralForCausalLM),
    "qwen2": (Qwen2Config, Qwen2ForCausalLM),
    "qwen3": (Qwen3Config, Qwen3ForCausalLM),
}


def make(family, name, seed, **changes):
    config_class, model_class = FAMILIES[family]
    fields = dict(
        vocab_size=64,
        hidden_size=32,
        intermediate_size=40,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=256,
        rms_norm_eps=1e-5,
        initializer_range=0.25,
        bos_token_id=1,
        eos_token_id=2,
        tie_word_embeddings=False,
        rope_theta=1000.0,
        attn_implementation="eager",
    )
    fields.update(changes)
    torch.manual_seed(seed)
    model = model_class(config_class(**fields)).to(torch.bfloat16)
    generator = torch.Generator().manual_seed(seed)
    for key, tensor in model.named_parameters():
        if "norm" in key:
            tensor.data = (0.5 + torch.rand(tensor.shape, generator=generator)).bfloat16()
        elif key.endswith("bias"):
            tensor.data = torch.randn(tensor.shape, generator=generator).bfloat16()
    folder = ROOT / f"{family}-{name}"
    shutil.rmtree(folder, ignore_errors=True)
    model.save_pretrained(folder)
    (folder / "generation_config.json").unlink(missing_ok=True)
    exact = model_class.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager")
    ids = torch.randint(0, 64, (POSITIONS,), generator=generator)
    with torch.no_grad():
        logits = exact(ids[None]).logits[0]
    save_file(
        {"input_ids": ids, "logits": logits.float().contiguous()}, folder / "golden.safetensors"
    )
    print(folder.name, f"|logits| up to {logits.abs().max():.2f}", sorted(load_file(folder / "model.safetensors"))[:6])


make("mistral", "window", 1, sliding_window=5, head_dim=16)
make("mistral", "full-tied", 2, sliding_window=None, tie_word_embeddings=True)
make("qwen2", "untied", 3, use_sliding_window=False)
make("qwen2", "tied-some-windows", 4, tie_word_embeddings=True, num_hidden_layers=3,
     use_sliding_window=True, sliding_window=6, max_window_layers=1)
make("qwen3", "untied", 5, head_dim=16)
make("qwen3", "tied-all-windows", 6, head_dim=8, num_key_value_heads=4, tie_word_embeddings=True,
     use_sliding_window=True, sliding_window=7, max_window_layers=0)
