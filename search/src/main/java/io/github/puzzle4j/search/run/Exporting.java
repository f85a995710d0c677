package io.github.puzzle4j.search.run;

import io.github.puzzle4j.blocklib.task.StoredFile;
import io.github.puzzle4j.blocklib.task.StoredResult;
import io.github.puzzle4j.blocklib.task.TaskStore;
import io.github.puzzle4j.export.CheckpointExporter;
import io.github.puzzle4j.export.ChildModel;
import io.github.puzzle4j.export.ExportSummary;
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

  private final Workspace workspace;

  Exporting(Workspace workspace) {
    this.workspace = workspace;
  }

  ExportSummary export(CheckpointExporter exporter, ChildWeights child, Path folder)
      throws IOException {
    ExportChild task =
        new ExportChild(
            workspace.teacherDigest(),
            child.child().replacements(),
            child.sources(),
            workspace.companionsDigest(),
            exporter.name());
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
                child.child().model(), child.tensors(), workspace.folder().companionFolder()),
            folder);
    workspace.store().write(task, written(summary, folder));
    return summary;
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
