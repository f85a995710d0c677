package io.github.puzzle4j.search.run;

import io.github.puzzle4j.blocklib.arch.Child;
import io.github.puzzle4j.blocklib.arch.Replacement;
import io.github.puzzle4j.scoring.cost.ModelCost;
import io.github.puzzle4j.scoring.quality.ChildScore;
import io.github.puzzle4j.scoring.quality.Evaluation;
import io.github.puzzle4j.scoring.quality.Metric;
import io.github.puzzle4j.scoring.quality.Score;
import io.github.puzzle4j.scoring.quality.ScoreObjective;
import io.github.puzzle4j.scoring.quality.ScoreTable;
import io.github.puzzle4j.scoring.truth.Accuracy;
import io.github.puzzle4j.search.plan.Baseline;
import io.github.puzzle4j.search.plan.SearchPlan;
import io.github.puzzle4j.search.plan.Target;
import io.github.puzzle4j.search.report.Estimate;
import io.github.puzzle4j.search.report.LimitUse;
import io.github.puzzle4j.search.report.MeasuredChild;
import io.github.puzzle4j.search.report.TargetReport;
import io.github.puzzle4j.search.rounds.Round;
import io.github.puzzle4j.search.rounds.RoundsResult;
import io.github.puzzle4j.solver.SolveOptions;
import io.github.puzzle4j.solver.SolveResult;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Builds the report of one target. */
final class TargetReportBuilder {

  private final Search search;
  private final TargetChoice.Chosen chosen;
  private final ScoreTable scores;
  private final Function<Child, Evaluation> measured;
  private final Map<Baseline, Evaluation> trainedBaselines;
  private final List<LimitUse> limits;

  /**
   * A builder for a choice.
   *
   * @param measured has its models as assembled, and the teacher
   * @param trainedBaselines those that were trained as the child is
   */
  TargetReportBuilder(
      Search search,
      TargetChoice.Chosen chosen,
      ScoreTable scores,
      Function<Child, Evaluation> measured,
      Map<Baseline, Evaluation> trainedBaselines) {
    this.search = search;
    this.chosen = chosen;
    this.scores = scores;
    this.measured = measured;
    this.trainedBaselines = trainedBaselines;
    this.limits = LimitUses.of(chosen, options());
  }

  TargetReport build(
      Evaluation adapted,
      Evaluation repaired,
      List<TargetReport.ServedSpeed> served,
      Exported exported)
      throws IOException {
    Target target = chosen.target();
    List<TargetReport.Row> rows = new ArrayList<>();
    Child teacher = Child.unchanged(search.teacher());
    rows.add(
        row(TargetReport.Kind.TEACHER, false, teacher, chosen.teacher(), measured.apply(teacher)));
    rows.add(childRow(TargetReport.Kind.CHILD, chosen.child(), adapted));
    if (search.plan().uptrain().steps() > 0) {
      rows.add(childRow(TargetReport.Kind.CHILD_AFTER_GKD, chosen.child(), repaired));
    }
    if (search.plan().adapt().wanted()) {
      rows.add(
          childRow(
              TargetReport.Kind.CHILD_ASSEMBLED, chosen.child(), measured.apply(chosen.child())));
    }
    if (!chosen.bySum().equals(chosen.child())) {
      rows.add(
          childRow(TargetReport.Kind.BEST_SUM, chosen.bySum(), measured.apply(chosen.bySum())));
    }
    chosen
        .baselines()
        .forEach((baseline, child) -> {
          TargetReport.Kind kind = WholeSearch.kind(baseline);
          rows.add(childRow(kind, child, measured.apply(child)));
          Optional.ofNullable(trainedBaselines.get(baseline))
              .ifPresent(trained -> rows.add(row(kind, true, child, chosen.cost(child), trained)));
        });
    return new TargetReport(
        "%s, %s".formatted(target.gpuName(), target.backend()),
        TargetTexts.scenario(target.scenario(), chosen.costs().scenario()),
        TargetTexts.budget(target, chosen.budget()),
        String.format(
            Locale.ROOT,
            "predicted from kernels fitted for this GPU, error at most %.0f %% in nine cases of"
                + " ten",
            100 * chosen.cost(chosen.child()).p90Error()),
        chosen.cost(chosen.child()).p90Error(),
        rows,
        proof(),
        chosen.rounds().map(TargetReportBuilder::truth),
        chosen.frontier().stream().map(TargetReportBuilder::best).toList(),
        chosen.rounds().map(this::measuredChildren).orElseGet(List::of),
        limits,
        served,
        rounded(exported),
        ServingCommands.of(target.backend(), chosen.costs().scenario(), exported.files()),
        notes(exported.notes()));
  }

  private List<TargetReport.Rounded> rounded(Exported exported) {
    Evaluation teacher = measured.apply(Child.unchanged(search.teacher()));
    return exported.rounded().entrySet().stream()
        .map(format ->
            new TargetReport.Rounded(format.getKey(), quality(format.getValue(), teacher)))
        .toList();
  }

