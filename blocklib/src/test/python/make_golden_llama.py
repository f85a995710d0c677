"""Writes the tiny checkpoints under src/test/resources/golden/llama and their logits in fp32.

Run from blocklib/: python src/test/python/make_golden_llama.py
Made with torch 2.13, transformers 5.17, safetensors 0.8 (CPU).

Each case is a folder with config.json, weights, and golden.safetensors, which holds
input_ids I64 [positions] and logits F32 [positions, vocabulary]. Llama logits come from
transformers' LlamaForCausalLM (eager attention) on the stored weights cast to fp32. Transformers
has no nemotron-nas: those logits come from `forward` below, which is first held against
transformers on the Llama cases.
"""

import json
import pathlib
import shutil

import torch
from safetensors.torch import load_file, save_file
from transformers import LlamaConfig, LlamaForCausalLM

ROOT = pathlib.Path("src/test/resources/golden/llama")
POSITIONS = 32
LLAMA3 = {
    "rope_type": "llama3",
    "factor": 8.0,
    "low_freq_factor": 1.0,
    "high_freq_factor": 4.0,
    "original_max_position_embeddings": 24,
}


def base_config(**changes):
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
    return LlamaConfig(**fields)


def randomise_norms(tensors, generator):
    for name, tensor in tensors.items():
        if "norm" in name:
            noise = torch.rand(tensor.shape, generator=generator)
            tensor.copy_((0.5 + noise).to(tensor.dtype))


def input_ids(seed):
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(0, 64, (POSITIONS,), generator=generator)


def save_golden(folder, ids, logits):
    save_file(
        {"input_ids": ids, "logits": logits.float().contiguous()},
        folder / "golden.safetensors",
    )


def rotary(config):
    """Angles [positions, head_dim / 2], written from the published rule."""
    dim = config["head_dim"]
    freq = config["rope_theta"] ** (-torch.arange(0, dim, 2, dtype=torch.float64) / dim)
    scaling = config.get("rope_scaling")
    if scaling:
        length = 2 * torch.pi / freq
        old = scaling["original_max_position_embeddings"]
        low, high, factor = (scaling[k] for k in ("low_freq_factor", "high_freq_factor", "factor"))
        smooth = (old / length - low) / (high - low)
        middle = (1 - smooth) * freq / factor + smooth * freq
        freq = torch.where(
            length < old / high, freq, torch.where(length > old / low, freq / factor, middle)
        )
    return torch.arange(POSITIONS, dtype=torch.float64)[:, None] * freq


def rotate(x, angles):
    half = x.shape[-1] // 2
    a, b = x[..., :half], x[..., half:]
    cos, sin = angles.cos()[:, None], angles.sin()[:, None]
    return torch.cat([a * cos - b * sin, b * cos + a * sin], dim=-1)


