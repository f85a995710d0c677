package io.github.puzzle4j.export;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.BlockVariant;
import io.github.puzzle4j.blocklib.arch.attention.AttentionVariant;
import io.github.puzzle4j.blocklib.arch.ffn.FfnVariant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * Engines that serve children, and what their stock loaders of the {@code nemotron-nas} layout
 * accept. A child that is priced for an engine must be one that the engine can load.
 */
public enum ServingEngine {
  VLLM {
    @Override
    public Optional<String> objection(int layer, BlockVariant block) {
      if (block.attention() instanceof AttentionVariant.Linear
          || block.ffn() instanceof FfnVariant.Linear) {
        return Optional.of("vLLM loads no linear subblocks");
      }
      if (layer == 0 && block.attention() instanceof AttentionVariant.NoOp) {
        return Optional.of("vLLM needs attention in the first layer");
      }
      return Optional.empty();
    }
  },
  TRTLLM {
    @Override
    public Optional<String> objection(int layer, BlockVariant block) {
      return Optional.empty();
    }
  },
  /** The export to GGUF has a form for every variant. */
  LLAMACPP {
    @Override
    public Optional<String> objection(int layer, BlockVariant block) {
      return Optional.empty();
    }
  },
  /** The kernels of this project itself. */
  TORCH {
    @Override
    public Optional<String> objection(int layer, BlockVariant block) {
      return Optional.empty();
    }
  };

  /**
   * Why this engine cannot load a variant at a layer, without a full stop; empty if it can.
   *
   * @param layer counted from 0
   */
  public abstract Optional<String> objection(int layer, BlockVariant block);

  /** Name in plans and GPU profiles. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The engine of that name.
   *
   * @throws InvalidInputException if there is none, listing those there are
   */
  public static ServingEngine named(String id) throws InvalidInputException {
    return Arrays.stream(values())
        .filter(engine -> engine.id().equals(id))
        .findFirst()
        .orElseThrow(() ->
            new InvalidInputException(
                "unknown serving engine '%s'; there are %s"
                    .formatted(id, Arrays.stream(values()).map(ServingEngine::id).toList())));
  }
}
