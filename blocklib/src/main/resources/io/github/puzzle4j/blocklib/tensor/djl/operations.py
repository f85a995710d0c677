class Operations(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  def to_bfloat16(self: __torch__.Operations,
    x: Tensor) -> Tensor:
    return torch.to(x, 15)
  def bytes_to_bfloat16(self: __torch__.Operations,
    x: Tensor) -> Tensor:
    return torch.view_copy(x, dtype=15)
  def bfloat16_to_bytes(self: __torch__.Operations,
    x: Tensor) -> Tensor:
    return torch.view_copy(torch.flatten(x), dtype=0)
  def take_0(self: __torch__.Operations,
    x: Tensor,
    indices: Tensor) -> Tensor:
    return torch.index_select(x, 0, indices)
  def take_1(self: __torch__.Operations,
    x: Tensor,
    indices: Tensor) -> Tensor:
    return torch.index_select(x, 1, indices)
  def add_taken_0(self: __torch__.Operations,
    into: Tensor,
    indices: Tensor,
    parts: Tensor) -> Tensor:
    return torch.index_add_(into, 0, indices, parts)
  def add_taken_1(self: __torch__.Operations,
    into: Tensor,
    indices: Tensor,
    parts: Tensor) -> Tensor:
    return torch.index_add_(into, 1, indices, parts)
  def assign(self: __torch__.Operations,
    into: Tensor,
    x: Tensor) -> Tensor:
    return torch.copy_(into, x)
  def reciprocal_square_root(self: __torch__.Operations,
    x: Tensor) -> Tensor:
    return torch.rsqrt(x)
  def silu(self: __torch__.Operations,
    x: Tensor) -> Tensor:
    return torch.silu(x)
  def linear(self: __torch__.Operations,
    x: Tensor,
    matrix: Tensor) -> Tensor:
    return torch.linear(x, matrix)
  def add_product(self: __torch__.Operations,
    into: Tensor,
    left: Tensor,
    right: Tensor) -> Tensor:
    if torch.is_contiguous(into):
      rows = torch.view(into, [torch.size(left, 0), torch.size(right, 1)])
      sum = torch.addmm_(rows, left, right)
    else:
      sum = (self).add_rounded_product(into, left, right, )
    return sum
  def add_rounded_product(self: __torch__.Operations,
    into: Tensor,
    left: Tensor,
    right: Tensor) -> Tensor:
    return torch.add_(into, torch.reshape(torch.mm(left, right), torch.size(into)))
  def solve(self: __torch__.Operations,
    matrix: Tensor,
    right: Tensor,
    ridge: Tensor) -> Tensor:
    exact = torch.to(matrix, 7)
    _0 = torch.add_(torch.diagonal(exact), ridge)
    root, _1 = torch.linalg_cholesky_ex(exact)
    return torch.to(torch.cholesky_solve(torch.to(right, 7), root), 6)
  def rms_norm(self: __torch__.Operations,
    x: Tensor,
    gain: Tensor,
    epsilon: Tensor) -> Tensor:
    scale = torch.rsqrt(torch.add(torch.mean(torch.mul(x, x), [-1], True), epsilon))
    return torch.mul_(torch.mul(x, scale), gain)
  def rms_norm_backward(self: __torch__.Operations,
    gradient: Tensor,
    x: Tensor,
    gain: Tensor,
    epsilon: Tensor) -> Tuple[Tensor, Tensor]:
    scale = torch.rsqrt(torch.add(torch.mean(torch.mul(x, x), [-1], True), epsilon))
    normed = torch.mul(x, scale)
    g = torch.mul(gradient, normed)
    of_gain = torch.sum(torch.reshape(g, [-1, torch.size(gain, 0)]), [0])
    inner = torch.mean(torch.mul_(g, gain), [-1], True)
    of_x = torch.mul_(torch.sub_(torch.mul(gradient, gain), torch.mul_(normed, inner)), scale)
    return (of_x, of_gain)
  def rotate(self: __torch__.Operations,
    heads: Tensor,
    cos: Tensor,
    sin: Tensor) -> Tensor:
    c = torch.to(torch.unsqueeze(cos, 1), ops.prim.dtype(heads))
    s = torch.to(torch.unsqueeze(sin, 1), ops.prim.dtype(heads))
    half = torch.floordiv(torch.size(heads, 3), 2)
    return torch.addcmul(torch.mul(heads, c), torch.roll(heads, [half], [3]), s)
  def swiglu(self: __torch__.Operations,
    gate: Tensor,
    up: Tensor) -> Tensor:
    return torch.mul_(torch.silu(gate), up)
  def swiglu_backward(self: __torch__.Operations,
    gradient: Tensor,
    gate: Tensor,
    up: Tensor) -> Tuple[Tensor, Tensor]:
    of_gate = torch.silu_backward(torch.mul(gradient, up), gate)
    of_up = torch.mul_(torch.silu(gate), gradient)
    return (of_gate, of_up)
  def spread(self: __torch__.Operations,
    heads: Tensor,
    query: Tensor) -> Tensor:
    batch, count, tokens, width, = torch.size(heads)
    copies = torch.floordiv(torch.size(query, 1), count)
    repeated = torch.expand(torch.unsqueeze(heads, 2), [-1, -1, copies, -1, -1])
    return torch.reshape(repeated, [batch, torch.size(query, 1), tokens, width])
  def gathered(self: __torch__.Operations,
    gradient: Tensor,
    heads: Tensor) -> Tensor:
    batch, count, tokens, width, = torch.size(heads)
    return torch.sum(torch.reshape(gradient, [batch, count, -1, tokens, width]), [2])
  def dense(self: __torch__.Operations,
    x: Tensor) -> Tensor:
    if torch.eq(torch.stride(x, 3), 1):
      result = x
    else:
      result = torch.contiguous(x)
    return result
  def wide(self: __torch__.Operations,
    x: Tensor) -> Tensor:
    if torch.eq(ops.prim.dtype(x), 7):
      result = (self).dense(x, )
    else:
      result = torch.to((self).dense(x, ), 6)
    return result
  def causal_attention(self: __torch__.Operations,
    query: Tensor,
    key: Tensor,
    value: Tensor) -> Tuple[Tensor, Tensor]:
    output, sums, = torch._scaled_dot_product_flash_attention_for_cpu((self).dense(query, ), (self).dense(key, ), (self).dense(value, ), 0., True, attn_mask=None, scale=None)
    return (output, sums)
  def open_attention(self: __torch__.Operations,
    query: Tensor,
    key: Tensor,
    value: Tensor) -> Tuple[Tensor, Tensor]:
    output, sums, = torch._scaled_dot_product_flash_attention_for_cpu((self).dense(query, ), (self).dense(key, ), (self).dense(value, ), 0., False, attn_mask=None, scale=None)
    return (output, sums)
  def masked_attention(self: __torch__.Operations,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    mask: Tensor) -> Tuple[Tensor, Tensor]:
    m = torch.contiguous(torch.to(mask, ops.prim.dtype(query)))
    output, sums, = torch._scaled_dot_product_flash_attention_for_cpu((self).dense(query, ), (self).dense(key, ), (self).dense(value, ), 0., False, attn_mask=m, scale=None)
    return (output, sums)
  def causal_attention_backward(self: __torch__.Operations,
    gradient: Tensor,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    output: Tensor,
    sums: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
    q, k, v, = torch._scaled_dot_product_flash_attention_for_cpu_backward((self).wide(gradient, ), (self).wide(query, ), (self).wide(key, ), (self).wide(value, ), (self).wide(output, ), sums, 0., True, attn_mask=None, scale=None)
    type = ops.prim.dtype(query)
    return (torch.to(q, type), torch.to(k, type), torch.to(v, type))
  def open_attention_backward(self: __torch__.Operations,
    gradient: Tensor,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    output: Tensor,
    sums: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
    q, k, v, = torch._scaled_dot_product_flash_attention_for_cpu_backward((self).wide(gradient, ), (self).wide(query, ), (self).wide(key, ), (self).wide(value, ), (self).wide(output, ), sums, 0., False, attn_mask=None, scale=None)
    type = ops.prim.dtype(query)
    return (torch.to(q, type), torch.to(k, type), torch.to(v, type))
  def masked_attention_backward(self: __torch__.Operations,
    gradient: Tensor,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    output: Tensor,
    sums: Tensor,
    mask: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
    m = torch.contiguous(torch.to(mask, ops.prim.dtype((self).wide(query, ))))
    q, k, v, = torch._scaled_dot_product_flash_attention_for_cpu_backward((self).wide(gradient, ), (self).wide(query, ), (self).wide(key, ), (self).wide(value, ), (self).wide(output, ), sums, 0., False, attn_mask=m, scale=None)
    type = ops.prim.dtype(query)
    return (torch.to(q, type), torch.to(k, type), torch.to(v, type))
  def norm(self: __torch__.Operations,
    tensors: List[Tensor]) -> Tensor:
    return torch.linalg_vector_norm(torch.stack(torch._foreach_norm(tensors, 2)))
  def scale(self: __torch__.Operations,
    tensors: List[Tensor],
    factor: Tensor) -> Tensor:
    torch._foreach_mul_(tensors, factor)
    return factor
  def adamw(self: __torch__.Operations,
    parameters: List[Tensor],
    gradients: List[Tensor],
    means: List[Tensor],
    squares: List[Tensor],
    steps: List[Tensor],
    rate: float,
    decay: float) -> Tensor:
    torch._foreach_add_(steps, 1)
    torch._fused_adamw_(parameters, gradients, means, squares, annotate(List[Tensor], []), steps, lr=rate, beta1=@BETA1@, beta2=@BETA2@, weight_decay=decay, eps=@EPSILON@, amsgrad=False, maximize=False)
    return steps[0]
