class Kernels(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  def embed(self: __torch__.Kernels,
    ids: Tensor,
    table: Tensor) -> Tensor:
    return torch.embedding(table, ids)
  def rotate(self: __torch__.Kernels,
    heads: Tensor,
    cos: Tensor,
    sin: Tensor) -> Tensor:
    c = torch.to(torch.unsqueeze(cos, 1), @DTYPE@)
    s = torch.to(torch.unsqueeze(sin, 1), @DTYPE@)
    half = torch.floordiv(torch.size(heads, 3), 2)
    return torch.addcmul(torch.mul(heads, c), torch.roll(heads, [half], [3]), s)
  def normed(self: __torch__.Kernels,
    x: Tensor,
    norm: Tensor) -> Tensor:
    return torch.to(torch.rms_norm(x, [torch.size(x, 2)], norm, @EPSILON@), @DTYPE@)
  def heads(self: __torch__.Kernels,
    n: Tensor,
    matrix: Tensor,
    bias: Tensor,
    norm: Tensor,
    cos: Tensor) -> Tensor:
    batch, tokens, hidden, = torch.size(n)
    m = torch.to(matrix, @DTYPE@)
    if torch.gt(torch.numel(bias), 0):
      projected = torch.linear(n, m, torch.to(bias, @DTYPE@))
    else:
      projected = torch.linear(n, m)
    heads = torch.view(projected, [batch, tokens, -1, torch.size(cos, 1)])
    if torch.gt(torch.numel(norm), 0):
      exact = torch.rms_norm(torch.to(heads, 6), [torch.size(heads, 3)], norm, @EPSILON@)
      result = torch.to(exact, @DTYPE@)
    else:
      result = heads
    return result
  def spread(self: __torch__.Kernels,
    heads: Tensor,
    wanted: int) -> Tensor:
    batch, tokens, count, width, = torch.size(heads)
    copies = torch.floordiv(wanted, count)
    repeated = torch.expand(torch.unsqueeze(heads, 3), [-1, -1, -1, copies, -1])
    return torch.transpose(torch.reshape(repeated, [batch, tokens, wanted, width]), 1, 2)
  def attention(self: __torch__.Kernels,
    x: Tensor,
    norm: Tensor,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    output: Tensor,
    query_bias: Tensor,
    key_bias: Tensor,
    value_bias: Tensor,
    output_bias: Tensor,
    query_norm: Tensor,
    key_norm: Tensor,
    cos: Tensor,
    sin: Tensor,
    mask: Tensor,
    none: Tensor) -> Tensor:
    n = (self).normed(x, norm, )
    h = (self).rotate((self).heads(n, query, query_bias, query_norm, cos, ), cos, sin, )
    batch, tokens, count, width, = torch.size(h)
    q = torch.transpose(h, 1, 2)
    rotated = (self).rotate((self).heads(n, key, key_bias, key_norm, cos, ), cos, sin, )
    k = (self).spread(rotated, count, )
    v = (self).spread((self).heads(n, value, value_bias, none, cos, ), count, )
    if torch.gt(torch.numel(mask), 0):
      m = torch.to(mask, @DTYPE@)
      mixed = torch.scaled_dot_product_attention(q, k, v, m, 0., False, scale=None, enable_gqa=False)
    else:
      mixed = torch.scaled_dot_product_attention(q, k, v, None, 0., True, scale=None, enable_gqa=False)
    flat = torch.reshape(torch.transpose(mixed, 1, 2), [batch, tokens, -1])
    y = torch.add(x, torch.linear(flat, torch.to(output, @DTYPE@)))
    if torch.gt(torch.numel(output_bias), 0):
      result = torch.add(y, output_bias)
    else:
      result = y
    return result
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
    values: Tensor,
    none: Tensor) -> Tensor:
    batch, tokens, hidden, = torch.size(x)
    n = (self).normed(x, norm, )
    q = torch.transpose((self).rotate((self).heads(n, query, none, none, cos, ), cos, sin, ), 1, 2)
    k = torch.transpose((self).rotate((self).heads(n, key, none, none, cos, ), cos, sin, ), 1, 2)
    torch.copy_(torch.slice(keys, 2, -1), k)
    torch.copy_(torch.slice(values, 2, -1), torch.transpose((self).heads(n, value, none, none, cos, ), 1, 2))
    mixed = torch.scaled_dot_product_attention(q, keys, values, None, 0., False, scale=None, enable_gqa=True)
    flat = torch.reshape(torch.transpose(mixed, 1, 2), [batch, tokens, -1])
    return torch.add(x, torch.linear(flat, torch.to(output, @DTYPE@)))
  def stored(self: __torch__.Kernels,
    x: Tensor) -> Tensor:
    return torch.to(x, @DTYPE@)
  def product(self: __torch__.Kernels,
    x: Tensor,
    matrix: Tensor) -> Tensor:
    return torch.to(torch.select(torch.select(torch.linear(x, matrix), 0, 0), 0, 0), 6)
  def gated(self: __torch__.Kernels,
    x: Tensor,
    norm: Tensor,
    gate: Tensor,
    up: Tensor,
    down: Tensor) -> Tensor:
    n = (self).normed(x, norm, )
    g = torch.silu(torch.linear(n, torch.to(gate, @DTYPE@)))
    h = torch.mul(g, torch.linear(n, torch.to(up, @DTYPE@)))
    return torch.add(x, torch.linear(h, torch.to(down, @DTYPE@)))
  def linear(self: __torch__.Kernels,
    x: Tensor,
    norm: Tensor,
    matrix: Tensor) -> Tensor:
    return torch.add(x, torch.linear((self).normed(x, norm, ), torch.to(matrix, @DTYPE@)))
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
    return torch.to(torch.linear((self).normed(x, norm, ), torch.to(table, @DTYPE@)), 6)
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
    gap = torch.mean(torch.pow(torch.sub(child, teacher), 2))
    return torch.div(gap, torch.mean(torch.pow(teacher, 2)))
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
