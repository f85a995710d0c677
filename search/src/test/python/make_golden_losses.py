"""Writes src/test/resources/golden/losses/cases.json: LM losses of transformers on tiny models.

Run from search/: python src/test/python/make_golden_losses.py [FOLDER]
Made with torch 2.13, transformers 5.19, safetensors (CPU).

Each case is a config.json and the mean loss over the rows, in nats per predicted token, in fp32.
Numbers are not stored: both sides draw them from the name of the tensor (see numbers), on a grid
that every stored type holds exactly. Models of one family differ in one option or two. With FOLDER
each case is also written there as a checkpoint.

Layers of nemotron-nas, which transformers has no class for, are put together from Llama's; those of
children in other families, which it does not build, from the family's own.
"""

import copy
import json
import pathlib
import sys

import numpy
import torch
from safetensors.torch import save_file
from torch import nn
from transformers import (
    LlamaConfig,
    LlamaForCausalLM,
    MistralConfig,
    MistralForCausalLM,
    Qwen2Config,
    Qwen2ForCausalLM,
    Qwen3Config,
    Qwen3ForCausalLM,
)
from transformers.models.llama.modeling_llama import LlamaDecoderLayer
from transformers.models.qwen2.modeling_qwen2 import Qwen2DecoderLayer
from transformers.models.qwen3.modeling_qwen3 import Qwen3DecoderLayer

FAMILIES = {
    "llama": (LlamaConfig, LlamaForCausalLM),
    "mistral": (MistralConfig, MistralForCausalLM),
    "qwen2": (Qwen2Config, Qwen2ForCausalLM),
    "qwen3": (Qwen3Config, Qwen3ForCausalLM),
}
VOCABULARY = 64
ROWS = [48, 40, 9, 2]
SIZES = dict(
    vocab_size=VOCABULARY,
    hidden_size=32,
    intermediate_size=40,
    num_hidden_layers=3,
    num_attention_heads=4,
    num_key_value_heads=2,
    max_position_embeddings=64,
    rms_norm_eps=1e-5,
    bos_token_id=1,
    eos_token_id=2,
    tie_word_embeddings=False,
    attn_implementation="eager",
)


def draws(name, count):
    """Whole numbers from 0 to 255: FNV-1a of the name, then SplitMix64."""
    seed = 0xCBF29CE484222325
    for byte in name.encode():
        seed = ((seed ^ byte) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    with numpy.errstate(over="ignore"):
        z = numpy.uint64(seed) + numpy.arange(1, count + 1, dtype=numpy.uint64) * numpy.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> numpy.uint64(30))) * numpy.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> numpy.uint64(27))) * numpy.uint64(0x94D049BB133111EB)
        z = z ^ (z >> numpy.uint64(31))
    return (z >> numpy.uint64(56)).astype(numpy.int64)


