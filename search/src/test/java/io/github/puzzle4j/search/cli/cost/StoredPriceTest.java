package io.github.puzzle4j.search.cli.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.puzzle4j.search.cli.CommandRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** A checkpoint costs what it costs as it is stored, unless an option says otherwise. */
class StoredPriceTest {

  private static final Path CONFIGS = Path.of("../blocklib/src/test/resources/configs");

  private static final double GIB = 1L << 30;

  /** Llama 70B: of each layer, of one table, and norms. */
  private static final long ATTENTION = 8192L * (2 * 8192 + 2 * 1024);

  private static final long FFN = 3L * 8192 * 28_672;
  private static final long TABLE = 128_256L * 8192;
  private static final long NORMS = 161L * 8192;

  private static final String DYNAMIC =
      """
      {"quant_method": "compressed-tensors", "format": "float-quantized", "ignore": ["lm_head"],
       "config_groups": {"g": {"targets": ["Linear"], "weights": {"num_bits": 8, "type": "float",
       "strategy": "channel"}, "input_activations": {"num_bits": 8, "type": "float",
       "strategy": "token", "dynamic": true}}}}\
      """;

  @TempDir Path folder;

  private Path model(String config, String quantization) throws IOException {
    String text = Files.readString(CONFIGS.resolve(config)).strip();
    Path file = folder.resolve("config.json");
    Files.writeString(
        file, "{\"quantization_config\": %s,%s".formatted(quantization, text.substring(1)));
    return file;
  }

  private static CommandRun cost(Path model, String gpu, Object... more) {
    List<Object> arguments = new ArrayList<>(List.of("cost", "--model", model, "--target", gpu));
    arguments.addAll(List.of("--isl", 1000, "--osl", 200, "--batch", 1));
    Collections.addAll(arguments, more);
    return CommandRun.of(arguments.toArray());
  }

  private static JsonNode json(CommandRun run) {
    assertThat(run.exitCode()).as(run.err()).isZero();
    return run.json();
  }

  private static double weights(JsonNode cost) {
    return cost.at("/memory_gib/weights").doubleValue();
  }

  @Test
  void aModelInFp8TakesOneBytePerNumber() throws IOException {
    Path model = model("llama-3.1-70b.json", DYNAMIC);
    double stored = (80 * (ATTENTION + FFN) + 2 * (2 * TABLE + NORMS)) / GIB;
    JsonNode cost = json(cost(model, "h100-sxm", "--json"));
    assertThat(weights(cost)).isCloseTo(stored, within(1e-6)).isCloseTo(67.67, within(0.01));
    assertThat(cost.get("weights").stringValue()).isEqualTo("fp8");
    assertThat(cost.get("kv_cache").stringValue()).isEqualTo("bf16");
    assertThat(cost(model, "h100-sxm").out())
        .startsWith(model.toString())
        .contains("fp8 weights, bf16 KV cache, as in quantization_config, 1000 tokens in");
    // What is asked for is as it always was.
    JsonNode asked = json(cost(model, "h100-sxm", "--json", "--weights", "bf16", "--tp", "4"));
    assertThat(4 * weights(asked)).isCloseTo(131.4, within(0.1));
    assertThat(cost(model, "h100-sxm", "--weights", "bf16", "--kv", "bf16", "--tp", "4").out())
        .contains("bf16 weights, bf16 KV cache, 1000 tokens in");
  }

  @Test
  void anLmHeadThatIsNotLeftOutIsQuantisedToo() throws IOException {
    double head = weights(json(cost(model("llama-3.1-70b.json", DYNAMIC), "h100-sxm", "--json")));
    String all = DYNAMIC.replace("[\"lm_head\"]", "[]");
    assertThat(weights(json(cost(model("llama-3.1-70b.json", all), "h100-sxm", "--json"))))
        .isCloseTo(head - TABLE / GIB, within(1e-6));
  }

  @ParameterizedTest
  @CsvSource({"1", "2", "4"})
  void whatIsLeftOutStaysIn16BitsInItsLayer(int gpus) throws IOException {
    String some =
        """
        {"quant_method": "fbgemm_fp8", "modules_to_not_convert": ["lm_head", "model.layers.0",
         "model.layers.79", "re:.*self_attn.*", "model.layers.7.mlp.down_proj"]}\
        """;
    long quantised = 78 * FFN - FFN / 3;
    long numbers = 80 * (ATTENTION + FFN) + 2 * TABLE;
    double stored = (2 * (numbers - quantised) + quantised) / GIB;
    JsonNode cost =
        json(cost(model("llama-3.1-70b.json", some), "b200-sxm", "--json", "--tp", gpus));
    assertThat(gpus * weights(cost)).isCloseTo(stored, within(0.02));
    JsonNode layers = cost.get("layers");
    assertThat(layers.get(0).get("weight_bytes").longValue() * gpus)
        .isCloseTo(2 * (ATTENTION + FFN), within(200_000L));
    assertThat(layers.get(7).get("weight_bytes").longValue() * gpus)
        .isCloseTo(2 * ATTENTION + 4 * FFN / 3, within(200_000L));
    assertThat(layers.get(1).get("weight_bytes").longValue() * gpus)
        .isCloseTo(2 * ATTENTION + FFN, within(200_000L));
    assertThat(layers.get(0).get("decode_ms").doubleValue())
        .isNotEqualTo(layers.get(1).get("decode_ms").doubleValue());
  }

