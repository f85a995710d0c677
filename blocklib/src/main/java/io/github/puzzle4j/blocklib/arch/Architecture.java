package io.github.puzzle4j.blocklib.arch;

import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * A model that may be heterogeneous: the teacher's shape and one variant for each layer.
 *
 * @param config the shape that {@code teacher} variants refer to
 * @param blocks the layers, first to last
 */
public record Architecture(ModelConfig config, List<BlockVariant> blocks) {

  public Architecture {
    blocks = List.copyOf(blocks);
    if (blocks.size() != config.layers()) {
      throw new IllegalArgumentException(
          "%d block variants for %d layers".formatted(blocks.size(), config.layers()));
    }
  }

  /** Every layer as the teacher has it. */
  public static Architecture teacher(ModelConfig config) {
    return new Architecture(config, Collections.nCopies(config.layers(), BlockVariant.teacher()));
  }

  /** All trainable numbers, embeddings included. */
  public long parameters() {
    return config.parametersOutsideLayers()
        + blocks.stream().mapToLong(block -> block.parameters(config)).sum();
  }

  /**
   * Why engines do not divide this model among so many GPUs by tensor parallelism; in one line that
   * names the first layer that does not divide, empty if they do.
   */
  public Optional<String> objection(int gpus) {
    for (int layer = 0; layer < blocks.size(); layer++) {
      Optional<String> objection = blocks.get(layer).objection(config, gpus);
      if (objection.isPresent()) {
        return Optional.of("layer %d: %s".formatted(layer, objection.get()));
      }
    }
    return Optional.empty();
  }

  /** As {@link ModelConfig#objectionToComputing}, for the variants as well. */
  public Optional<String> objectionToComputing() {
    return config.objectionToComputing();
  }
}
