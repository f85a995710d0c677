package io.github.puzzle4j.blocklib.tensor.torch;

import java.util.List;

/** Flash attention (Dao, arXiv 2307.08691) on GPUs: 16-bit types, without a mask. */
record FlashKernel(CudaAttention attention, CudaSymbols.Pass functions) implements AttentionKernel {

  @Override
  public boolean groupsHeads() {
    return true;
  }

  @Override
  public Attention forward(Scores scores) {
    List<Argument> results = attention.flash(functions.forward(), scores);
    return new Attention(
        this, (TorchTensor) results.getFirst(), results.subList(1, results.size()));
  }

  @Override
  public List<TorchTensor> backward(TorchTensor gradient, Scores scores, Attention attended) {
    return attention.flashBackward(
        functions.backward(), gradient, scores, attended.output(), attended.kept());
  }
}
