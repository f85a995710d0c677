package io.github.puzzle4j.blocklib.arch.attention;

import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.AttentionTraits;
import io.github.puzzle4j.blocklib.arch.ModelConfig;
import io.github.puzzle4j.blocklib.arch.Operation;
import io.github.puzzle4j.blocklib.arch.Subblock;
import java.util.List;
import java.util.Optional;

/**
 * An alternative for the attention subblock of a layer (Puzzle, arXiv 2411.19146, section 2).
 *
 * <p>Each variant is the whole subblock: norm, projections and residual.
 */
public sealed interface AttentionVariant extends Subblock {

  /** The heads that this variant caches keys and values for; empty where it has no KV cache. */
  Optional<AttentionShape> cachedHeads(ModelConfig config);

  /** The heads that each of {@code gpus} GPUs caches; those that are too few are replicated. */
  default Optional<AttentionShape> cachedHeads(ModelConfig config, int gpus) {
    return cachedHeads(config).map(shape -> shape.onOneOf(gpus));
  }

  /** Tokens that a query sees at most, or {@link AttentionTraits#FULL}. */
  default int window(ModelConfig config) {
    return config.traits().window();
  }

  /** The teacher's own attention, unchanged. */
  record Teacher() implements AttentionVariant {

    @Override
    public String id() {
      return "teacher";
    }

    @Override
    public Optional<AttentionShape> cachedHeads(ModelConfig config) {
      return Optional.of(config.attention());
    }

    @Override
    public long matrixParameters(ModelConfig config, int gpus) {
      return AttentionKernels.matrixParameters(config, config.attention(), gpus);
    }

    @Override
    public long otherParameters(ModelConfig config, int gpus) {
      return AttentionKernels.otherParameters(config, config.attention(), gpus);
    }

    @Override
    public List<Operation> operations(ModelConfig config, int gpus) {
      return AttentionKernels.operations(
          config, config.attention(), config.traits().window(), gpus);
    }

    @Override
    public Optional<String> objection(ModelConfig config, int gpus) {
      return AttentionKernels.objection(config.attention(), gpus);
    }
  }

  /**
   * Attention with fewer key and value heads.
   *
   * @param kvHeads key and value heads; must divide the teacher's
   */
  record GroupedQuery(int kvHeads) implements AttentionVariant {

    public GroupedQuery {
      if (kvHeads < 1) {
        throw new IllegalArgumentException("kvHeads=%d must be at least 1".formatted(kvHeads));
      }
    }

    @Override
    public String id() {
      return "gqa_" + kvHeads;
    }

    @Override
    public Optional<AttentionShape> cachedHeads(ModelConfig config) {
      return Optional.of(config.attention().withKvHeads(kvHeads));
    }

    @Override
    public long matrixParameters(ModelConfig config, int gpus) {
      return AttentionKernels.matrixParameters(
          config, config.attention().withKvHeads(kvHeads), gpus);
    }

    @Override
    public long otherParameters(ModelConfig config, int gpus) {
      return AttentionKernels.otherParameters(
          config, config.attention().withKvHeads(kvHeads), gpus);
    }

    @Override
    public List<Operation> operations(ModelConfig config, int gpus) {
      return AttentionKernels.operations(
          config, config.attention().withKvHeads(kvHeads), config.traits().window(), gpus);
    }

    @Override
    public Optional<String> objection(ModelConfig config, int gpus) {
      return AttentionKernels.objection(config.attention().withKvHeads(kvHeads), gpus);
    }
  }

  /**
   * Attention to the nearest tokens only, with the teacher's heads and weights.
   *
   * @param tokens that a query sees at most, itself included
   */
  record SlidingWindow(int tokens) implements AttentionVariant {

    public SlidingWindow {
      if (tokens < 1) {
        throw new IllegalArgumentException("tokens=%d must be at least 1".formatted(tokens));
      }
    }

    @Override
    public String id() {
      return "window_" + tokens;
    }

    @Override
    public Optional<AttentionShape> cachedHeads(ModelConfig config) {
      return Optional.of(config.attention());
    }

    @Override
    public int window(ModelConfig config) {
      return tokens;
    }

    @Override
    public long matrixParameters(ModelConfig config, int gpus) {
      return AttentionKernels.matrixParameters(config, config.attention(), gpus);
    }

    @Override
    public long otherParameters(ModelConfig config, int gpus) {
      return AttentionKernels.otherParameters(config, config.attention(), gpus);
    }

    @Override
    public List<Operation> operations(ModelConfig config, int gpus) {
      return AttentionKernels.operations(config, config.attention(), tokens, gpus);
    }

    @Override
    public Optional<String> objection(ModelConfig config, int gpus) {
      return AttentionKernels.objection(config.attention(), gpus);
    }
  }

  /**
   * One matrix after the norm: every token attends to itself alone. No KV cache. Each GPU holds the
   * whole matrix, as TensorRT-LLM loads it, so that there is nothing to sum.
   */
  record Linear() implements AttentionVariant {

    @Override
    public String id() {
      return "linear";
    }

    @Override
    public Optional<AttentionShape> cachedHeads(ModelConfig config) {
      return Optional.empty();
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
  record NoOp() implements AttentionVariant {

    @Override
    public String id() {
      return "noop";
    }

    @Override
    public Optional<AttentionShape> cachedHeads(ModelConfig config) {
      return Optional.empty();
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
  static AttentionVariant parse(String id) {
    return switch (id) {
      case "teacher" -> new Teacher();
      case "linear" -> new Linear();
      case "noop" -> new NoOp();
      default -> {
        if (id.matches("gqa_[1-9][0-9]{0,4}")) {
          yield new GroupedQuery(Integer.parseInt(id.substring("gqa_".length())));
        }
        if (id.matches("window_[1-9][0-9]{0,7}")) {
          yield new SlidingWindow(Integer.parseInt(id.substring("window_".length())));
        }
        throw new IllegalArgumentException(
            "unknown attention variant '%s'; there are teacher, gqa_<kv heads>, window_<tokens>, linear, noop"
                .formatted(id));
      }
    };
  }
}
