package io.github.puzzle4j.search.llamacpp;

import io.github.puzzle4j.blocklib.arch.Child;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.Replacement;
import io.github.puzzle4j.blocklib.arch.SearchSpace;
import io.github.puzzle4j.scoring.cost.CostModel;
import io.github.puzzle4j.scoring.cost.CostTable;
import io.github.puzzle4j.scoring.cost.LayerCost;
import io.github.puzzle4j.scoring.cost.Measure;
import io.github.puzzle4j.scoring.cost.ModelCost;
import io.github.puzzle4j.scoring.cost.Scenario;
import io.github.puzzle4j.scoring.cost.table.RelativeErrors;
import io.github.puzzle4j.search.folder.TemporaryFolder;
import io.github.puzzle4j.solver.Candidate;
import io.github.puzzle4j.solver.Limit;
import io.github.puzzle4j.solver.SelectionProblem;
import io.github.puzzle4j.solver.SelectionSolver;
import io.github.puzzle4j.solver.Sense;
import io.github.puzzle4j.solver.SolveResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.IntConsumer;

/**
 * Chooses a child with a given speed-up, and measures its speed-up in llama.cpp.
 *
 * @param teacher of random weights
 * @param costs costs by a profile of this machine
 * @param scenario one request at a time
 * @param threads of the processor
 */
public record SpeedCheck(Model teacher, CostModel costs, Scenario scenario, int threads) {

  private static final String SECONDS = Measure.RUNTIME_SECONDS.id();

  /** Layers with a KV cache: llama.cpp loads no model without one. */
  private static final String CACHED_LAYERS = "cached_layers";

  /**
   * Both models' output tokens per second, for whole requests and between tokens.
   *
   * @param repetitions of each model, alternating
   */
  public record Result(
      Model child,
      Speed predictedTeacher,
      Speed predictedChild,
      Speed measuredTeacher,
      Speed measuredChild,
      int repetitions) {

    /** The predicted throughput of the child over the teacher's. */
    public double predictedSpeedup() {
      return predictedChild.throughput() / predictedTeacher.throughput();
    }

    /** The same as measured. */
    public double measuredSpeedup() {
      return measuredChild.throughput() / measuredTeacher.throughput();
    }

    /** The error of the prediction, as a share of the measurement. */
    public double error() {
      return Math.abs(predictedSpeedup() / measuredSpeedup() - 1);
    }
  }

  /**
   * Of one model.
   *
   * @param throughput output tokens per second of a request, reading its prompt included
   * @param decode output tokens per second once the prompt is read
   */
  public record Speed(double throughput, double decode) {

    static Speed of(ModelCost cost) {
      return new Speed(cost.throughputTokensPerSecond(), 1 / cost.total().decodeSeconds());
    }
  }

  /**
   * Chooses the child that loses the fewest parameters, weighted per layer by random numbers from
   * the seed, so that layers differ.
   *
   * @param speedup throughput over the teacher's
   * @return empty if no child is that fast
   */
  public Optional<Model> child(SearchSpace space, double speedup, long seed) {
    CostTable table = costs.table(space, scenario);
    ModelCost whole = costs.price(teacher, scenario);
    double allowed =
        whole.batchTime().seconds() / speedup
            - Measure.RUNTIME_SECONDS.of(table.fixed().layerLike(), scenario);
    if (allowed <= 0) {
      return Optional.empty();
    }
    SplittableRandom random = new SplittableRandom(seed);
    List<Candidate> candidates = new ArrayList<>();
    Map<String, Replacement> replacements = new HashMap<>();
    int hidden = teacher.hiddenSize();
    for (int layer = 0; layer < teacher.layers().size(); layer++) {
      double attentionWeight = 0.5 + random.nextDouble();
      double ffnWeight = 0.5 + random.nextDouble();
      for (Replacement replacement : space.startingAt(layer)) {
        LayerCost cost = table.cost(replacement);
        Layer instead = replacement.instead().getFirst();
        replacements.put(replacement.id(), replacement);
        candidates.add(
            Candidate.of(
                replacement.id(),
                layer,
                -attentionWeight * instead.attention().parameters(hidden)
                    - ffnWeight * instead.ffn().parameters(hidden),
                Map.of(
                    SECONDS,
                    Measure.RUNTIME_SECONDS.of(cost, scenario),
                    CACHED_LAYERS,
                    cost.kvBytesPerToken() > 0 ? 1.0 : 0.0)));
      }
    }
    SelectionProblem problem =
        SelectionProblem.of(
            teacher.layers().size(),
            Sense.MIN,
            candidates,
            Map.of(SECONDS, new Limit.AtMost(allowed), CACHED_LAYERS, new Limit.AtLeast(1)));
    return switch (SelectionSolver.solve(problem)) {
      case SolveResult.Solved solved ->
          Optional.of(
              new Child(
                      teacher,
                      solved.selection().chosen().stream()
                          .map(chosen ->
                              Objects.requireNonNull(replacements.get(chosen.id()), chosen.id()))
                          .toList())
                  .model());
      case SolveResult.Infeasible _, SolveResult.Undecided _ -> Optional.empty();
    };
  }

  /**
   * Exports both and measures requests to them, alternating.
   *
   * @param done called after each repetition
   */
  public Result measure(Model child, int repetitions, IntConsumer done) throws IOException {
    try (TemporaryFolder folder = TemporaryFolder.create("puzzle4j-speed")) {
      Path teacherFile = RandomModel.write(teacher, folder.path().resolve("teacher"));
      Path childFile = RandomModel.write(child, folder.path().resolve("child"));
      List<TimedModel.Times> ofTeacher = new ArrayList<>();
      List<TimedModel.Times> ofChild = new ArrayList<>();
      int tokens = Math.toIntExact(scenario.tokensPerRequest());
      try (TimedModel first = TimedModel.open(teacherFile, tokens, threads);
          TimedModel second = TimedModel.open(childFile, tokens, threads)) {
        first.request(1, 2);
        second.request(1, 2);
        for (int repetition = 0; repetition < repetitions; repetition++) {
          ofTeacher.add(first.request(scenario.inputTokens(), scenario.outputTokens()));
          ofChild.add(second.request(scenario.inputTokens(), scenario.outputTokens()));
          done.accept(1);
        }
      }
      return new Result(
          child,
          Speed.of(costs.price(teacher, scenario)),
          Speed.of(costs.price(child, scenario)),
          speed(ofTeacher),
          speed(ofChild),
          repetitions);
    }
  }

  private Speed speed(List<TimedModel.Times> times) {
    double prompt = usual(times.stream().mapToDouble(TimedModel.Times::promptSeconds).toArray());
    double token = usual(times.stream().mapToDouble(TimedModel.Times::tokenSeconds).toArray());
    int tokens = scenario.outputTokens();
    return new Speed(tokens / (prompt + (tokens - 1) * token), 1 / token);
  }

  /** The same statistic as in profiles. */
  private static double usual(double[] seconds) {
    double[] sorted = seconds.clone();
    Arrays.sort(sorted);
    return RelativeErrors.quantile(sorted, 0.25);
  }
}
