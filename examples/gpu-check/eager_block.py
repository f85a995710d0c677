"""Times the training of one Llama block in PyTorch eager, as `puzzle4j bench distill` does.

The same shapes, numbers of the same kind and the same precision: masters, norms, residuals and the
loss are float32, matrix products float32 or bfloat16. A step is forward, loss, backward, clipping
to norm 1 and fused AdamW. Prints one JSON object.
"""

import argparse
import json
import statistics
import time

import torch
import torch.nn.functional as F

THETA = 10_000
EPSILON = 1e-5


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--hidden", type=int, default=512)
    parser.add_argument("--intermediate", type=int, default=1376)
    parser.add_argument("--heads", type=int, default=8)
    parser.add_argument("--kv-heads", type=int, default=4)
    parser.add_argument("--seq", type=int, default=256)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--repetitions", type=int, default=30)
    parser.add_argument("--precision", choices=["float32", "bfloat16"], default="float32")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--threads", type=int, default=0)
    return parser.parse_args()


class Block(torch.nn.Module):
    def __init__(self, options):
        super().__init__()
        hidden, wide = options.hidden, options.intermediate
        self.width = hidden // options.heads
        self.product = getattr(torch, options.precision)
        kv = options.kv_heads * self.width

        def matrix(rows, columns):
            return torch.nn.Parameter(torch.randn(rows, columns) / columns**0.5)

        self.attention_norm = torch.nn.Parameter(torch.ones(hidden))
        self.query, self.key, self.value = matrix(hidden, hidden), matrix(kv, hidden), matrix(kv, hidden)
        self.output = matrix(hidden, hidden)
        self.ffn_norm = torch.nn.Parameter(torch.ones(hidden))
        self.gate, self.up, self.down = matrix(wide, hidden), matrix(wide, hidden), matrix(hidden, wide)
        frequencies = THETA ** (-torch.arange(0, self.width, 2).float() / self.width)
        angles = torch.outer(torch.arange(options.seq).float(), frequencies)
        angles = torch.cat([angles, angles], -1)[:, None, :]
        sign = torch.cat([-torch.ones(self.width // 2), torch.ones(self.width // 2)])
        self.register_buffer("cos", angles.cos().to(self.product))
        self.register_buffer("sin", (angles.sin() * sign).to(self.product))

    def linear(self, x, weight):
        return F.linear(x, weight.to(self.product))

    def heads(self, x, weight):
        return self.linear(x, weight).unflatten(-1, (-1, self.width))

    def rotated(self, heads):
        return torch.addcmul(heads * self.cos, heads.roll(self.width // 2, -1), self.sin)

    def normed(self, x, gain):
        return F.rms_norm(x, x.shape[-1:], gain, EPSILON).to(self.product)

    def forward(self, x):
        n = self.normed(x, self.attention_norm)
        query = self.rotated(self.heads(n, self.query)).transpose(1, 2)
        key = self.rotated(self.heads(n, self.key)).transpose(1, 2)
        value = self.heads(n, self.value).transpose(1, 2)
        mixed = F.scaled_dot_product_attention(query, key, value, is_causal=True, enable_gqa=True)
        x = x + self.linear(mixed.transpose(1, 2).flatten(2), self.output)
        n = self.normed(x, self.ffn_norm)
        return x + self.linear(F.silu(self.linear(n, self.gate)) * self.linear(n, self.up), self.down)


def main():
    options = arguments()
    if options.threads:
        torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    device = torch.device(options.device)
    block = Block(options).to(device)
    shape = (options.batch, options.seq, options.hidden)
    x, target = torch.randn(shape).to(device), torch.randn(shape).to(device)
    optimizer = torch.optim.AdamW(
        block.parameters(), lr=1e-3, betas=(0.9, 0.95), weight_decay=0.1, fused=True)

    def step():
        loss = (block(x) - target).pow(2).mean() / target.pow(2).mean()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(block.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        return loss.item()

    for _ in range(3):
        step()
    seconds = []
    for _ in range(options.repetitions):
        begin = time.perf_counter()
        step()
        if device.type == "cuda":
            torch.cuda.synchronize()
        seconds.append(time.perf_counter() - begin)
    median = statistics.median(seconds)
    print(json.dumps({
        "tokens_per_second": options.batch * options.seq / median,
        "milliseconds": 1e3 * median,
        "precision": options.precision,
        "device": torch.cuda.get_device_name(device) if device.type == "cuda" else "cpu",
        "repetitions": options.repetitions,
        "torch": torch.__version__,
        "peak_bytes": torch.cuda.max_memory_allocated() if device.type == "cuda" else None,
    }))


if __name__ == "__main__":
    main()
