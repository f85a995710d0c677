package io.github.puzzle4j.search.estimate;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.search.progress.StageTime;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is left of a run, by its estimate and what it took so far. */
class PlanEstimateTest {

  private static final PlanEstimate ESTIMATE =
      new PlanEstimate(
          List.of(time("distill", 100), time("score", 50), time("adapt", 40), time("uptrain", 10)),
          new PlanEstimate.Disk(1, 2, 3),
          Duration.ZERO);

  private static StageTime time(String stage, long seconds) {
    return new StageTime(stage, Duration.ofSeconds(seconds));
  }

  @Test
  void beforeTheFirstStageAllIsLeft() {
    assertThat(left(List.of(), 0)).isEqualTo(ESTIMATE.total()).hasSeconds(200);
  }

  @Test
  void aSlowerMachineIsSlowerInWhatIsLeft() {
    assertThat(left(List.of(time("distill", 150)), 0)).hasSeconds(150);
    assertThat(left(List.of(time("distill", 150), time("solve", 9), time("score", 75)), 0))
        .hasSeconds(75);
  }

  /** A resumed search said that seconds were left of half an hour. */
  @Test
  void whatWasInTheStoreSaysNothingOfTheMachine() {
    assertThat(left(List.of(time("distill", 1)), 0)).hasSeconds(100);
    assertThat(left(List.of(time("distill", 1), time("score", 100)), 0)).hasSeconds(100);
  }

  @Test
  void stagesOfTargetsAreDoneTargetByTarget() {
    List<StageTime> half =
        List.of(
            time("distill", 100),
            time("score", 50),
            time("adapt h100", 30),
            time("uptrain h100", 5));
    // 185 s for 175 s that were estimated, and 25 s of the estimate are left.
    assertThat(left(half, 0.5)).hasMillis(Math.round(25_000 * 185 / 175.0));
    assertThat(PlanEstimate.took("adapt", half)).hasSeconds(30);
    assertThat(left(half, 1)).isZero();
  }

  /** Of a run in one process. */
  private static Duration left(List<StageTime> parts, double targets) {
    return ESTIMATE.left(parts, parts, targets);
  }

  @Test
  void aStageThatAnEarlierProcessBeganIsOpenUntilThisOneFinishesIt() {
    List<StageTime> distilled = List.of(time("distill", 100));
    List<StageTime> parts = List.of(time("distill", 100), time("score", 30));

    assertThat(ESTIMATE.left(parts, distilled, 0)).isGreaterThan(left(parts, 0));
  }
}
