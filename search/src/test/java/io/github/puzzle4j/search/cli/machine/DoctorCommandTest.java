package io.github.puzzle4j.search.cli.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.blocklib.tensor.engine.ComputeEngine;
import io.github.puzzle4j.blocklib.tensor.engine.Engines;
import io.github.puzzle4j.search.cli.CommandRun;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class DoctorCommandTest {

  /** The engine that brings its library loads wherever these tests run; others may not. */
  @Test
  void allEnginesAreAskedAndTheUsualOneIsReady() {
    CommandRun run = CommandRun.of("doctor", "--json");

    JsonNode answer = run.json();
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(answer.get("ready").booleanValue()).isTrue();
    assertThat(answer.get("engine").stringValue()).isEqualTo(Engines.DEFAULT);
    List<String> ids = new ArrayList<>();
    answer.get("engines").forEach(engine -> ids.add(engine.get("id").stringValue()));
    assertThat(ids)
        .containsExactlyElementsOf(Engines.all().stream().map(ComputeEngine::id).toList());
    JsonNode engine = answer.get("engines").get(ids.indexOf(Engines.DEFAULT));
    assertThat(engine.get("found").booleanValue()).isTrue();
    assertThat(engine.get("version").stringValue()).matches("\\d+\\.\\d+.*");
    assertThat(engine.at("/processor/float32_gflops").doubleValue()).isGreaterThan(0.1);
    assertThat(engine.at("/processor/bfloat16_gflops").doubleValue()).isGreaterThan(0.001);
    JsonNode machine = answer.get("machine");
    assertThat(machine.get("threads").intValue()).isPositive();
    assertThat(machine.get("memory_bytes").longValue()).isGreaterThan(1 << 28);
    assertThat(machine.get("free_disk_bytes").longValue()).isPositive();
  }

  @Test
  void anEngineThatIsNotFoundIsListedWithItsRemedyInOneLine() {
    JsonNode answer = CommandRun.of("doctor", "--json").json();

    for (JsonNode engine : answer.get("engines")) {
      assertThat(engine.get("problem").isNull()).isEqualTo(engine.get("found").booleanValue());
      if (!engine.get("problem").isNull()) {
        assertThat(engine.get("problem").stringValue()).isNotBlank().doesNotContain("\n");
        assertThat(answer.get("remedies").toString())
            .contains(engine.get("id").stringValue() + ": ");
      }
    }
  }

  @Test
  void peopleReadATable() {
    CommandRun run = CommandRun.of("doctor", "--engine", Engines.DEFAULT);

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("Java  ", "processor  ", "GiB free", "float32 GFLOP/s", "brought by DJL")
        .endsWith("ready: searches run on djl\n");
  }

  @Test
  void anUnknownEngineIsAMistake() {
    CommandRun run = CommandRun.of("doctor", "--engine", "tourch");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("puzzle4j: engine 'tourch': expected djl");
  }
}
