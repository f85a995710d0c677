package io.github.puzzle4j.blocklib.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Configs as Transformers 5 saves them, and configs whose layers differ, in all families. */
class ConfigFamiliesTest {

  private static final Path SAVED = Path.of("src/test/resources/golden/transformers5");

  @TempDir Path folder;

  private Model read(String saved, String more) throws IOException {
    Path file = folder.resolve("config.json");
    String text = Files.readString(SAVED.resolve(saved + ".json"));
    Files.writeString(file, text.replaceFirst("\\{", "{" + more.replace("\\", "\\\\") + ","));
    return ConfigFile.read(file);
  }

  private static String ids(Model model) {
    return model.layers().stream().map(Layer::id).collect(Collectors.joining(" "));
  }

  @ParameterizedTest
  @CsvFileSource(files = "src/test/resources/golden/transformers5/parameters.csv")
  void aConfigAsSavedHasTheParametersOfTheFamilysModel(String saved, long parameters)
      throws IOException {
    assertThat(ConfigFile.read(SAVED.resolve(saved + ".json")).parameters()).isEqualTo(parameters);
  }

  @Test
  void aSavedConfigForSingleLayersIsReadLayerByLayer() throws IOException {
    assertThat(ids(ConfigFile.read(SAVED.resolve("hetero.json"))))
        .isEqualTo("gqa_2+ffn_24 noop+ffn_40 gqa_1+noop");
  }

