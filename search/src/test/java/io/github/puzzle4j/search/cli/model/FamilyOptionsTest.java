package io.github.puzzle4j.search.cli.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.checkpoint.ConfigFile;
import io.github.puzzle4j.blocklib.checkpoint.SafetensorsWriter;
import io.github.puzzle4j.blocklib.checkpoint.Tensor;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.search.cli.CommandRun;
import io.github.puzzle4j.search.cli.DrawnNumbers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Options of all families against transformers, see {@code make_golden_losses.py}: either the loss
 * is the same, or the option is refused by name.
 */
class FamilyOptionsTest {

  private static final JsonNode GOLDEN = golden();

  @TempDir Path folder;

  /** A model of the golden file. */
  record Case(String name, TensorType stored, double loss, JsonNode config) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static JsonNode golden() {
    try {
      return Json.readTree(Path.of("src/test/resources/golden/losses/cases.json"));
    } catch (IOException unreadable) {
      throw new IllegalStateException(unreadable);
    }
  }

  static Stream<Case> cases() {
    return GOLDEN
        .get("cases")
        .valueStream()
        .map(one ->
            new Case(
                one.get("name").stringValue(),
                type(one.get("stored").stringValue()),
                one.get("loss").doubleValue(),
                one.get("config")));
  }

  private static TensorType type(String stored) {
    return switch (stored) {
      case "float32" -> TensorType.F32;
      case "float16" -> TensorType.F16;
      case "bfloat16" -> TensorType.BF16;
      default -> throw new IllegalArgumentException(stored);
    };
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theLossIsThatOfTransformers(Case one) throws IOException {
    writeWeights(write(one.config()), one.stored());

    JsonNode measured = EvalCommandTest.eval("--model", folder, "--data", rows());

    assertThat(measured.at("/lm_loss/mean").doubleValue()).isCloseTo(one.loss(), within(1e-5));
  }

  /** Children are written as nemotron-nas, where that can hold them. */
  static Stream<Case> uniformCases() {
    return cases().filter(one -> !one.name().contains("-child-"));
  }

  @ParameterizedTest
  @MethodSource("uniformCases")
  void aConfigThatIsWrittenIsReadAsItWas(Case one) throws IOException {
    Model read = write(one.config());
    Path copy = folder.resolve("copy.json");
    ConfigFile.write(copy, read, one.stored());
    assertThat(ConfigFile.read(copy)).isEqualTo(read);
  }

  /** What would change the arithmetic, and the words in which it is refused. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "llama-plain | mlp_bias | true | mlp_bias=true is not supported",
        "llama-plain | hidden_act | \"gelu\" | hidden_act=\"gelu\" is not supported",
        "llama-plain | sliding_window | 8 | sliding_window=8 is not supported",
        "llama-plain | partial_rotary_factor | 0.5 | partial_rotary_factor=0.5 is not supported",
        "llama-plain | layer_types | [\"sliding_attention\"] | layer_types holds"
            + " \"sliding_attention\"",
        "llama-plain | rope_parameters | {\"rope_type\": \"longrope\"} | rope_type 'longrope' is"
            + " not supported",
        "llama-plain | rope_parameters | {\"rope_type\": \"linear\", \"factor\": 0.5} | factor of"
            + " at least 1; got 0.5",
        "llama-plain | rope_parameters | {\"rope_type\": \"yarn\", \"long_factor\": [1, 2]} |"
            + " 'long_factor' is not supported",
        "llama-plain | rope_parameters | {\"full_attention\": {\"rope_theta\": 7.0}} |"
            + " 'full_attention' is not supported",
        "llama-plain | rope_scaling | {\"type\": \"linear\", \"factor\": 2.0} | rope_parameters and"
            + " rope_scaling are both present and differ",
        "llama-llama3 | original_max_position_embeddings | 32 | original_max_position_embeddings=32"
            + " is not supported",
        "mistral-window | layer_types | [\"sliding_attention\", \"full_attention\"] | layer_types"
            + " holds \"full_attention\"",
        "mistral-no-window | layer_types | [\"sliding_attention\"] | layer_types holds"
            + " \"sliding_attention\"",
        "mistral-window | attention_bias | true | attention_bias=true is not supported",
        "qwen2-plain | use_mrope | true | use_mrope=true is not supported",
        "qwen2-all-windows | sliding_window | null | but sliding_window is null",
        "qwen2-plain | layer_types | [\"full_attention\", \"chunked_attention\","
            + " \"full_attention\"] | layer_types holds \"chunked_attention\"",
        "qwen2-plain | layer_types | [\"full_attention\", \"sliding_attention\","
            + " \"full_attention\"] | use_sliding_window is not true",
        "qwen3-plain | mlp_bias | true | mlp_bias=true is not supported",
        "nemotron-nas-mixed | attention_bias | true | attention_bias=true is not supported",
        "nemotron-nas-mixed | sliding_window | 4 | sliding_window=4 is not supported",
      })
  void whatIsNotImplementedIsRefusedByName(String name, String key, String value, String words)
      throws IOException {
    ObjectNode config = (ObjectNode) named(name).config().deepCopy();
    config.set(key, Json.mapper().readTree(value));
    Files.writeString(folder.resolve(ConfigFile.NAME), config.toString());

    CommandRun run = CommandRun.of("eval", "--model", folder, "--data", rows());

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).startsWith("puzzle4j: ").contains(words).hasLineCount(1);
  }

  @ParameterizedTest
  @CsvSource({"64, 0", "65, 2"})
  void dynamicScalingEndsWithTheContext(int tokens, int exitCode) throws IOException {
    writeWeights(write(named("llama-dynamic").config()), TensorType.F32);
    Path row = folder.resolve("row.jsonl");
    Files.writeString(row, "{\"input_ids\": %s}\n".formatted(Collections.nCopies(tokens, 5)));

    CommandRun run = CommandRun.of("eval", "--model", folder, "--data", row);

    assertThat(run.exitCode()).as(run.err()).isEqualTo(exitCode);
  }

  private static Case named(String name) {
    return cases().filter(one -> one.name().equals(name)).findFirst().orElseThrow();
  }

  private void writeWeights(Model model, TensorType stored) throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    model
        .tensors()
        .forEach((name, shape) -> tensors.put(name, DrawnNumbers.of(name, shape, stored)));
    SafetensorsWriter.write(folder.resolve("model.safetensors"), TensorSource.of(tensors));
  }

  private Model write(JsonNode config) throws IOException {
    Path file = Files.writeString(folder.resolve(ConfigFile.NAME), config.toString());
    return ConfigFile.read(file);
  }

  private Path rows() throws IOException {
    List<String> lines =
        GOLDEN.get("rows").valueStream().map(ids -> "{\"input_ids\": %s}".formatted(ids)).toList();
    return Files.write(folder.resolve("rows.jsonl"), lines);
  }
}
