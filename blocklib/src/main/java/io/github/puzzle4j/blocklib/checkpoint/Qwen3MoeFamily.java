package io.github.puzzle4j.blocklib.checkpoint;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.Architecture;
import io.github.puzzle4j.blocklib.arch.AttentionTraits;
import io.github.puzzle4j.blocklib.arch.BlockVariant;
import io.github.puzzle4j.blocklib.arch.Experts;
import io.github.puzzle4j.blocklib.arch.ModelConfig;
import io.github.puzzle4j.blocklib.arch.attention.AttentionVariant;
import io.github.puzzle4j.blocklib.arch.ffn.FfnVariant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/** Qwen 3 with experts, in all layers or in some. It can be described and priced, not computed. */
final class Qwen3MoeFamily implements ModelFamily {

  @Override
  public String modelType() {
    return "qwen3_moe";
  }

  @Override
  public Architecture read(ConfigJson config) throws InvalidInputException {
    // A window counts where use_sliding_window is true, which is refused.
    LlamaFields.requireImplemented(config, Set.of("num_experts", "sliding_window"));
    ModelConfig plain =
        LlamaFields.read(
            config,
            modelType(),
            config.size("num_key_value_heads"),
            config.size("intermediate_size"));
    AttentionTraits traits =
        new AttentionTraits(
            AttentionTraits.Biases.NONE,
            AttentionTraits.HeadNorm.QUERY_AND_KEY,
            AttentionTraits.FULL);
    Experts experts =
        new Experts(
            config.size("num_experts"),
            config.size("num_experts_per_tok"),
            config.size("moe_intermediate_size"),
            0);
    ModelConfig model = plain.with(traits, experts, plain.storedWeights());
    return new Architecture(model, blocks(config, model));
  }

  /** Experts in every {@code decoder_sparse_step}-th layer but for {@code mlp_only_layers}. */
  private static List<BlockVariant> blocks(ConfigJson config, ModelConfig model)
      throws InvalidInputException {
    int step = config.size("decoder_sparse_step", 1);
    List<Integer> single = config.tokens("mlp_only_layers");
    List<BlockVariant> blocks = new ArrayList<>();
    for (int layer = 0; layer < model.layers(); layer++) {
      boolean sparse = !single.contains(layer) && (layer + 1) % step == 0;
      FfnVariant ffn =
          sparse ? new FfnVariant.Teacher() : new FfnVariant.Pruned(model.intermediateSize());
      blocks.add(new BlockVariant(new AttentionVariant.Teacher(), ffn));
    }
    return blocks;
  }

  @Override
  public Optional<String> objection(Architecture architecture) {
    return Optional.of("models with experts are read, not written");
  }

  @Override
  public ObjectNode write(Architecture architecture) {
    throw new IllegalStateException("there is always an objection");
  }
}
