package io.github.puzzle4j.search.cli.cost;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.CommonParts;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.SpecialTokens;
import io.github.puzzle4j.blocklib.checkpoint.ConfigFile;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.search.cli.CommandRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** How long things take is no matter here: other work on the machine decides that. */
class ProfileCommandTest {

  @TempDir static Path folder;

  @BeforeAll
  static void writeConfig() throws IOException {
    Model model =
        Model.uniform(
            CommonParts.llama(
                300, 64, 10_000, 512, false, new SpecialTokens(List.of(1), List.of(2))),
            4,
            Layer.llama(new AttentionShape(4, 4, 16), 128));
    ConfigFile.write(folder.resolve("config.json"), model, TensorType.BF16);
  }

  @Test
  void aProfilePricesModelsForEachEngineThatWasMeasured() throws IOException {
    Path file = folder.resolve("My CPU.json");
    CommandRun run =
        CommandRun.of(
            "profile",
            "--model",
            folder,
            "--out",
            file,
            "--contexts",
            "8,24",
            "--threads",
            1,
            "--time",
            "1ms",
            "--variants",
            "gqa_2,ffn_64,linear",
            "--json");
    assertThat(run.exitCode()).as(run.err()).isZero();
    JsonNode report = run.json();
    assertThat(report.path("target").asString()).isEqualTo("my-cpu");
    assertThat(report.path("engines"))
        .extracting(engine -> engine.path("backend").asString())
        .containsExactly("torch", "llamacpp");
    assertThat(report.path("engines"))
        .allSatisfy(engine ->
            assertThat(engine.path("rows"))
                .allSatisfy(row -> {
                  assertThat(row.path("seconds").asDouble()).isPositive();
                  assertThat(row.path("predicted_seconds").asDouble()).isPositive();
                }));
    for (String backend : List.of("torch", "llamacpp")) {
      CommandRun cost =
          CommandRun.of(
              "cost",
              "--model",
              folder,
              "--target",
              file,
              "--backend",
              backend,
              "--isl",
              16,
              "--osl",
              16,
              "--batch",
              1,
              "--json");
      assertThat(cost.exitCode()).as(cost.err()).isZero();
      assertThat(cost.json().path("tpot_ms").asDouble()).isPositive();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"cuda", "cuda:0", "cuda:7"})
  void aMachineWithoutAGpuIsToldSoInOneLine(String device) {
    CommandRun run = CommandRun.of("profile", "--model", folder, "--device", device);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err().lines().filter(line -> line.startsWith("puzzle4j: ")))
        .singleElement()
        .asString()
        .contains("device '%s'".formatted(device), "finds 0 GPUs here", "PUZZLE4J_ENGINE=torch");
  }

  @Test
  void anUnknownDeviceIsRefused() {
    assertThat(CommandRun.of("profile", "--model", folder, "--device", "gpu"))
        .isEqualTo(CommandRun.refused(2, "device 'gpu': expected auto, cpu, cuda or cuda:N"));
  }

  @Test
  void llamaCppIsNotMeasuredOnAGpu() {
    assertThat(
            CommandRun.of("profile", "--model", folder, "--device", "cuda", "--engine", "llamacpp"))
        .isEqualTo(
            CommandRun.refused(
                2, "--engine llamacpp: runs on the processor only; --device cuda has torch"));
  }

  @Test
  void aVariantThatTheModelCannotBecomeIsRefused() {
    CommandRun unknown = CommandRun.of("profile", "--model", folder, "--variants", "gqa_3");
    assertThat(unknown.exitCode()).isEqualTo(2);
    assertThat(unknown.err()).hasLineCount(1).contains("--variants", "gqa_3");
    assertThat(Files.exists(Path.of("my-cpu.json"))).isFalse();
  }

  @Test
  void theBenchmarkComparesTheChosenChildWithItsTeacher() {
    CommandRun run =
        CommandRun.of(
            "bench",
            "profile",
            "--hidden",
            64,
            "--layers",
            4,
            "--isl",
            8,
            "--osl",
            8,
            "--repetitions",
            2,
            "--threads",
            1,
            "--time",
            "1ms",
            "--speedup",
            1.01,
            "--json");
    assertThat(run.exitCode()).as(run.err()).isZero();
    JsonNode report = run.json();
    assertThat(report.path("predicted_speedup").asDouble()).isGreaterThanOrEqualTo(1.01 - 1e-9);
    assertThat(report.path("measured_speedup").asDouble()).isPositive();
    assertThat(report.path("repetitions").asInt()).isEqualTo(2);
    assertThat(report.path("child")).hasSize(4);
    assertThat(report.path("error").asDouble()).isNotNegative();
  }
}
