"""Times layers of Llama-3.1-8B and variants of them on a GPU; see docs/measured-layers.md.

Usage: python3 measure_layers.py OUT.json        (PyTorch 2.11, one H100 or H200, about a minute)

Each figure is the median time of a CUDA graph over several layers with weights of their own, divided by their
number. Elementwise work is fused by torch.compile; attention is the faster of PyTorch's flash and cuDNN kernels.
bf16, random weights. decode: one new token for each of `batch` requests with `tokens` cached; prefill: `batch`
prompts of `tokens` tokens.
"""

import json
import sys

import torch
import torch.nn.functional as F
from torch.nn.attention import SDPBackend, sdpa_kernel

HIDDEN, WIDTH, HEADS = 4096, 128, 32
BACKENDS = [SDPBackend.FLASH_ATTENTION, SDPBackend.CUDNN_ATTENTION]
VARIANTS = [(8, 14336), (4, 14336), (2, 14336), (1, 14336), (0, 14336),
            (8, 7168), (8, 3584), (8, 0), (2, 7168), (0, 7168)]  # KV heads, FFN channels; 0: none
torch.set_grad_enabled(False)
torch._dynamo.config.cache_size_limit = 512
torch._dynamo.config.recompile_limit = 512


def random(*shape):
    return torch.randn(*shape, device="cuda", dtype=torch.bfloat16) * 0.02


def median_ms(work, repetitions):
    times = []
    for repetition in range(-3, repetitions):
        start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        start.record()
        work()
        end.record()
        end.synchronize()
        if repetition >= 0:
            times.append(start.elapsed_time(end))
    return sorted(times)[len(times) // 2]


def graph(work):
    stream = torch.cuda.Stream()
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):
        for _ in range(3):
            work()
    torch.cuda.current_stream().wait_stream(stream)
    torch.cuda.synchronize()
    captured = torch.cuda.CUDAGraph()
    with torch.cuda.graph(captured):
        work()
    return captured.replay


def norm(x, weight):
    return F.rms_norm(x, (HIDDEN,), weight, 1e-5)


@torch.compile(dynamic=False)
def before(x, weight, qkv, cos, sin, kv):
    batch, tokens, _ = x.shape
    heads = F.linear(norm(x, weight), qkv).view(batch, tokens, HEADS + 2 * kv, WIDTH)
    a, b = heads[:, :, :HEADS + kv].chunk(2, -1)
    rotated = torch.cat([a * cos - b * sin, b * cos + a * sin], -1)
    return rotated[:, :, :HEADS], rotated[:, :, HEADS:], heads[:, :, HEADS + kv:]


@torch.compile(dynamic=False)
def after(x, mixed, output):
    return x + F.linear(mixed, output)


@torch.compile(dynamic=False)
def ffn(x, weight, gate_up, down):
    gate, up = F.linear(norm(x, weight), gate_up).chunk(2, -1)
    return x + F.linear(F.silu(gate) * up, down)


def weights(kv, channels):
    one = torch.ones(HIDDEN, device="cuda", dtype=torch.bfloat16)
    attention = (one, random((HEADS + 2 * kv) * WIDTH, HIDDEN), random(HIDDEN, HEADS * WIDTH)) if kv else None
    return attention, (one, random(2 * channels, HIDDEN), random(HIDDEN, channels)) if channels else None


def layer(x, parts, kv, cache, backend, cos, sin):
    batch, tokens, _ = x.shape
    attention, feed_forward = parts
    if attention:
        query, key, value = (t.transpose(1, 2) for t in before(x, *attention[:2], cos, sin, kv))
        if cache:
            cache[0][:, :, -1:], cache[1][:, :, -1:] = key, value
            key, value = cache
        with sdpa_kernel(backend):
            mixed = F.scaled_dot_product_attention(query, key, value, is_causal=not cache, enable_gqa=True)
        x = after(x, mixed.transpose(1, 2).reshape(batch, tokens, HEADS * WIDTH), attention[2])
    return ffn(x, *feed_forward) if feed_forward else x


def milliseconds(kv, channels, batch, tokens, cached, layers):
    parts = [weights(kv, channels) for _ in range(layers)]
    caches = [[random(batch, kv, cached, WIDTH) for _ in range(2)] if cached and kv else None for _ in parts]
    start = random(batch, tokens, HIDDEN)
    cos, sin = (random(1, tokens, 1, WIDTH // 2) for _ in range(2))

    def work(backend):
        x = start
        for one, cache in zip(parts, caches):
            x = layer(x, one, kv, cache, backend, cos, sin)

    return min(median_ms(graph(lambda: work(backend)), 15) / layers for backend in BACKENDS)


def rows(shapes, decode):
    for batch, tokens in shapes:
        for kv, channels in VARIANTS:
            ms = milliseconds(kv, channels, batch, *((1, tokens, 8) if decode else (tokens, 0, 4)))
            yield {"kv_heads": kv, "channels": channels, "batch": batch, "tokens": tokens, "ms": round(ms, 5)}
        torch.cuda.empty_cache()


json.dump(
    {"gpu": torch.cuda.get_device_name(0),
     "torch": torch.__version__,
     "decode": list(rows([(64, 1024), (16, 1024), (256, 1024), (64, 4096), (1, 1024)], True)),
     "prefill": list(rows([(8, 1024), (2, 4096)], False))},
    open(sys.argv[1], "w"), indent=1)