def numbers(name, shape):
    drawn = draws(name, int(numpy.prod(shape)))
    if name.endswith("norm.weight"):
        values = (128 + drawn // 2) / 256
    elif len(shape) == 1 or name in ("model.embed_tokens.weight", "lm_head.weight"):
        values = (drawn - 128) / 128
    else:
        values = (drawn - 128) / 256
    return torch.tensor(values.reshape(shape), dtype=torch.float32)


def rows():
    ids = draws("rows", sum(ROWS)) % VOCABULARY
    return [torch.tensor(part) for part in numpy.split(ids, numpy.cumsum(ROWS)[:-1])]


def loss(model):
    total, count = 0.0, 0
    for ids in rows():
        with torch.no_grad():
            logits = model(ids[None]).logits[0, :-1].double()
        total += nn.functional.cross_entropy(logits, ids[1:], reduction="sum").item()
        count += len(ids) - 1
    return total / count


def fill(model):
    tied = model.config.tie_word_embeddings
    tensors = {}
    for name, tensor in model.state_dict().items():
        if not (tied and name == "lm_head.weight"):
            tensor.copy_(numbers(name, tensor.shape))
            tensors[name] = list(tensor.shape)
    return tensors


class NoAttention(nn.Module):
    def forward(self, hidden_states, **_):
        return torch.zeros_like(hidden_states), None


class LinearAttention(nn.Module):
    def __init__(self, hidden):
        super().__init__()
        self.linear_attn = nn.Linear(hidden, hidden, bias=False)

    def forward(self, hidden_states, **_):
        return self.linear_attn(hidden_states), None


class NoFfn(nn.Module):
    def forward(self, x):
        return torch.zeros_like(x)


class LinearFfn(nn.Module):
    def __init__(self, hidden):
        super().__init__()
        self.linear_mlp = nn.Linear(hidden, hidden, bias=False)

    def forward(self, x):
        return self.linear_mlp(x)


DECODERS = {"llama": LlamaDecoderLayer, "qwen2": Qwen2DecoderLayer, "qwen3": Qwen3DecoderLayer}


def nemotron(config, blocks, family="llama"):
    """A Llama, or another family, whose layers are put together as block_configs say."""
    model = FAMILIES[family][1](config)
    hidden = config.hidden_size
    for i, block in enumerate(blocks):
        attention, ffn = block["attention"], block["ffn"]
        own = copy.deepcopy(config)
        if attention.get("n_heads_in_group"):
            own.num_key_value_heads = config.num_attention_heads // attention["n_heads_in_group"]
        if ffn.get("ffn_mult"):
            width = int(2 * ffn["ffn_mult"] * hidden / 3)
            own.intermediate_size = width if width % 256 == 0 else width + 256 - width % 256
        elif ffn.get("intermediate_size"):
            own.intermediate_size = ffn["intermediate_size"]
        layer = DECODERS[family](own, i)
        if attention.get("no_op"):
            layer.self_attn, layer.input_layernorm = NoAttention(), nn.Identity()
        elif attention.get("replace_with_linear"):
            layer.self_attn = LinearAttention(hidden)
        if ffn.get("no_op"):
            layer.mlp, layer.post_attention_layernorm = NoFfn(), nn.Identity()
        elif ffn.get("replace_with_linear"):
            layer.mlp = LinearFfn(hidden)
        model.model.layers[i] = layer
    return model


CASES = []
TENSORS = {}

# Of the keys that are written, those that say nothing about the arithmetic of a forward pass.
NOISE = """_name_or_path transformers_version architectures attention_dropout initializer_range use_cache
pad_token_id return_dict output_hidden_states output_attentions chunk_size_feed_forward is_encoder_decoder
id2label label2id problem_type tokenizer_class torchscript pruned_heads is_decoder add_cross_attention
cross_attention_hidden_size tie_encoder_decoder finetuning_task task_specific_params sep_token_id
decoder_start_token_id prefix bos_token_id eos_token_id""".split()


def add(family, name, model, written, stored="float32"):
    tensors = fill(model.float().eval())
    value = loss(model)
    for key in NOISE:
        written.pop(key, None)
    written["dtype"] = stored
    CASES.append(dict(name=f"{family}-{name}", stored=stored, loss=value, config=written))
    TENSORS[f"{family}-{name}"] = tensors


def case(family, name, changes=None, old=False, stored="float32", edit=None):
    """One model; `old` writes the config as transformers 4 did."""
    config_class, model_class = FAMILIES[family]
    fields = dict(SIZES, **(changes or {}))
    model = model_class(config_class(**fields))
    written = json.loads(model.config.to_json_string(use_diff=False))
    if old:
        written["torch_dtype"] = stored
        rope = written.pop("rope_parameters")
        written["rope_theta"] = rope.pop("rope_theta")
        written["rope_scaling"] = None if rope["rope_type"] == "default" else rope
        written.pop("layer_types", None)
        if not fields.get("head_dim"):
            written.pop("head_dim", None)
    if edit:
        edit(written)
    add(family, name, model, written, stored)
    if old:
        CASES[-1]["config"].pop("dtype")


def rope(kind, theta=1000.0, **more):
    return dict(rope_parameters=dict(rope_type=kind, rope_theta=theta, **more))


LLAMA3 = dict(factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=16)
YARN = dict(factor=4.0, original_max_position_embeddings=16)

# Llama 2, 3, 3.1, 3.2
case("llama", "plain")
case("llama", "old-bf16", old=True, stored="bfloat16")
case("llama", "f16", stored="float16")
case("llama", "bf16", stored="bfloat16")
case("llama", "tied", dict(tie_word_embeddings=True), stored="bfloat16")
case("llama", "multi-head", dict(num_key_value_heads=4))
case("llama", "multi-query", dict(num_key_value_heads=1))
case("llama", "no-kv-key", dict(num_key_value_heads=4), old=True, edit=lambda c: c.pop("num_key_value_heads"))
case("llama", "wide-heads", dict(head_dim=16))
case("llama", "narrow-heads", dict(head_dim=6))
case("llama", "epsilon", dict(rms_norm_eps=0.25))
case("llama", "theta", rope("default", 500000.0))
case("llama", "llama3", rope("llama3", 500000.0, **LLAMA3))
case("llama", "llama3-old", rope("llama3", 100.0, **LLAMA3), old=True)
case("llama", "llama3-tied", dict(rope("llama3", **LLAMA3), tie_word_embeddings=True))
case("llama", "linear", rope("linear", factor=4.0))
case("llama", "linear-old", rope("linear", factor=2.5), old=True, edit=lambda c: c.update(rope_scaling=dict(type="linear", factor=2.5)))
case("llama", "dynamic", rope("dynamic", factor=2.0))
case("llama", "dynamic-old", rope("dynamic", factor=2.0), old=True, edit=lambda c: c.update(rope_scaling=dict(type="dynamic", factor=2.0)))
case("llama", "yarn", rope("yarn", **YARN))
case("llama", "yarn-old", rope("yarn", **YARN), old=True)
case("llama", "yarn-wide", dict(rope("yarn", **YARN), head_dim=32))
case("llama", "yarn-betas", dict(rope("yarn", beta_fast=1.5, beta_slow=0.25, **YARN), head_dim=32))
case("llama", "yarn-attention-factor", rope("yarn", attention_factor=1.5, **YARN))
case("llama", "yarn-mscale", rope("yarn", mscale=1.0, mscale_all_dim=0.5, **YARN))
case("llama", "yarn-untruncated", dict(rope("yarn", beta_fast=1.5, beta_slow=0.25, truncate=False, **YARN), head_dim=32))
case("llama", "attention-bias", dict(attention_bias=True))
case("llama", "pretraining-tp", edit=lambda c: c.update(pretraining_tp=2))

# What transformers passes over.
PASSED_OVER = dict(finetuned=True, attn_factor=0.5, extrapolation_factor=0.5, mrope_section=[1, 1, 2], alpha=7.0)
case("llama", "rope-default-more-keys", rope("default", factor=2.0, **PASSED_OVER))
case("llama", "rope-linear-more-keys", rope("linear", factor=2.0, mscale=0.5, beta_fast=3.0, **PASSED_OVER))
case("llama", "rope-dynamic-more-keys", rope("dynamic", factor=2.0, original_max_position_embeddings=16, **PASSED_OVER))
case("llama", "rope-llama3-more-keys", rope("llama3", attention_factor=0.5, beta_fast=7.0, **LLAMA3, **PASSED_OVER))
case("qwen3", "rope-yarn-more-keys", dict(rope("yarn", low_freq_factor=1.0, **YARN, **PASSED_OVER), head_dim=16))
case("llama", "rope-yarn-more-keys-old", rope("yarn", 10000.0, finetuned=True, **YARN), old=True)

# Mistral
case("mistral", "no-window", dict(sliding_window=None))
case("mistral", "window", dict(sliding_window=5))
case("mistral", "window-one", dict(sliding_window=1))
case("mistral", "window-of-row", dict(sliding_window=48))
case("mistral", "default-window", old=True, edit=lambda c: c.pop("sliding_window"))
case("mistral", "window-old-bf16", dict(sliding_window=7), old=True, stored="bfloat16")
case("mistral", "wide-heads", dict(head_dim=16, sliding_window=6))
case("mistral", "tied", dict(tie_word_embeddings=True, sliding_window=None))
case("mistral", "yarn", dict(rope("yarn", **YARN), sliding_window=None))

# Qwen 2 and 2.5
case("qwen2", "plain")
case("qwen2", "unused-window", dict(use_sliding_window=False, sliding_window=4, max_window_layers=1), old=True, edit=lambda c: c.update(sliding_window=4))
case("qwen2", "tied", dict(tie_word_embeddings=True), stored="bfloat16")
case("qwen2", "all-windows", dict(use_sliding_window=True, sliding_window=5, max_window_layers=0))
case("qwen2", "some-windows", dict(use_sliding_window=True, sliding_window=5, max_window_layers=2))
case("qwen2", "some-windows-old", dict(use_sliding_window=True, sliding_window=5, max_window_layers=2), old=True)
case("qwen2", "late-windows-old", dict(use_sliding_window=True, sliding_window=5, max_window_layers=28), old=True)
case("qwen2", "layer-types", dict(use_sliding_window=True, sliding_window=5, layer_types=["sliding_attention", "full_attention", "sliding_attention"]))
case("qwen2", "yarn", rope("yarn", 1e6, **YARN))
case("qwen2", "yarn-old", rope("yarn", 1e6, **YARN), old=True, edit=lambda c: c.update(rope_scaling=dict(type="yarn", **YARN), max_position_embeddings=16))
case("qwen2", "wide-window", dict(use_sliding_window=True, sliding_window=4096, max_window_layers=0))
case("qwen2", "window-null", dict(use_sliding_window=True, sliding_window=None, max_window_layers=0), old=True)
case("qwen2", "window-default-old", dict(use_sliding_window=True, sliding_window=4096, max_window_layers=1), old=True, edit=lambda c: c.pop("sliding_window"))
case("qwen2", "head-dim", dict(head_dim=16))

# Qwen 3
case("qwen3", "plain")
case("qwen3", "wide-heads", dict(head_dim=24))
case("qwen3", "tied-old", dict(head_dim=16, tie_word_embeddings=True), old=True, stored="bfloat16")
case("qwen3", "attention-bias", dict(head_dim=16, attention_bias=True))
case("qwen3", "attention-bias-window", dict(head_dim=16, attention_bias=True, use_sliding_window=True, sliding_window=6, max_window_layers=1))
case("qwen3", "some-windows", dict(head_dim=16, use_sliding_window=True, sliding_window=6, max_window_layers=1))
case("qwen3", "layer-types", dict(head_dim=16, use_sliding_window=True, sliding_window=6, layer_types=["sliding_attention", "sliding_attention", "full_attention"]))
case("qwen3", "yarn", dict(rope("yarn", 1e6, **YARN), head_dim=16))
case("qwen3", "no-head-dim-key", dict(head_dim=128), old=True, edit=lambda c: c.pop("head_dim"))
case("qwen3", "linear", dict(rope("linear", factor=4.0), head_dim=16))


def block(kv=None, ffn=None, **more):
    attention = dict(no_op=False, replace_with_linear=False, n_heads_in_group=None, sparsify=None, window_length=None,
                     num_sink_tokens=None, unshifted_sink=False, use_prefill_window_in_sink_attention=False)
    feed = dict(no_op=False, replace_with_linear=False, ffn_mult=None, sparsify=None)
    if kv == "linear":
        attention["replace_with_linear"] = True
    elif kv is None:
        attention["no_op"] = True
    else:
        attention["n_heads_in_group"] = kv
    if ffn == "linear":
        feed["replace_with_linear"] = True
    elif ffn is None:
        feed["no_op"] = True
    elif isinstance(ffn, int):
        feed["intermediate_size"] = ffn
    else:
        feed["ffn_mult"] = ffn
    return dict(attention=attention, ffn=feed)


def nas(name, blocks, changes=None, stored="float32", edit=None):
    fields = dict(SIZES, num_hidden_layers=len(blocks), **(changes or {}))
    config = LlamaConfig(**fields)
    written = json.loads(config.to_json_string(use_diff=False))
    rope = written.pop("rope_parameters")
    written["rope_theta"] = rope.pop("rope_theta")
    written["rope_scaling"] = None if rope["rope_type"] == "default" else rope
    written.update(model_type="nemotron-nas", architectures=["DeciLMForCausalLM"], block_configs=blocks,
                   intermediate_size=None, num_key_value_heads=None)
    if edit:
        edit(written)
    add("nemotron-nas", name, nemotron(config, blocks), written, stored)


nas("mixed", [block(1, 12.0), block(2, 6.5), block(4, "linear"), block("linear", 20), block(None, 33), block(2, None), block(None, None)])
nas("llama3-tied-bf16", [block(2, 1.0), block("linear", "linear"), block(4, 2.625)],
    dict(rope("llama3", 500000.0, **LLAMA3), tie_word_embeddings=True), stored="bfloat16")
nas("no-attention-first", [block(None, 30), block(1, 30), block(4, 30)], dict(head_dim=16))
nas("nothing-but-ffn", [block(None, 30), block(None, 40)])
nas("yarn", [block(1, 30), block(2, 20)], rope("yarn", **YARN))


def stated(layer):
    """A layer of KV heads (or "linear", or None) and channels (likewise), as AnyModel has it."""
    kv, ffn = layer
    heads = kv if isinstance(kv, int) else None
    width = ffn if isinstance(ffn, int) else None
    attention = dict(no_op=kv is None, replace_with_linear=kv == "linear", sparsify=None, weights_precision="bf16",
                     num_key_value_heads=heads, llama4=None, mamba=None)
    feed = dict(no_op=ffn is None, replace_with_linear=ffn == "linear", sparsify=None, weights_precision="bf16",
                moe=None, intermediate_size=width)
    return dict(attention=attention, ffn=feed, parallel_blocks=None)


def later(layer):
    kv, ffn = layer
    attention = dict(kind="attention", name="attention", no_op=kv is None)
    attention |= {} if kv is None else dict(num_kv_heads=kv, num_query_heads=4)
    feed = dict(kind="ffn", name="ffn", no_op=ffn is None) | ({} if ffn is None else dict(intermediate_size=ffn))
    return dict(subblock_configs=[attention, feed])


def override(layer):
    kv, ffn = layer
    own = {"skip": [name for name, part in (("attention", kv), ("mlp", ffn)) if part is None]}
    own |= {} if kv is None else dict(num_key_value_heads=kv)
    return own | ({} if ffn is None else dict(intermediate_size=ffn))


def child(family, name, layers, spelling, changes=None):
    """A model of the family whose layers differ, in one of the spellings."""
    config = FAMILIES[family][0](**dict(SIZES, num_hidden_layers=len(layers), **(changes or {})))
    written = json.loads(config.to_json_string(use_diff=False))
    written.pop("per_layer_config", None)
    if spelling is override:
        written["per_layer_config"] = {str(i): override(layer) for i, layer in enumerate(layers)}
    else:
        written["block_configs"] = [spelling(layer) for layer in layers]
    sizes = [block(4 // kv if isinstance(kv, int) else kv, ffn) for kv, ffn in layers]
    add(family, "child-" + name, nemotron(config, sizes, family), written)


CHILD = [(2, 40), (None, 20), (1, None), (4, 33), (None, None)]
child("llama", "blocks", CHILD + [("linear", "linear")], stated, dict(attention_bias=True))
child("llama", "overrides", CHILD, override)
child("qwen2", "blocks", CHILD, stated, dict(use_sliding_window=True, sliding_window=5, max_window_layers=2))
child("qwen3", "blocks", CHILD + [(2, "linear")], stated, dict(head_dim=16))
child("qwen3", "later-blocks", CHILD, later, dict(head_dim=16))
child("qwen3", "overrides", CHILD, override, dict(head_dim=16, attention_bias=True))


def write(folder):
    types = dict(float32=torch.float32, float16=torch.float16, bfloat16=torch.bfloat16)
    for one in CASES:
        path = folder / one["name"]
        path.mkdir(parents=True, exist_ok=True)
        (path / "config.json").write_text(json.dumps(one["config"], indent=1))
        save_file(
            {name: numbers(name, shape).to(types[one["stored"]]) for name, shape in TENSORS[one["name"]].items()},
            path / "model.safetensors", metadata={"format": "pt"},
        )
        (path / "loss").write_text(repr(one["loss"]))
    with (folder / "rows.jsonl").open("w") as file:
        for ids in rows():
            file.write(json.dumps(dict(input_ids=ids.tolist())) + "\n")


if len(sys.argv) > 1:
    write(pathlib.Path(sys.argv[1]))
path = pathlib.Path("src/test/resources/golden/losses/cases.json")
path.parent.mkdir(parents=True, exist_ok=True)
rows_text = json.dumps([ids.tolist() for ids in rows()])
cases_text = ",\n".join(json.dumps(one) for one in CASES)
path.write_text(f'{{"rows": {rows_text},\n"cases": [\n{cases_text}\n]}}\n')
for one in CASES:
    print(f"{one['name']:40} {one['loss']:.6f}")
