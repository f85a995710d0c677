package io.github.puzzle4j.blocklib.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.StoredWeights;
import io.github.puzzle4j.blocklib.checkpoint.StoredFormat.Matrices;
import io.github.puzzle4j.blocklib.checkpoint.StoredFormat.PlainShare;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code quantization_config} and ModelOpt's file say of matrices and KV cache. */
class StoredFormatTest {

  private static final Path LLAMA = Path.of("src/test/resources/golden/transformers5/llama.json");

  private static final String DYNAMIC =
      """
      "quant_method": "compressed-tensors", "format": "float-quantized", "config_groups": {"g": {
      "targets": ["Linear"], "weights": {"num_bits": 8, "type": "float"},
      "input_activations": {"num_bits": 8, "type": "float", "dynamic": true}}}\
      """;

  @TempDir Path folder;

  private Path config(String quantization) throws IOException {
    Path file = folder.resolve("config.json");
    String key = "{\"quantization_config\": %s,".formatted(quantization);
    Files.writeString(file, key + Files.readString(LLAMA).strip().substring(1));
    return file;
  }

  private StoredFormat stored(String quantization) throws IOException {
    return ConfigFile.storedFormat(config(quantization));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "null | PLAIN | false",
        "{} | PLAIN | false",
        "{\"quant_method\": \"bitsandbytes\", \"load_in_8bit\": false} | PLAIN | false",
        "{\"quant_method\": \"compressed-tensors\", \"format\": \"dense\"} | PLAIN | false",
        "{\"quant_method\": \"compressed-tensors\", \"format\": \"dense\", \"sparsity_config\":"
            + " {\"format\": \"dense\", \"sparsity_structure\": \"2:4\"}} | PLAIN | false",
        "{\"quant_method\": \"compressed-tensors\", \"format\": \"float-quantized\","
            + " \"config_groups\": {}} | PLAIN | false",
        "{\"quant_method\": \"compressed-tensors\", \"format\": \"dense\", \"kv_cache_scheme\":"
            + " {\"num_bits\": 8, \"type\": \"float\"}} | PLAIN | true",
        "{\"quant_method\": \"fp8\"} | FP8 | false",
        "{\"quant_method\": \"fp8\", \"activation_scheme\": \"static\"} | FP8_STATIC | false",
        "{\"quant_method\": \"fp8\", \"weight_block_size\": [128, 128]} | FP8_BLOCK | false",
        "{\"quant_method\": \"fbgemm_fp8\"} | FP8 | false",
        "{\"quant_method\": \"modelopt\", \"quant_algo\": \"FP8\"} | FP8_STATIC | false",
        "{\"quant_method\": \"modelopt\", \"quant_algo\": \"NVFP4\", \"kv_cache_scheme\":"
            + " {\"num_bits\": 8, \"type\": \"float\"}} | NVFP4 | true",
        "{\"quant_method\": \"modelopt\", \"quant_algo\": null, \"kv_cache_quant_algo\":"
            + " \"FP8\"} | PLAIN | true",
        "{\"quant_method\": \"compressed-tensors\", \"format\": \"nvfp4-pack-quantized\"} | NVFP4"
            + " | false",
      })
  void methodsAreRead(String quantization, Matrices matrices, boolean cacheInFp8)
      throws IOException {
    StoredFormat stored = stored(quantization);
    assertThat(stored.matrices()).isEqualTo(matrices);
    assertThat(stored.cacheInFp8()).isEqualTo(cacheInFp8);
    assertThat(stored.plain()).isEmpty();
    assertThat(ConfigFile.read(config(quantization)).common().storedWeights())
        .isEqualTo(matrices.weights());
  }

  @Test
  void groupsWithTheirActivationsAreRead() throws IOException {
    assertThat(stored("{%s}".formatted(DYNAMIC)).matrices()).isEqualTo(Matrices.FP8);
    assertThat(stored("{%s}".formatted(DYNAMIC.replace("true", "false"))).matrices())
        .isEqualTo(Matrices.FP8_STATIC);
    assertThat(
            stored(
                    "{%s}"
                        .formatted(
                            DYNAMIC.replace(
                                "8, \"type\"", "8, \"block_structure\": [16, 16], \"type\"")))
                .matrices())
        .isEqualTo(Matrices.FP8_BLOCK);
  }

  @Test
  void theFileOfModelOptCountsWhereTheConfigSaysNothing() throws IOException {
    Path file = config("null");
    Files.writeString(
        folder.resolve("hf_quant_config.json"),
        """
        {"producer": {"name": "modelopt"}, "quantization": {"quant_algo": "FP8",
        "kv_cache_quant_algo": "FP8", "exclude_modules": ["lm_head", "model.layers.1*"]}}\
        """);
    StoredFormat stored = ConfigFile.storedFormat(file);
    assertThat(stored.matrices()).isEqualTo(Matrices.FP8_STATIC);
    assertThat(stored.cacheInFp8()).isTrue();
    assertThat(stored.source()).isEqualTo("hf_quant_config.json");
    assertThat(stored.plain())
        .containsExactly(PlainShare.NONE, new PlainShare(1, 1), PlainShare.NONE);
    assertThat(ConfigFile.read(file).common().storedWeights()).isEqualTo(StoredWeights.FP8);

    assertThat(ConfigFile.storedFormat(config("{\"quant_method\": \"fp8\"}")).source())
        .isEqualTo("quantization_config");
  }

  /** Attention has 2 * 32 * 32 + 2 * 32 * 16 elements, each matrix of the FFN 32 * 40. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "lm_head | 0 | 0 | false",
        "re:.*self_attn.* | 1 | 0 | false",
        "model.layers.0.self_attn | 1 | 0 | false",
        "self_attn.o_proj | 0.3333 | 0 | false",
        "model.layers.0.mlp.down_proj | 0 | 0.3333 | false",
        "*mlp.gate* | 0 | 0.3333 | false",
        "model.layers.0 | 1 | 1 | false",
        "model.layers.10 | 0 | 0 | true",
        "Linear | 1 | 1 | false",
      })
  void modulesThatAreLeftOutAreCounted(String module, double attention, double ffn, boolean head)
      throws IOException {
    StoredFormat stored = stored("{%s, \"ignore\": [\"%s\"]}".formatted(DYNAMIC, module));
    PlainShare first = stored.plain().isEmpty() ? PlainShare.NONE : stored.plain().getFirst();
    assertThat(first.attention())
        .isCloseTo(attention, org.assertj.core.api.Assertions.within(1e-4));
    assertThat(first.ffn()).isCloseTo(ffn, org.assertj.core.api.Assertions.within(1e-4));
    assertThat(stored.headStored()).isEqualTo(head || !module.matches("lm_head|Linear"));
  }

  @Test
  void modulesThatAreNoTargetsStayPlain() throws IOException {
    StoredFormat stored = stored("{%s}".formatted(DYNAMIC.replace("\"Linear\"", "\"re:.*mlp.*\"")));
    assertThat(stored.plain()).containsOnly(new PlainShare(1, 0));
    assertThat(stored.headStored()).isFalse();
    assertThat(stored("{\"quant_method\": \"fp8\"}").headStored()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"quant_method\": \"bitsandbytes\", \"load_in_4bit\": true}",
        "{\"quant_method\": \"compressed-tensors\", \"format\": \"pack-quantized\"}",
        "{\"quant_method\": \"compressed-tensors\"}",
        "{\"quant_method\": \"compressed-tensors\", \"format\": \"float-quantized\","
            + " \"sparsity_config\": {\"format\": \"sparse-24-bitmask\"}}",
        "{\"quant_method\": \"modelopt\"}",
        "{\"quant_method\": \"modelopt\", \"quant_algo\": \"W4A16_AWQ\"}",
        "{\"quant_method\": \"modelopt\", \"quant_algo\": \"FP8\", \"kv_cache_quant_algo\":"
            + " \"NVFP4\"}",
        "{\"quant_method\": \"fp8\", \"kv_cache_scheme\": {\"num_bits\": 4, \"type\": \"float\"}}",
        "{\"quant_method\": \"fp8\", \"ignored_layers\": [\"re:(\"]}",
        "{\"quant_method\": \"fp8\", \"ignored_layers\": [\"re:(.*)*(.*)*(.*)*(.*)*(.*)*(.*)*x\"]}",
        "{\"quant_method\": \"fp8\", \"ignored_layers\": [7]}",
        "{\"bits\": 4}",
      })
  void otherStorageIsRefused(String quantization) {
    assertThatThrownBy(() -> stored(quantization))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageNotContaining("\n");
  }

  @Test
  void factorsOfTheCacheConcernNoWeights() throws IOException {
    Path golden = Path.of("src/test/resources/golden/llama/tied-bf16");
    List<String> factors =
        List.of(
            "self_attn.k_scale",
            "self_attn.attn.v_scale",
            "self_attn.k_proj.k_scale",
            "self_attn.v_proj.output_scale",
            "self_attn.q_scale",
            "self_attn.k_zero_point");
    try (Checkpoint whole = Checkpoint.open(golden)) {
      for (String factor : factors) {
        withScale(whole, "model.layers.0." + factor);
        try (Checkpoint scaled = Checkpoint.open(folder)) {
          assertThat(scaled.names()).isEqualTo(whole.names());
        }
      }
      for (String other :
          List.of(
              "model.layers.9.self_attn.k_scale",
              "model.layers.0.self_attn.k_proj.weight_scale",
              "model.layers.0.mlp.up_proj.input_scale")) {
        withScale(whole, other);
        assertThatThrownBy(() -> Checkpoint.open(folder).close())
            .isInstanceOf(InvalidInputException.class)
            .hasMessageContaining("'%s' has no place".formatted(other));
      }
    }
  }

  private void withScale(Checkpoint whole, String name) throws IOException {
    var tensors = new java.util.LinkedHashMap<String, Tensor>();
    for (String own : whole.names()) {
      tensors.put(own, whole.tensor(own));
    }
    tensors.put(name, Tensor.ofFloats(TensorType.F32, List.of(1L), new float[] {0.5f}));
    CheckpointWriter.write(
        folder, whole.model(), TensorSource.of(tensors), TensorType.BF16, 1 << 20);
  }
}
