package io.github.puzzle4j.search.cli.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.search.cli.CommandRun;
import io.github.puzzle4j.search.cli.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class InspectCommandTest {

  @Test
  void everyLayerOfAChildIsShown() {
    CommandRun run = CommandRun.of("inspect", Golden.llama("nemotron-nas-bf16"), "--json");

    assertThat(run.exitCode()).isZero();
    assertThat(run.err()).isEmpty();
    JsonNode model = run.json();
    assertThat(model.propertyNames())
        .containsExactly(
            "family",
            "vocabulary_size",
            "hidden_size",
            "heads",
            "head_dim",
            "max_positions",
            "tied_embeddings",
            "parameters",
            "parameters_outside_layers",
            "kv_bytes_per_token",
            "priced_only",
            "stored_bytes",
            "layers");
    assertThat(model.at("/layers"))
        .hasSize(6)
        .allSatisfy(layer ->
            assertThat(layer.propertyNames())
                .containsExactly(
                    "layer",
                    "attention",
                    "kv_heads",
                    "window",
                    "ffn",
                    "experts",
                    "ffn_channels",
                    "parameters",
                    "kv_bytes_per_token"));
    assertThat(model.at("/layers/1").toString())
        .isEqualTo(
            "{\"layer\":1,\"attention\":\"gqa\",\"kv_heads\":2,\"window\":0,\"ffn\":\"gated\","
                + "\"experts\":0,\"ffn_channels\":256,\"parameters\":13856,\"kv_bytes_per_token\":64}");
    assertThat(model.at("/layers").findValuesAsString("attention"))
        .containsExactly("gqa", "gqa", "linear", "noop", "gqa", "noop");
    assertThat(model.at("/layers").findValuesAsString("ffn"))
        .containsExactly("gated", "gated", "noop", "linear", "gated", "noop");
  }

  @ParameterizedTest
  @CsvSource({
    "untied-f32, F32, 4",
    "tied-bf16, BF16, 2",
    "sharded-bf16, BF16, 2",
    "nemotron-nas-bf16, BF16, 2"
  })
  void partsAddUpToTheWhole(String name, String type, int bytes) {
    JsonNode model = CommandRun.of("inspect", Golden.llama(name), "--json").json();

    long parameters = model.at("/parameters_outside_layers").longValue();
    long cache = 0;
    for (JsonNode layer : model.at("/layers")) {
      parameters += layer.at("/parameters").longValue();
      cache += layer.at("/kv_bytes_per_token").longValue();
    }
    assertThat(model.at("/parameters").longValue()).isEqualTo(parameters);
    assertThat(model.at("/kv_bytes_per_token").longValue()).isEqualTo(cache);
    assertThat(model.at("/stored_bytes").toString())
        .isEqualTo("{\"%s\":%d}".formatted(type, bytes * parameters));
  }

  @Test
  void aConfigAloneHasNothingStored() {
    CommandRun run =
        CommandRun.of("inspect", Golden.llama("tied-bf16").resolve("config.json"), "--json");

    assertThat(run.json().at("/parameters").longValue()).isEqualTo(16_032);
    assertThat(run.json().at("/stored_bytes").toString()).isEqualTo("{}");
  }

  @Test
  void weightsAreCheckedOnRequest(@TempDir Path temporary) throws IOException {
    assertThat(CommandRun.of("inspect", "--check", Golden.EVAL).exitCode()).isZero();

    Path model = Golden.copy(Golden.EVAL, temporary.resolve("model"));
    Path weights = model.resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    // The last two numbers of the file: one infinite, one NaN.
    System.arraycopy(
        new byte[] {(byte) 0x80, 0x7F, (byte) 0xC0, 0x7F}, 0, bytes, bytes.length - 4, 4);
    Files.write(weights, bytes);

    assertThat(CommandRun.of("inspect", model).exitCode()).isZero();
    CommandRun run = CommandRun.of("inspect", "--check", model, "--json");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines().filter(line -> line.startsWith("puzzle4j: ")))
        .containsExactly(
            ("puzzle4j: %s: tensor 'model.norm.weight' holds Infinity at [14]; 2 of its 16 numbers"
                    + " are not finite")
                .formatted(model));
  }

  @Test
  void aConfigAloneHasNoWeightsToCheck() {
    Path config = Golden.EVAL.resolve("config.json");
    assertThat(CommandRun.of("inspect", "--check", config))
        .isEqualTo(
            CommandRun.refused(
                2, "--check reads weights: give the checkpoint folder, not " + config));
  }

  @Test
  void peopleReadATable() {
    assertThat(CommandRun.of("inspect", Golden.llama("tied-bf16")).out())
        .contains("llama, 2 layers, hidden 32, 4 heads of 8", "tied embeddings")
        .contains("parameters  16,032, of them 2,080 outside the layers")
        .contains("stored      32,064 bytes BF16")
        .containsPattern("1 +gqa +2 +0 +gated +0 +40 +6,976 +64");
  }
}
