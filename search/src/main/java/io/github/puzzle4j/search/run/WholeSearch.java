package io.github.puzzle4j.search.run;

import io.github.puzzle4j.blocklib.arch.Child;
import io.github.puzzle4j.blocklib.library.BlockLibrary;
import io.github.puzzle4j.blocklib.tensor.NativeHeap;
import io.github.puzzle4j.export.CheckpointExporter;
import io.github.puzzle4j.export.ExportSummary;
import io.github.puzzle4j.scoring.quality.Evaluation;
import io.github.puzzle4j.scoring.quality.ScoreTable;
import io.github.puzzle4j.search.estimate.PlanEstimate;
import io.github.puzzle4j.search.plan.Baseline;
import io.github.puzzle4j.search.progress.DurationText;
import io.github.puzzle4j.search.progress.ProgressTask;
import io.github.puzzle4j.search.progress.StageTime;
import io.github.puzzle4j.search.report.ReportData;
import io.github.puzzle4j.search.report.ReportFile;
import io.github.puzzle4j.search.report.TargetReport;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/** Runs all stages in order and writes the report. */
final class WholeSearch {

  private final Search search;
  private final KeptTimes progress;

  private final Instant began;
  private final LossesOfTrainings losses;
  private final boolean hasPage;

  /** The same child may be chosen for several targets, or by several rules. */
  private final Map<Child, Evaluation> measured = new HashMap<>();

  private final List<TargetReport> targets = new ArrayList<>();
  private final List<IOException> failures = new ArrayList<>();

  /**
   * A search.
   *
   * @param began when its first stage did
   * @param hasPage whether the page of its report is written
   */
  WholeSearch(Search search, KeptTimes progress, Instant began, boolean hasPage) {
    this.search = search;
    this.progress = progress;
    this.began = began;
    this.losses = search.losses();
    this.hasPage = hasPage;
  }

  /**
   * Runs it.
   *
   * @throws IOException if a stage failed; what failed at an export, after the report was written
   */
  SearchOutcome run() throws IOException {
    Optional<PlanEstimate> estimate = search.estimated();
    estimate.ifPresent(whole -> progress.say(about(whole.total(), "in all")));
    BlockLibrary library = search.distill();
    losses.add(library);
    NativeHeap.trim();
    sayWhatIsUsedAndLeft(estimate, 0);
    ScoreTable scores = search.score();
    NativeHeap.trim();
    sayWhatIsUsedAndLeft(estimate, 0);
    List<TargetChoice> choices = search.refine(search.choose(scores), scores);
    sayWhatIsUsedAndLeft(estimate, 0);
    NativeHeap.trim();
    if (choices.stream().anyMatch(TargetChoice.Chosen.class::isInstance)) {
      measure(choices);
    }
    ReportBuilder builder = new ReportBuilder(search, scores, library, choices);
    List<TargetChoice.OutOfReach> outOfReach = new ArrayList<>();
    try (Serving serving = search.serving()) {
      for (TargetChoice choice : choices) {
        switch (choice) {
          case TargetChoice.Chosen chosen -> {
            finish(chosen, builder, serving);
            sayWhatIsUsedAndLeft(estimate, (double) targets.size() / choices.size());
          }
          case TargetChoice.OutOfReach none -> outOfReach.add(none);
        }
      }
    }
    ReportData report = builder.build(targets, stages());
    // If nothing fits, there is nothing to show, and an earlier report is kept.
    if (!targets.isEmpty()) {
      write(report);
    }
    if (!failures.isEmpty()) {
      IOException first = failures.getFirst();
      failures.stream().skip(1).forEach(first::addSuppressed);
      throw first;
    }
    return new SearchOutcome(report, outOfReach, search.directory());
  }

  private void sayWhatIsUsedAndLeft(Optional<PlanEstimate> estimate, double targetsDone) {
    search
        .gpuTakenBytes()
        .ifPresent(bytes ->
            progress.say(
                String.format(
                    Locale.ROOT,
                    "GPU memory: at most %.1f GiB taken so far",
                    bytes / (double) (1L << 30))));
    estimate
        .map(whole -> whole.left(progress.stageTimes(), progress.ofThisProcess(), targetsDone))
        .filter(Duration::isPositive)
        .ifPresent(left -> progress.say(about(left, "left")));
  }

  private static String about(Duration time, String what) {
    return "about %s %s".formatted(DurationText.of(time), what);
  }

  private void write(ReportData report) throws IOException {
    ReportFile.writeJson(search.directory().figures(), report);
    if (hasPage) {
      RunPage.write(search.directory());
    }
  }

  /** All stages, and the rest of this process's time, such as that for reading and writing. */
  private List<StageTime> stages() {
    List<StageTime> times = new ArrayList<>(progress.stageTimes());
    Duration known = times.stream().map(StageTime::duration).reduce(Duration.ZERO, Duration::plus);
    Duration rest = Duration.between(began, Instant.now()).plus(progress.earlier()).minus(known);
    if (rest.isPositive()) {
      times.add(new StageTime("other", rest));
    }
    return List.copyOf(times);
  }

