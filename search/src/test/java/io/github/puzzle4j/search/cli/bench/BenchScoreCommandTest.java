package io.github.puzzle4j.search.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.search.cli.CommandRun;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class BenchScoreCommandTest {

  private static final String TEACHER = "../examples/tiny-teacher";

  /** 8 layers: 20 pairs of 4 attentions and 5 FFNs each. */
  @Test
  void theEffortOfBothWaysIsCounted() {
    CommandRun run =
        CommandRun.of(
            "bench",
            "score",
            "--json",
            "--teacher",
            TEACHER,
            "--shape",
            "small",
            "--sequences",
            "4",
            "--throughput",
            "1.2x");

    assertThat(run.exitCode()).as(run.err()).isZero();
    JsonNode answer = run.json();
    long layers = 8 + 7 + 6 + 5 + 4 + 3 + 2 + 1;
    // vLLM needs attention in the first layer: six of its pairs are left out.
    assertThat(answer.get("effort_naive").longValue()).isEqualTo((layers * 24 - 8 * 6) * 4 * 128);
    assertThat(answer.get("effort_head_naive").longValue()).isEqualTo((8 * 24 - 6) * 4 * 128);
    assertThat(answer.get("effort").longValue())
        .isBetween(layers * 9 * 4 * 128, layers * 20 * 4 * 128);
    assertThat(answer.get("seconds").doubleValue()).isPositive();
    assertThat(answer.get("seconds_naive").doubleValue()).isPositive();
    assertThat(answer.get("same_choice").isBoolean()).isTrue();
    assertThat(answer.get("lost").doubleValue()).isGreaterThanOrEqualTo(-1e-9);
    assertThat(answer.get("products_share").doubleValue()).isBetween(0.0, 1.5);
  }

  @Test
  void anUnknownShapeIsNamed() {
    CommandRun run = CommandRun.of("bench", "score", "--shape", "huge");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("--shape huge: must be smollm2-135m or small");
  }
}
