package io.github.puzzle4j.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.puzzle4j.blocklib.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * The search of {@code smollm2-small.yaml} with a model and text of the user's, half an hour on two
 * slow cores: {@code ./mvnw -Pmodel-study verify -Dpuzzle4j.study=DIR}, where {@code DIR} has the
 * files that the plan names below {@code smollm2/}.
 */
@Tag("model-study")
class ModelStudyTest {

  private static final String TARGET = "h100-sxm";

  @TempDir private Path folder;

  @Test
  void aRealModelIsSearchedThoughTheProcessIsKilled() throws IOException, InterruptedException {
    String files = System.getProperty("puzzle4j.study", "");
    assumeTrue(!files.isEmpty(), "needs a model and text: -Dpuzzle4j.study=DIR");
    Path plan = folder.resolve("plan.yaml");
    String written =
        Files.readString(Repository.root().resolve("examples/smollm2-small.yaml"))
            .replace("smollm2/", Path.of(files).toAbsolutePath() + "/");
    Files.writeString(plan, written);
    Path run = folder.resolve("run");

    Process killed = start("search", plan, "--out", run);
    while (library(run) == 0) {
      assertThat(killed.waitFor(5, TimeUnit.SECONDS)).as("ended early").isFalse();
    }
    killed.destroyForcibly().waitFor();
    JsonNode target = answer("search", plan, "--out", run).path("targets").path(0);

    JsonNode teacher = model(target, "teacher");
    JsonNode child = model(target, "child after GKD");
    String throughput = "throughput_tokens_per_second_per_gpu";
    assertThat(child.path(throughput).asDouble())
        .isGreaterThanOrEqualTo(1.5 * teacher.path(throughput).asDouble());
    assertThat(target.path("proof").path("status").asString()).isEqualTo("OPTIMAL");
    assertThat(divergence(child))
        .isLessThan(divergence(model(target, "child as assembled")))
        .isLessThan(divergence(model(target, "uniform")))
        .isLessThan(divergence(model(target, "depth pruning")));
    Path exported = run.resolve("targets").resolve(TARGET).resolve("huggingface");
    assertThat(answer("verify-export", exported).path("failed").asInt()).isZero();
  }

  /** Results of tasks that a killed run leaves. */
  private static long library(Path run) throws IOException {
    Path store = run.resolve("store");
    if (!Files.isDirectory(store)) {
      return 0;
    }
    try (var files = Files.walk(store)) {
      return files.filter(file -> file.endsWith("weights.safetensors")).count();
    }
  }

  private static JsonNode model(JsonNode target, String name) {
    return StreamSupport.stream(target.path("models").spliterator(), false)
        .filter(model -> model.path("name").asString().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no model " + name));
  }

  private static double divergence(JsonNode model) {
    return model.path("kl").path("mean").asDouble();
  }

  private JsonNode answer(Object... arguments) throws IOException, InterruptedException {
    List<Object> command = new ArrayList<>(List.of(arguments));
    command.add("--json");
    Process process = start(command.toArray());
    assertThat(process.waitFor()).isZero();
    byte[] bytes = Files.readAllBytes(folder.resolve("answer.json"));
    return Objects.requireNonNull(Json.parse("answer", bytes, JsonNode.class));
  }

  private Process start(Object... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(List.of(Repository.root().resolve("puzzle4j").toString()));
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    return new ProcessBuilder(command)
        .redirectOutput(folder.resolve("answer.json").toFile())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }
}
