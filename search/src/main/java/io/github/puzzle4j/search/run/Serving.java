package io.github.puzzle4j.search.run;

import io.github.puzzle4j.blocklib.arch.Child;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.task.StoredResult;
import io.github.puzzle4j.blocklib.task.TaskStore;
import io.github.puzzle4j.export.CheckpointExporter;
import io.github.puzzle4j.export.ChildModel;
import io.github.puzzle4j.export.ExportSummary;
import io.github.puzzle4j.export.Exporters;
import io.github.puzzle4j.scoring.cost.ModelCost;
import io.github.puzzle4j.scoring.cost.Scenario;
import io.github.puzzle4j.scoring.profile.Processor;
import io.github.puzzle4j.search.folder.TemporaryFolder;
import io.github.puzzle4j.search.llamacpp.LlamaCppEngine;
import io.github.puzzle4j.search.llamacpp.ServedPair;
import io.github.puzzle4j.search.progress.Progress;
import io.github.puzzle4j.search.progress.ProgressTask;
import io.github.puzzle4j.search.report.TargetReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Serves teacher and children in llama.cpp on this machine, where it is the target, and compares
 * their speeds with the predictions.
 */
final class Serving implements AutoCloseable {

  private static final String FORMAT = "gguf";
  private static final String ENGINE = "llamacpp";

  private final Workspace workspace;
  private final int threads;
  private final Progress progress;
  private @Nullable TemporaryFolder folder;
  private @Nullable Path teacherFile;

  Serving(Workspace workspace, int threads, Progress progress) {
    this.workspace = workspace;
    this.threads = threads;
    this.progress = progress;
  }

  /**
   * Speeds at batch 1 and at the batch of the choice; none if the target is another machine or
   * engine, or the child is not exported for it.
   *
   * @param exported files of the child
   */
  List<TargetReport.ServedSpeed> speeds(TargetChoice.Chosen chosen, List<Path> exported)
      throws IOException {
    Optional<Path> file =
        exported.stream().filter(path -> path.toString().endsWith("." + FORMAT)).findFirst();
    if (!chosen.target().servesHere()
        || !chosen.target().backend().equals(ENGINE)
        || file.isEmpty()) {
      return List.of();
    }
    List<TargetReport.ServedSpeed> speeds = new ArrayList<>();
    TreeSet<Integer> batches = new TreeSet<>(List.of(1, chosen.costs().scenario().batch()));
    try (ProgressTask shown =
        progress.start(
            "serve " + chosen.name(), (long) batches.size() * ServedPair.repetitions())) {
      for (int batch : batches) {
        speeds.add(speed(chosen, file.get(), batch, shown));
      }
    }
    return List.copyOf(speeds);
  }

  private TargetReport.ServedSpeed speed(
      TargetChoice.Chosen chosen, Path file, int batch, ProgressTask shown) throws IOException {
    Scenario scenario = chosen.costs().scenario().withBatch(batch);
    LlamaCppEngine engine = new LlamaCppEngine();
    SpeedOfChild task =
        new SpeedOfChild(
            Processor.title(threads),
            engine.name() + " " + engine.version(),
            workspace.teacherDigest(),
            TaskStore.describe(file).sha256(),
            chosen.child().replacements(),
            scenario.inputTokens(),
            scenario.outputTokens(),
            batch);
    Optional<StoredResult> known = workspace.store().find(task);
    ServedPair pair;
    if (known.isPresent()) {
      shown.step(ServedPair.repetitions());
      pair = known.get().value(ServedPair.class);
    } else {
      pair =
          ServedPair.measure(
              teacherFile(),
              file,
              new ServedPair.Requests(
                  scenario.inputTokens(), scenario.outputTokens(), batch, threads),
              what -> {
                shown.note(what);
                shown.step(1);
              });
      workspace.store().write(task, pair);
    }
    return new TargetReport.ServedSpeed(
        "llama.cpp " + engine.version(),
        batch,
        predicted(chosen, workspace.teacher(), scenario),
        predicted(chosen, chosen.child().model(), scenario),
        measured(pair.first(), scenario),
        measured(pair.second(), scenario));
  }

  private TargetReport.Speed predicted(TargetChoice.Chosen chosen, Model model, Scenario scenario) {
    ModelCost cost = workspace.priced(chosen.target()).costs().price(model, scenario);
    return new TargetReport.Speed(
        cost.throughputTokensPerSecond(),
        cost.total().prefillSeconds(),
        cost.total().decodeSeconds());
  }

  private static TargetReport.Speed measured(ServedPair.Times times, Scenario scenario) {
    return new TargetReport.Speed(
        scenario.outputTokensOfBatch() / times.wholeSeconds(),
        times.promptSeconds(),
        (times.wholeSeconds() - times.promptSeconds()) / (scenario.outputTokens() - 1));
  }

  /** The teacher in the format of its children, written once. */
  private Path teacherFile() throws IOException {
    if (teacherFile == null) {
      folder = TemporaryFolder.create("puzzle4j-teacher");
      CheckpointExporter exporter = Exporters.named(FORMAT);
      Child teacher = Child.unchanged(workspace.teacher());
      ExportSummary summary =
          exporter.export(
              new ChildModel(
                  teacher.model(), workspace.weights(), workspace.folder().companionFolder()),
              folder.path());
      teacherFile = summary.files().getFirst();
    }
    return teacherFile;
  }

  @Override
  public void close() throws IOException {
    if (folder != null) {
      folder.close();
    }
  }
}
