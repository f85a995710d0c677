class Kernels(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  def embed(self: __torch__.Kernels,
    ids: Tensor,
    table: Tensor) -> Tensor:
    return torch.embedding(table, ids)
  def rotate(self: __torch__.Kernels,
    x: Tensor,
    cos: Tensor,
    sin: Tensor) -> Tensor:
    half = torch.floordiv(torch.size(x, 3), 2)
    first = torch.slice(x, 3, 0, half)
    second = torch.slice(x, 3, half)
    turned = torch.cat([torch.neg(second), first], 3)
    return torch.add(torch.mul(x, cos), torch.mul(turned, sin))
  def split(self: __torch__.Kernels,
    projected: Tensor,
    cos: Tensor) -> Tensor:
    batch, tokens, all, = torch.size(projected)
    return torch.view(projected, [batch, tokens, -1, torch.size(cos, 1)])
  def head_norm(self: __torch__.Kernels,
    heads: Tensor,
    weight: Tensor) -> Tensor:
    exact = torch.rms_norm(torch.to(heads, 6), [torch.size(heads, 3)], weight, @EPSILON@)
    return torch.to(exact, @DTYPE@)
  def turned(self: __torch__.Kernels,
    heads: Tensor,
    cos: Tensor,
    sin: Tensor) -> Tensor:
    return (self).rotate(torch.transpose(heads, 1, 2), torch.to(cos, @DTYPE@), torch.to(sin, @DTYPE@), )
  def projected_back(self: __torch__.Kernels,
    x: Tensor,
    mixed: Tensor,
    output: Tensor) -> Tensor:
    batch, tokens, hidden, = torch.size(x)
    flat = torch.reshape(torch.transpose(mixed, 1, 2), [batch, tokens, -1])
    return torch.add(x, torch.to(torch.linear(flat, torch.to(output, @DTYPE@)), 6))
  def attention(self: __torch__.Kernels,
    x: Tensor,
    norm: Tensor,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    output: Tensor,
    cos: Tensor,
    sin: Tensor) -> Tensor:
    n = torch.to(torch.rms_norm(x, [torch.size(x, 2)], norm, @EPSILON@), @DTYPE@)
    q0 = (self).split(torch.linear(n, torch.to(query, @DTYPE@)), cos, )
    k0 = (self).split(torch.linear(n, torch.to(key, @DTYPE@)), cos, )
    v0 = (self).split(torch.linear(n, torch.to(value, @DTYPE@)), cos, )
    q = (self).turned(q0, cos, sin, )
    k = (self).turned(k0, cos, sin, )
    v = torch.transpose(v0, 1, 2)
    mixed = torch.scaled_dot_product_attention(q, k, v, None, 0., True, scale=None, enable_gqa=True)
    return (self).projected_back(x, mixed, output, )
  def biased_attention(self: __torch__.Kernels,
    x: Tensor,
    norm: Tensor,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    output: Tensor,
    query_bias: Tensor,
    key_bias: Tensor,
    value_bias: Tensor,
    cos: Tensor,
    sin: Tensor) -> Tensor:
    n = torch.to(torch.rms_norm(x, [torch.size(x, 2)], norm, @EPSILON@), @DTYPE@)
    q0 = (self).split(torch.linear(n, torch.to(query, @DTYPE@), torch.to(query_bias, @DTYPE@)), cos, )
    k0 = (self).split(torch.linear(n, torch.to(key, @DTYPE@), torch.to(key_bias, @DTYPE@)), cos, )
    v0 = (self).split(torch.linear(n, torch.to(value, @DTYPE@), torch.to(value_bias, @DTYPE@)), cos, )
    q = (self).turned(q0, cos, sin, )
    k = (self).turned(k0, cos, sin, )
    v = torch.transpose(v0, 1, 2)
    mixed = torch.scaled_dot_product_attention(q, k, v, None, 0., True, scale=None, enable_gqa=True)
    return (self).projected_back(x, mixed, output, )
  def attention_with_head_norms(self: __torch__.Kernels,
    x: Tensor,
    norm: Tensor,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    output: Tensor,
    query_norm: Tensor,
    key_norm: Tensor,
    cos: Tensor,
    sin: Tensor) -> Tensor:
    n = torch.to(torch.rms_norm(x, [torch.size(x, 2)], norm, @EPSILON@), @DTYPE@)
    q0 = (self).head_norm((self).split(torch.linear(n, torch.to(query, @DTYPE@)), cos, ), query_norm, )
    k0 = (self).head_norm((self).split(torch.linear(n, torch.to(key, @DTYPE@)), cos, ), key_norm, )
    v0 = (self).split(torch.linear(n, torch.to(value, @DTYPE@)), cos, )
    q = (self).turned(q0, cos, sin, )
    k = (self).turned(k0, cos, sin, )
    v = torch.transpose(v0, 1, 2)
    mixed = torch.scaled_dot_product_attention(q, k, v, None, 0., True, scale=None, enable_gqa=True)
    return (self).projected_back(x, mixed, output, )
  def biased_attention_with_head_norms(self: __torch__.Kernels,
    x: Tensor,
    norm: Tensor,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    output: Tensor,
    query_bias: Tensor,
    key_bias: Tensor,
    value_bias: Tensor,
    query_norm: Tensor,
    key_norm: Tensor,
    cos: Tensor,
    sin: Tensor) -> Tensor:
    n = torch.to(torch.rms_norm(x, [torch.size(x, 2)], norm, @EPSILON@), @DTYPE@)
    q0 = (self).head_norm((self).split(torch.linear(n, torch.to(query, @DTYPE@), torch.to(query_bias, @DTYPE@)), cos, ), query_norm, )
    k0 = (self).head_norm((self).split(torch.linear(n, torch.to(key, @DTYPE@), torch.to(key_bias, @DTYPE@)), cos, ), key_norm, )
    v0 = (self).split(torch.linear(n, torch.to(value, @DTYPE@), torch.to(value_bias, @DTYPE@)), cos, )
    q = (self).turned(q0, cos, sin, )
    k = (self).turned(k0, cos, sin, )
    v = torch.transpose(v0, 1, 2)
    mixed = torch.scaled_dot_product_attention(q, k, v, None, 0., True, scale=None, enable_gqa=True)
    return (self).projected_back(x, mixed, output, )
  def windowed_attention(self: __torch__.Kernels,
    x: Tensor,
    norm: Tensor,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    output: Tensor,
    cos: Tensor,
    sin: Tensor,
    mask: Tensor) -> Tensor:
    n = torch.to(torch.rms_norm(x, [torch.size(x, 2)], norm, @EPSILON@), @DTYPE@)
    q0 = (self).split(torch.linear(n, torch.to(query, @DTYPE@)), cos, )
    k0 = (self).split(torch.linear(n, torch.to(key, @DTYPE@)), cos, )
    v0 = (self).split(torch.linear(n, torch.to(value, @DTYPE@)), cos, )
    q = (self).turned(q0, cos, sin, )
    k = (self).turned(k0, cos, sin, )
    v = torch.transpose(v0, 1, 2)
    mixed = torch.scaled_dot_product_attention(q, k, v, torch.to(mask, @DTYPE@), 0., False, scale=None, enable_gqa=True)
    return (self).projected_back(x, mixed, output, )
  def windowed_biased_attention(self: __torch__.Kernels,
    x: Tensor,
    norm: Tensor,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    output: Tensor,
    query_bias: Tensor,
    key_bias: Tensor,
    value_bias: Tensor,
    cos: Tensor,
    sin: Tensor,
    mask: Tensor) -> Tensor:
    n = torch.to(torch.rms_norm(x, [torch.size(x, 2)], norm, @EPSILON@), @DTYPE@)
    q0 = (self).split(torch.linear(n, torch.to(query, @DTYPE@), torch.to(query_bias, @DTYPE@)), cos, )
    k0 = (self).split(torch.linear(n, torch.to(key, @DTYPE@), torch.to(key_bias, @DTYPE@)), cos, )
    v0 = (self).split(torch.linear(n, torch.to(value, @DTYPE@), torch.to(value_bias, @DTYPE@)), cos, )
    q = (self).turned(q0, cos, sin, )
    k = (self).turned(k0, cos, sin, )
    v = torch.transpose(v0, 1, 2)
    mixed = torch.scaled_dot_product_attention(q, k, v, torch.to(mask, @DTYPE@), 0., False, scale=None, enable_gqa=True)
    return (self).projected_back(x, mixed, output, )
  def windowed_attention_with_head_norms(self: __torch__.Kernels,
    x: Tensor,
    norm: Tensor,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    output: Tensor,
    query_norm: Tensor,
    key_norm: Tensor,
    cos: Tensor,
    sin: Tensor,
    mask: Tensor) -> Tensor:
    n = torch.to(torch.rms_norm(x, [torch.size(x, 2)], norm, @EPSILON@), @DTYPE@)
    q0 = (self).head_norm((self).split(torch.linear(n, torch.to(query, @DTYPE@)), cos, ), query_norm, )
    k0 = (self).head_norm((self).split(torch.linear(n, torch.to(key, @DTYPE@)), cos, ), key_norm, )
    v0 = (self).split(torch.linear(n, torch.to(value, @DTYPE@)), cos, )
    q = (self).turned(q0, cos, sin, )
    k = (self).turned(k0, cos, sin, )
    v = torch.transpose(v0, 1, 2)
    mixed = torch.scaled_dot_product_attention(q, k, v, torch.to(mask, @DTYPE@), 0., False, scale=None, enable_gqa=True)
    return (self).projected_back(x, mixed, output, )
  def windowed_biased_attention_with_head_norms(self: __torch__.Kernels,
    x: Tensor,
    norm: Tensor,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    output: Tensor,
    query_bias: Tensor,
    key_bias: Tensor,
    value_bias: Tensor,
    query_norm: Tensor,
    key_norm: Tensor,
    cos: Tensor,
    sin: Tensor,
    mask: Tensor) -> Tensor:
    n = torch.to(torch.rms_norm(x, [torch.size(x, 2)], norm, @EPSILON@), @DTYPE@)
    q0 = (self).head_norm((self).split(torch.linear(n, torch.to(query, @DTYPE@), torch.to(query_bias, @DTYPE@)), cos, ), query_norm, )
    k0 = (self).head_norm((self).split(torch.linear(n, torch.to(key, @DTYPE@), torch.to(key_bias, @DTYPE@)), cos, ), key_norm, )
    v0 = (self).split(torch.linear(n, torch.to(value, @DTYPE@), torch.to(value_bias, @DTYPE@)), cos, )
    q = (self).turned(q0, cos, sin, )
    k = (self).turned(k0, cos, sin, )
    v = torch.transpose(v0, 1, 2)
    mixed = torch.scaled_dot_product_attention(q, k, v, torch.to(mask, @DTYPE@), 0., False, scale=None, enable_gqa=True)
    return (self).projected_back(x, mixed, output, )
  def attention_step(self: __torch__.Kernels,
    x: Tensor,
    norm: Tensor,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    output: Tensor,
    cos: Tensor,
    sin: Tensor,
    keys: Tensor,
    values: Tensor) -> Tensor:
    batch, tokens, hidden, = torch.size(x)
    width = torch.size(cos, 1)
    n = torch.to(torch.rms_norm(x, [hidden], norm, @EPSILON@), @DTYPE@)
    q0 = torch.view(torch.linear(n, torch.to(query, @DTYPE@)), [batch, tokens, -1, width])
    k0 = torch.view(torch.linear(n, torch.to(key, @DTYPE@)), [batch, tokens, -1, width])
    v0 = torch.view(torch.linear(n, torch.to(value, @DTYPE@)), [batch, tokens, -1, width])
    c = torch.to(cos, @DTYPE@)
    s = torch.to(sin, @DTYPE@)
    q = (self).rotate(torch.transpose(q0, 1, 2), c, s, )
    k = (self).rotate(torch.transpose(k0, 1, 2), c, s, )
    torch.copy_(torch.slice(keys, 2, -1), k)
    torch.copy_(torch.slice(values, 2, -1), torch.transpose(v0, 1, 2))
    mixed = torch.scaled_dot_product_attention(q, keys, values, None, 0., False, scale=None, enable_gqa=True)
    flat = torch.reshape(torch.transpose(mixed, 1, 2), [batch, tokens, -1])
    return torch.add(x, torch.to(torch.linear(flat, torch.to(output, @DTYPE@)), 6))
  def stored(self: __torch__.Kernels,
    x: Tensor) -> Tensor:
    return torch.to(x, @DTYPE@)
  def gated(self: __torch__.Kernels,
    x: Tensor,
    norm: Tensor,
    gate: Tensor,
    up: Tensor,
    down: Tensor) -> Tensor:
    n = torch.to(torch.rms_norm(x, [torch.size(x, 2)], norm, @EPSILON@), @DTYPE@)
    g = torch.silu(torch.linear(n, torch.to(gate, @DTYPE@)))
    h = torch.mul(g, torch.linear(n, torch.to(up, @DTYPE@)))
    return torch.add(x, torch.to(torch.linear(h, torch.to(down, @DTYPE@)), 6))
  def linear(self: __torch__.Kernels,
    x: Tensor,
    norm: Tensor,
    matrix: Tensor) -> Tensor:
    n = torch.to(torch.rms_norm(x, [torch.size(x, 2)], norm, @EPSILON@), @DTYPE@)
    return torch.add(x, torch.to(torch.linear(n, torch.to(matrix, @DTYPE@)), 6))
  def channel_contribution(self: __torch__.Kernels,
    x: Tensor,
    norm: Tensor,
    gate: Tensor,
    up: Tensor,
    down: Tensor) -> Tensor:
    n = torch.rms_norm(x, [torch.size(x, 2)], norm, @EPSILON@)
    h = torch.mul(torch.silu(torch.linear(n, gate)), torch.linear(n, up))
    spread = torch.sqrt(torch.sum(torch.mul(down, down), [0]))
    return torch.mul(torch.sum(torch.abs(h), [0, 1]), spread)
  def head(self: __torch__.Kernels,
    x: Tensor,
    norm: Tensor,
    table: Tensor) -> Tensor:
    n = torch.to(torch.rms_norm(x, [torch.size(x, 2)], norm, @EPSILON@), @DTYPE@)
    return torch.to(torch.linear(n, torch.to(table, @DTYPE@)), 6)
  def token_loss(self: __torch__.Kernels,
    logits: Tensor,
    targets: Tensor,
    weights: Tensor) -> Tensor:
    losses = torch.cross_entropy_loss(torch.flatten(logits, 0, 1), torch.flatten(targets), None, 0, -100, 0.)
    w = torch.flatten(weights)
    return torch.div(torch.sum(torch.mul(losses, w)), torch.sum(w))
  def block_loss(self: __torch__.Kernels,
    child: Tensor,
    teacher: Tensor) -> Tensor:
    gap = torch.sub(child, teacher)
    return torch.div(torch.mean(torch.mul(gap, gap)), torch.mean(torch.mul(teacher, teacher)))
  def distillation_loss(self: __torch__.Kernels,
    logits: Tensor,
    teacher_logits: Tensor) -> Tensor:
    student = torch.log_softmax(logits, -1)
    teacher = torch.log_softmax(teacher_logits, -1)
    return torch.mean(torch.sum(torch.mul(torch.exp(teacher), torch.sub(teacher, student)), [-1]))
  def cosine_loss(self: __torch__.Kernels,
    child: Tensor,
    teacher: Tensor) -> Tensor:
    return torch.mean(torch.rsub(torch.cosine_similarity(child, teacher, -1, 9.9999999999999995e-09), 1.))
  def token_metrics(self: __torch__.Kernels,
    logits: Tensor,
    teacher_logits: Tensor,
    targets: Tensor) -> Tensor:
    student = torch.log_softmax(logits, -1)
    teacher = torch.log_softmax(teacher_logits, -1)
    divergence = torch.sum(torch.mul(torch.exp(teacher), torch.sub(teacher, student)), [-1])
    wanted = torch.unsqueeze(targets, -1)
    chosen = torch.gather(student, -1, wanted)
    tokens = torch.size(logits, 2)
    value = torch.gather(logits, -1, wanted)
    index = torch.arange(tokens, dtype=None, layout=None, device=ops.prim.device(logits))
    ties = torch.__and__(torch.eq(logits, value), torch.ge(index, wanted))
    behind = torch.__or__(torch.lt(logits, value), ties)
    rank = torch.rsub(torch.sum(torch.to(behind, 6), [-1]), tokens)
    return torch.stack([divergence, torch.neg(torch.squeeze(chosen, -1)), rank])
  def reference(self: __torch__.Kernels,
    logits: Tensor) -> Tensor:
    log_probabilities = torch.log_softmax(logits, -1)
    probabilities = torch.exp(log_probabilities)
    surprise = torch.sum(torch.mul(probabilities, log_probabilities), [-1], True)
    return torch.cat([probabilities, surprise], -1)
  def divergence(self: __torch__.Kernels,
    logits: Tensor,
    reference: Tensor,
    targets: Tensor) -> Tensor:
    vocabulary = torch.size(logits, 2)
    student = torch.log_softmax(logits, -1)
    agreement = torch.sum(torch.mul(torch.slice(reference, 2, 0, vocabulary), student), [-1])
    chosen = torch.squeeze(torch.gather(student, -1, torch.unsqueeze(targets, -1)), -1)
    return torch.stack([torch.sub(torch.select(reference, 2, vocabulary), agreement), torch.neg(chosen)])
  def clip(self: __torch__.Kernels,
    gradients: List[Tensor],
    largest: float) -> Tensor:
    total = torch.linalg_vector_norm(torch.stack(torch._foreach_norm(gradients, 2)))
    factor = torch.clamp(torch.div(torch.full_like(total, largest), torch.add(total, 9.9999999999999995e-07)), None, 1.)
    torch._foreach_mul_(gradients, factor)
    return total
  def adamw(self: __torch__.Kernels,
    parameters: List[Tensor],
    gradients: List[Tensor],
    means: List[Tensor],
    squares: List[Tensor],
    steps: List[Tensor],
    rate: float,
    decay: float) -> Tensor:
    torch._foreach_add_(steps, 1)
    torch._fused_adamw_(parameters, gradients, means, squares, annotate(List[Tensor], []), steps, lr=rate, beta1=0.90000000000000002, beta2=0.94999999999999996, weight_decay=decay, eps=1e-08, amsgrad=False, maximize=False)
    torch._foreach_zero_(gradients)
    return steps[0]