def forward(config, tensors, ids):
    """A heterogeneous Llama in float64; each subblock is what its tensors say."""
    w = {name: tensor.double() for name, tensor in tensors.items()}
    heads, dim, eps = config["num_attention_heads"], config["head_dim"], config["rms_norm_eps"]
    angles = rotary(config)
    mask = torch.full((POSITIONS, POSITIONS), -torch.inf).triu(1)

    def norm(x, name):
        return x * (x.pow(2).mean(-1, keepdim=True) + eps).rsqrt() * w[name]

    x = w["model.embed_tokens.weight"][ids]
    for layer in range(config["num_hidden_layers"]):
        p = f"model.layers.{layer}."
        if p + "self_attn.q_proj.weight" in w:
            h = norm(x, p + "input_layernorm.weight")
            q, k, v = (h @ w[f"{p}self_attn.{n}_proj.weight"].T for n in "qkv")
            q, k, v = (t.view(POSITIONS, -1, dim) for t in (q, k, v))
            group = heads // k.shape[1]
            q, k = rotate(q, angles), rotate(k, angles)
            k, v = (t.repeat_interleave(group, dim=1) for t in (k, v))
            scores = torch.einsum("ihd,jhd->hij", q, k) / dim**0.5 + mask
            out = torch.einsum("hij,jhd->ihd", scores.softmax(-1), v).reshape(POSITIONS, -1)
            x = x + out @ w[p + "self_attn.o_proj.weight"].T
        elif p + "self_attn.linear_attn.weight" in w:
            h = norm(x, p + "input_layernorm.weight")
            x = x + h @ w[p + "self_attn.linear_attn.weight"].T
        if p + "mlp.gate_proj.weight" in w:
            h = norm(x, p + "post_attention_layernorm.weight")
            gate = torch.nn.functional.silu(h @ w[p + "mlp.gate_proj.weight"].T)
            x = x + (gate * (h @ w[p + "mlp.up_proj.weight"].T)) @ w[p + "mlp.down_proj.weight"].T
        elif p + "mlp.linear_mlp.weight" in w:
            h = norm(x, p + "post_attention_layernorm.weight")
            x = x + h @ w[p + "mlp.linear_mlp.weight"].T
    head = w.get("lm_head.weight", w["model.embed_tokens.weight"])
    return norm(x, "model.norm.weight") @ head.T


def make_llama(name, seed, dtype, shard_size="10MB", legacy_rope=False, **changes):
    folder = ROOT / name
    shutil.rmtree(folder, ignore_errors=True)
    torch.manual_seed(seed)
    config = base_config(**changes)
    model = LlamaForCausalLM(config)
    with torch.no_grad():
        randomise_norms(dict(model.named_parameters()), torch.Generator().manual_seed(seed))
    model.to(dtype).save_pretrained(folder, max_shard_size=shard_size)
    (folder / "generation_config.json").unlink(missing_ok=True)
    if legacy_rope:
        # As transformers 4 wrote it, and as the published Llama 3.1 configs have it.
        path = folder / "config.json"
        fields = json.loads(path.read_text())
        rope = fields.pop("rope_parameters")
        fields["rope_theta"] = rope.pop("rope_theta")
        fields["rope_scaling"] = rope if rope["rope_type"] != "default" else None
        fields["torch_dtype"] = fields.pop("dtype")
        path.write_text(json.dumps(fields, indent=2) + "\n")
    again = LlamaForCausalLM.from_pretrained(
        folder, dtype=torch.float32, attn_implementation="eager"
    ).eval()
    ids = input_ids(seed)
    with torch.no_grad():
        logits = again(ids[None]).logits[0]
    save_golden(folder, ids, logits)

    fields = json.loads((folder / "config.json").read_text())
    rope = fields.get("rope_parameters") or fields.get("rope_scaling") or {}
    fields["rope_theta"] = rope.get("rope_theta", fields.get("rope_theta"))
    fields["rope_scaling"] = rope if rope.get("rope_type") == "llama3" else None
    fields["head_dim"] = fields.get("head_dim") or 32 // 4
    tensors = {}
    for file in folder.glob("model*.safetensors"):
        tensors.update(load_file(file))
    difference = (forward(fields, tensors, ids) - logits.double()).abs().max().item()
    print(f"{name}: |logits| up to {logits.abs().max():.2f}, own forward differs by {difference:.1e}")
    assert difference < 2e-5, name


