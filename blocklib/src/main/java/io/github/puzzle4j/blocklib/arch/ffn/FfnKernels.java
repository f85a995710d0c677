package io.github.puzzle4j.blocklib.arch.ffn;

import io.github.puzzle4j.blocklib.arch.Experts;
import io.github.puzzle4j.blocklib.arch.ModelConfig;
import io.github.puzzle4j.blocklib.arch.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Size and work of gated FFNs. Among GPUs, channels are divided: gate and up by outputs, down by
 * inputs, after which the GPUs' results are summed. The same holds for each expert; the router is
 * whole on each GPU.
 *
 * @param single channels of the FFN that works on every token; 0 without one
 */
record FfnKernels(int hidden, int single, Experts experts) {

  static FfnKernels teacher(ModelConfig config) {
    return config.experts().present()
        ? experts(config, config.experts())
        : gated(config, config.intermediateSize());
  }

  static FfnKernels gated(ModelConfig config, int channels) {
    return new FfnKernels(config.hiddenSize(), channels, Experts.NONE);
  }

  static FfnKernels experts(ModelConfig config, Experts experts) {
    return new FfnKernels(config.hiddenSize(), experts.sharedChannels(), experts);
  }

  int channels() {
    return experts.present() ? experts.channels() : single;
  }

  long matrixParameters(int gpus) {
    requireNoObjection(gpus);
    long channels = single + (long) experts.count() * experts.channels();
    return 3L * hidden * (channels / gpus);
  }

  /** The norm and the router. */
  long otherParameters() {
    return hidden + (long) hidden * experts.count();
  }

  List<Operation> operations(int gpus) {
    requireNoObjection(gpus);
    List<Operation> operations = new ArrayList<>();
    operations.add(new Operation.Elementwise(4L * hidden));
    if (single > 0) {
      operations.add(new Operation.Gemm(hidden, 2 * (single / gpus)));
      operations.add(new Operation.Elementwise(3L * (single / gpus)));
      operations.add(new Operation.Gemm(single / gpus, hidden));
    }
    if (experts.present()) {
      operations.add(new Operation.Gemm(hidden, experts.count()));
      operations.add(
          new Operation.Experts(
              hidden, experts.channels() / gpus, experts.chosen(), experts.count()));
    }
    if (gpus > 1) {
      operations.add(new Operation.AllReduce(hidden));
    }
    return List.copyOf(operations);
  }

  Optional<String> objection(int gpus) {
    if (gpus < 1) {
      return Optional.of("gpus=%d must be at least 1".formatted(gpus));
    }
    for (int channels : List.of(single, experts.channels())) {
      if (channels % gpus != 0) {
        return Optional.of("%d FFN channels do not divide among %d GPUs".formatted(channels, gpus));
      }
    }
    return Optional.empty();
  }

  private void requireNoObjection(int gpus) {
    Optional<String> objection = objection(gpus);
    if (objection.isPresent()) {
      throw new IllegalArgumentException(objection.get());
    }
  }
}
