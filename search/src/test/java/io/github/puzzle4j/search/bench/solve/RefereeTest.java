package io.github.puzzle4j.search.bench.solve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.puzzle4j.solver.Candidate;
import io.github.puzzle4j.solver.Effort;
import io.github.puzzle4j.solver.Limit;
import io.github.puzzle4j.solver.PlainSolve;
import io.github.puzzle4j.solver.Selection;
import io.github.puzzle4j.solver.SelectionProblem;
import io.github.puzzle4j.solver.Sense;
import io.github.puzzle4j.solver.SolveResult;
import io.github.puzzle4j.solver.backend.BackendAnswer;
import io.github.puzzle4j.solver.backend.Budget;
import io.github.puzzle4j.solver.backend.ChoiceModel;
import io.github.puzzle4j.solver.backend.SolverBackend;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Wrong claims are told, not hidden. */
final class RefereeTest {

  private static final Candidate BEST = Candidate.of("best", 0, 10, Map.of("ms", 2.0));
  private static final Candidate WORSE = Candidate.of("worse", 0, 11, Map.of("ms", 1.0));
  private static final Candidate TOO_DEAR = Candidate.of("dear", 0, 9, Map.of("ms", 3.0));

  private static final SelectionProblem PROBLEM =
      SelectionProblem.of(
          1, Sense.MIN, List.of(BEST, WORSE, TOO_DEAR), Map.of("ms", new Limit.AtMost(2)));

  /** Answers what it is told to. */
  private record Parrot(BackendAnswer answer) implements SolverBackend {
    @Override
    public String name() {
      return "parrot";
    }

    @Override
    public Optional<String> unavailable() {
      return Optional.empty();
    }

    @Override
    public Proof proof() {
      return Proof.UNRELIABLE;
    }

    @Override
    public BackendAnswer minimise(ChoiceModel model, Budget budget) {
      return answer;
    }
  }

  private static BenchReport.Plain judged(BackendAnswer answer) {
    Referee referee = new Referee(PROBLEM);
    referee.hear(solved(BEST, true));
    PlainSolve.Outcome outcome =
        PlainSolve.solve(PROBLEM, new Parrot(answer), Duration.ofSeconds(1), 1);
    referee.hear(outcome);
    return referee.judge(new PlainRace.Run("parrot", 0.5, 1, outcome));
  }

  private static SolveResult solved(Candidate chosen, boolean proven) {
    Selection selection = Selection.of(PROBLEM, List.of(chosen));
    Effort effort = new Effort("own", Duration.ofSeconds(1), 1, 0);
    return new SolveResult.Solved(List.of(selection), 0, 0, proven, effort);
  }

  private static BackendAnswer found(int item, boolean complete) {
    return new BackendAnswer.Found(List.of(item), 0, complete);
  }

  @Test
  void anOptimumIsUpheld() {
    BenchReport.Plain plain = judged(found(0, true));
    assertThat(plain.claim()).isEqualTo("optimal");
    assertThat(plain.solved()).isTrue();
    assertThat(plain.wrong()).isFalse();
    assertThat(plain.objective()).contains(10.0);
  }

  @Test
  void aWorseOneIsNoOptimum() {
    BenchReport.Plain plain = judged(found(1, true));
    assertThat(plain.solved()).isFalse();
    assertThat(plain.wrong()).isTrue();
    assertThat(plain.excess()).isCloseTo(0.1, within(1e-12));
  }

  @Test
  void aWorseOneThatIsCalledFeasibleIsNotWrong() {
    BenchReport.Plain plain = judged(found(1, false));
    assertThat(plain.claim()).isEqualTo("feasible");
    assertThat(plain.wrong()).isFalse();
    assertThat(plain.solved()).isFalse();
  }

  @Test
  void aSelectionThatBreaksALimitIsWrongHoweverGood() {
    BenchReport.Plain plain = judged(found(2, true));
    assertThat(plain.broken()).containsExactly("ms <= 2");
    assertThat(plain.wrong()).isTrue();
    assertThat(plain.solved()).isFalse();
  }

  @Test
  void infeasibilityIsRefutedByAnySelection() {
    assertThat(judged(new BackendAnswer.NoneExists()).wrong()).isTrue();
    assertThat(judged(new BackendAnswer.GaveUp("tired")).wrong()).isFalse();
  }

  @Test
  void aChoiceThatIsNoSelectionIsWrong() {
    BenchReport.Plain plain = judged(new BackendAnswer.Found(List.of(0, 1), 0, true));
    assertThat(plain.wrong()).isTrue();
    assertThat(plain.objective()).isEmpty();
  }

  @Test
  void ourOwnClaimsAreJudgedAlike() {
    Referee referee = new Referee(PROBLEM);
    referee.hear(solved(BEST, true));
    assertThat(referee.judge(solved(WORSE, true), 1).wrong()).isTrue();
    assertThat(referee.judge(solved(WORSE, false), 1).wrong()).isFalse();
    assertThat(referee.judge(solved(TOO_DEAR, false), 1).wrong()).isTrue();
    assertThat(referee.judge(solved(BEST, true), 1).solved()).isTrue();
  }
}
