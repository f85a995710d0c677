package io.github.puzzle4j.solver.puzzletron;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.solver.puzzletron.Block.Generation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Writes a small Puzzletron run, with the layout and names of Puzzletron's public sources and
 * made-up numbers.
 *
 * <p>Costs of subblocks: attention with 8 KV heads 10.5 MiB (4.25 of them cache), 100 parameters, 3
 * ms; with 4 KV heads 8.25 MiB (2.125), 80, 2.5; FFN of 1024 channels 20 MiB, 300, 5; of 512
 * channels 10.125 MiB, 150, 2.75; no-op 0. Outside the layers: 50.5 MiB, 1000, 7 ms. In the second
 * scenario, batch 16, attention has four times the cache.
 */
final class RunFixture {

  static final String SCORES = "single_sequence_replacement_solutions--validation";

  /** JSON's null. */
  private static final Object NULL = JsonNodeFactory.instance.nullNode();

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder().disable(JsonWriteFeature.WRITE_NAN_AS_STRINGS).build())
          .build();

  /** A scored replacement; zero heads or channels make a no-op. */
  record Variant(List<Integer> layers, int heads, int channels, double score) {
    static Variant of(int layer, int heads, int channels, double score) {
      return new Variant(List.of(layer), heads, channels, score);
    }
  }

  private final Path folder;
  private final Generation generation;
  private final int layers;
  private final List<Variant> variants;

  RunFixture(Path folder, Generation generation, int layers, List<Variant> variants) {
    this.folder = folder;
    this.generation = generation;
    this.layers = layers;
    this.variants = variants;
  }

  /** Two layers with three variants each. */
  static List<Variant> sixVariants() {
    return List.of(
        Variant.of(0, 4, 1024, 0.5),
        Variant.of(0, 8, 512, 0.25),
        Variant.of(0, 0, 512, 2),
        Variant.of(1, 4, 512, 0.75),
        Variant.of(1, 8, 0, 1.5),
        Variant.of(1, 0, 1024, 1.25));
  }

  RunFixture write() throws IOException {
    Files.createDirectories(folder.resolve(SCORES));
    List<Map<String, Object>> library = new ArrayList<>();
    List<Map<String, Object>> solutions = new ArrayList<>();
    for (int layer = 0; layer < layers; layer++) {
      library.add(teacher(layer));
    }
    for (Variant variant : variants) {
      Map<String, Object> solution = solution(variant);
      library.add(replacement(variant));
      put(
          SCORES + "/solution_" + solutions.size() + ".json",
          scores(variant, solution, solutions.size()));
      solutions.add(solution);
    }
    put("single_sequence_replacement_solutions.json", solutions);
    put(
        "replacement_library.json",
        switch (generation) {
          case FIRST -> library;
          case SECOND -> map("version", 2, "sorted_teacher_dir", "/elsewhere", "entries", library);
        });
    put("subblock_stats.json", List.of(scenario(8, 1), scenario(16, 4)));
    put(
        SCORES + "/teacher.json",
        map("lm_loss", average(1.125), "args", map("teacher_dir", "/elsewhere")));
    return this;
  }

  /** Writes any content as JSON. */
  void put(String name, Object content) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.resolveSibling(""));
    Files.writeString(file, MAPPER.writeValueAsString(content));
  }

  /** Replaces text, which must exist, in a file of the run. */
  RunFixture edit(String name, String from, String to) throws IOException {
    Path file = folder.resolve(name);
    String text = Files.readString(file);
    assertThat(text).contains(from);
    Files.writeString(file, text.replace(from, to));
    return this;
  }

  RunFixture delete(String name) throws IOException {
    Files.delete(folder.resolve(name));
    return this;
  }

  Path folder() {
    return folder;
  }

  /** Builds a map from alternating keys and values. */
  static Map<String, Object> map(Object... keysAndValues) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int index = 0; index < keysAndValues.length; index += 2) {
      map.put((String) keysAndValues[index], keysAndValues[index + 1]);
    }
    return map;
  }

  private Map<String, Object> teacher(int layer) {
    return replacement(Variant.of(layer, 8, 1024, 0));
  }

  private Map<String, Object> replacement(Variant variant) {
    return map(
        "parent_layer_indices",
        variant.layers(),
        "child_block_configs",
        List.of(block(variant.heads(), variant.channels())),
        "weight_paths",
        generation == Generation.FIRST ? List.of("/elsewhere/block.safetensors") : List.of());
  }

  private Map<String, Object> solution(Variant variant) {
    List<Object> chosen = new ArrayList<>(List.of(replacement(variant)));
    for (int layer = 0; layer < layers; layer++) {
      if (!variant.layers().contains(layer)) {
        chosen.add(teacher(layer));
      }
    }
    return map("single_sequence_replacement", replacement(variant), "chosen_replacements", chosen);
  }

  private static Map<String, Object> scores(
      Variant variant, Map<String, Object> solution, int index) {
    return map(
        "lm_loss",
        average(1.125 + variant.score()),
        "cosine_embedding_loss_hidden_states",
        average(variant.score()),
        "token_accuracy_top_1",
        average(0.5 - variant.score() / 8),
        "i_solution",
        index,
        "puzzle_solution",
        solution,
        "args",
        map("teacher_dir", "/elsewhere"));
  }

  private static Map<String, Object> average(double value) {
    return map("avg", value, "per_sample", List.of(value));
  }

  Map<String, Object> block(int heads, int channels) {
    return switch (generation) {
      case FIRST ->
          map("attention", attention(heads), "ffn", ffn(channels), "parallel_blocks", NULL);
      case SECOND -> map("subblock_configs", List.of(attention(heads), ffn(channels)));
    };
  }

  private Map<String, Object> attention(int heads) {
    return switch (generation) {
      case FIRST -> {
        Map<String, Object> config = common(heads);
        config.put("num_key_value_heads", heads == 0 ? NULL : heads);
        config.put("llama4", NULL);
        config.put("mamba", NULL);
        yield config;
      }
      case SECOND ->
          heads == 0
              ? map("kind", "attention", "name", "attention", "no_op", true)
              : map(
                  "kind",
                  "attention",
                  "name",
                  "attention",
                  "no_op",
                  false,
                  "num_kv_heads",
                  heads,
                  "num_query_heads",
                  32,
                  "qk_head_dim",
                  128);
    };
  }

  private Map<String, Object> ffn(int channels) {
    return switch (generation) {
      case FIRST -> {
        Map<String, Object> config = common(channels);
        config.put("moe", NULL);
        config.put("intermediate_size", channels == 0 ? NULL : channels);
        yield config;
      }
      case SECOND ->
          channels == 0
              ? map("kind", "ffn", "name", "ffn", "no_op", true)
              : map("kind", "ffn", "name", "ffn", "no_op", false, "intermediate_size", channels);
    };
  }

  private static Map<String, Object> common(int size) {
    return map(
        "no_op",
        size == 0,
        "replace_with_linear",
        false,
        "sparsify",
        NULL,
        "weights_precision",
        "bf16");
  }

  private Map<String, Object> scenario(int batch, int cacheFactor) {
    List<Object> subblocks = new ArrayList<>();
    for (int layer = 0; layer < layers; layer++) {
      double cache8 = 4.25 * cacheFactor;
      double cache4 = 2.125 * cacheFactor;
      subblocks.add(costs(layer, attention(8), "AttentionConfig", 6.25 + cache8, cache8, 100, 3));
      subblocks.add(costs(layer, attention(4), "AttentionConfig", 6.125 + cache4, cache4, 80, 2.5));
      subblocks.add(costs(layer, ffn(1024), "FFNConfig", 20, 0, 300, 5));
      subblocks.add(costs(layer, ffn(512), "FFNConfig", 10.125, 0, 150, 2.75));
      if (generation == Generation.FIRST) {
        subblocks.add(costs(layer, attention(0), "AttentionConfig", 0, 0, 0, 0));
        subblocks.add(costs(layer, ffn(0), "FFNConfig", 0, 0, 0, 0));
      }
    }
    return map(
        "args",
        map(
            "gpu",
            NULL,
            "batch_size",
            batch,
            "prefill_seq_len",
            4096,
            "generation_seq_len",
            1024,
            "n_embd",
            256,
            "n_head",
            32,
            "weights_dtype",
            "torch.bfloat16"),
        "non_block",
        map("runtime_ms", 7, "prefill_runtime_ms", NULL, "memory_mib", 50.5, "num_params", 1000),
        "subblocks",
        subblocks);
  }

  private static Map<String, Object> costs(
      int layer,
      Map<String, Object> config,
      String type,
      double memory,
      double cache,
      int parameters,
      double runtime) {
    return map(
        "subblock_config", config,
        "subblock_config_class", type,
        "runtime_ms", runtime,
        "prefill_runtime_ms", NULL,
        "num_params", parameters,
        "parent_layer_index", layer,
        "memory_mib", memory,
        "kv_cache_memory_mib", cache,
        "additive_metric_provenance", map("num_params", "formula"));
  }
}
