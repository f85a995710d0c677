"""Prints what `puzzle4j bench distill --json` prints, for the same block in PyTorch eager.

Run: python distill_step_eager.py [bfloat16|autocast|float32]
Made with torch 2.13 (CPU). It makes no file: run both on one idle machine, in turns, and compare.

bfloat16 has weights, activations and the moments of AdamW in bfloat16; autocast keeps them in
float32 and multiplies in bfloat16, as puzzle4j does; float32 is all float32. A step is forward,
backward and the fused AdamW; with --clip also clipping to norm 1, which puzzle4j always does.
"""

import json
import statistics
import sys
import time

import torch
import torch.nn.functional as F

HIDDEN, INTERMEDIATE, HEADS, KV_HEADS, SEQUENCE, BATCH = 512, 1376, 8, 4, 256, 8
WIDTH = HIDDEN // HEADS
WARM_UP, STEPS = 3, 30


class Block(torch.nn.Module):
    def __init__(self):
        super().__init__()
        linear = lambda rows, columns: torch.nn.Linear(columns, rows, bias=False)
        self.first, self.second = (torch.nn.RMSNorm(HIDDEN, eps=1e-5) for _ in range(2))
        self.query, self.output = linear(HIDDEN, HIDDEN), linear(HIDDEN, HIDDEN)
        self.key, self.value = (linear(KV_HEADS * WIDTH, HIDDEN) for _ in range(2))
        self.gate, self.up = (linear(INTERMEDIATE, HIDDEN) for _ in range(2))
        self.down = linear(HIDDEN, INTERMEDIATE)
        frequencies = 1 / (10_000 ** (torch.arange(0, WIDTH, 2) / WIDTH))
        angles = torch.outer(torch.arange(SEQUENCE).float(), frequencies).repeat(1, 2)
        self.register_buffer("cos", angles.cos())
        self.register_buffer("sin", angles.sin())

    def rotated(self, x):
        first, second = x.chunk(2, -1)
        turned = torch.cat([-second, first], -1)
        return x * self.cos.to(x.dtype) + turned * self.sin.to(x.dtype)

    def heads(self, projected, count):
        return projected.view(BATCH, SEQUENCE, count, WIDTH).transpose(1, 2)

    def forward(self, x):
        n = self.first(x)
        query = self.rotated(self.heads(self.query(n), HEADS))
        key = self.rotated(self.heads(self.key(n), KV_HEADS))
        value = self.heads(self.value(n), KV_HEADS)
        mixed = F.scaled_dot_product_attention(query, key, value, is_causal=True, enable_gqa=True)
        x = x + self.output(mixed.transpose(1, 2).reshape(BATCH, SEQUENCE, HIDDEN))
        n = self.second(x)
        return x + self.down(F.silu(self.gate(n)) * self.up(n))


def main(kind, clip):
    torch.manual_seed(0)
    stored = torch.bfloat16 if kind == "bfloat16" else torch.float32
    block = Block().to(stored)
    x, target = (torch.randn(BATCH, SEQUENCE, HIDDEN).to(stored) for _ in range(2))
    optimizer = torch.optim.AdamW(block.parameters(), lr=1e-3, fused=True)
    seconds = []
    for step in range(WARM_UP + STEPS):
        begin = time.perf_counter()
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=kind == "autocast"):
            loss = F.mse_loss(block(x), target) / target.square().mean()
        loss.backward()
        if clip:
            torch.nn.utils.clip_grad_norm_(block.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        if step >= WARM_UP:
            seconds.append(time.perf_counter() - begin)
    median = statistics.median(seconds)
    tokens = SEQUENCE * BATCH
    matrices = sum(p.numel() for p in block.parameters() if p.dim() == 2)
    flops = 6 * tokens * matrices + 6 * tokens * SEQUENCE * HIDDEN
    print(json.dumps({"tokens_per_second": tokens / median, "gflops": flops / median / 1e9,
                      "milliseconds": 1e3 * median, "precision": kind, "repetitions": STEPS}))


if __name__ == "__main__":
    words = [word for word in sys.argv[1:] if word != "--clip"]
    main(words[0] if words else "bfloat16", "--clip" in sys.argv)
