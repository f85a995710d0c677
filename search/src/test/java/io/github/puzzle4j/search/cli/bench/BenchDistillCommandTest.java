package io.github.puzzle4j.search.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.puzzle4j.search.cli.CommandRun;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class BenchDistillCommandTest {

  @Test
  void ratesComeFromTheStepAndItsOperations() {
    CommandRun run = bench("--json", "--precision", "float32");

    assertThat(run.exitCode()).as(run.err()).isZero();
    JsonNode answer = run.json();
    assertThat(answer.propertyNames())
        .containsExactly(
            "tokens_per_second",
            "gflops",
            "milliseconds",
            "forward_milliseconds",
            "optimizer_milliseconds",
            "products_milliseconds",
            "products_share",
            "precision",
            "device",
            "engine",
            "library",
            "repetitions",
            "machine");
    double seconds = answer.get("milliseconds").doubleValue() / 1e3;
    assertThat(answer.get("tokens_per_second").doubleValue())
        .isCloseTo(3 * 16 / seconds, within(1e-6 / seconds));
    // Query and output 32 x 32, key and value 16 x 32, three of 48 x 32; half of 16 x 16 pairs.
    double matrices = 2 * 32 * 32 + 2 * 16 * 32 + 3 * 48 * 32;
    double flops = 3 * 2 * 48 * matrices + 3 * 2 * (2.0 * 3 * 16 * 16 * 32) / 2;
    assertThat(answer.get("gflops").doubleValue())
        .isCloseTo(flops / seconds / 1e9, within(1e-9 * flops / seconds / 1e9));
    assertThat(answer.get("precision").stringValue()).isEqualTo("float32");
    assertThat(answer.get("repetitions").intValue()).isEqualTo(3);
  }

  @Test
  void theFasterPrecisionIsTakenWhereNoneIsNamed() {
    CommandRun run = bench("--json");

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.json().get("precision").stringValue()).isIn("float32", "bfloat16");
  }

  @Test
  void anUnknownEngineAndNoThreadsAreMistakes() {
    assertThat(bench("--engine", "tourch"))
        .satisfies(run -> assertThat(run.exitCode()).isEqualTo(2))
        .satisfies(run -> assertThat(run.err()).contains("engine 'tourch': expected djl"));
    assertThat(bench("--threads", "0"))
        .satisfies(run -> assertThat(run.exitCode()).isEqualTo(2))
        .satisfies(run -> assertThat(run.err()).contains("must be between 1 and 4096, not 0"));
  }

  @Test
  void theEngineIsNamed() {
    CommandRun run = bench("--json", "--engine", "djl", "--threads", "2", "--device", "cpu");

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.json().get("engine").stringValue()).isEqualTo("djl");
    assertThat(run.json().get("library").stringValue()).matches("\\d+\\.\\d+.*");
  }

  @Test
  void peopleReadLines() {
    CommandRun run = bench("--precision", "bfloat16", "--device", "cpu");

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("one block trained in bfloat16 on cpu", "clipping and AdamW", "products alone");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --heads       | 5    | --hidden 32, --heads 5, --kv-heads 2: KV heads must divide heads
          --kv-heads    | 3    | --hidden 32, --heads 4, --kv-heads 3: KV heads must divide heads
          --seq         | 0    | --seq 0: must be at least 1
          --device      | tpu  | device 'tpu': expected auto, cpu, cuda or cuda:N
          --precision   | fp8  | --precision
          """)
  void whatCannotBeMeasuredIsRefusedInOneLine(String option, String value, String message) {
    CommandRun run = bench(option, value);

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains(message);
  }

  private static CommandRun bench(String... further) {
    List<String> words = new ArrayList<>(List.of("bench", "distill"));
    List<String> last = Arrays.asList(further);
    List<String> shape =
        List.of(
            "--hidden",
            "32",
            "--intermediate",
            "48",
            "--heads",
            "4",
            "--kv-heads",
            "2",
            "--seq",
            "16",
            "--batch",
            "3",
            "--repetitions",
            "3");
    for (int i = 0; i < shape.size(); i += 2) {
      if (!last.contains(shape.get(i))) {
        words.addAll(shape.subList(i, i + 2));
      }
    }
    words.addAll(last);
    return CommandRun.of(words.toArray());
  }
}