  private SolveOptions options() {
    SearchPlan plan = search.plan();
    return new SolveOptions(plan.solve().backend(), plan.solve().timeLimit(), plan.data().seed());
  }

  private static TargetReport.FrontierPoint best(TargetChoice.FrontierPoint point) {
    return new TargetReport.FrontierPoint(
        point.tokensPerSecond(),
        point.cost().timePerOutputTokenSeconds(),
        point.cost().memory().totalBytes(),
        point.score(),
        point.child().replacements());
  }

  private List<MeasuredChild> measuredChildren(RoundsResult rounds) {
    List<MeasuredChild> children = new ArrayList<>();
    for (ChildScore one : rounds.measured()) {
      ModelCost cost = chosen.cost(one.child());
      children.add(
          new MeasuredChild(
              one.child().replacements(),
              cost.throughputTokensPerSecond(),
              cost.timePerOutputTokenSeconds(),
              cost.memory().totalBytes(),
              predicted(one.child()),
              estimate(rounds.loss().of(one).score())));
    }
    return children;
  }

  private TargetReport.Row childRow(TargetReport.Kind kind, Child child, Evaluation evaluation) {
    return row(kind, false, child, chosen.cost(child), evaluation);
  }

  private TargetReport.Row row(
      TargetReport.Kind kind, boolean trained, Child child, ModelCost cost, Evaluation evaluation) {
    return new TargetReport.Row(
        kind,
        trained,
        child.replacements(),
        cost.throughputTokensPerSecond(),
        cost.timePerOutputTokenSeconds(),
        cost.memory().totalBytes(),
        cost.scenario().batch(),
        predicted(child),
        quality(evaluation, measured.apply(Child.unchanged(search.teacher()))),
        new TargetReport.Sizes(
            cost.total().parameters(),
            cost.total().weightBytes(),
            cost.total().kvBytesPerToken(),
            cost.total().attentionLayers()));
  }

  /** Sum of the scores minus that of the teacher, which is zero up to rounding. */
  private double predicted(Child child) {
    double sum = 0;
    for (Replacement replacement : child.replacements()) {
      int first = replacement.span().first();
      Replacement own = Replacement.of(first, search.teacher().layers().get(first));
      sum += search.plan().score().metric().of(scores.score(replacement), scores.score(own)).mean();
    }
    return sum;
  }

  private TargetReport.Quality quality(Evaluation evaluation, Evaluation teacher) {
    ScoreObjective objective = search.plan().score().metric();
    Estimate loss =
        new Estimate(objective.of(evaluation) - objective.of(teacher), objective.error(evaluation));
    Map<String, Estimate> others = new LinkedHashMap<>();
    for (Metric metric : objective.weights().keySet()) {
      if (metric != Metric.KL_DIVERGENCE && metric != Metric.LM_LOSS) {
        String heading = "%s (%s)".formatted(metric.label(), metric.unit());
        others.put(heading, estimate(evaluation.in(metric)));
      }
    }
    if (objective.weights().size() > 1) {
      others.put(objective.label(), loss);
    }
    Map<String, Double> tasks = new LinkedHashMap<>();
    evaluation.tasks().forEach((task, answers) -> tasks.put(task, answers.accuracy()));
    return new TargetReport.Quality(
        estimate(evaluation.divergence()), estimate(evaluation.loss()), others, loss, tasks);
  }

  private static Estimate estimate(Score score) {
    return new Estimate(score.mean(), score.standardError());
  }

  private TargetReport.Proof proof() {
    SolveResult.Solved solved = chosen.solved();
    return new TargetReport.Proof(
        solved.proven() ? "OPTIMAL" : "FEASIBLE",
        solved.objective(),
        solved.bound(),
        solved.gap(),
        chosen.duration(),
        solved.effort().backend());
  }

  private static TargetReport.Truth truth(RoundsResult result) {
    return new TargetReport.Truth(
        result.measured().size(),
        result.rounds().stream().map(Round::best).toList(),
        estimate(result.loss().of(result.first()).score()),
        estimate(result.loss().of(result.best()).score()),
        prediction(result.sum()),
        prediction(result.model()));
  }

  private static TargetReport.Prediction prediction(Accuracy accuracy) {
    return new TargetReport.Prediction(
        accuracy.rankCorrelation(), accuracy.medianError(), accuracy.medianRatio());
  }

  private List<String> notes(List<String> exports) {
    List<String> notes = new ArrayList<>();
    for (Baseline baseline : search.plan().baselines()) {
      if (!chosen.baselines().containsKey(baseline)) {
        notes.add(
            "%s finds nothing within the budget.".formatted(WholeSearch.kind(baseline).label()));
      }
    }
    chosen.rival().map(TargetTexts::rival).ifPresent(notes::add);
    notes.addAll(TargetTexts.notes(chosen.budget(), chosen.cost(chosen.child())));
    notes.addAll(search.exclusions(chosen.target()));
    notes.addAll(exports);
    return notes;
  }
}
