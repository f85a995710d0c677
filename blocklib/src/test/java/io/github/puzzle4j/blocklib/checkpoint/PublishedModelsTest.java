package io.github.puzzle4j.blocklib.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.ExpertsFfn;
import io.github.puzzle4j.blocklib.arch.GatedFfn;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention;
import io.github.puzzle4j.blocklib.arch.StoredWeights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Configs of published models, cut down to the fields that say something about shapes. */
class PublishedModelsTest {

  private static final Path CONFIGS = Path.of("src/test/resources/configs");

  @TempDir Path folder;

  /** Totals as the models' cards round them. */
  @ParameterizedTest
  @CsvSource({
    "llama-3.1-8b, 8.03",
    "llama-3.1-70b, 70.55",
    "llama-3.1-405b, 405.85",
    "qwen3-8b, 8.19",
    "qwen3-32b, 32.76",
    "qwen3-30b-a3b, 30.53",
    "mixtral-8x7b, 46.70",
    "nemotron-super-49b, 49.87",
    "nemotron-ultra-253b, 253.40",
  })
  void parametersAreThoseOfTheModelCard(String name, double billions) throws IOException {
    assertThat(Math.round(read(name).parameters() / 1e7) / 100.0).isEqualTo(billions);
  }

  /** Keys and values in 16 bits. */
  @ParameterizedTest
  @CsvSource({
    "llama-3.1-8b, 131072",
    "llama-3.1-405b, 516096",
    "qwen3-8b, 147456",
    "qwen3-32b, 262144",
    "qwen3-30b-a3b, 98304",
    "mixtral-8x7b, 131072",
    "nemotron-super-49b, 200704",
    "nemotron-ultra-253b, 262144",
  })
  void aTokenTakesSoManyBytesOfCache(String name, long bytes) throws IOException {
    assertThat(2 * read(name).cachedElementsPerToken()).isEqualTo(bytes);
  }

  @ParameterizedTest
  @CsvSource({
    "llama-3.1-8b, 8, ''",
    "llama-3.1-405b, 16, ''",
    "qwen3-30b-a3b, 8, ''",
    "mixtral-8x7b, 8, ''",
    "nemotron-ultra-253b, 8, ''",
    "nemotron-super-49b, 3, 'layer 0: 64 query heads do not divide among 3 GPUs'",
    "qwen3-8b, 64, 'layer 0: 32 query heads do not divide among 64 GPUs'",
  })
  void modelsAreDividedAsFarAsTheirHeadsAndChannelsGo(String name, int gpus, String objection)
      throws IOException {
    assertThat(read(name).objection(gpus).orElse("")).isEqualTo(objection);
  }

  @ParameterizedTest
  @ValueSource(strings = {"mixtral-8x7b", "qwen3-30b-a3b"})
  void modelsWithExpertsArePricedAndNotComputed(String name) throws IOException {
    Files.copy(CONFIGS.resolve(name + ".json"), folder.resolve("config.json"));
    assertThat(read(name).objectionToComputing()).isPresent();
    assertThatThrownBy(() -> Checkpoint.open(folder).close())
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("experts per layer can be priced, not computed");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"quant_method\": \"fp8\"} | FP8",
        "{\"quant_method\": \"modelopt\", \"quant_algo\": \"FP8\"} | FP8",
        "{\"quant_method\": \"modelopt\", \"quant_algo\": \"NVFP4\"} | NVFP4",
        "{\"quant_method\": \"compressed-tensors\", \"format\": \"float-quantized\"} | FP8",
      })
  void quantisedCheckpointsAreDescribed(String quantization, StoredWeights stored)
      throws IOException {
    writeLlama("\"quantization_config\": " + quantization);
    assertThat(ConfigFile.read(folder.resolve("config.json")).common().storedWeights())
        .isEqualTo(stored);
  }

  @Test
  void otherQuantisationsAreRefusedByName() throws IOException {
    writeLlama("\"quantization_config\": {\"quant_method\": \"gptq\", \"bits\": 4}");
    assertThatThrownBy(() -> ConfigFile.read(folder.resolve("config.json")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("quant_method 'gptq'");
  }

  @Test
  void someLayersOfAQwenMayHaveASingleFfn() throws IOException {
    String text = Files.readString(CONFIGS.resolve("qwen3-30b-a3b.json"));
    Path file = folder.resolve("some-name.json");
    Files.writeString(file, text.replace("\"mlp_only_layers\": []", "\"mlp_only_layers\": [1]"));
    Model model = ConfigFile.read(file);
    ExpertsFfn experts = new ExpertsFfn(128, 8, 768, 0);
    assertThat(model.layers().subList(0, 3).stream().map(Layer::ffn))
        .containsExactly(experts, new GatedFfn(6144), experts);
  }

  @Test
  void aConfigThatNoFamilyCanHoldIsNotWritten() throws IOException {
    Model qwen = read("qwen3-8b");
    SoftmaxAttention own = qwen.firstSoftmax().orElseThrow();
    Layer layer = qwen.layers().getFirst();
    List<Layer> layers = new ArrayList<>(qwen.layers());
    layers.set(1, layer.with(SoftmaxAttention.plain(own.heads())));
    Model child = qwen.withLayers(layers);
    assertThatThrownBy(
            () -> ConfigFile.write(folder.resolve("config.json"), child, TensorType.BF16))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "no config.json can hold this model: layer 1 is gqa_8+ffn_12288, and layers differ in"
                + " query heads, biases or head norms, or have experts");
  }

  @Test
  void configsOfPublishedModelsAreReadAndWrittenBack() throws IOException {
    Path configs = Path.of("../../shared/configs");
    assumeTrue(Files.isDirectory(configs), "no ../shared/configs beside the repository");
    try (var files = Files.newDirectoryStream(configs, "*.config.json")) {
      for (Path file : files) {
        Model model = ConfigFile.read(file);
        assertThat(model.parameters()).as(file.toString()).isGreaterThan(8_000_000_000L);
        if (model.objectionToComputing().isEmpty()) {
          Path copy = folder.resolve("copy.json");
          ConfigFile.write(copy, model, TensorType.BF16);
          assertThat(ConfigFile.read(copy)).as(file.toString()).isEqualTo(model);
        }
      }
    }
  }

  private void writeLlama(String further) throws IOException {
    String text = Files.readString(CONFIGS.resolve("llama-3.1-8b.json"));
    Files.writeString(folder.resolve("config.json"), text.replaceFirst("\\{", "{" + further + ","));
  }

  private static Model read(String name) throws IOException {
    return ConfigFile.read(CONFIGS.resolve(name + ".json"));
  }
}
