package io.github.puzzle4j.blocklib.tensor.torch;

import io.github.puzzle4j.blocklib.tensor.engine.NativeTensor;
import java.util.List;

/** The root-mean-square norm along the last axis. */
interface Normalization {

  TorchTensor forward(TorchTensor x, TorchTensor gain, double epsilon);

  /** Gradients of {@code x} and of {@code gain}. */
  List<NativeTensor> backward(
      TorchTensor gradient, TorchTensor x, TorchTensor gain, double epsilon);
}
