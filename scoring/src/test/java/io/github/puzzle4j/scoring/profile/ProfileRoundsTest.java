package io.github.puzzle4j.scoring.profile;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProfileRoundsTest {

  private static final int LEAST = 3;
  private static final int MOST = 5;

  private final List<Double> shares = new ArrayList<>();

  /** Shares of the work done that were reported before each timing of two pieces. */
  private List<Double> timed(Duration time) {
    ProfileRounds rounds =
        new ProfileRounds(time, 2, LEAST, MOST, (what, share) -> shares.add(share));
    while (rounds.next()) {
      rounds.timing("first");
      rounds.timing("second");
    }
    return shares;
  }

  /** A profile said for minutes that it had no second left. */
  @Test
  void whereTheTimeIsShortTheLeastRoundsAreTheWork() {
    assertThat(timed(Duration.ofNanos(1)))
        .containsExactly(0.0, 1 / 6.0, 2 / 6.0, 3 / 6.0, 4 / 6.0, 5 / 6.0);
  }

  @Test
  void whereTheTimeIsLongThereAreTheMostRounds() {
    assertThat(timed(Duration.ofDays(1))).hasSize(2 * MOST).isSorted().allMatch(one -> one < 0.01);
  }
}
