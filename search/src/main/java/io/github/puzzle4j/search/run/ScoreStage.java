package io.github.puzzle4j.search.run;

import io.github.puzzle4j.blocklib.arch.Replacement;
import io.github.puzzle4j.blocklib.library.BlockLibrary;
import io.github.puzzle4j.scoring.quality.Effort;
import io.github.puzzle4j.scoring.quality.ScoreObjective;
import io.github.puzzle4j.scoring.quality.ScoreTable;
import io.github.puzzle4j.search.plan.Granularity;
import io.github.puzzle4j.search.plan.SearchPlan;
import io.github.puzzle4j.search.progress.Progress;
import io.github.puzzle4j.search.progress.ProgressTask;
import io.github.puzzle4j.search.report.ScoringReport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Scores the replacements of a search: all at once, or in a race that measures further portions of
 * the text only where a budget of the plan may still pick something else.
 */
final class ScoreStage {

  private final SearchPlan plan;
  private final Workspace workspace;
  private final List<Replacement> all;
  private final ScoringUnits units;
  private final ScoringText text;
  private final Scoring scoring;
  private final ScoreBoard board;
  private final Race race;
  private final List<ScoringText.Portion> done = new ArrayList<>();
  private Optional<Race.Verdict> verdict = Optional.empty();
  private boolean changed;

  private ScoreStage(
      SearchPlan plan,
      Workspace workspace,
      List<Replacement> all,
      ScoringUnits units,
      Scoring scoring,
      Race race) {
    this.plan = plan;
    this.workspace = workspace;
    this.all = all;
    this.units = units;
    this.text = scoring.text();
    this.scoring = scoring;
    this.board = new ScoreBoard(all, units, scoring.sheet(), plan.score().metric());
    this.race = race;
  }

  /**
   * A stage of this plan.
   *
   * @param all replacements that are to have a score
   * @param library with their weights
   */
  static ScoreStage of(
      SearchPlan plan,
      Workspace workspace,
      List<Replacement> all,
      BlockLibrary library,
      Race.Selector selector)
      throws IOException {
    ScoringText text = ScoringText.of(workspace.texts().validation(plan.score().sequences()));
    return new ScoreStage(
        plan,
        workspace,
        all,
        new ScoringUnits(workspace.space(), all, library, plan.score().granularity()),
        new Scoring(plan, workspace, library, text, workspace.activations("score")),
        new Race(
            workspace.targets(),
            plan.score().metric(),
            plan.solve(),
            selector,
            plan.score().confidence(),
            plan.data().seed()));
  }

  /** Scores all replacements as the plan says. */
  ScoreTable run(Progress progress) throws IOException {
    switch (plan.score().effort()) {
      case FULL -> full(progress);
      case RACING -> racing(progress);
    }
    return board.table();
  }

  /** Scores all replacements on the whole text, whether a target may pick them or not. */
  ScoreTable exactly(Progress progress) throws IOException {
    Set<Replacement> measured = units.from(all);
    try (ProgressTask task = progress.start("score", measured.size())) {
      scoring.measure(measured, text.portions(), task);
    }
    return board.table();
  }

  /** How the scores came about. */
  ScoringReport report() {
    ScoreObjective objective = plan.score().metric();
    int count = all.size();
    return new ScoringReport(
        objective.id(),
        objective.label(),
        objective.unit(),
        count,
        board.measured(),
        sequences(),
        text.sequences().size(),
        scoring.sheet().effort(),
        naive(),
        board.sums(changed),
        verdict.map(Race.Verdict::agreement));
  }

  private Effort naive() {
    long tokens = (long) text.sequences().size() * plan.data().sequenceLength();
    int layers = workspace.teacher().layers().size();
    return all.stream()
        .map(one -> Effort.of(one, layers, tokens))
        .reduce(Effort.NONE, Effort::plus);
  }

  /** Whether pairs that may be picked are measured as a whole. */
  private boolean isWhole() {
    return plan.score().granularity() == Granularity.AUTO;
  }

  private int sequences() {
    return done.stream().mapToInt(portion -> portion.places().size()).sum();
  }

  private void full(Progress progress) throws IOException {
    Set<Replacement> all = units.units();
    try (ProgressTask task = progress.start("score", all.size())) {
      scoring.measure(all, text.portions(), task);
    }
    done.addAll(text.portions());
    if (isWhole()) {
      settle(text.portions(), progress);
    }
  }

  private void racing(Progress progress) throws IOException {
    Set<Replacement> going = units.units();
    List<ScoringText.Portion> before = List.of();
    for (List<ScoringText.Portion> round : text.rounds(plan.data().seed())) {
      try (ProgressTask task = progress.start("score", going.size())) {
        scoring.measure(going, round, task);
      }
      done.addAll(round);
      Race.Verdict now = settle(before.isEmpty() ? round : before, progress);
      if (now.isSettled()) {
        break;
      }
      going = units.from(now.open());
      before = List.copyOf(done);
    }
  }

  /**
   * Measures what may be picked but was given up earlier, until nothing new may be picked.
   *
   * @param pairs portions on which pairs are measured as a whole
   */
  private Race.Verdict settle(List<ScoringText.Portion> pairs, Progress progress)
      throws IOException {
    Race.Verdict now = judge(progress);
    Set<Replacement> chosen = now.chosen();
    boolean grown = true;
    while (grown) {
      Set<Replacement> halves = lacking(units.from(now.open()), done);
      Set<Replacement> whole = isWhole() ? lacking(pairs(now.open()), pairs) : Set.of();
      grown = !halves.isEmpty() || !whole.isEmpty();
      if (grown) {
        try (ProgressTask task =
            progress.start("score what may be picked", halves.size() + whole.size())) {
          scoring.measure(halves, done, task);
          scoring.measure(whole, pairs, task);
        }
        now = judge(progress);
      }
    }
    changed |= !now.chosen().equals(chosen);
    verdict = Optional.of(now);
    return now;
  }

  private Set<Replacement> lacking(Set<Replacement> wanted, List<ScoringText.Portion> portions) {
    Set<Replacement> lacking = new LinkedHashSet<>(wanted);
    lacking.removeIf(one -> !scoring.lacks(one, portions));
    return lacking;
  }

  private Set<Replacement> pairs(Set<Replacement> open) {
    Set<Replacement> pairs = new LinkedHashSet<>(open);
    pairs.removeIf(one -> !units.isPair(one));
    return pairs;
  }

  private Race.Verdict judge(Progress progress) throws IOException {
    try (ProgressTask task = progress.start("solve on resampled scores", 1)) {
      Race.Verdict verdict = race.verdict(board.table(), sequences(), board.spreads());
      task.step(1);
      return verdict;
    }
  }
}
