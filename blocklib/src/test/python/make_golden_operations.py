"""Writes src/test/resources/golden/operations/operations.safetensors: operands and results of the
operations of a compute engine.

Run from blocklib/: python src/test/python/make_golden_operations.py
Made with torch 2.13 (CPU). Results are computed in float64 from the stored operands and kept as
float32, unless they are indices or truths.
"""

import pathlib

import torch
import torch.nn.functional as F
from safetensors.torch import save_file

TYPES = {"f32": torch.float32, "bf16": torch.bfloat16}
golden = {}
torch.manual_seed(7)


def put(name, value):
    golden[name] = value.detach().contiguous().clone()
    return golden[name]


def random(name, *shape, kind="f32", scale=1.0):
    return put(name, (torch.randn(*shape) * scale).to(TYPES[kind])).double()


def result(name, value):
    put(name, value.float() if value.is_floating_point() else value)


def unary():
    for kind in TYPES:
        x = put(f"unary.{kind}", (torch.rand(5, 7) + 0.25).to(TYPES[kind])).double()
        for name, function in {
            "negate": torch.neg, "absolute": lambda v: v.neg().abs(), "square": torch.square,
            "square_root": torch.sqrt, "reciprocal_square_root": torch.rsqrt,
            "exponential": torch.exp, "logarithm": torch.log, "sigmoid": torch.sigmoid,
            "silu": F.silu,
        }.items():
            result(f"unary.{kind}.{name}", function(x))


def binary():
    for left, right in (("f32", "f32"), ("bf16", "bf16"), ("bf16", "f32")):
        case = f"binary.{left}.{right}"
        a = random(f"{case}.left", 3, 1, 5, kind=left)
        b = random(f"{case}.right", 4, 5, kind=right)
        for name, function in {
            "add": torch.add, "subtract": torch.sub, "multiply": torch.mul, "divide": torch.div,
            "equal": torch.eq, "less": torch.lt, "greater_or_equal": torch.ge,
        }.items():
            result(f"{case}.{name}", function(a, b))
        into = random(f"{case}.into", 3, 4, 5, kind=left)
        result(f"{case}.added", into + 0.75 * b)
    x = random("reduce", 3, 4, 5)
    result("reduce.sum", x.sum((0, 2)))
    result("reduce.mean", x.mean(1, keepdim=True))
    result("reduce.minimum", x.min())
    result("reduce.maximum", x.max())
    result("softmax", x.softmax(-1))
    result("log_softmax", x.log_softmax(-1))
    result("argmax", x.argmax(-1))
    v = random("argsort", 17)
    result("argsort.descending", v.argsort(descending=True))


def indexing():
    for kind in TYPES:
        x = random(f"take.{kind}", 6, 5, kind=kind)
        rows = put("take.rows", torch.tensor([4, 0, 4, 2]))
        result(f"take.{kind}.rows", x[rows])
        columns = put("take.columns", torch.tensor([3, 3, 1]))
        result(f"take.{kind}.columns", x[:, columns])
        parts = random(f"take.{kind}.parts", 4, 5, kind=kind)
        result(f"take.{kind}.added", x.index_add(0, rows, parts))
        parts = random(f"take.{kind}.column_parts", 6, 3, kind=kind)
        result(f"take.{kind}.columns_added", x.index_add(1, columns, parts))
    picked = put("gather.indices", torch.tensor([[4], [0], [2], [2], [1], [3]]))
    result("gather", golden["take.f32"].double().gather(-1, picked))


def products():
    for kind in TYPES:
        a = random(f"product.{kind}.left", 2, 3, 7, 9, kind=kind)
        b = random(f"product.{kind}.right", 3, 9, 5, kind=kind)
        result(f"product.{kind}", a @ b)
        x = random(f"linear.{kind}.x", 2, 7, 9, kind=kind)
        w = random(f"linear.{kind}.matrix", 11, 9, kind=kind)
        result(f"linear.{kind}", F.linear(x, w))
        for into in ("f32", kind):
            c = random(f"add_product.{kind}.{into}.into", 7, 5, kind=into)
            result(f"add_product.{kind}.{into}", c + a[0, 0] @ b[0])


