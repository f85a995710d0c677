package io.github.puzzle4j.solver.ojalgo;

import io.github.puzzle4j.solver.backend.BackendAnswer;
import io.github.puzzle4j.solver.backend.Budget;
import io.github.puzzle4j.solver.backend.ChoiceModel;
import io.github.puzzle4j.solver.backend.ChoicePair;
import io.github.puzzle4j.solver.backend.ChoiceRow;
import io.github.puzzle4j.solver.backend.FloatingScale;
import io.github.puzzle4j.solver.backend.SolverBackend;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.ojalgo.optimisation.Expression;
import org.ojalgo.optimisation.ExpressionsBasedModel;
import org.ojalgo.optimisation.Optimisation;
import org.ojalgo.optimisation.Variable;
import org.ojalgo.optimisation.integer.IntegerStrategy;
import org.ojalgo.type.context.NumberContext;

/**
 * ojAlgo's branch and bound, with one worker and a gap tolerance at the precision of doubles.
 *
 * <p>Its answers are used as starts, not as proofs: release 57.1 reports about one in a hundred
 * small random problems as infeasible, or a selection as optimal, although brute force finds better
 * ones. Most of these errors come from Gomory cuts, which are disabled here by an unsatisfiable
 * fractionality threshold.
 */
public final class OjAlgoBackend implements SolverBackend {

  /** Stack size far above the usual need; only the used part is allocated. */
  private static final long STACK_BYTES = 1L << 29;

  /** Time to return the best choice after the time limit. */
  private static final long PATIENCE_MILLIS = 100;

  private static final NumberContext GAP = NumberContext.of(14, 10);

  @Override
  public String name() {
    return "ojalgo";
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
    ExpressionsBasedModel program = new ExpressionsBasedModel();
    program.options.time_abort = Math.max(1, budget.time().toMillis());
    program.options.time_suffice = program.options.time_abort;
    program.options.integer(
        IntegerStrategy.newConfigurable()
            .withParallelism(() -> 1)
            .withGapTolerance(GAP)
            .withGMICutConfiguration(
                new IntegerStrategy.GMICutConfiguration().withFractionality(2)));
    List<Variable> items = new ArrayList<>();
    double scale = FloatingScale.of(model);
    for (int item = 0; item < model.size(); item++) {
      items.add(program.newVariable("x" + item).binary().weight(model.objective(item) * scale));
    }
    for (ChoicePair pair : model.pairs()) {
      Variable one = items.get(pair.one());
      Variable other = items.get(pair.other());
      Variable both =
          program
              .newVariable(one.getName() + "*" + other.getName())
              .binary()
              .weight(pair.objective() * scale);
      program.newExpression(both.getName() + "<=1").upper(0).set(both, 1).set(one, -1);
      program.newExpression(both.getName() + "<=2").upper(0).set(both, 1).set(other, -1);
      program.newExpression(both.getName() + ">=").upper(1).set(one, 1).set(other, 1).set(both, -1);
    }
    int layer = 0;
    for (List<Integer> covering : model.covers()) {
      Expression once = program.newExpression("layer" + layer++).level(1);
      covering.forEach(item -> once.set(items.get(item), 1));
    }
    int number = 0;
    for (ChoiceRow row : model.rows()) {
      double unit = FloatingScale.of(items.size(), row::coefficient);
      Expression sum = program.newExpression("row" + number++).upper((row.max() + 0.5) * unit);
      for (int item = 0; item < items.size(); item++) {
        if (row.coefficient(item) != 0) {
          sum.set(items.get(item), row.coefficient(item) * unit);
        }
      }
    }
    return search(program, model, budget.time());
  }

  /**
   * Runs on a thread with a large stack, since the search recurses for every branch. It looks at
   * its time limit rarely while it prepares a large model, and is then left behind.
   */
  private static BackendAnswer search(
      ExpressionsBasedModel program, ChoiceModel model, Duration time) {
    FutureTask<Optimisation.Result> search = new FutureTask<>(program::minimise);
    Thread thread = new Thread(null, search, "ojalgo", STACK_BYTES);
    thread.setDaemon(true);
    thread.start();
    try {
      return answer(search.get(time.toMillis() + PATIENCE_MILLIS, TimeUnit.MILLISECONDS), model);
    } catch (TimeoutException e) {
      search.cancel(true);
      return new BackendAnswer.GaveUp("ojAlgo did not end in the time given");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new BackendAnswer.GaveUp("ojAlgo was interrupted");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof StackOverflowError) {
        return new BackendAnswer.GaveUp("ojAlgo's search went deeper than its stack");
      }
      throw new IllegalStateException("ojAlgo failed: " + e.getCause(), e);
    }
  }

  private static BackendAnswer answer(Optimisation.Result result, ChoiceModel model) {
    Optimisation.State state = result.getState();
    if (state.isFeasible()) {
      List<Integer> chosen = new ArrayList<>();
      for (int item = 0; item < model.size(); item++) {
        if (result.doubleValue(item) > 0.5) {
          chosen.add(item);
        }
      }
      boolean complete = state.isOptimal();
      // ojAlgo does not report the bound of the open nodes.
      double bound = complete ? model.objective(chosen) : Double.NEGATIVE_INFINITY;
      return new BackendAnswer.Found(chosen, bound, complete);
    }
    return state == Optimisation.State.INFEASIBLE
        ? new BackendAnswer.NoneExists()
        : new BackendAnswer.GaveUp("ojAlgo ended with " + state);
  }
}
