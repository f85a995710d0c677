package io.github.puzzle4j.search.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.blocklib.task.TaskVersions;
import io.github.puzzle4j.blocklib.tensor.ComputeDevice;
import io.github.puzzle4j.blocklib.tensor.Precision;
import io.github.puzzle4j.blocklib.train.ProductSpeed;
import io.github.puzzle4j.search.plan.PlanReader;
import io.github.puzzle4j.search.plan.PrecisionChoice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DecidedPrecisionTest {

  private static final String PLAN = SmallRun.PLAN.replace("data:", "precision: auto\ndata:");

  @TempDir Path folder;

  @Test
  void theFasterOneIsTakenAndKeptInThePlanOfTheRun() throws IOException {
    SmallRun run = SmallRun.in(folder);
    Precision faster = ProductSpeed.fastest(ComputeDevice.processor());
    try (Search search = run.open(PLAN, TaskVersions.current())) {
      assertThat(search.plan().products()).isEqualTo(faster);
      assertThat(PlanReader.read(search.directory().plan()).precision())
          .isEqualTo(PrecisionChoice.of(faster));
    }
  }

  /** As if another measurement had come out otherwise before. */
  @ParameterizedTest
  @EnumSource(Precision.class)
  void whatARunHasDecidedStays(Precision earlier) throws IOException {
    SmallRun run = SmallRun.in(folder);
    String decided = PLAN.replace("auto", earlier.name().toLowerCase(Locale.ROOT));
    try (Search search = run.open(decided, TaskVersions.current())) {
      assertThat(search.plan().products()).isEqualTo(earlier);
    }
    try (Search search = run.open(PLAN, TaskVersions.current())) {
      assertThat(search.plan().products()).isEqualTo(earlier);
    }
    assertThat(Files.exists(run.run().resolve("earlier"))).isFalse();
  }
}
