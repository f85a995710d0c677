package io.github.puzzle4j.search.run;

import io.github.puzzle4j.blocklib.arch.Child;
import io.github.puzzle4j.blocklib.library.BlockLibrary;
import io.github.puzzle4j.blocklib.tensor.NativeHeap;
import io.github.puzzle4j.export.ExportSummary;
import io.github.puzzle4j.scoring.quality.Evaluation;
import io.github.puzzle4j.scoring.quality.ScoreTable;
import io.github.puzzle4j.search.plan.Baseline;
import io.github.puzzle4j.search.progress.Progress;
import io.github.puzzle4j.search.progress.ProgressTask;
import io.github.puzzle4j.search.report.ReportData;
import io.github.puzzle4j.search.report.ReportFile;
import io.github.puzzle4j.search.report.TargetReport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Runs all stages in order and writes the report. */
final class WholeSearch {

  private final Search search;
  private final Progress progress;

  /** The same child may be chosen for several targets, or by several rules. */
  private final Map<Child, Evaluation> measured = new HashMap<>();

  WholeSearch(Search search, Progress progress) {
    this.search = search;
    this.progress = progress;
  }

  SearchOutcome run() throws IOException {
    BlockLibrary library = search.distill();
    NativeHeap.trim();
    ScoreTable scores = search.score();
    NativeHeap.trim();
    List<TargetChoice> choices = search.choose(scores);
    if (choices.stream().anyMatch(TargetChoice.Chosen.class::isInstance)) {
      measure(choices);
    }
    List<TargetReport> targets = new ArrayList<>();
    List<TargetChoice.OutOfReach> outOfReach = new ArrayList<>();
    for (TargetChoice choice : choices) {
      switch (choice) {
        case TargetChoice.Chosen chosen -> targets.add(finish(chosen, scores));
        case TargetChoice.OutOfReach none -> outOfReach.add(none);
      }
    }
    ReportData report =
        new ReportBuilder(search, scores).build(library, targets, choices, progress.stageTimes());
    // If nothing fits, there is nothing to show, and an earlier report is kept.
    if (!targets.isEmpty()) {
      ReportFile.writeJson(search.directory().figures(), report);
      ReportFile.writeHtml(search.directory().report(), report);
    }
    return new SearchOutcome(report, outOfReach, search.directory());
  }

  private void measure(List<TargetChoice> choices) throws IOException {
    Map<Child, String> wanted = new LinkedHashMap<>();
    wanted.put(Child.unchanged(search.teacher()), "teacher");
    for (TargetChoice choice : choices) {
      if (choice instanceof TargetChoice.Chosen chosen) {
        wanted.putIfAbsent(chosen.child(), "child");
        chosen.baselines().forEach((baseline, child) -> wanted.putIfAbsent(child, baseline.name()));
      }
    }
    try (ProgressTask task = progress.start("measure", wanted.size())) {
      for (Map.Entry<Child, String> entry : wanted.entrySet()) {
        task.note(entry.getValue().toLowerCase(Locale.ROOT));
        measured.put(entry.getKey(), search.measure(entry.getKey()));
        task.step(1);
      }
    }
  }

  private TargetReport finish(TargetChoice.Chosen chosen, ScoreTable scores) throws IOException {
    ChildWeights repaired = search.repair(chosen.name(), chosen.child());
    Evaluation after = search.measure(repaired);
    List<ExportSummary> exports = search.export(chosen.name(), repaired);
    return new TargetReportBuilder(search, chosen, scores).build(this::measurement, after, exports);
  }

  private Evaluation measurement(Child child) {
    Evaluation evaluation = measured.get(child);
    if (evaluation == null) {
      throw new IllegalStateException("not measured: " + child.replacements());
    }
    return evaluation;
  }

  /** The row that a baseline has in the report. */
  static TargetReport.Kind kind(Baseline baseline) {
    return switch (baseline) {
      case GREEDY -> TargetReport.Kind.GREEDY;
      case UNIFORM -> TargetReport.Kind.UNIFORM;
      case RANDOM -> TargetReport.Kind.RANDOM;
    };
  }
}