  @Test
  void aCacheInEightBitsTakesHalf() throws IOException {
    String cache =
        DYNAMIC.replaceFirst(
            "\\{", "{\"kv_cache_scheme\": {\"num_bits\": 8, \"type\": \"float\"},");
    JsonNode half = json(cost(model("qwen3-8b.json", cache), "h100-sxm", "--json"));
    JsonNode full = json(cost(model("qwen3-8b.json", DYNAMIC), "h100-sxm", "--json"));
    JsonNode asked =
        json(cost(model("qwen3-8b.json", cache), "h100-sxm", "--json", "--kv", "bf16"));
    assertThat(half.get("kv_cache").stringValue()).isEqualTo("fp8");
    assertThat(2 * half.at("/memory_gib/kv_cache").doubleValue())
        .isEqualTo(full.at("/memory_gib/kv_cache").doubleValue())
        .isEqualTo(asked.at("/memory_gib/kv_cache").doubleValue());
    assertThat(weights(asked)).isEqualTo(weights(half));
  }

  @Test
  void theFileOfModelOptIsReadInAFolder() throws IOException {
    Path file = model("qwen3-8b.json", "null");
    Files.writeString(
        folder.resolve("hf_quant_config.json"),
        "{\"quantization\": {\"quant_algo\": \"NVFP4\", \"kv_cache_quant_algo\": \"FP8\","
            + " \"exclude_modules\": [\"lm_head\"]}}");
    JsonNode cost = json(cost(folder, "b200-sxm", "--backend", "trtllm", "--json"));
    assertThat(cost.get("weights").stringValue()).isEqualTo("nvfp4");
    assertThat(cost.get("kv_cache").stringValue()).isEqualTo("fp8");
    assertThat(weights(cost)).isBetween(5.9, 6.1);
    assertThat(cost(file, "b200-sxm", "--backend", "trtllm").out())
        .contains("as in hf_quant_config.json");
  }

  @Test
  void aGpuWithoutTheFormatIsRefusedWithTheRemedy() throws IOException {
    Path model = model("qwen3-8b.json", DYNAMIC);
    assertThat(cost(model, "a100-sxm"))
        .isEqualTo(
            CommandRun.refused(
                2,
                "%s: a100-sxm does not multiply in fp8; it does in bf16; the format is as in quantization_config: other ones are priced with --weights and --kv"
                    .formatted(model)));
    assertThat(cost(model, "a100-sxm", "--weights", "bf16").exitCode()).isZero();
  }

  @Test
  void aChildOfAnyModelCostsWhatTheSameChildDoesInTheLayoutOfPublishedChildren()
      throws IOException {
    String common =
        """
        "vocab_size": 32000, "hidden_size": 2048, "num_hidden_layers": 3, "head_dim": 128,
        "num_attention_heads": 16, "rms_norm_eps": 1e-5, "max_position_embeddings": 4096\
        """;
    Path any = folder.resolve("any.json");
    Path nas = folder.resolve("nas.json");
    Files.writeString(
        any,
        """
        {"model_type": "llama", "architectures": ["AnyModel"], "num_key_value_heads": 8,
         "intermediate_size": 8192, "block_configs": [
         {"attention": {"num_key_value_heads": 2}, "ffn": {"intermediate_size": 1024}},
         {"attention": {"no_op": true}, "ffn": {"intermediate_size": 8192}},
         {"attention": {"num_key_value_heads": 8}, "ffn": {"no_op": true}}], %s}\
        """
            .formatted(common));
    Files.writeString(
        nas,
        """
        {"model_type": "nemotron-nas", "block_configs": [
         {"attention": {"n_heads_in_group": 8}, "ffn": {"intermediate_size": 1024}},
         {"attention": {"no_op": true}, "ffn": {"intermediate_size": 8192}},
         {"attention": {"n_heads_in_group": 2}, "ffn": {"no_op": true}}], %s}\
        """
            .formatted(common));
    assertThat(cost(any, "h100-sxm", "--json")).isEqualTo(cost(nas, "h100-sxm", "--json"));
    assertThat(CommandRun.of("inspect", "--json", any).json().get("layers"))
        .isEqualTo(CommandRun.of("inspect", "--json", nas).json().get("layers"));
  }
}
