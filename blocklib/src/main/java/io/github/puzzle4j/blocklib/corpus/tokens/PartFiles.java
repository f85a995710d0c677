package io.github.puzzle4j.blocklib.corpus.tokens;

import io.github.puzzle4j.blocklib.corpus.CorpusSplit;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The files of each part of a corpus. If several parts use the same file, each of its documents
 * belongs to one of them, by its {@link CorpusSplit}; documents of a split that does not use the
 * file belong to the first part that does.
 */
public final class PartFiles {

  private final Map<CorpusSplit, List<Path>> files = new EnumMap<>(CorpusSplit.class);
  private final Map<Path, Set<CorpusSplit>> parts = new HashMap<>();

  /**
   * @param files by part, in reading order; no folders
   */
  public PartFiles(Map<CorpusSplit, List<Path>> files) throws IOException {
    for (Map.Entry<CorpusSplit, List<Path>> entry : files.entrySet()) {
      this.files.put(entry.getKey(), List.copyOf(entry.getValue()));
      for (Path file : entry.getValue()) {
        parts
            .computeIfAbsent(file.toRealPath(), _ -> EnumSet.noneOf(CorpusSplit.class))
            .add(entry.getKey());
      }
    }
  }

  /** The files of a part; empty if it is not read from files. */
  public List<Path> of(CorpusSplit part) {
    return files.getOrDefault(part, List.of());
  }

  /** The parts that use a file. */
  Set<CorpusSplit> sharing(Path file) throws IOException {
    return parts.getOrDefault(file.toRealPath(), Set.of());
  }

  /** The part, among these, that a document of this split belongs to. */
  static CorpusSplit owner(CorpusSplit split, Set<CorpusSplit> sharing) {
    return sharing.contains(split) ? split : EnumSet.copyOf(sharing).iterator().next();
  }
}
