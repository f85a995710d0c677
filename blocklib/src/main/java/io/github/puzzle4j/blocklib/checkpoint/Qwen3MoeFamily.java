package io.github.puzzle4j.blocklib.checkpoint;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.ExpertsFfn;
import io.github.puzzle4j.blocklib.arch.Ffn;
import io.github.puzzle4j.blocklib.arch.GatedFfn;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention.Biases;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention.HeadNorm;
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
  public Model read(ConfigJson config) throws InvalidInputException {
    // A window counts where use_sliding_window is true, which is rejected.
    LlamaFields.requireImplemented(
        config, Set.of("num_experts", "num_local_experts", "sliding_window"));
    LlamaFields.requireFullAttention(config);
    SoftmaxAttention attention =
        new SoftmaxAttention(
            LlamaFields.attention(config, config.size("num_key_value_heads")).heads(),
            SoftmaxAttention.NO_WINDOW,
            Biases.NONE,
            HeadNorm.QUERY_AND_KEY);
    ExpertsFfn experts =
        new ExpertsFfn(
            LlamaFields.experts(config),
            config.size("num_experts_per_tok"),
            config.size("moe_intermediate_size"),
            0);
    GatedFfn single = new GatedFfn(config.size("intermediate_size"));
    List<Layer> layers = new ArrayList<>();
    for (boolean sparse : sparse(config)) {
      Ffn ffn = sparse ? experts : single;
      layers.add(new Layer(attention, ffn));
    }
    return new Model(LlamaFields.common(config, modelType()), layers);
  }

  /** Experts in every {@code decoder_sparse_step}-th layer but for {@code mlp_only_layers}. */
  private static List<Boolean> sparse(ConfigJson config) throws InvalidInputException {
    int step = config.size("decoder_sparse_step", 1);
    List<Integer> single = config.tokens("mlp_only_layers");
    List<Boolean> sparse = new ArrayList<>();
    int layers = LlamaFields.layers(config);
    for (int layer = 0; layer < layers; layer++) {
      sparse.add(!single.contains(layer) && (layer + 1) % step == 0);
    }
    return sparse;
  }

  @Override
  public Optional<String> objection(Model model) {
    return Optional.of("models with experts are read, not written");
  }

  @Override
  public ObjectNode write(Model model) {
    throw new IllegalStateException("there is always an objection");
  }
}
