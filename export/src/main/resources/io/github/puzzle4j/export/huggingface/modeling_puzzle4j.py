"""Causal language models whose layers differ: KV heads, windows, FFN widths, parts left out.

One file for all families. What a layer is, the configuration says (`config.layer(index)`); names of
tensors are those of Llama and its relatives. Needs torch and transformers (5.17 and 5.19 were tried), of which
only the base class, `generate` with its cache, and the table of attention functions are used. Through that
table vLLM serves it, too (`--model-impl transformers`; 0.32 was tried), which looks for the names
`hidden_states`, `scaling`, `head_dim` and `layer_idx`.
"""

import math

import torch
from torch import nn
from torch.nn import functional as F
from transformers import GenerationMixin, PreTrainedModel
from transformers.cache_utils import DynamicCache
from transformers.modeling_outputs import BaseModelOutputWithPast, CausalLMOutputWithPast
from transformers.modeling_utils import ALL_ATTENTION_FUNCTIONS

from .configuration_puzzle4j import AnyModelConfig, DeciLMConfig, Puzzle4jConfig


class RMSNorm(nn.Module):
    def __init__(self, width, eps):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.eps = eps

    def forward(self, hidden_states):
        wide = hidden_states.float()
        wide = wide * torch.rsqrt(wide.pow(2).mean(-1, keepdim=True) + self.eps)
        return self.weight * wide.to(hidden_states.dtype)


def head_dim(config):
    return getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads


def rope_of(config):
    """The parameters of rotations; transformers 5 has them all in one place."""
    rope = getattr(config, "rope_parameters", None) or getattr(config, "rope_scaling", None) or {}
    return {
        **rope,
        "width": head_dim(config),
        "kind": rope.get("rope_type") or rope.get("type") or "default",
        "theta": rope.get("rope_theta") or getattr(config, "rope_theta", None) or 10000.0,
        "longest": config.max_position_embeddings,
        "original": rope.get("original_max_position_embeddings") or config.max_position_embeddings,
    }