  private void measure(List<TargetChoice> choices) throws IOException {
    Map<Child, String> wanted = new LinkedHashMap<>();
    wanted.put(Child.unchanged(search.teacher()), "teacher");
    for (TargetChoice choice : choices) {
      if (choice instanceof TargetChoice.Chosen chosen) {
        wanted.putIfAbsent(chosen.child(), "child");
        wanted.putIfAbsent(chosen.bySum(), "choice by sum");
        chosen.baselines().forEach((baseline, child) -> wanted.putIfAbsent(child, baseline.name()));
      }
    }
    try (ProgressTask task = progress.start("measure", wanted.size())) {
      for (Map.Entry<Child, String> entry : wanted.entrySet()) {
        task.note(entry.getValue().toLowerCase(Locale.ROOT));
        measured.put(entry.getKey(), search.children().measure(entry.getKey()));
        task.step(1);
      }
    }
  }

  /** The report is written before the exports, so that no failure of theirs loses it. */
  private void finish(TargetChoice.Chosen choice, ReportBuilder builder, Serving serving)
      throws IOException {
    ChildWeights adapted = search.children().adapt(choice);
    TargetChoice.Chosen chosen = choice.taking(adapted.child());
    Evaluation before;
    try (ProgressTask task = progress.start("measure " + chosen.name(), 1)) {
      before = search.children().measure(adapted);
      if (!measured.containsKey(chosen.child())) {
        measured.put(chosen.child(), search.children().measure(chosen.child()));
      }
      task.step(1);
    }
    ChildWeights repaired = search.children().repair(chosen.name(), adapted);
    losses.add(targets.size(), "child", repaired);
    Evaluation after;
    ChildWeights served;
    try (ProgressTask task = progress.start("measure " + chosen.name(), 1)) {
      after = search.children().measure(repaired);
      served =
          repaired.sources().equals(adapted.sources())
              ? repaired
              : search.children().better(adapted, repaired);
      task.step(1);
    }
    TargetReportBuilder target =
        new TargetReportBuilder(
            search, chosen, builder.scores(), this::measurement, trainedBaselines(chosen));
    targets.add(target.build(before, after, List.of(), Exported.NOTHING));
    write(builder.build(targets, stages()));
    Exported exported = export(chosen, served);
    if (!served.sources().equals(repaired.sources())) {
      exported =
          exported.withFirstNote(
              "The repair does not lower the loss on the validation text: the child before it is"
                  + " exported.");
    }
    List<TargetReport.ServedSpeed> speeds = serving.speeds(chosen, exported.files());
    TargetReport done = target.build(before, after, speeds, exported);
    targets.set(targets.size() - 1, done);
    ChildCard card =
        new ChildCard(
            search.plan(),
            search.directory().plan(),
            served.child().model(),
            served.sources().equals(adapted.sources())
                ? TargetReport.Kind.CHILD
                : TargetReport.Kind.CHILD_AFTER_GKD,
            done);
    try {
      card.write(exported.files());
      new ComposeFile(chosen.target().backend(), chosen.costs().scenario()).write(exported.files());
    } catch (IOException failure) {
      failures.add(failure);
    }
  }

  /** Baselines with the training of the child, if the plan asks for it. */
  private Map<Baseline, Evaluation> trainedBaselines(TargetChoice.Chosen chosen)
      throws IOException {
    Map<Baseline, Evaluation> trained = new EnumMap<>(Baseline.class);
    if (search.plan().trainBaselines()) {
      for (Map.Entry<Baseline, Child> baseline : chosen.baselines().entrySet()) {
        String name = "%s %s".formatted(chosen.name(), kind(baseline.getKey()).label());
        ChildWeights weights = search.children().train(name, baseline.getValue());
        losses.add(targets.size(), kind(baseline.getKey()).label(), weights);
        try (ProgressTask task = progress.start("measure " + name, 1)) {
          trained.put(baseline.getKey(), search.children().measure(weights));
          task.step(1);
        }
      }
    }
    return trained;
  }

  /** What cannot be written does not keep the others from being. */
  private Exported export(TargetChoice.Chosen chosen, ChildWeights child) {
    String name = chosen.name();
    List<Path> files = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    SequencedMap<String, Evaluation> rounded = new LinkedHashMap<>();
    try (ProgressTask task =
        progress.start("export " + name, search.children().exporters().size())) {
      for (CheckpointExporter exporter : search.children().exporters()) {
        task.note(exporter.name());
        try {
          ExportSummary summary = search.children().export(exporter, name, child);
          files.addAll(summary.files());
          notes.add(note(name, exporter, summary));
          search
              .children()
              .measureRounded(child, summary)
              .ifPresent(quality -> rounded.put(exporter.name(), quality));
        } catch (IOException failure) {
          notes.add("%s: not exported: %s".formatted(exporter.name(), failure.getMessage()));
          task.warn(
              "%s failed; the report is written all the same: %s"
                  .formatted(exporter.name(), search.directory().report()));
          failures.add(failure);
        }
        task.step(1);
      }
      search
          .children()
          .measureAsPriced(child, chosen, files)
          .ifPresent(quality ->
              rounded.put(
                  "%s, as priced".formatted(chosen.costs().scenario().format().weights().id()),
                  quality));
    } catch (IOException failure) {
      failures.add(failure);
    }
    return new Exported(files, notes, rounded);
  }

  private String note(String name, CheckpointExporter exporter, ExportSummary summary) {
    List<String> parts = new ArrayList<>(summary.notes());
    parts.addFirst(search.directory().target(name).resolve(exporter.name()).toString());
    return "%s: %s".formatted(exporter.name(), String.join("; ", parts));
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
      case DEPTH -> TargetReport.Kind.DEPTH;
      case OMISSION -> TargetReport.Kind.OMISSION;
      case PARAMETERS -> TargetReport.Kind.PARAMETERS;
      case EVOLUTION -> TargetReport.Kind.EVOLUTION;
    };
  }
}
