package io.github.puzzle4j.search.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.puzzle4j.search.cli.CommandRun;
import io.github.puzzle4j.search.cli.Golden;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class BenchExportCommandTest {

  @BeforeAll
  static void memoryIsMeasuredOnLinux() {
    assumeTrue(Files.isReadable(Path.of("/proc/self/status")), "needs Linux");
  }

  @ParameterizedTest
  @CsvSource({"huggingface", "huggingface-fp8"})
  void bothRatesAndTheMemoryAreInTheAnswer(String format) {
    CommandRun run =
        CommandRun.of(
            "bench",
            "export",
            "--json",
            "--repetitions",
            "2",
            "--format",
            format,
            "--model",
            Golden.llama("sharded-bf16"));

    assertThat(run.exitCode()).as(run.err()).isZero();
    JsonNode answer = run.json();
    assertThat(answer.propertyNames())
        .containsExactly(
            "format",
            "gigabytes",
            "gigabytes_per_second",
            "cp_gigabytes_per_second",
            "ratio",
            "largest_tensor_bytes",
            "peak_bytes",
            "peak_tensors",
            "repetitions",
            "machine");
    assertThat(answer.get("format").stringValue()).isEqualTo(format);
    assertThat(answer.get("gigabytes").doubleValue()).isBetween(2e-5, 2e-4);
    assertThat(answer.get("ratio").doubleValue()).isPositive();
    assertThat(answer.get("largest_tensor_bytes").longValue()).isPositive();
  }

  @Test
  void peopleReadLines() {
    CommandRun run =
        CommandRun.of(
            "bench", "export", "--repetitions", "1", "--model", Golden.llama("sharded-bf16"));

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).contains("huggingface, 0.000 GB, 1 repetitions", "cp and sync", "ratio");
  }

  @ParameterizedTest
  @CsvSource({
    "--repetitions, 0, must be at least 1",
    "--layers, 0, must be at least 1",
    "--layers, 20000, must be at most 10000",
    "--format, onnx, unknown export format 'onnx'",
    "--model, nowhere, nowhere",
  })
  void mistakesAreNamed(String option, String value, String message) {
    CommandRun run = CommandRun.of("bench", "export", option, value);

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains(message);
  }
}
