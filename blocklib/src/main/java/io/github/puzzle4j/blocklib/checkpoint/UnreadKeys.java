package io.github.puzzle4j.blocklib.checkpoint;

import io.github.puzzle4j.blocklib.InvalidInputException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * Refuses keys of a {@code config.json} that no family reads and that change the layers or how
 * weights are stored. Other unknown keys are passed over, as all loaders do.
 */
final class UnreadKeys {

  /** Lists and objects that may have as many entries as there are layers by chance or by right. */
  private static final Set<String> READ_OR_HARMLESS =
      Set.of(
          "architectures",
          "auto_map",
          "bad_words_ids",
          "begin_suppress_tokens",
          "bos_token_id",
          "eos_token_id",
          "pad_token_id",
          "id2label",
          "label2id",
          "keys_to_ignore_at_inference",
          "suppress_tokens",
          "task_specific_params",
          // Read by the families.
          "layer_types",
          "mlp_only_layers",
          PerLayerFields.BLOCKS,
          PerLayerFields.OVERRIDES,
          "rope_parameters",
          "rope_scaling",
          Quantization.KEY,
          Quantization.FILE);

  /** Each changes layers or storage wherever it is set, whatever its length. */
  private static final List<String> OF_LAYERS =
      List.of(
          "layer_inter_size",
          "layer_head_num",
          "num_key_value_heads_per_layer",
          "num_attention_heads_per_layer",
          "intermediate_size_per_layer",
          "ffn_multipliers",
          "pruned_heads",
          "no_rope_layers",
          "no_rope_layer_interval",
          "first_k_dense_replace",
          "moe_layer_freq",
          "moe_num_experts",
          "n_routed_experts",
          "n_shared_experts",
          "shared_expert_intermediate_size",
          "num_shared_experts",
          "num_kv_shared_layers",
          "num_nextn_predict_layers",
          "cross_attention_layers",
          "attention_chunk_size",
          "kv_lora_rank",
          "q_lora_rank",
          "clip_qkv",
          "qk_layernorm",
          "use_qk_norm",
          "alibi",
          "parallel_attn",
          "use_parallel_residual",
          "scale_emb",
          "scale_depth",
          "dim_model_base",
          // Storage, as other tools name it: MLX, earlier compressed-tensors, llm-compressor.
          "quantization",
          "compression_config",
          "sparsity_config");

  private static final Set<String> NOTHING = Set.of("false", "0", "{}", "[]", "\"\"");

  private UnreadKeys() {}

  static void requireNone(ConfigJson config) throws InvalidInputException {
    for (String key : OF_LAYERS) {
      if (config.get(key).filter(value -> !NOTHING.contains(value.toString())).isPresent()) {
        throw config.invalid(
            "%s=%s is not supported; it must be absent or null"
                .formatted(key, ConfigJson.abbreviate(config.get(key).orElseThrow())));
      }
    }
    requireNoList(config, "", config.node(), LlamaFields.layers(config));
  }

  private static void requireNoList(ConfigJson config, String path, JsonNode object, int layers)
      throws InvalidInputException {
    for (Map.Entry<String, JsonNode> entry : object.properties()) {
      String name = path + entry.getKey();
      JsonNode value = entry.getValue();
      if (READ_OR_HARMLESS.contains(name)) {
        continue;
      }
      if (isByLayer(value) || (value.isArray() && value.size() == layers)) {
        throw config.invalid(
            "%s=%s has entries for single layers, of which there are %d, and is not supported; remove it if it does not describe them"
                .formatted(name, ConfigJson.abbreviate(value), layers));
      }
      if (value.isObject()) {
        requireNoList(config, name + ".", value, layers);
      }
    }
  }

  /** Whether an object has numbers as keys. */
  private static boolean isByLayer(JsonNode value) {
    return value.isObject()
        && !value.isEmpty()
        && value.propertyNames().stream().allMatch(key -> key.matches("[0-9]{1,9}"));
  }
}
