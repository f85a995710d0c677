package io.github.puzzle4j.scoring.profile;

import java.time.Duration;

/**
 * Rounds in which all pieces of work are timed once each: a least number of rounds, then as many as
 * end within the time allowed.
 */
public final class ProfileRounds {

  private final long begin = System.nanoTime();
  private final Duration time;
  private final int pieces;
  private final int least;
  private final int most;
  private final ProfileWatch watch;
  private int rounds;
  private long timings;

  /**
   * Starts the clock.
   *
   * @param time for all rounds, which the least number of them may exceed
   * @param pieces timings in a round
   * @param least number of rounds
   * @param most number of rounds
   */
  public ProfileRounds(Duration time, int pieces, int least, int most, ProfileWatch watch) {
    this.time = time;
    this.pieces = pieces;
    this.least = least;
    this.most = most;
    this.watch = watch;
  }

  /** Begins another round, if there is to be one. */
  public boolean next() {
    boolean fits = rounds < least || passed() * (rounds + 1) / rounds <= 1;
    if (rounds == most || !fits) {
      return false;
    }
    rounds++;
    return true;
  }

  /** A piece of work will be timed. */
  public void timing(String what) {
    double ofLeast = (double) timings / ((long) least * pieces);
    watch.timed(what, Math.min(1, Math.min(ofLeast, passed())));
    timings++;
  }

  /** Share of the time allowed. */
  private double passed() {
    return (double) (System.nanoTime() - begin) / time.toNanos();
  }
}
