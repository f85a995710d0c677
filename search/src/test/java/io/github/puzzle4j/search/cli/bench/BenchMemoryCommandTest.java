package io.github.puzzle4j.search.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.puzzle4j.search.cli.CommandRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class BenchMemoryCommandTest {

  @TempDir Path folder;

  @Test
  void eachDepthIsMeasuredInItsOwnProcessAndNothingIsLeft() throws IOException {
    assumeTrue(Files.isReadable(Path.of("/proc/self/status")), "memory is measured on Linux");
    CommandRun run =
        CommandRun.of(
            "bench",
            "memory",
            "--json",
            "--layers",
            "1,2",
            "--hidden",
            32,
            "--intermediate",
            48,
            "--heads",
            4,
            "--kv-heads",
            2,
            "--vocabulary",
            40,
            "--tokens",
            8,
            "--batches",
            2,
            "--steps",
            1,
            "--work",
            folder);
    assertThat(run.exitCode()).as(run.err()).isZero();
    JsonNode measurements = run.json().path("measurements");
    assertThat(measurements.size()).isEqualTo(2);
    for (int i = 0; i < 2; i++) {
      JsonNode one = measurements.get(i);
      assertThat(one.path("layers").asInt()).isEqualTo(i + 1);
      assertThat(one.path("distillAnonymousBytes").asLong()).isPositive();
      assertThat(one.path("anonymousBytes").asLong())
          .isGreaterThanOrEqualTo(one.path("distillAnonymousBytes").asLong());
      assertThat(one.path("fileBytes").asLong()).isPositive();
    }
    assertThat(run.json().path("growth").isNumber()).isTrue();
    try (var left = Files.list(folder)) {
      assertThat(left).isEmpty();
    }
  }

  /** The logits of one batch alone would have 384 MiB, and a repair needs several of them. */
  @Test
  void noStageNeedsMoreThanItsBound() throws IOException {
    assumeTrue(Files.isReadable(Path.of("/proc/self/status")), "memory is measured on Linux");
    CommandRun run =
        CommandRun.of(
            "bench",
            "memory",
            "--json",
            "--layers",
            3,
            "--hidden",
            64,
            "--intermediate",
            128,
            "--heads",
            4,
            "--kv-heads",
            2,
            "--vocabulary",
            49_152,
            "--tokens",
            2048,
            "--batches",
            2,
            "--steps",
            1,
            "--work",
            folder);
    assertThat(run.exitCode()).as(run.err()).isZero();
    JsonNode one = run.json().path("measurements").get(0);
    JsonNode bounds = one.path("bounds");
    requireBelow(one.path("distillAnonymousBytes"), bounds.path("distill"));
    requireBelow(one.path("scoreAnonymousBytes"), bounds.path("score"));
    requireBelow(one.path("measureAnonymousBytes"), bounds.path("measure"));
    requireBelow(one.path("anonymousBytes"), bounds.path("repair"));
    assertThat(bounds.path("repair").asLong()).isLessThan(1200L << 20);
  }

  private static void requireBelow(JsonNode peak, JsonNode bound) {
    assertThat(peak.asLong()).isPositive().isLessThan(bound.asLong());
  }

  @Test
  void shapesThatNoModelHasAreRefused() {
    assertThat(CommandRun.of("bench", "memory", "--hidden", 100, "--heads", 3, "--kv-heads", 3))
        .isEqualTo(
            CommandRun.refused(
                2,
                "--hidden 100, --heads 3, --kv-heads 3: heads must divide, and be of even width"));
  }
}