  @Test
  void bothNamesOfTheNumberOfExpertsMustAgree() throws IOException {
    assertThat(ids(read("qwen3_moe", "\"num_experts\": 8"))).startsWith("gqa_2+experts_8");
    assertThatThrownBy(() -> read("qwen3_moe", "\"num_experts\": 9"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageEndingWith("num_experts=9 and num_local_experts=8 differ");
  }

  private static final String NOTHING = "{\"no_op\": true, \"num_key_value_heads\": null}";

  private static String block(String attention, String ffn) {
    return "{\"attention\": %s, \"ffn\": %s, \"parallel_blocks\": null}".formatted(attention, ffn);
  }

  private static String attention(int kvHeads) {
    return ("{\"no_op\": false, \"replace_with_linear\": false, \"sparsify\": null,"
            + " \"weights_precision\": \"bf16\", \"num_key_value_heads\": %d, \"llama4\": null,"
            + " \"mamba\": null}")
        .formatted(kvHeads);
  }

  private static String ffn(int channels) {
    return "{\"no_op\": false, \"moe\": null, \"intermediate_size\": %d}".formatted(channels);
  }

  private static String blocks(String... blocks) {
    return "\"block_configs\": [%s]".formatted(String.join(", ", blocks));
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "mistral", "qwen2", "qwen3"})
  void blocksWithStatedSizesAreReadInEveryFamily(String saved) throws IOException {
    Model whole = ConfigFile.read(SAVED.resolve(saved + ".json"));
    Model child =
        read(
            saved,
            blocks(
                block(attention(1), ffn(24)),
                block(NOTHING, ffn(40)),
                block("{\"replace_with_linear\": true}", "{\"no_op\": true}")));
    assertThat(
            child.layers().stream().map(Layer::id).map(id -> id.replaceFirst("_window_\\d+", "")))
        .containsExactly("gqa_1+ffn_24", "noop+ffn_40", "linear+noop");
    assertThat(child.common()).isEqualTo(whole.common());
    // Head norms, biases and windows are those of the family.
    assertThat(read(saved, blocks(same(), same(), same()))).isEqualTo(whole);
  }

  private static String same() {
    return block(attention(2), ffn(40));
  }

  @Test
  void theLaterLayoutOfBlocksIsRead() throws IOException {
    String later =
        """
        {"subblock_configs": [
          {"kind": "ffn", "name": "ffn", "no_op": false, "intermediate_size": 24},
          {"kind": "attention", "name": "attention", "no_op": false, "num_kv_heads": 1,
           "num_query_heads": 4, "qk_head_dim": 16, "v_head_dim": 16}]}\
        """;
    assertThat(ids(read("qwen3-options", blocks(later, same(), later))))
        .isEqualTo("gqa_1+ffn_24 gqa_2+ffn_40 gqa_1+ffn_24");
    for (String wrong :
        new String[] {
          "\"num_query_heads\": 4|\"num_query_heads\": 2|num_query_heads=2",
          "\"qk_head_dim\": 16|\"qk_head_dim\": 8|qk_head_dim=8",
          "\"kind\": \"ffn\"|\"kind\": \"mamba\"|kind 'mamba'",
          "\"kind\": \"ffn\"|\"kind\": \"attention\"|more than one of kind 'attention'",
        }) {
      String[] parts = wrong.split("\\|", -1);
      String broken = later.replace(parts[0], parts[1]);
      assertThatThrownBy(() -> read("qwen3-options", blocks(broken, same(), same())))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining(parts[2]);
    }
  }

  /** As Puzzletron writes a child: for its own loaders, and once more for vLLM. */
  @ParameterizedTest
  @ValueSource(strings = {"llama", "mistral", "qwen2", "qwen3"})
  void bothViewsOfTheSameLayersAreReadInEveryFamily(String saved) throws IOException {
    String blocks = blocks(later("full", 1, 24), later("8", 2, 40), NO_OPS);
    String types = "[\"full_attention\", \"sliding_attention\", \"full_attention\"]";
    String overrides =
        """
        {"0": {"num_key_value_heads": 1, "global_head_dim": %d, "intermediate_size": 24,
               "sliding_window": null},
         "01": {"layer_types": %s, "sliding_window": 8},
         "2": {"skip": ["attention", "mlp"]}}\
        """
            .formatted(saved.equals("qwen3") ? 128 : 8, types);
    String both = blocks + ", \"per_layer_config\": " + overrides;
    for (String keys : new String[] {blocks, both}) {
      Model child = read(saved, keys);
      assertThat(ids(child)).isEqualTo("gqa_1+ffn_24 gqa_2_window_8+ffn_40 noop+noop");
      assertThat(child.common())
          .isEqualTo(ConfigFile.read(SAVED.resolve(saved + ".json")).common());
    }
    for (String wrong :
        new String[] {
          "\"intermediate_size\": 24}|\"intermediate_size\": 25}|block_configs and per_layer_config"
              + " differ: layer 0",
          "\"skip\": [\"attention\", \"mlp\"]|\"skip\": [\"mlp\"]|differ: layer 2 is noop+noop",
          "\"sliding_window\": 8|\"sliding_window\": 9|differ: layer 1 has a window of 8 or 9"
              + " tokens",
          "\"global_head_dim\": |\"global_head_dim\": 4|'global_head_dim' is not supported",
          "\"sliding_window_size\": 8, |  |block_configs[1] needs 'sliding_window_size'",
          "_size\": \"full\"|_size\": \"half\"|sliding_window_size=\"half\" must be a whole number",
        }) {
      String[] parts = wrong.split("\\|", -1);
      assertThat(both).contains(parts[0]);
      assertThatThrownBy(() -> read(saved, both.replace(parts[0], parts[1])))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining(parts[2]);
    }
  }

  private static final String NO_OPS =
      "{\"subblock_configs\": [{\"kind\": \"attention\", \"name\": \"attention\", \"no_op\": true},"
          + " {\"kind\": \"ffn\", \"name\": \"ffn\", \"no_op\": true}]}";

  private static String later(String window, int kvHeads, int channels) {
    return """
    {"subblock_configs": [
      {"kind": "attention", "name": "attention", "no_op": false, "num_kv_heads": %d,
       "sliding_window_size": %s, "k_eq_v": false},
      {"kind": "ffn", "name": "ffn", "no_op": false, "intermediate_size": %d}]}\
    """
        .formatted(kvHeads, window.equals("full") ? "\"full\"" : window, channels);
  }

  @ParameterizedTest
  @ValueSource(strings = {"mixtral", "qwen3_moe"})
  void blocksOfExpertsArePriced(String saved) throws IOException {
    String fewer =
        block(
            attention(1),
            "{\"intermediate_size\": null, \"moe\": {\"num_local_experts\": 2,"
                + " \"expert_intermediate_dim\": 8, \"num_experts_per_tok\": 2}}");
    Model child = read(saved, blocks(fewer, block(NOTHING, "{\"no_op\": true}"), fewer));
    assertThat(ids(child)).isEqualTo("gqa_1+experts_2 noop+noop gqa_1+experts_2");
    assertThat(child.layers().getFirst().ffn().channelsPerToken()).isEqualTo(16);
    assertThatThrownBy(() -> read(saved, blocks(same(), same(), same())))
        .hasMessageContaining("block_configs[0]: ffn needs 'moe'");
    assertThatThrownBy(() -> read("llama", blocks(fewer, same(), same())))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("block_configs[0]: num_experts=2 is not supported");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"sparsify\": 0.5, \"num_key_value_heads\": 2} | sparsify=0.5 is not supported",
        "{\"mamba\": {\"state_dim\": 4}, \"num_key_value_heads\": 2} | mamba={",
        "{\"window_length\": 64, \"num_key_value_heads\": 2} | window_length=64",
        "{\"weights_precision\": \"fp8\", \"num_key_value_heads\": 2} | weights_precision=\"fp8\"",
        "{\"num_heads\": 2, \"num_key_value_heads\": 2} | num_heads=2",
        "{\"num_key_value_heads\": null} | needs 'n_heads_in_group'",
        "{\"num_key_value_heads\": 3} | kvHeads=3",
        "7 | must be a JSON object",
      })
  void aBlockThatCannotBeReadIsRefusedByName(String attention, String message) {
    assertThatThrownBy(() -> read("llama", blocks(same(), block(attention, ffn(40)), same())))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(message)
        .hasMessageContaining(folder.toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"block_configs\": [] | num_hidden_layers=3, but block_configs has 0 entries",
        "\"block_configs\": {\"0\": {}} | block_configs must be a list",
        "\"per_layer_config\": {\"3\": {\"skip\": [\"mlp\"]}} | '3' is none of the layers 0 to 2",
        "\"per_layer_config\": {\"x\": {\"skip\": [\"mlp\"]}} | 'x' is none of the layers",
        "\"per_layer_config\": {\"0\": {\"skip\": [\"norm\"]}} | skip holds 'norm'",
        "\"per_layer_config\": {\"0\": {\"skip\": \"mlp\"}} | skip must be a list",
        "\"per_layer_config\": {\"0\": {\"hidden_size\": 16}} | 'hidden_size' is not supported",
        "\"per_layer_config\": {\"0\": {\"num_key_value_heads\": 3}} | kvHeads=3",
        "\"per_layer_config\": [1, 2, 3] | must be a JSON object",
        "\"layer_inter_size\": [40, 24, 40] | layer_inter_size=[40,24,40] is not supported",
        "\"layer_head_num\": [4, 4] | layer_head_num=[4,4] is not supported",
        "\"num_key_value_heads_per_layer\": [2, 2, 1] | num_key_value_heads_per_layer",
        "\"my_widths\": [40, 24, 40] | my_widths=[40,24,40] has entries for single layers",
        "\"pruning\": {\"kept\": [1, 2, 3]} | pruning.kept=[1,2,3] has entries for single layers",
        "\"overrides\": {\"1\": {\"x\": 2}} | overrides={\"1\":{\"x\":2}} has entries",
        "\"quantization\": {\"bits\": 4, \"group_size\": 64} | quantization={\"bits\":4",
        "\"compression_config\": {\"format\": \"x\"} | compression_config",
        "\"layer_types\": [\"full_attention\"] | layer_types has 1 entries",
        "\"layer_types\": [\"full_attention\", \"x\", \"x\"] | layer_types holds \"x\"",
        "\"kv_lora_rank\": 16 | kv_lora_rank=16",
      })
  void whatChangesTheLayersIsNeverPassedOver(String key, String message) {
    for (String saved : new String[] {"llama", "qwen3_moe", "mixtral"}) {
      assertThatThrownBy(() -> read(saved, key))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining(message)
          .hasMessageContaining("config.json");
    }
  }

  @Test
  void whatDescribesNoLayerIsPassedOver() throws IOException {
    String harmless =
        "\"architectures\": [\"A\", \"B\", \"C\"], \"id2label\": {\"0\": \"x\", \"1\": \"y\"},"
            + " \"task_specific_params\": {\"a\": [1, 2, 3]}, \"pruned_heads\": {},"
            + " \"languages\": [\"en\", \"de\"], \"per_layer_config\": {}, \"kv_lora_rank\": null,"
            + " \"unsloth_version\": \"2026.1\", \"layer_head_num\": null";
    Model whole = ConfigFile.read(SAVED.resolve("mistral.json"));
    assertThat(read("mistral", harmless)).isEqualTo(whole);
  }
}