def make_nemotron_nas(name, seed):
    folder = ROOT / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    generator = torch.Generator().manual_seed(seed)
    hidden, heads, dim = 16, 4, 8

    def attention(no_op=False, linear=False, group=None):
        return {
            "no_op": no_op,
            "replace_with_linear": linear,
            "n_heads_in_group": group,
            "sparsify": None,
            "window_length": None,
            "num_sink_tokens": None,
            "unshifted_sink": False,
            "use_prefill_window_in_sink_attention": False,
        }

    def ffn(no_op=False, linear=False, mult=None, width=None):
        part = {"no_op": no_op, "replace_with_linear": linear, "sparsify": None}
        part.update({"intermediate_size": width} if width else {"ffn_mult": mult})
        return part

    # (kv heads or "linear" or None, width or "linear" or None)
    layers = [(4, 40), (2, 256), ("linear", None), (None, "linear"), (1, 24), (None, None)]
    blocks, tensors = [], {}

    def add(key, *shape):
        values = torch.randn(shape, generator=generator) / shape[-1] ** 0.5
        if "norm" in key:
            values = 0.5 + torch.rand(shape, generator=generator)
        tensors[key] = values.bfloat16()

    add("model.embed_tokens.weight", 64, hidden)
    add("model.norm.weight", hidden)
    add("lm_head.weight", 64, hidden)
    for layer, (kv, width) in enumerate(layers):
        p = f"model.layers.{layer}."
        if kv is not None:
            add(p + "input_layernorm.weight", hidden)
        if kv == "linear":
            add(p + "self_attn.linear_attn.weight", hidden, hidden)
        elif kv is not None:
            add(p + "self_attn.q_proj.weight", heads * dim, hidden)
            add(p + "self_attn.k_proj.weight", kv * dim, hidden)
            add(p + "self_attn.v_proj.weight", kv * dim, hidden)
            add(p + "self_attn.o_proj.weight", hidden, heads * dim)
        if width is not None:
            add(p + "post_attention_layernorm.weight", hidden)
        if width == "linear":
            add(p + "mlp.linear_mlp.weight", hidden, hidden)
        elif width is not None:
            add(p + "mlp.gate_proj.weight", width, hidden)
            add(p + "mlp.up_proj.weight", width, hidden)
            add(p + "mlp.down_proj.weight", hidden, width)
        a = (
            attention(no_op=True)
            if kv is None
            else attention(linear=True) if kv == "linear" else attention(group=heads // kv)
        )
        f = (
            ffn(no_op=True)
            if width is None
            else ffn(linear=True)
            if width == "linear"
            else ffn(mult=3 * width / (2 * hidden)) if width % 256 == 0 else ffn(width=width)
        )
        blocks.append({"attention": a, "ffn": f})
    config = {
        "architectures": ["DeciLMForCausalLM"],
        "model_type": "nemotron-nas",
        "vocab_size": 64,
        "hidden_size": hidden,
        "num_hidden_layers": len(layers),
        "num_attention_heads": heads,
        "num_key_value_heads": None,
        "intermediate_size": None,
        "head_dim": dim,
        "hidden_act": "silu",
        "max_position_embeddings": 256,
        "rms_norm_eps": 1e-5,
        "rope_theta": 1000.0,
        "rope_scaling": LLAMA3,
        "tie_word_embeddings": False,
        "bos_token_id": 1,
        "eos_token_id": [2, 3],
        "torch_dtype": "bfloat16",
        "block_configs": blocks,
    }
    (folder / "config.json").write_text(json.dumps(config, indent=1) + "\n")
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    ids = input_ids(seed)
    logits = forward(config, tensors, ids)
    save_golden(folder, ids, logits)
    print(f"{name}: |logits| up to {logits.abs().max():.2f}")


make_llama("untied-f32", 1, torch.float32, num_hidden_layers=1)
make_llama("tied-bf16", 2, torch.bfloat16, tie_word_embeddings=True)
make_llama("sharded-bf16", 3, torch.bfloat16, shard_size="15KB", num_key_value_heads=4)
make_llama(
    "llama3-rope-bf16", 4, torch.bfloat16, head_dim=16, rope_scaling=dict(LLAMA3), eos_token_id=[2, 3]
)
make_llama(
    "llama3-legacy-config-bf16", 5, torch.bfloat16, legacy_rope=True, num_hidden_layers=1,
    num_key_value_heads=1, rope_scaling=dict(LLAMA3)
)
make_nemotron_nas("nemotron-nas-bf16", 6)
