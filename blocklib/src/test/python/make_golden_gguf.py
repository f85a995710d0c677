"""Writes the tiny GGUF files under src/test/resources/golden/gguf and the numbers that they hold.

Run from blocklib/: python src/test/python/make_golden_gguf.py
Made with gguf 0.19, numpy, safetensors, torch (CPU).

types.gguf has a tensor of each type that is read, of random bytes with finite scales, and
types.safetensors the same tensors in F32, multiplied out by the package gguf. llama3-rope.gguf,
qwen2.gguf and qwen3.gguf are checkpoints of golden/llama and golden/families in BF16, laid out as
llama.cpp's converter does. mixed.gguf is a llama with biases in several quantised types, and
mixed.safetensors its tensors under their names in Hugging Face checkpoints, in F32.
"""

import json
import math
import pathlib

import gguf
import numpy as np
import torch
from gguf.quants import dequantize, quantize
from safetensors.numpy import save_file as save_numpy
from safetensors.torch import load_file

GOLDEN = pathlib.Path("src/test/resources/golden")
OUT = GOLDEN / "gguf"
TYPES = ["F32", "F16", "BF16", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K", "IQ4_NL"]
# Where the halves in a block are, by type.
SCALES = {
    "Q4_0": [0], "Q4_1": [0, 2], "Q5_0": [0], "Q5_1": [0, 2], "Q8_0": [0],
    "Q2_K": [80, 82], "Q3_K": [108], "Q4_K": [0, 2], "Q5_K": [0, 2], "Q6_K": [208], "IQ4_NL": [0],
}
NAMES = {
    "model.embed_tokens.weight": "token_embd.weight",
    "model.norm.weight": "output_norm.weight",
    "lm_head.weight": "output.weight",
    "input_layernorm": "attn_norm", "self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v", "self_attn.o_proj": "attn_output", "self_attn.q_norm": "attn_q_norm",
    "self_attn.k_norm": "attn_k_norm", "post_attention_layernorm": "ffn_norm",
    "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up", "mlp.down_proj": "ffn_down",
}


def stored_name(name):
    if name in NAMES:
        return NAMES[name]
    _, _, layer, rest = name.split(".", 3)
    module, kind = rest.rsplit(".", 1)
    return f"blk.{layer}.{NAMES[module]}.{kind}"


def interleave(array, heads):
    """As llama.cpp's converter permutes queries and keys."""
    shape = array.shape
    return array.reshape(heads, 2, shape[0] // heads // 2, *shape[1:]).swapaxes(1, 2).reshape(shape)


def metadata(writer, config):
    heads = config["num_attention_heads"]
    writer.add_name("golden")
    writer.add_vocab_size(config["vocab_size"])
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(heads)
    writer.add_head_count_kv(config["num_key_value_heads"])
    width = config.get("head_dim") or config["hidden_size"] // heads
    writer.add_key_length(width)
    writer.add_value_length(width)
    writer.add_rope_dimension_count(width)
    rope = config["rope_parameters"]
    writer.add_rope_freq_base(rope["rope_theta"])
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    if rope["rope_type"] == "llama3":
        low, high, factor = rope["low_freq_factor"], rope["high_freq_factor"], rope["factor"]
        original = rope["original_max_position_embeddings"]
        factors = []
        for i in range(width // 2):
            turns = original * rope["rope_theta"] ** (-2 * i / width) / (2 * math.pi)
            smooth = (turns - low) / (high - low)
            factors.append(1 if turns > high else factor if turns < low else 1 / ((1 - smooth) / factor + smooth))
        writer.add_tensor("rope_freqs.weight", np.array(factors, dtype=np.float32))


def write(name, architecture, config, tensors, types):
    writer = gguf.GGUFWriter(OUT / f"{name}.gguf", architecture)
    metadata(writer, config)
    expected = {}
    for key, array in tensors.items():
        array = array.astype(np.float32)
        rotated = architecture == "llama" and (".q_proj." in key or ".k_proj." in key)
        heads = config["num_attention_heads" if ".q_proj." in key else "num_key_value_heads"]
        kind = gguf.GGMLQuantizationType[types(key) if array.ndim == 2 else "F32"]
        stored = quantize(array, kind)
        expected[key] = dequantize(stored, kind).reshape(array.shape)
        if rotated:
            stored = quantize(interleave(array, heads), kind)
        writer.add_tensor(stored_name(key), stored, raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return expected


def of_checkpoint(name, architecture, folder):
    config = json.loads((GOLDEN / folder / "config.json").read_text())
    tensors = load_file(GOLDEN / folder / "model.safetensors")
    expected = write(name, architecture, config, {k: v.float().numpy() for k, v in tensors.items()}, lambda _: "BF16")
    for key, tensor in tensors.items():
        assert torch.equal(tensor.float(), torch.from_numpy(expected[key])), key


def types():
    generator = np.random.default_rng(1)
    writer = gguf.GGUFWriter(OUT / "types.gguf", "llama")
    expected = {}
    for name in TYPES:
        kind = gguf.GGMLQuantizationType[name]
        size, block = gguf.GGML_QUANT_SIZES[kind]
        rows, columns = (2, 256) if size == 32 else (1, 256) if size == 256 else (3, 20)
        if size == 1:
            data = quantize(generator.normal(size=(rows, columns)).astype(np.float32), kind)
        else:
            blocks = generator.integers(0, 256, (rows * columns // size, block), dtype=np.uint8)
            for at in SCALES[name]:
                halves = generator.normal(size=len(blocks)).astype(np.float16)
                blocks[:, at:at + 2] = halves.view(np.uint8).reshape(-1, 2)
            data = blocks.reshape(rows, -1)
        writer.add_tensor(name, data, raw_dtype=kind)
        expected[name] = dequantize(data, kind).reshape(rows, columns).astype(np.float32)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    save_numpy(expected, OUT / "types.safetensors")


def mixed():
    generator = np.random.default_rng(2)
    config = dict(
        vocab_size=48, num_hidden_layers=1, max_position_embeddings=128, hidden_size=32, intermediate_size=64,
        num_attention_heads=4, num_key_value_heads=2, head_dim=16, rms_norm_eps=1e-5,
        rope_parameters={"rope_type": "default", "rope_theta": 500000.0},
    )
    shapes = {"model.embed_tokens.weight": (48, 32), "model.norm.weight": (32,)}
    for module, rows, columns in [
        ("self_attn.q_proj", 64, 32), ("self_attn.k_proj", 32, 32), ("self_attn.v_proj", 32, 32),
        ("self_attn.o_proj", 32, 64), ("mlp.gate_proj", 64, 32), ("mlp.up_proj", 64, 32), ("mlp.down_proj", 32, 64),
    ]:
        shapes[f"model.layers.0.{module}.weight"] = (rows, columns)
        if module.startswith("self_attn"):
            shapes[f"model.layers.0.{module}.bias"] = (rows,)
    for norm in ["input_layernorm", "post_attention_layernorm"]:
        shapes[f"model.layers.0.{norm}.weight"] = (32,)
    tensors = {key: generator.normal(size=shape).astype(np.float32) for key, shape in shapes.items()}
    chosen = {"q_proj": "Q8_0", "k_proj": "Q4_1", "v_proj": "F16", "o_proj": "Q5_0", "gate_proj": "Q4_0",
              "up_proj": "Q5_1", "down_proj": "BF16"}
    kind = lambda key: next((v for k, v in chosen.items() if k in key), "Q8_0")
    save_numpy(write("mixed", "llama", config, tensors, kind), OUT / "mixed.safetensors")


OUT.mkdir(exist_ok=True)
types()
mixed()
of_checkpoint("llama3-rope", "llama", "llama/llama3-rope-bf16")
of_checkpoint("qwen2", "qwen2", "families/qwen2-untied")
of_checkpoint("qwen3", "qwen3", "families/qwen3-untied")
