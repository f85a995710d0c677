package io.github.puzzle4j.solver.ortools;

import com.google.ortools.linearsolver.MPConstraint;
import com.google.ortools.linearsolver.MPObjective;
import com.google.ortools.linearsolver.MPSolver;
import com.google.ortools.linearsolver.MPSolverParameters;
import com.google.ortools.linearsolver.MPVariable;
import io.github.puzzle4j.solver.backend.BackendAnswer;
import io.github.puzzle4j.solver.backend.Budget;
import io.github.puzzle4j.solver.backend.ChoiceModel;
import io.github.puzzle4j.solver.backend.ChoicePair;
import io.github.puzzle4j.solver.backend.ChoiceRow;
import io.github.puzzle4j.solver.backend.FloatingScale;
import io.github.puzzle4j.solver.backend.SolverBackend;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A mixed-integer solver of OR-Tools' {@code MPSolver}. These solvers compute in floating point.
 * Rows are scaled so that coefficients are at most about a million, where the solvers' absolute
 * tolerances are small compared to one unit, and relaxed by half a unit, so that rounding cannot
 * exclude a choice that meets a row exactly.
 */
abstract sealed class MixedIntegerBackend implements SolverBackend
    permits ScipBackend, HighsBackend, CbcBackend {

  private final String name;
  private final String solverId;
  private final String parameters;

  /**
   * @param parameters in the solver's own syntax, which disable its gap tolerances
   */
  MixedIntegerBackend(String name, String solverId, String parameters) {
    this.name = name;
    this.solverId = solverId;
    this.parameters = parameters;
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final Optional<String> unavailable() {
    return OrToolsNatives.problem();
  }

  @Override
  public final Proof proof() {
    return Proof.TOLERANCE;
  }

  @Override
  public final BackendAnswer minimise(ChoiceModel model, Budget budget) {
    MPSolver solver = MPSolver.createSolver(solverId);
    if (solver == null) {
      return new BackendAnswer.GaveUp("this OR-Tools comes without " + solverId);
    }
    try {
      return minimise(model, budget, solver);
    } finally {
      solver.delete();
    }
  }

  private BackendAnswer minimise(ChoiceModel model, Budget budget, MPSolver solver) {
    MPVariable[] items = solver.makeBoolVarArray(model.size());
    for (List<Integer> covering : model.covers()) {
      MPConstraint once = solver.makeConstraint(1, 1);
      covering.forEach(item -> once.setCoefficient(items[item], 1));
    }
    for (ChoiceRow row : model.rows()) {
      addRow(solver, items, row);
    }
    double scale = FloatingScale.of(model);
    MPObjective objective = solver.objective();
    for (int item = 0; item < items.length; item++) {
      objective.setCoefficient(items[item], model.objective(item) * scale);
    }
    for (ChoicePair pair : model.pairs()) {
      objective.setCoefficient(
          product(solver, items[pair.one()], items[pair.other()]), pair.objective() * scale);
    }
    objective.setMinimization();
    solver.setTimeLimit(Math.max(1, budget.time().toMillis()));
    // The result is ignored: HiGHS applies the parameters but returns false.
    solver.setSolverSpecificParametersAsString(parameters);
    try {
      return answer(solve(solver), solver, items, scale);
    } catch (IllegalArgumentException e) {
      // The wrapper lacks enum constants for some statuses, such as rejected parameters.
      return new BackendAnswer.GaveUp("%s: %s".formatted(solverId, e.getMessage()));
    }
  }

  /** A variable that is 1 if both are, and 0 if one is. */
  private static MPVariable product(MPSolver solver, MPVariable one, MPVariable other) {
    MPVariable both = solver.makeNumVar(0, 1, "");
    for (MPVariable factor : List.of(one, other)) {
      MPConstraint atMost = solver.makeConstraint(-MPSolver.infinity(), 0);
      atMost.setCoefficient(both, 1);
      atMost.setCoefficient(factor, -1);
    }
    MPConstraint atLeast = solver.makeConstraint(-MPSolver.infinity(), 1);
    atLeast.setCoefficient(one, 1);
    atLeast.setCoefficient(other, 1);
    atLeast.setCoefficient(both, -1);
    return both;
  }

  private static void addRow(MPSolver solver, MPVariable[] items, ChoiceRow row) {
    double scale = FloatingScale.of(items.length, row::coefficient);
    MPConstraint constraint =
        solver.makeConstraint(-MPSolver.infinity(), (row.max() + 0.5) * scale);
    for (int item = 0; item < items.length; item++) {
      if (row.coefficient(item) != 0) {
        constraint.setCoefficient(items[item], row.coefficient(item) * scale);
      }
    }
  }

  private static MPSolver.ResultStatus solve(MPSolver solver) {
    MPSolverParameters exact = new MPSolverParameters();
    try {
      exact.setDoubleParam(MPSolverParameters.DoubleParam.RELATIVE_MIP_GAP, 0);
      return solver.solve(exact);
    } finally {
      exact.delete();
    }
  }

  private BackendAnswer answer(
      MPSolver.ResultStatus status, MPSolver solver, MPVariable[] items, double scale) {
    return switch (status) {
      case OPTIMAL, FEASIBLE -> {
        List<Integer> chosen = new ArrayList<>();
        for (int item = 0; item < items.length; item++) {
          if (items[item].solutionValue() > 0.5) {
            chosen.add(item);
          }
        }
        double bound = solver.objective().bestBound() / scale;
        yield new BackendAnswer.Found(
            chosen,
            Double.isFinite(bound) ? bound : Double.NEGATIVE_INFINITY,
            status == MPSolver.ResultStatus.OPTIMAL);
      }
      case INFEASIBLE -> new BackendAnswer.NoneExists();
      case UNBOUNDED, ABNORMAL, MODEL_INVALID, NOT_SOLVED ->
          new BackendAnswer.GaveUp("%s ended with %s".formatted(solverId, status));
    };
  }
}
