package io.github.puzzle4j.search.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.search.cli.CommandRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class BenchCostCommandTest {

  @Test
  void machinesReadOneObject() {
    CommandRun run = CommandRun.of("bench", "cost", "--repetitions", "2", "--json");

    assertThat(run.exitCode()).as(run.err()).isZero();
    JsonNode report = run.json();
    assertThat(report.propertyNames())
        .containsExactly(
            "machine",
            "repetitions",
            "target",
            "backend",
            "layers",
            "variants",
            "batches",
            "prices",
            "seconds",
            "first_seconds",
            "tp8_fp8_seconds");
    assertThat(report.at("/machine/processors").intValue()).isPositive();
    assertThat(report.at("/repetitions").intValue()).isEqualTo(2);
    assertThat(report.at("/layers").intValue()).isEqualTo(80);
    assertThat(report.at("/variants").intValue()).isEqualTo(60);
    assertThat(report.at("/batches").intValue()).isEqualTo(10);
    assertThat(report.at("/prices").intValue()).isEqualTo(48_000);
    assertThat(report.at("/seconds").doubleValue()).isPositive();
    assertThat(report.at("/first_seconds").doubleValue()).isPositive();
    assertThat(report.at("/tp8_fp8_seconds").doubleValue()).isPositive();
  }

  @Test
  void peopleReadWhatWasPricedAndWhere() {
    CommandRun run = CommandRun.of("bench", "cost", "--repetitions", "1");

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("48,000 prices: 80 layers, 60 variants, 10 batch sizes; h100-sxm, vllm")
        .contains("8 GPUs, fp8")
        .contains("median of 1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--repetitions|0|--repetitions 0: must be at least 1",
        "--target|h100|unknown target 'h100'",
        "--backend|ollama|h100-sxm",
      })
  void aMistakeIsOneLine(String option, String value, String complaint) {
    CommandRun run = CommandRun.of("bench", "cost", option, value);

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines().filter(line -> line.startsWith("puzzle4j: ")))
        .singleElement()
        .asString()
        .contains(complaint);
  }
}