def frequencies(rope, device):
    """Radians per position of each pair of dimensions, and the factor of queries and keys."""
    index = torch.arange(0, rope["width"] // 2, dtype=torch.float64, device=device)
    plain = rope["theta"] ** (-2 * index / rope["width"])
    kind, factor, original = rope["kind"], rope.get("factor"), rope["original"]
    if kind in ("default", "dynamic"):  # dynamic is the same up to max_position_embeddings
        return plain, 1.0
    if kind == "linear":
        return plain / factor, 1.0
    if kind == "llama3":
        low, high = rope["low_freq_factor"], rope["high_freq_factor"]
        turns = original * plain / (2 * math.pi)
        smooth = ((turns - low) / (high - low)).clamp(0, 1)
        return plain * ((1 - smooth) / factor + smooth), 1.0
    if kind == "yarn":
        factor = factor or rope["longest"] / original
        return yarn(rope, plain, index, factor), attention_factor(rope, factor)
    raise ValueError(f"rope_type '{kind}' is not supported")


def yarn(rope, plain, index, factor):
    """Long wave lengths are stretched, short ones stay (arXiv 2309.00071, section 3.2)."""
    width = rope["width"]

    def pair(turns):
        wave_length = turns * 2 * math.pi
        return width * math.log(rope["original"] / wave_length) / (2 * math.log(rope["theta"]))

    low, high = pair(rope.get("beta_fast") or 32), pair(rope.get("beta_slow") or 1)
    if rope.get("truncate", True):
        low, high = math.floor(low), math.ceil(high)
    low, high = max(low, 0), min(high, width - 1)
    stretch = ((index - low) / (0.001 if low == high else high - low)).clamp(0, 1)
    return plain * (stretch / factor + 1 - stretch)


def attention_factor(rope, factor):
    def scaled(by):
        return 0.1 * by * math.log(factor) + 1 if factor > 1 else 1.0

    if rope.get("attention_factor") is not None:
        return rope["attention_factor"]
    if rope.get("mscale") and rope.get("mscale_all_dim"):
        return scaled(rope["mscale"]) / scaled(rope["mscale_all_dim"])
    return scaled(1)


def rotated(x, cos, sin):
    first, second = x.chunk(2, dim=-1)
    return x * cos + torch.cat((-second, first), dim=-1) * sin


def own_attention(module, query, key, value, mask, scaling, **_):
    key = key.repeat_interleave(module.num_key_value_groups, dim=1)
    value = value.repeat_interleave(module.num_key_value_groups, dim=1)
    out = F.scaled_dot_product_attention(query, key, value, attn_mask=mask, scale=scaling)
    return out.transpose(1, 2), None


class Attention(nn.Module):
    """Grouped-query attention; biases, head norms and a window where the layer has them."""

    def __init__(self, config, index, kv_heads, window):
        super().__init__()
        self.config = config
        self.layer_idx = index
        self.head_dim = head_dim(config)
        self.num_key_value_groups = config.num_attention_heads // kv_heads
        self.scaling = self.head_dim**-0.5
        self.sliding_window = window
        self.is_causal = True
        hidden, queries = config.hidden_size, config.num_attention_heads * self.head_dim
        bias = config.query_key_value_bias
        self.q_proj = nn.Linear(hidden, queries, bias=bias)
        self.k_proj = nn.Linear(hidden, kv_heads * self.head_dim, bias=bias)
        self.v_proj = nn.Linear(hidden, kv_heads * self.head_dim, bias=bias)
        self.o_proj = nn.Linear(queries, hidden, bias=config.attention_bias)
        self.q_norm = self.k_norm = None
        if config.head_norms:
            self.q_norm = RMSNorm(self.head_dim, config.rms_norm_eps)
            self.k_norm = RMSNorm(self.head_dim, config.rms_norm_eps)

    def forward(self, hidden_states, cos, sin, padding, past_key_values, **kwargs):
        heads = (*hidden_states.shape[:-1], -1, self.head_dim)
        query = self.q_proj(hidden_states).view(heads)
        key = self.k_proj(hidden_states).view(heads)
        value = self.v_proj(hidden_states).view(heads).transpose(1, 2)
        if self.q_norm is not None:
            query, key = self.q_norm(query), self.k_norm(key)
        query = rotated(query.transpose(1, 2), cos, sin)
        key = rotated(key.transpose(1, 2), cos, sin)
        seen = key.shape[2]
        if past_key_values is not None:
            seen += past_key_values.get_seq_length(self.layer_idx)
            key, value = past_key_values.update(key, value, self.layer_idx)
        kind = self.config._attn_implementation
        mask = padding
        if kind in (None, "eager", "sdpa"):  # others make masks of their own
            mask = self.mask(query, seen, key.shape[2], padding)
        attention = ALL_ATTENTION_FUNCTIONS.get(kind, own_attention)
        out, _ = attention(
            self,
            query,
            key,
            value,
            mask,
            scaling=self.scaling,
            sliding_window=self.sliding_window,
            **kwargs,
        )
        return self.o_proj(out.reshape(*hidden_states.shape[:-1], -1))

    def mask(self, query, seen, kept, padding):
        """Which of the kept keys, the last of those seen, each query sees."""
        device = query.device
        queries = torch.arange(seen - query.shape[2], seen, device=device)[:, None]
        keys = torch.arange(seen - kept, seen, device=device)[None, :]
        mask = keys <= queries
        if self.sliding_window is not None:
            mask = mask & (keys > queries - self.sliding_window)
        mask = mask[None, None]
        if padding is not None:
            own = keys == queries  # so that no row of the softmax is empty
            mask = mask & (padding[:, None, None, -kept:].bool() | own)
        return mask


class NoAttention(nn.Module):
    """Stands, without weights, where a layer has no attention; it is never run.

    vLLM gives each layer an attention of its own and looks for the module that calls it.
    """

    def __init__(self, config, index):
        super().__init__()
        self.config = config
        self.layer_idx = index

    def __setattr__(self, name, value):
        if hasattr(value, "get_kv_cache_spec"):  # vLLM's attention, which then keeps no cache
            value.get_kv_cache_spec = lambda *_: None
        super().__setattr__(name, value)

    def forward(self, hidden_states):
        attention = ALL_ATTENTION_FUNCTIONS[self.config._attn_implementation]
        return attention(self, hidden_states, hidden_states, hidden_states, None)


class LinearAttention(nn.Module):
    """A matrix in place of attention: each token sees itself alone."""

    def __init__(self, hidden):
        super().__init__()
        self.linear_attn = nn.Linear(hidden, hidden, bias=False)

    def forward(self, hidden_states, *_, **__):
        return self.linear_attn(hidden_states)


class GatedMLP(nn.Module):
    def __init__(self, hidden, channels):
        super().__init__()
        self.gate_proj = nn.Linear(hidden, channels, bias=False)
        self.up_proj = nn.Linear(hidden, channels, bias=False)
        self.down_proj = nn.Linear(channels, hidden, bias=False)
        self.act_fn = nn.SiLU()

    def forward(self, x):
        return self.down_proj(self.act_fn(self.gate_proj(x)) * self.up_proj(x))


class LinearMLP(nn.Module):
    def __init__(self, hidden):
        super().__init__()
        self.linear_mlp = nn.Linear(hidden, hidden, bias=False)

    def forward(self, hidden_states):
        return self.linear_mlp(hidden_states)


class Layer(nn.Module):
    """Attention and FFN, either of which may be left out, with its norm."""

    def __init__(self, config, index):
        super().__init__()
        layer = config.layer(index)
        hidden = config.hidden_size
        self.index = index
        self.self_attn = self.mlp = None
        if layer.linear_attention:
            self.self_attn = LinearAttention(hidden)
        elif layer.kv_heads is not None:
            self.self_attn = Attention(config, index, layer.kv_heads, layer.window)
        if layer.kv_heads is None:
            self.no_attn = NoAttention(config, index)
        if layer.linear_mlp:
            self.mlp = LinearMLP(hidden)
        elif layer.channels is not None:
            self.mlp = GatedMLP(hidden, layer.channels)
        if self.self_attn is not None:
            self.input_layernorm = RMSNorm(hidden, config.rms_norm_eps)
        if self.mlp is not None:
            self.post_attention_layernorm = RMSNorm(hidden, config.rms_norm_eps)

    def forward(self, hidden_states, cos, sin, padding, past_key_values, **kwargs):
        x = hidden_states
        if self.index == 0 and past_key_values is not None and not isinstance(self.self_attn, Attention):
            # Callers ask the cache of the first layer how many tokens there are.
            counter = x.new_zeros(x.shape[0], 1, x.shape[1], 1)
            past_key_values.update(counter, counter, 0)
        if self.self_attn is not None:
            x = x + self.self_attn(
                self.input_layernorm(x), cos, sin, padding, past_key_values, **kwargs
            )
        if self.mlp is not None:
            x = x + self.mlp(self.post_attention_layernorm(x))
        return x


class Puzzle4jPreTrainedModel(PreTrainedModel):
    config_class = Puzzle4jConfig
    base_model_prefix = "model"
    _no_split_modules = ["Layer"]
    _supports_sdpa = True
    _supports_flash_attn_2 = True
    _supports_flash_attn = True
    _supports_attention_backend = True
    _supports_cache_class = True


class Puzzle4jModel(Puzzle4jPreTrainedModel):
    def __init__(self, config):
        super().__init__(config)
        self.embed_tokens = nn.Embedding(config.vocab_size, config.hidden_size)
        self.layers = nn.ModuleList(Layer(config, i) for i in range(config.num_hidden_layers))
        self.norm = RMSNorm(config.hidden_size, config.rms_norm_eps)
        self.rope = rope_of(config)
        self.post_init()

    def rotation(self, positions, dtype):
        """Cosines and sines in float32; of shape [batch, 1, tokens, head width]."""
        radians, factor = frequencies(self.rope, positions.device)
        angles = positions[:, None, :, None].double() * radians
        angles = torch.cat((angles, angles), dim=-1)
        return (angles.cos() * factor).to(dtype), (angles.sin() * factor).to(dtype)

    def forward(
        self,
        input_ids=None,
        attention_mask=None,
        position_ids=None,
        past_key_values=None,
        inputs_embeds=None,
        use_cache=None,
        return_dict=None,
        **kwargs,
    ):
        x = self.embed_tokens(input_ids) if inputs_embeds is None else inputs_embeds
        if use_cache is None:
            use_cache = getattr(self.config, "use_cache", True)
        if not use_cache:
            past_key_values = None
        elif past_key_values is None:
            past_key_values = DynamicCache()
        if position_ids is None:
            past = 0 if past_key_values is None else past_key_values.get_seq_length()
            position_ids = torch.arange(past, past + x.shape[1], device=x.device)[None]
        cos, sin = self.rotation(position_ids, x.dtype)
        for layer in self.layers:
            x = layer(x, cos, sin, attention_mask, past_key_values, **kwargs)
        x = self.norm(x)
        if return_dict is False:
            return (x, past_key_values)
        return BaseModelOutputWithPast(last_hidden_state=x, past_key_values=past_key_values)


class Puzzle4jForCausalLM(Puzzle4jPreTrainedModel, GenerationMixin):
    _tied_weights_keys = {"lm_head.weight": "model.embed_tokens.weight"}

    def __init__(self, config):
        super().__init__(config)
        self.model = Puzzle4jModel(config)
        self.lm_head = nn.Linear(config.hidden_size, config.vocab_size, bias=False)
        self.post_init()

    def get_input_embeddings(self):
        return self.model.embed_tokens

    def set_input_embeddings(self, embeddings):
        self.model.embed_tokens = embeddings

    def get_output_embeddings(self):
        return self.lm_head

    def set_output_embeddings(self, embeddings):
        self.lm_head = embeddings

    def forward(self, input_ids=None, labels=None, logits_to_keep=0, return_dict=None, **kwargs):
        outputs = self.model(input_ids, **kwargs)
        last = outputs.last_hidden_state
        kept = slice(-logits_to_keep, None) if isinstance(logits_to_keep, int) else logits_to_keep
        logits = self.lm_head(last[:, kept])
        loss = None
        if labels is not None:
            # The target of a position is the label of the next one; -100 is passed over.
            loss = F.cross_entropy(logits[:, :-1].flatten(0, 1).float(), labels[:, 1:].flatten())
        if return_dict is False:
            return (logits,) if loss is None else (loss, logits)
        return CausalLMOutputWithPast(
            loss=loss, logits=logits, past_key_values=outputs.past_key_values
        )


class DeciLMModel(Puzzle4jModel):
    config_class = DeciLMConfig


class DeciLMForCausalLM(Puzzle4jForCausalLM):
    config_class = DeciLMConfig


class AnyModelModel(Puzzle4jModel):
    config_class = AnyModelConfig


class AnyModelForCausalLM(Puzzle4jForCausalLM):
    config_class = AnyModelConfig
