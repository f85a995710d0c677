package io.github.puzzle4j.search.cli.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.search.cli.CommandRun;
import io.github.puzzle4j.search.cli.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every command that opens a checkpoint refuses a broken one with one line and exit code 2. */
class BrokenCheckpointTest {

  @TempDir Path temporary;
  private Path model;
  private Path weights;
  private Path config;

  @BeforeEach
  void copy() throws IOException {
    model = Golden.copy(Golden.EVAL, temporary.resolve("model"));
    weights = model.resolve("model.safetensors");
    config = model.resolve("config.json");
  }

  private CommandRun run(String command) {
    return switch (command) {
      case "inspect" -> CommandRun.of("inspect", model, "--json");
      case "eval" ->
          CommandRun.of(
              "eval", "--json", "--model", model, "--data", Golden.EVAL.resolve("rows.jsonl"));
      default ->
          CommandRun.of(
              "eval",
              "--json",
              "--model",
              Golden.EVAL,
              "--teacher",
              model,
              "--data",
              Golden.EVAL.resolve("rows.jsonl"));
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"inspect", "eval", "eval --teacher"})
  void missingWeights(String command) throws IOException {
    Files.delete(weights);

    assertThat(run(command))
        .isEqualTo(
            CommandRun.refused(
                2, model + ": neither model.safetensors nor model.safetensors.index.json"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"inspect", "eval", "eval --teacher"})
  void truncatedWeights(String command) throws IOException {
    byte[] whole = Files.readAllBytes(weights);
    Files.write(weights, Arrays.copyOf(whole, whole.length - 100));

    CommandRun run = run(command);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .hasLineCount(1)
        .startsWith("puzzle4j: " + weights + ": truncated: ")
        .contains("bytes of tensor data expected");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 7, 8, 100})
  void hardlyAnyWeights(int bytes) throws IOException {
    Files.write(weights, Arrays.copyOf(Files.readAllBytes(weights), bytes));

    CommandRun run = run("eval");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).hasLineCount(1).startsWith("puzzle4j: " + weights + ": truncated: ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"inspect", "eval", "eval --teacher"})
  void anUnknownFamily(String command) throws IOException {
    Files.writeString(config, Files.readString(config).replace("\"llama\"", "\"mamba\""));

    assertThat(run(command))
        .isEqualTo(
            CommandRun.refused(
                2,
                config
                    + ": unknown model_type 'mamba'; there are [llama, mistral, mixtral,"
                    + " nemotron-nas, qwen2, qwen3, qwen3_moe, puzzle4j]"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"inspect", "eval"})
  void anOptionThatIsNotImplemented(String command) throws IOException {
    Files.writeString(
        config, Files.readString(config).replace("\"mlp_bias\": false", "\"mlp_bias\": true"));

    CommandRun run = run(command);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .hasLineCount(1)
        .startsWith("puzzle4j: " + config + ": mlp_bias=true is not supported");
  }

  @ParameterizedTest
  @ValueSource(strings = {"inspect", "eval"})
  void aShapeThatIsNotTheConfigs(String command) throws IOException {
    Files.writeString(
        config,
        Files.readString(config).replace("\"intermediate_size\": 24", "\"intermediate_size\": 23"));

    CommandRun run = run(command);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .hasLineCount(1)
        .contains("has shape [24, 16], config.json asks for [23, 16]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"inspect", "eval"})
  void aConfigThatIsNoJson(String command) throws IOException {
    Files.writeString(config, "{\n  \"model_type\": llama\n}");

    CommandRun run = run(command);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).hasLineCount(1).startsWith("puzzle4j: " + config + ", line 2, column ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"inspect", "eval", "eval --teacher"})
  void noFolderAtAll(String command) {
    model = temporary.resolve("none");

    assertThat(run(command))
        .isEqualTo(CommandRun.refused(2, model + ": no such checkpoint folder"));
  }
}
