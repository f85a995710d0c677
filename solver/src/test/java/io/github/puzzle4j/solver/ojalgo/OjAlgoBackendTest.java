package io.github.puzzle4j.solver.ojalgo;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.solver.PlainSolve;
import io.github.puzzle4j.solver.SelectionProblem;
import io.github.puzzle4j.solver.SolverBackendContract;
import io.github.puzzle4j.solver.backend.SolverBackend;
import io.github.puzzle4j.solver.bench.Family;
import io.github.puzzle4j.solver.bench.Instance;
import io.github.puzzle4j.solver.bench.Numbers;
import io.github.puzzle4j.solver.bench.Tightness;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class OjAlgoBackendTest extends SolverBackendContract {

  @Override
  protected SolverBackend backend() {
    return new OjAlgoBackend();
  }

  /** The search recurses for every branch; a search of 80 layers once overflowed the stack. */
  @Test
  void aDeepSearchDoesNotDependOnTheCallersStack() throws InterruptedException {
    SelectionProblem problem =
        new Instance(Family.CORRELATED, Tightness.LOOSE, Numbers.REAL, 80, 30, 1).problem();
    Runnable solve = () -> PlainSolve.solve(problem, backend(), Duration.ofSeconds(2), 1);
    // Loads classes on a sufficiently large stack.
    solve.run();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread thread = new Thread(null, solve, "small", 144 << 10);
    thread.setUncaughtExceptionHandler((any, thrown) -> failure.set(thrown));
    thread.start();
    thread.join();
    assertThat(failure).hasNullValue();
  }
}
