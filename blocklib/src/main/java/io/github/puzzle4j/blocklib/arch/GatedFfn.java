package io.github.puzzle4j.blocklib.arch;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * A gated FFN: {@code down(silu(gate(x)) * up(x))}. With tensor parallelism, channels are divided:
 * gate and up by outputs, down by inputs, after which the GPUs' results are summed.
 *
 * @param channels outputs of gate and up
 */
public record GatedFfn(int channels) implements Ffn {

  public static final String NORM = "post_attention_layernorm.weight";
  public static final String GATE = "mlp.gate_proj.weight";
  public static final String UP = "mlp.up_proj.weight";
  public static final String DOWN = "mlp.down_proj.weight";

  public GatedFfn {
    if (channels < 1) {
      throw new IllegalArgumentException("channels=%d must be at least 1".formatted(channels));
    }
  }

  @Override
  public String id() {
    return "ffn_" + channels;
  }

  @Override
  public int channelsPerToken() {
    return channels;
  }

  @Override
  public long matrixParameters(int hiddenSize, int gpus) {
    return 3L * hiddenSize * share(channels, gpus);
  }

  @Override
  public long otherParameters(int hiddenSize, int gpus) {
    return hiddenSize;
  }

  @Override
  public List<Operation> operations(int hiddenSize, int gpus) {
    List<Operation> operations = new ArrayList<>();
    operations.add(new Operation.Elementwise(4L * hiddenSize));
    operations.addAll(products(hiddenSize, share(channels, gpus)));
    if (gpus > 1) {
      operations.add(new Operation.AllReduce(hiddenSize));
    }
    return List.copyOf(operations);
  }

  /** Both products and the activation between them, without norm and sum over GPUs. */
  static List<Operation> products(int hiddenSize, int channels) {
    return List.of(
        new Operation.Gemm(hiddenSize, 2 * channels),
        new Operation.Elementwise(3L * channels),
        new Operation.Gemm(channels, hiddenSize));
  }

  @Override
  public Optional<String> objection(int gpus) {
    return objection(channels, gpus);
  }

  static Optional<String> objection(int channels, int gpus) {
    if (gpus < 1) {
      return Optional.of("gpus=%d must be at least 1".formatted(gpus));
    }
    return channels % gpus == 0
        ? Optional.empty()
        : Optional.of("%d FFN channels do not divide among %d GPUs".formatted(channels, gpus));
  }

  /** Channels on each of {@code gpus} GPUs. */
  static int share(int channels, int gpus) {
    Optional<String> objection = objection(channels, gpus);
    if (objection.isPresent()) {
      throw new IllegalArgumentException(objection.get());
    }
    return channels / gpus;
  }

  @Override
  public SequencedMap<String, List<Long>> tensors(int hiddenSize) {
    long hidden = hiddenSize;
    SequencedMap<String, List<Long>> tensors = new LinkedHashMap<>();
    tensors.put(NORM, List.of(hidden));
    tensors.put(GATE, List.of((long) channels, hidden));
    tensors.put(UP, List.of((long) channels, hidden));
    tensors.put(DOWN, List.of(hidden, (long) channels));
    return Collections.unmodifiableSequencedMap(tensors);
  }

  @Override
  public Optional<String> objectionToBecoming(Ffn other) {
    return switch (other) {
      case GatedFfn(int wanted) ->
          wanted <= channels
              ? Optional.empty()
              : Optional.of("%s: the teacher has only %d channels".formatted(other.id(), channels));
      case ExpertsFfn _ -> Optional.of("%s: the teacher has a single FFN".formatted(other.id()));
      case LinearFfn _, NoFfn _ -> Optional.empty();
    };
  }
}
