package io.github.puzzle4j.search.cli.cost;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.search.cli.CommandRun;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class TargetsCommandTest {

  @Test
  void everyProfileIsListedWithItsErrors() {
    CommandRun run = CommandRun.of("targets", "--json");

    assertThat(run.exitCode()).isZero();
    assertThat(run.err()).isEmpty();
    JsonNode targets = run.json().at("/targets");
    assertThat(run.json().propertyNames()).containsExactly("targets");
    assertThat(targets.findValuesAsString("name")).contains("b200-sxm", "h100-sxm", "vllm");
    for (JsonNode target : targets) {
      assertThat(target.propertyNames())
          .containsExactly("name", "title", "architecture", "datasheet", "backends");
      assertThat(target.at("/datasheet").propertyNames())
          .containsExactlyInAnyOrder(
              "peak_flops_per_second",
              "memory_bytes",
              "memory_bytes_per_second",
              "interconnect_bytes_per_second",
              "l2_bytes",
              "multiprocessors",
              "source");
      assertThat(target.at("/backends")).isNotEmpty().allSatisfy(TargetsCommandTest::isBackend);
    }
  }

  private static void isBackend(JsonNode backend) {
    assertThat(backend.propertyNames())
        .containsExactly("name", "version", "max_batched_tokens", "max_sequences", "operations");
    assertThat(backend.at("/operations").findValuesAsString("operation"))
        .contains("gemm", "decode_attention", "prefill_attention", "elementwise", "engine");
    for (JsonNode operation : backend.at("/operations")) {
      assertThat(operation.propertyNames())
          .containsExactly("operation", "precision", "p90", "provenance");
      assertThat(operation.at("/p90").doubleValue()).isBetween(0.001, 2.0);
    }
  }

  @Test
  void peopleReadATable() {
    CommandRun run = CommandRun.of("targets");

    assertThat(run.out())
        .contains("h100-sxm", "80 GiB", "3.35 TB/s", "989 TFLOP/s", "vllm")
        .contains("errors that nine predictions in ten stay below", "fitted to", "datasheet: ");
  }

  @Test
  void anArgumentIsOneLine() {
    assertThat(CommandRun.of("targets", "h100-sxm"))
        .isEqualTo(
            CommandRun.refused(
                2,
                "unexpected argument 'h100-sxm' of 'puzzle4j targets'; 'puzzle4j targets --help'"
                    + " tells what it takes"));
  }
}
