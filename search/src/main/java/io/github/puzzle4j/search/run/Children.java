package io.github.puzzle4j.search.run;

import io.github.puzzle4j.blocklib.arch.Child;
import io.github.puzzle4j.blocklib.arch.Replacement;
import io.github.puzzle4j.blocklib.checkpoint.ConfigFile;
import io.github.puzzle4j.export.CheckpointExporter;
import io.github.puzzle4j.export.ExportSummary;
import io.github.puzzle4j.scoring.quality.Evaluation;
import io.github.puzzle4j.scoring.quality.ScoreObjective;
import io.github.puzzle4j.search.plan.SearchPlan;
import io.github.puzzle4j.search.progress.Progress;
import io.github.puzzle4j.search.progress.ProgressTask;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a search does with whole children: they are assembled from the library, measured, trained
 * and exported.
 */
public final class Children {

  private final SearchPlan plan;
  private final Workspace workspace;
  private final RunDirectory directory;
  private final List<CheckpointExporter> exporters;
  private final Groundwork groundwork;
  private final Progress progress;

  Children(
      SearchPlan plan,
      Workspace workspace,
      RunDirectory directory,
      List<CheckpointExporter> exporters,
      Groundwork groundwork,
      Progress progress) {
    this.plan = plan;
    this.workspace = workspace;
    this.directory = directory;
    this.exporters = List.copyOf(exporters);
    this.groundwork = groundwork;
    this.progress = progress;
  }

  /** A child with weights from the library. */
  public ChildWeights assemble(Child child) throws IOException {
    List<String> sources = new ArrayList<>();
    for (Replacement replacement : child.replacements()) {
      sources.addAll(groundwork.library().plan().reads(replacement));
    }
    return new ChildWeights(child, groundwork.library().child(child), sources);
  }

  /** Measures a child, or the teacher, with weights from the library on held-out text. */
  public Evaluation measure(Child child) throws IOException {
    return measure(assemble(child));
  }

  /** Measures a child with these weights on held-out text. */
  public Evaluation measure(ChildWeights child) throws IOException {
    return groundwork.measuring().measure(child);
  }

  /**
   * Distils the finalists of a target anew, and takes the one with the least divergence on the
   * validation text: which child is best after it is not known before. As it is assembled where the
   * plan asks for no training.
   */
  public ChildWeights adapt(TargetChoice.Chosen chosen) throws IOException {
    return plan.adapt().wanted() ? adapting().best(chosen) : assemble(chosen.child());
  }

  /** Another choice of a target with the training of a child: distilled anew, and repaired. */
  ChildWeights train(String name, Child child) throws IOException {
    return repair(name, plan.adapt().wanted() ? adapting().adapted(name, child) : assemble(child));
  }

  private Adapting adapting() throws IOException {
    return new Adapting(
        plan, workspace, groundwork.distilling(), groundwork.library(), onValidation(), progress);
  }

  /**
   * The repaired child, unless the repair made it no better on the validation text, as it may where
   * little is left to repair.
   */
  ChildWeights better(ChildWeights before, ChildWeights repaired) throws IOException {
    Measuring onValidation = onValidation();
    ScoreObjective objective = plan.score().metric();
    double without = objective.of(onValidation.measure(before));
    return objective.of(onValidation.measure(repaired)) < without ? repaired : before;
  }

  private Measuring onValidation() throws IOException {
    return new Measuring(plan, workspace, workspace.texts().validation(plan.score().sequences()));
  }

  /**
   * Repairs a child by global distillation; equal children are repaired once.
   *
   * @param name of the target, for the display of progress
   */
  public ChildWeights repair(String name, ChildWeights child) throws IOException {
    return new Repair(plan, workspace, progress, Search.STORED).run(name, child);
  }

  /** Writes a child in all formats of the plan, below the target's folder. */
  public List<ExportSummary> export(String name, ChildWeights child) throws IOException {
    List<ExportSummary> summaries = new ArrayList<>();
    try (ProgressTask task = progress.start("export " + name, exporters.size())) {
      for (CheckpointExporter exporter : exporters) {
        task.note(exporter.name());
        summaries.add(export(exporter, name, child));
        task.step(1);
      }
    }
    return List.copyOf(summaries);
  }

  /** Writes a child in one format, below the target's folder. */
  ExportSummary export(CheckpointExporter exporter, String name, ChildWeights child)
      throws IOException {
    return new Exporting(plan, workspace)
        .export(exporter, child, directory.target(name).resolve(exporter.name()));
  }

  /** Measures what was written, where it is in fewer than 16 bits. */
  Optional<Evaluation> measureRounded(ChildWeights child, ExportSummary written)
      throws IOException {
    return new RoundedMeasuring(groundwork.measuring()).ofExport(child, written);
  }

  /** Measures a child in the format of its prices, unless one of the written folders has it. */
  Optional<Evaluation> measureAsPriced(
      ChildWeights child, TargetChoice.Chosen chosen, List<Path> written) throws IOException {
    return new RoundedMeasuring(groundwork.measuring())
        .inFormatOf(
            child,
            chosen.costs().scenario().format(),
            written.stream().filter(file -> file.endsWith(ConfigFile.NAME)).toList());
  }

  /** The formats of the plan. */
  List<CheckpointExporter> exporters() {
    return exporters;
  }
}
