"""Holds an exported child against the Python libraries of its formats.

Usage: check_export.py HUGGINGFACE_DIR GGUF_FILE
Run with safetensors 0.8, transformers 5.17, torch 2.13, gguf 0.19.

- The folder opens in safetensors; its config loads in transformers (remote code for nemotron-nas)
  with `block_configs` as attributes, survives saving, and a plain llama runs.
- The GGUF file parses, and holds, residual subblock by residual subblock, the folder's tensors.
"""

import json
import pathlib
import sys
import tempfile

import gguf
import numpy
import torch
from safetensors import safe_open
from transformers import AutoConfig, AutoModelForCausalLM


def folder_tensors(folder):
    index = folder / "model.safetensors.index.json"
    files = (
        sorted(set(json.loads(index.read_text())["weight_map"].values()))
        if index.exists()
        else ["model.safetensors"]
    )
    tensors = {}
    for name in files:
        with safe_open(folder / name, framework="pt") as file:
            assert file.metadata() == {"format": "pt"}
            for key in file.keys():
                assert key not in tensors
                tensors[key] = file.get_tensor(key).float().numpy()
    return tensors


def check_config(folder):
    fields = json.loads((folder / "config.json").read_text())
    config = AutoConfig.from_pretrained(folder, trust_remote_code=True)
    assert config.model_type == fields["model_type"]
    if fields["model_type"] == "nemotron-nas":
        for block, expected in zip(config.block_configs, fields["block_configs"], strict=True):
            assert block.attention.no_op == expected["attention"]["no_op"]
            assert block.attention.n_heads_in_group == expected["attention"]["n_heads_in_group"]
            assert block.ffn.ffn_mult == expected["ffn"]["ffn_mult"]
            assert not hasattr(block.ffn, "intermediate_size")
        assert config.num_key_value_heads is None and config.intermediate_size is None
        assert config.rope_parameters["rope_theta"] == fields["rope_theta"]
        with tempfile.TemporaryDirectory() as other:
            config.save_pretrained(other)
            again = json.loads((pathlib.Path(other) / "config.json").read_text())
            assert again["block_configs"] == fields["block_configs"]
    else:
        model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
        assert model(torch.arange(5)[None]).logits.isfinite().all()
    return fields


def gguf_tensors(path):
    reader = gguf.GGUFReader(path)
    tensors = {}
    for tensor in reader.tensors:
        data = tensor.data
        if tensor.tensor_type == gguf.GGMLQuantizationType.BF16:
            bits = data.view(numpy.uint16).astype(numpy.uint32) << 16
            data = bits.view(numpy.float32)
        tensors[tensor.name] = data.astype(numpy.float32).reshape(tuple(reversed(tensor.shape)))
    return reader, tensors


def half_split(rows, head_dim):
    """llama.cpp's pairs back into the order of checkpoints."""
    heads = rows.shape[0] // head_dim
    return rows.reshape(heads, head_dim // 2, 2, -1).swapaxes(1, 2).reshape(rows.shape)


def trimmed(part):
    """An FFN without its zero channels."""
    used = part[1].any(axis=1) | part[2].any(axis=1) | part[3].any(axis=0)
    return [part[0], part[1][used], part[2][used], part[3][:, used]]


def folder_subblocks(fields, tensors):
    for layer in range(fields["num_hidden_layers"]):
        p = f"model.layers.{layer}."
        get = lambda *names: [tensors[p + name + ".weight"] for name in names]
        if p + "self_attn.q_proj.weight" in tensors:
            names = [f"self_attn.{n}_proj" for n in "qkvo"]
            part = get("input_layernorm", *names)
            if part[4].any():
                yield "attention", part
        elif p + "self_attn.linear_attn.weight" in tensors:
            yield "matrix", get("input_layernorm", "self_attn.linear_attn")
        if p + "mlp.gate_proj.weight" in tensors:
            names = [f"mlp.{n}_proj" for n in ("gate", "up", "down")]
            yield "ffn", trimmed(get("post_attention_layernorm", *names))
        elif p + "mlp.linear_mlp.weight" in tensors:
            yield "matrix", get("post_attention_layernorm", "mlp.linear_mlp")


def gguf_subblocks(layers, head_dim, tensors):
    for layer in range(layers):
        get = lambda *names: [tensors[f"blk.{layer}.{name}.weight"] for name in names]
        if f"blk.{layer}.attn_q.weight" in tensors:
            norm, q, k, v, o = get("attn_norm", "attn_q", "attn_k", "attn_v", "attn_output")
            yield "attention", [norm, half_split(q, head_dim), half_split(k, head_dim), v, o]
        elif f"blk.{layer}.attn_output.weight" in tensors:
            part = get("attn_norm", "attn_output")
            if part[1].any():
                yield "matrix", part
        part = get("ffn_norm", "ffn_gate", "ffn_up", "ffn_down")
        if part[3].any():
            yield "ffn", trimmed(part)


def main(folder, path):
    expected = folder_tensors(folder)
    fields = check_config(folder)
    reader, tensors = gguf_tensors(path)
    layers = int(reader.fields["deci.block_count"].contents())
    for key in ("attention.head_count", "attention.head_count_kv", "feed_forward_length"):
        assert len(reader.fields["deci." + key].contents()) == layers
    vocabulary = reader.fields["tokenizer.ggml.tokens"].contents()
    assert len(vocabulary) == fields["vocab_size"] == tensors["token_embd.weight"].shape[0]
    assert numpy.array_equal(tensors["token_embd.weight"], expected["model.embed_tokens.weight"])
    assert numpy.array_equal(tensors["output_norm.weight"], expected["model.norm.weight"])
    if not fields["tie_word_embeddings"]:
        assert numpy.array_equal(tensors["output.weight"], expected["lm_head.weight"])
    count = 0
    ours = gguf_subblocks(layers, fields["head_dim"], tensors)
    for (kind, part), (other, reference) in zip(ours, folder_subblocks(fields, expected), strict=True):
        assert kind == other
        for a, b in zip(part, reference, strict=True):
            assert a.shape == b.shape and numpy.array_equal(a, b)
        count += 1
    print(f"{folder}: {fields['model_type']}, {fields['num_hidden_layers']} layers, {len(expected)} tensors")
    print(f"{path}: {layers} layers, {len(tensors)} tensors, {count} subblocks are the folder's")


main(pathlib.Path(sys.argv[1]), sys.argv[2])
