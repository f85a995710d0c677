package io.github.puzzle4j.blocklib.arch.ffn;

import io.github.puzzle4j.blocklib.arch.ModelConfig;
import io.github.puzzle4j.blocklib.arch.Operation;
import io.github.puzzle4j.blocklib.arch.Subblock;
import java.util.List;
import java.util.Optional;

/**
 * An alternative for the FFN subblock of a layer (Puzzle, arXiv 2411.19146, section 2).
 *
 * <p>Each variant is the whole subblock: norm, projections and residual.
 */
public sealed interface FfnVariant extends Subblock {

  /** Channels between the two projections, of one expert where there are several; 0 without. */
  int channels(ModelConfig config);

  /** The teacher's own FFN, unchanged. */
  record Teacher() implements FfnVariant {

    @Override
    public String id() {
      return "teacher";
    }

    @Override
    public int channels(ModelConfig config) {
      return FfnKernels.teacher(config).channels();
    }

    @Override
    public long matrixParameters(ModelConfig config, int gpus) {
      return FfnKernels.teacher(config).matrixParameters(gpus);
    }

    @Override
    public long otherParameters(ModelConfig config, int gpus) {
      return FfnKernels.teacher(config).otherParameters();
    }

    @Override
    public List<Operation> operations(ModelConfig config, int gpus) {
      return FfnKernels.teacher(config).operations(gpus);
    }

    @Override
    public Optional<String> objection(ModelConfig config, int gpus) {
      return FfnKernels.teacher(config).objection(gpus);
    }
  }

  /**
   * The teacher's FFN with only its most contributing channels; beside experts, a layer with a
   * single FFN.
   *
   * @param intermediateSize channels that are kept
   */
  record Pruned(int intermediateSize) implements FfnVariant {

    public Pruned {
      if (intermediateSize < 1) {
        throw new IllegalArgumentException(
            "intermediateSize=%d must be at least 1".formatted(intermediateSize));
      }
    }

    @Override
    public String id() {
      return "ffn_" + intermediateSize;
    }

    @Override
    public int channels(ModelConfig config) {
      return intermediateSize;
    }

    @Override
    public long matrixParameters(ModelConfig config, int gpus) {
      return FfnKernels.gated(config, intermediateSize).matrixParameters(gpus);
    }

    @Override
    public long otherParameters(ModelConfig config, int gpus) {
      return FfnKernels.gated(config, intermediateSize).otherParameters();
    }

    @Override
    public List<Operation> operations(ModelConfig config, int gpus) {
      return FfnKernels.gated(config, intermediateSize).operations(gpus);
    }

    @Override
    public Optional<String> objection(ModelConfig config, int gpus) {
      return FfnKernels.gated(config, intermediateSize).objection(gpus);
    }
  }

  /**
   * Fewer experts, each as wide as the teacher's, and as many of them for each token.
   *
   * @param count experts that are kept
   */
  record Experts(int count) implements FfnVariant {

    public Experts {
      if (count < 1) {
        throw new IllegalArgumentException("count=%d must be at least 1".formatted(count));
      }
    }

    @Override
    public String id() {
      return "experts_" + count;
    }

    @Override
    public int channels(ModelConfig config) {
      return config.experts().channels();
    }

    @Override
    public long matrixParameters(ModelConfig config, int gpus) {
      return FfnKernels.experts(config, config.experts().withCount(count)).matrixParameters(gpus);
    }

    @Override
    public long otherParameters(ModelConfig config, int gpus) {
      return FfnKernels.experts(config, config.experts().withCount(count)).otherParameters();
    }

    @Override
    public List<Operation> operations(ModelConfig config, int gpus) {
      return FfnKernels.experts(config, config.experts().withCount(count)).operations(gpus);
    }

    @Override
    public Optional<String> objection(ModelConfig config, int gpus) {
      return FfnKernels.experts(config, config.experts().withCount(count)).objection(gpus);
    }
  }

  /** One matrix after the norm, whole on each GPU as that of {@code AttentionVariant.Linear}. */
  record Linear() implements FfnVariant {

    @Override
    public String id() {
      return "linear";
    }

    @Override
    public int channels(ModelConfig config) {
      return 0;
    }

    @Override
    public long matrixParameters(ModelConfig config, int gpus) {
      return (long) config.hiddenSize() * config.hiddenSize();
    }

    @Override
    public long otherParameters(ModelConfig config, int gpus) {
      return config.hiddenSize();
    }

    @Override
    public List<Operation> operations(ModelConfig config, int gpus) {
      int hidden = config.hiddenSize();
      return List.of(new Operation.Elementwise(4L * hidden), new Operation.Gemm(hidden, hidden));
    }

    @Override
    public Optional<String> objection(ModelConfig config, int gpus) {
      return Optional.empty();
    }
  }

  /** Nothing but the residual. */
  record NoOp() implements FfnVariant {

    @Override
    public String id() {
      return "noop";
    }

    @Override
    public int channels(ModelConfig config) {
      return 0;
    }

    @Override
    public long matrixParameters(ModelConfig config, int gpus) {
      return 0;
    }

    @Override
    public long otherParameters(ModelConfig config, int gpus) {
      return 0;
    }

    @Override
    public List<Operation> operations(ModelConfig config, int gpus) {
      return List.of();
    }

    @Override
    public Optional<String> objection(ModelConfig config, int gpus) {
      return Optional.empty();
    }
  }

  /**
   * The variant with this {@link #id()}.
   *
   * @throws IllegalArgumentException if no variant has such an id
   */
  static FfnVariant parse(String id) {
    return switch (id) {
      case "teacher" -> new Teacher();
      case "linear" -> new Linear();
      case "noop" -> new NoOp();
      default -> {
        if (id.matches("ffn_[1-9][0-9]{0,7}")) {
          yield new Pruned(Integer.parseInt(id.substring("ffn_".length())));
        }
        if (id.matches("experts_[1-9][0-9]{0,4}")) {
          yield new Experts(Integer.parseInt(id.substring("experts_".length())));
        }
        throw new IllegalArgumentException(
            "unknown FFN variant '%s'; there are teacher, ffn_<channels>, experts_<count>, linear, noop"
                .formatted(id));
      }
    };
  }
}
