package io.github.puzzle4j.search.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.search.cli.CommandRun;
import io.github.puzzle4j.search.cli.Golden;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class BenchLoadCommandTest {

  @Test
  void bothRatesAndTheirRatioAreInTheAnswer() {
    CommandRun run =
        CommandRun.of(
            "bench",
            "load",
            "--json",
            "--repetitions",
            "3",
            "--threads",
            "2",
            "--model",
            Golden.llama("sharded-bf16"));

    assertThat(run.exitCode()).as(run.err()).isZero();
    JsonNode answer = run.json();
    assertThat(answer.propertyNames())
        .containsExactly(
            "gigabytes",
            "files",
            "gigabytes_per_second",
            "cat_gigabytes_per_second",
            "ratio",
            "floats_gigabytes_per_second",
            "threads",
            "repetitions",
            "machine");
    assertThat(answer.get("gigabytes").doubleValue()).isEqualTo(40_256 / 1e9);
    assertThat(answer.get("files").intValue()).isEqualTo(3);
    assertThat(answer.get("repetitions").intValue()).isEqualTo(3);
    assertThat(answer.get("ratio").doubleValue())
        .isEqualTo(
            answer.get("gigabytes_per_second").doubleValue()
                / answer.get("cat_gigabytes_per_second").doubleValue());
    assertThat(answer.at("/machine/processors").intValue()).isPositive();
  }

  @Test
  void peopleReadLines() {
    CommandRun run = CommandRun.of("bench", "load", "--repetitions", "1", "--model", Golden.EVAL);

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("in 1 file(s), 1 repetitions", "cat > /dev/null", "ratio");
  }

  @ParameterizedTest
  @CsvSource({
    "--repetitions, 0, must be at least 1",
    "--threads, -1, must be at least 1",
    "--gigabytes, 0, must be at least 1",
    "--gigabytes, 5000, must be at most 1000",
    "--model, nowhere, no such checkpoint folder",
    "--folder, nowhere, no such file or folder"
  })
  void mistakesAreNamed(String option, String value, String message) {
    CommandRun run = CommandRun.of("bench", "load", option, value);

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).hasLineCount(1).contains(value, message);
  }
}
