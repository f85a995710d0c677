package io.github.puzzle4j.search.run;

import io.github.puzzle4j.blocklib.corpus.TextDigest;
import io.github.puzzle4j.blocklib.corpus.TokenSequence;
import io.github.puzzle4j.blocklib.task.StoredFile;
import io.github.puzzle4j.blocklib.task.StoredResult;
import io.github.puzzle4j.blocklib.task.TaskStore;
import io.github.puzzle4j.blocklib.train.InputRanges;
import io.github.puzzle4j.export.CheckpointExporter;
import io.github.puzzle4j.export.ChildModel;
import io.github.puzzle4j.export.ExportSummary;
import io.github.puzzle4j.search.plan.SearchPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Exports children; unchanged files of an earlier export are kept. */
final class Exporting {

  private final SearchPlan plan;
  private final Workspace workspace;

  Exporting(SearchPlan plan, Workspace workspace) {
    this.plan = plan;
    this.workspace = workspace;
  }

  ExportSummary export(CheckpointExporter exporter, ChildWeights child, Path folder)
      throws IOException {
    List<TokenSequence> text =
        exporter.needsInputs()
            ? workspace.texts().calibration(plan.score().sequences())
            : List.of();
    ExportChild task =
        new ExportChild(
            workspace.teacherDigest(),
            child.child().replacements(),
            child.sources(),
            workspace.companionsDigest(),
            exporter.name(),
            text.isEmpty() ? "" : TextDigest.of(text));
    Optional<StoredResult> known = workspace.store().find(task);
    if (known.isPresent()) {
      ExportChild.Written written = known.get().value(ExportChild.Written.class);
      List<Path> changed = changed(written, folder);
      if (changed.isEmpty()) {
        return summary(exporter, written, folder);
      }
      // An equal child of another run with this store may have been exported elsewhere.
      if (Files.isDirectory(folder)) {
        changed.forEach(file ->
            workspace
                .store()
                .warn("%s: is not what was exported; it is made again".formatted(file)));
      }
    }
    ExportSummary summary =
        exporter.export(
            new ChildModel(
                child.child().model(),
                child.tensors(),
                workspace.folder().companionFolder(),
                inputs(child, text)),
            folder);
    workspace.store().write(task, written(summary, folder));
    return summary;
  }

  /** How large what enters the child's matrices gets on a text. */
  private Map<String, Float> inputs(ChildWeights child, List<TokenSequence> text)
      throws IOException {
    return text.isEmpty()
        ? Map.of()
        : InputRanges.of(
            workspace.memory(),
            child.child().model(),
            child.tensors(),
            plan.products(),
            workspace.batches(text));
  }

  /** The files that are missing or are not what was written. */
  private static List<Path> changed(ExportChild.Written written, Path folder) throws IOException {
    List<Path> changed = new ArrayList<>();
    for (Map.Entry<String, StoredFile> file : written.files().entrySet()) {
      Path path = folder.resolve(file.getKey());
      if (!TaskStore.matches(path, file.getValue())) {
        changed.add(path);
      }
    }
    return changed;
  }

  private static ExportSummary summary(
      CheckpointExporter exporter, ExportChild.Written written, Path folder) {
    List<Path> files = written.order().stream().map(folder::resolve).toList();
    long bytes = written.files().values().stream().mapToLong(StoredFile::bytes).sum();
    return new ExportSummary(exporter.name(), files, bytes, written.notes());
  }

  private static ExportChild.Written written(ExportSummary summary, Path folder)
      throws IOException {
    Map<String, StoredFile> files = new LinkedHashMap<>();
    for (Path file : summary.files()) {
      files.put(folder.relativize(file).toString(), TaskStore.describe(file));
    }
    return new ExportChild.Written(files, List.copyOf(files.keySet()), summary.notes());
  }
}
