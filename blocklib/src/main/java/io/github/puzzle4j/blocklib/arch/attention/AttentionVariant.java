package io.github.puzzle4j.blocklib.arch.attention;

import io.github.puzzle4j.blocklib.arch.AttentionShape;
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
    public long parameters(ModelConfig config) {
      return AttentionKernels.parameters(config, config.attention());
    }

    @Override
    public List<Operation> operations(ModelConfig config) {
      return AttentionKernels.operations(config, config.attention());
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
    public long parameters(ModelConfig config) {
      return AttentionKernels.parameters(config, config.attention().withKvHeads(kvHeads));
    }

    @Override
    public List<Operation> operations(ModelConfig config) {
      return AttentionKernels.operations(config, config.attention().withKvHeads(kvHeads));
    }
  }

  /** One matrix after the norm: every token attends to itself alone. No KV cache. */
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
  static AttentionVariant parse(String id) {
    return switch (id) {
      case "teacher" -> new Teacher();
      case "linear" -> new Linear();
      case "noop" -> new NoOp();
      default -> {
        if (!id.matches("gqa_[1-9][0-9]{0,4}")) {
          throw new IllegalArgumentException(
              "unknown attention variant '%s'; there are teacher, gqa_<kv heads>, linear, noop"
                  .formatted(id));
        }
        yield new GroupedQuery(Integer.parseInt(id.substring("gqa_".length())));
      }
    };
  }
}
