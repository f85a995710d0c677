package io.github.puzzle4j.export.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.checkpoint.Checkpoint;
import io.github.puzzle4j.blocklib.checkpoint.ConfigFile;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.export.ChildModel;
import io.github.puzzle4j.export.Exporters;
import io.github.puzzle4j.export.RandomChild;
import io.github.puzzle4j.export.ReferenceModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** FP8 and NVFP4 as ModelOpt writes them, and loaders read them. */
class ModelOptFoldersTest {

  private static final List<Integer> ROW = List.of(256, 40, 71, 99, 280, 12, 5, 33, 41, 7, 250, 9);
  private static final String LAYER = "model.layers.1.";

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "fp8-static, llama, heads, 0.03",
    "fp8-static, llama, alike, 0.03",
    "fp8-static, mistral, window-mix, 0.03",
    "fp8-static, qwen2, widths, 0.03",
    "nvfp4, llama, heads, 0.2",
    "nvfp4, llama, linear, 0.2",
    "nvfp4, qwen2, widths, 0.2",
    "nvfp4, qwen3, left-out, 0.2",
  })
  void whatIsReadAgainIsTheChildRounded(String format, String family, String mix, double gap)
      throws IOException {
    ChildModel child = child(family, mix);
    double expected = new ReferenceModel(child.model(), child.tensors()).loss(ROW);
    try (Checkpoint read = Checkpoint.open(export(format, child))) {
      assertThat(read.storedBytes().keySet())
          .contains("BF16", "F8_E4M3", "F32")
          .contains(format.equals("nvfp4") ? "U8" : "F8_E4M3");
      assertThat(new ReferenceModel(read.model(), read).loss(ROW))
          .isCloseTo(expected, within(gap * expected));
    }
  }

  /** Engines join them to one matrix, which has one factor. */
  @ParameterizedTest
  @CsvSource({"fp8-static, weight_scale, 448", "nvfp4, weight_scale_2, 2688"})
  void matricesThatAreJoinedShareFactors(String format, String name, float largest)
      throws IOException {
    ChildModel child = child("llama", "alike");
    try (Checkpoint read = Checkpoint.open(export(format, child))) {
      TensorSource stored = read.stored();
      for (List<String> joined :
          List.of(
              List.of("self_attn.q_proj.", "self_attn.k_proj.", "self_attn.v_proj."),
              List.of("self_attn.o_proj."),
              List.of("mlp.gate_proj.", "mlp.up_proj."),
              List.of("mlp.down_proj."))) {
        float weights = 0;
        float inputs = 0;
        for (String module : joined) {
          String weight = LAYER + module + "weight";
          for (float number : child.tensors().tensor(weight).toFloats()) {
            weights = Math.max(weights, Math.abs(number));
          }
          inputs = Math.max(inputs, child.inputs().getOrDefault(weight, 0f));
        }
        for (String module : joined) {
          assertThat(stored.tensor(LAYER + module + name).toFloats())
              .containsExactly(weights / largest);
          assertThat(stored.tensor(LAYER + module + "input_scale").toFloats())
              .containsExactly(inputs / largest);
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"fp8-static, FP8, FP8_STATIC", "nvfp4, NVFP4, NVFP4"})
  void bothConfigsSayWhatIsStored(String format, String algorithm, String stored)
      throws IOException {
    Path out = export(format, child("qwen3", "heads"));
    Path config = out.resolve(ConfigFile.NAME);
    assertThat(ConfigFile.storedFormat(config).matrices().toString()).isEqualTo(stored);
    JsonNode own = Json.readTree(config).get("quantization_config");
    assertThat(own.get("quant_method").stringValue()).isEqualTo("modelopt");
    assertThat(own.get("quant_algo").stringValue()).isEqualTo(algorithm);
    assertThat(own.get("ignore").toString()).isEqualTo("[\"lm_head\"]");
    JsonNode file = Json.readTree(out.resolve("hf_quant_config.json"));
    assertThat(file.at("/producer/name").stringValue()).isEqualTo("modelopt");
    assertThat(file.at("/quantization/quant_algo").stringValue()).isEqualTo(algorithm);
    assertThat(file.at("/quantization/exclude_modules").toString()).isEqualTo("[\"lm_head\"]");
    assertThat(file.at("/quantization/kv_cache_quant_algo").isNull()).isTrue();
  }

  private ChildModel child(String family, String mix) throws IOException {
    Model model = FamilyMixes.model(family, mix);
    return RandomChild.withInputs(
        RandomChild.create(model, 3, TensorType.BF16, folder.resolve("files")));
  }

  private Path export(String format, ChildModel child) throws IOException {
    Path out = folder.resolve("out");
    Exporters.named("huggingface-" + format).export(child, out);
    return out;
  }
}
