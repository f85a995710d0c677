package io.github.puzzle4j.search.run;

import io.github.puzzle4j.scoring.cost.Budget;
import io.github.puzzle4j.scoring.cost.LinearLimit;
import io.github.puzzle4j.scoring.cost.Measure;
import io.github.puzzle4j.scoring.cost.ModelCost;
import io.github.puzzle4j.scoring.cost.ServingLimit;
import io.github.puzzle4j.search.report.LimitUse;
import io.github.puzzle4j.solver.Bound;
import io.github.puzzle4j.solver.SelectionProblem;
import io.github.puzzle4j.solver.SolveOptions;
import io.github.puzzle4j.solver.SolveResult;
import io.github.puzzle4j.solver.TimedSession;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a choice by scores uses of each limit, and what more of it would buy: each is a problem with
 * that limit loosened, solved again.
 */
final class LimitUses {

  private static final double[] SHARES = {0.01, 0.02, 0.05, 0.1};

  /** Two limits on one sum are equally strict up to rounding. */
  private static final double SAME = 1e-9;

  private final TargetChoice.Chosen chosen;
  private final SelectionProblem problem;
  private final TimedSession session;

  private LimitUses(TargetChoice.Chosen chosen, SolveOptions options) {
    this.chosen = chosen;
    this.problem = chosen.problem().single();
    this.session =
        TimedSession.start(options, options.timeLimit().multipliedBy(SHARES.length + 1L));
  }

  /** The limits of the budget, in its order. */
  static List<LimitUse> of(TargetChoice.Chosen chosen, SolveOptions options) {
    LimitUses uses = new LimitUses(chosen, options);
    return chosen.budget().limits().stream().map(uses::use).toList();
  }

  private LimitUse use(ServingLimit limit) {
    List<LimitUse.Gain> gains = new ArrayList<>();
    for (double share : SHARES) {
      ServingLimit looser = loosened(limit, share);
      solve(bounds(limit, looser))
          .ifPresent(solved ->
              gains.add(
                  new LimitUse.Gain(
                      share, bound(looser), solved.objective(), gain(solved), solved.proven())));
    }
    return new LimitUse(
        name(limit),
        unit(limit),
        bound(limit),
        limit instanceof ServingLimit.Throughput,
        used(limit, chosen.cost(chosen.child())),
        binds(limit),
        gains);
  }

  private double gain(SolveResult.Solved solved) {
    return Math.max(0, chosen.solved().objective() - solved.objective());
  }

  /** Whether there is a better choice without it, although all other limits are kept. */
  private boolean binds(ServingLimit limit) {
    LinearLimit own = linear(List.of(limit), measure(limit));
    double strictest = linear(chosen.budget().limits(), own.measure()).max();
    if (own.max() > strictest + SAME * Math.abs(strictest)) {
      return false;
    }
    List<Bound> others =
        problem.bounds().stream().filter(bound -> !isUpper(bound, own.measure())).toList();
    return solve(others).filter(solved -> gain(solved) > 0).isPresent();
  }

  private List<Bound> bounds(ServingLimit limit, ServingLimit looser) {
    List<ServingLimit> limits =
        chosen.budget().limits().stream().map(one -> one.equals(limit) ? looser : one).toList();
    LinearLimit changed = linear(limits, measure(limit));
    return problem.bounds().stream()
        .map(bound ->
            isUpper(bound, changed.measure())
                ? new Bound(bound.cost(), Bound.Side.MAX, Math.max(bound.value(), changed.max()))
                : bound)
        .toList();
  }

  private static boolean isUpper(Bound bound, Measure measure) {
    return bound.side() == Bound.Side.MAX && bound.cost().equals(measure.id());
  }

  private LinearLimit linear(List<ServingLimit> limits, Measure measure) {
    return new Budget(limits)
        .linear(chosen.costs()).stream()
            .filter(limit -> limit.measure() == measure)
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("no limit on " + measure));
  }

  private Optional<SolveResult.Solved> solve(List<Bound> bounds) {
    return session.solve(problem.withBounds(bounds)) instanceof SolveResult.Solved solved
        ? Optional.of(solved)
        : Optional.empty();
  }

  private static ServingLimit loosened(ServingLimit limit, double share) {
    return switch (limit) {
      case ServingLimit.Throughput(double least) ->
          new ServingLimit.Throughput(least / (1 + share));
      case ServingLimit.TimePerOutputToken(double most) ->
          new ServingLimit.TimePerOutputToken(most * (1 + share));
      case ServingLimit.TimeToFirstToken(double most) ->
          new ServingLimit.TimeToFirstToken(most * (1 + share));
      case ServingLimit.Memory(long most) ->
          new ServingLimit.Memory((long) Math.floor(most * (1 + share)));
      case ServingLimit.Total(Measure measure, long most) ->
          new ServingLimit.Total(measure, (long) Math.floor(most * (1 + share)));
    };
  }

  private static Measure measure(ServingLimit limit) {
    return switch (limit) {
      case ServingLimit.Throughput _, ServingLimit.TimePerOutputToken _ -> Measure.RUNTIME_SECONDS;
      case ServingLimit.TimeToFirstToken _ -> Measure.FIRST_TOKEN_SECONDS;
      case ServingLimit.Memory _ -> Measure.MEMORY_BYTES;
      case ServingLimit.Total(Measure measure, long _) -> measure;
    };
  }

  private static String name(ServingLimit limit) {
    return switch (limit) {
      case ServingLimit.Throughput _ -> "throughput";
      case ServingLimit.TimePerOutputToken _ -> "time per output token";
      case ServingLimit.TimeToFirstToken _ -> "time to the first token";
      case ServingLimit.Memory _, ServingLimit.Total _ -> TargetTexts.limit(measure(limit));
    };
  }

  private static String unit(ServingLimit limit) {
    return switch (limit) {
      case ServingLimit.Throughput _ -> "tokens/s per GPU";
      case ServingLimit.TimePerOutputToken _, ServingLimit.TimeToFirstToken _ -> "seconds";
      case ServingLimit.Memory _ -> "bytes";
      case ServingLimit.Total(Measure measure, long _) ->
          switch (measure) {
            case WEIGHT_BYTES, KV_BYTES_PER_TOKEN, MEMORY_BYTES -> "bytes";
            case PARAMETERS, ATTENTION_LAYERS -> "";
            case RUNTIME_SECONDS, FIRST_TOKEN_SECONDS -> "seconds";
          };
    };
  }

  private static double bound(ServingLimit limit) {
    return switch (limit) {
      case ServingLimit.Throughput(double least) -> least;
      case ServingLimit.TimePerOutputToken(double most) -> most;
      case ServingLimit.TimeToFirstToken(double most) -> most;
      case ServingLimit.Memory(long most) -> most;
      case ServingLimit.Total(Measure _, long most) -> most;
    };
  }

  private static double used(ServingLimit limit, ModelCost cost) {
    return switch (limit) {
      case ServingLimit.Throughput _ -> cost.throughputTokensPerSecond();
      case ServingLimit.TimePerOutputToken _ -> cost.timePerOutputTokenSeconds();
      case ServingLimit.TimeToFirstToken _ -> cost.timeToFirstTokenSeconds();
      case ServingLimit.Memory _ -> cost.memory().totalBytes();
      case ServingLimit.Total(Measure measure, long _) -> cost.of(measure);
    };
  }
}