def parts():
    for name, shape in {"tokens": (2, 3, 40), "heads": (2, 3, 4, 8), "wide": (3, 260)}.items():
        x = random(f"norm.{name}.x", *shape).requires_grad_()
        w = random(f"norm.{name}.gain", shape[-1]).requires_grad_()
        g = random(f"norm.{name}.gradient", *shape)
        y = F.rms_norm(x, (shape[-1],), w, 1e-3)
        y.backward(g)
        result(f"norm.{name}", y)
        result(f"norm.{name}.of_x", x.grad)
        result(f"norm.{name}.of_gain", w.grad)
    cos = random("rotate.cos", 5, 8)
    sin = random("rotate.sin", 5, 8)
    for kind in TYPES:
        x = random(f"rotate.{kind}.heads", 2, 5, 3, 8, kind=kind)
        swapped = torch.cat((x[..., 4:], x[..., :4]), -1)
        result(f"rotate.{kind}", x * cos[:, None] + swapped * sin[:, None])
        gate = random(f"swiglu.{kind}.gate", 2, 5, 13, kind=kind).requires_grad_()
        up = random(f"swiglu.{kind}.up", 2, 5, 13, kind=kind).requires_grad_()
        g = random(f"swiglu.{kind}.gradient", 2, 5, 13, kind=kind)
        y = F.silu(gate) * up
        y.backward(g)
        result(f"swiglu.{kind}", y)
        result(f"swiglu.{kind}.of_gate", gate.grad)
        result(f"swiglu.{kind}.of_up", up.grad)


def attention():
    cases = {
        # batch, heads, KV heads, tokens, keys, width, kind of mask
        "plain": (2, 4, 4, 7, 7, 16, None),
        "causal": (2, 4, 4, 7, 7, 16, "causal"),
        "groups": (1, 8, 2, 9, 9, 32, "causal"),
        "one_kv_head": (2, 4, 1, 5, 5, 8, "causal"),
        "window": (2, 4, 2, 9, 9, 16, "window"),
        "odd": (1, 3, 3, 5, 5, 10, "causal"),
        "decoding": (2, 8, 2, 1, 9, 16, None),
        "long": (1, 2, 1, 37, 37, 32, "causal"),
        "long_window": (1, 2, 1, 37, 37, 32, "window"),
    }
    for case, (batch, heads, kv_heads, tokens, keys, width, mask) in cases.items():
        for kind in TYPES:
            name = f"attention.{case}.{kind}"
            q = random(f"{name}.query", batch, heads, tokens, width, kind=kind).requires_grad_()
            k = random(f"{name}.key", batch, kv_heads, keys, width, kind=kind).requires_grad_()
            v = random(f"{name}.value", batch, kv_heads, keys, width, kind=kind).requires_grad_()
            g = random(f"{name}.gradient", batch, heads, tokens, width, kind=kind)
            added = None
            if mask == "window":
                i = torch.arange(tokens)[:, None] - torch.arange(keys)[None]
                added = torch.zeros(tokens, keys)
                added[(i < 0) | (i >= 4)] = -torch.inf
                put(f"{name}.mask", added)
            y = F.scaled_dot_product_attention(
                q, k, v, None if added is None else added.double(),
                is_causal=mask == "causal", enable_gqa=True)
            y.backward(g)
            result(name, y)
            result(f"{name}.of_query", q.grad)
            result(f"{name}.of_key", k.grad)
            result(f"{name}.of_value", v.grad)


def optimizer():
    tensors = [random(f"adamw.{i}", *shape) for i, shape in enumerate(((3, 5), (7,), (2, 1, 33)))]
    gradients = [random(f"adamw.{i}.gradient", *t.shape) for i, t in enumerate(tensors)]
    result("adamw.norm", torch.cat([g.flatten() for g in gradients]).norm())
    parameters = [t.clone().requires_grad_() for t in tensors]
    steps = torch.optim.AdamW(parameters, lr=0.02, betas=(0.9, 0.95), eps=1e-8, weight_decay=0.1)
    for step in range(3):
        for parameter, gradient in zip(parameters, gradients):
            parameter.grad = gradient * (1.0, -0.5, 2.0)[step]
        steps.step()
    for i, parameter in enumerate(parameters):
        result(f"adamw.{i}.after", parameter)


def solving():
    a = torch.randn(12, 9)
    matrix = put("solve.matrix", a.T @ a + torch.eye(9)).double()
    right = random("solve.right", 9, 4)
    result("solve", torch.linalg.solve(matrix, right))
    result("solve.ridge", torch.linalg.solve(matrix + 3 * torch.eye(9), right))


for part in (unary, binary, indexing, products, parts, attention, optimizer, solving):
    part()
path = pathlib.Path("src/test/resources/golden/operations/operations.safetensors")
path.parent.mkdir(parents=True, exist_ok=True)
save_file(golden, path)
