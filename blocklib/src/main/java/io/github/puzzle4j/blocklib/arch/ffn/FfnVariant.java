package io.github.puzzle4j.blocklib.arch.ffn;

import io.github.puzzle4j.blocklib.arch.ModelConfig;
import io.github.puzzle4j.blocklib.arch.Operation;
import io.github.puzzle4j.blocklib.arch.Subblock;
import java.util.List;

/**
 * An alternative for the FFN subblock of a layer (Puzzle, arXiv 2411.19146, section 2).
 *
 * <p>Each variant is the whole subblock: norm, projections and residual.
 */
public sealed interface FfnVariant extends Subblock {

  /** Channels between the two projections; 0 where there are none. */
  int channels(ModelConfig config);

  /** The teacher's own FFN, unchanged. */
  record Teacher() implements FfnVariant {

    @Override
    public String id() {
      return "teacher";
    }

    @Override
    public int channels(ModelConfig config) {
      return config.intermediateSize();
    }

    @Override
    public long parameters(ModelConfig config) {
      return gatedParameters(config, channels(config));
    }

    @Override
    public List<Operation> operations(ModelConfig config) {
      return gatedOperations(config, channels(config));
    }
  }

  /**
   * The teacher's FFN with only its most contributing channels.
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
    public long parameters(ModelConfig config) {
      return gatedParameters(config, intermediateSize);
    }

    @Override
    public List<Operation> operations(ModelConfig config) {
      return gatedOperations(config, intermediateSize);
    }
  }

  /** One matrix after the norm. */
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
    public long parameters(ModelConfig config) {
      return (long) config.hiddenSize() * config.hiddenSize() + config.hiddenSize();
    }

    @Override
    public List<Operation> operations(ModelConfig config) {
      int hidden = config.hiddenSize();
      return List.of(new Operation.Elementwise(4L * hidden), new Operation.Gemm(hidden, hidden));
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
    public long parameters(ModelConfig config) {
      return 0;
    }

    @Override
    public List<Operation> operations(ModelConfig config) {
      return List.of();
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
        if (!id.matches("ffn_[1-9][0-9]{0,7}")) {
          throw new IllegalArgumentException(
              "unknown FFN variant '%s'; there are teacher, ffn_<channels>, linear, noop"
                  .formatted(id));
        }
        yield new Pruned(Integer.parseInt(id.substring("ffn_".length())));
      }
    };
  }

  private static long gatedParameters(ModelConfig config, int channels) {
    return 3L * config.hiddenSize() * channels + config.hiddenSize();
  }

  private static List<Operation> gatedOperations(ModelConfig config, int channels) {
    int hidden = config.hiddenSize();
    return List.of(
        new Operation.Elementwise(4L * hidden),
        new Operation.Gemm(hidden, 2 * channels),
        new Operation.Elementwise(3L * channels),
        new Operation.Gemm(channels, hidden));
  }
}
