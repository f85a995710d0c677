package io.github.puzzle4j.blocklib.corpus.tokens;

import io.github.puzzle4j.blocklib.corpus.CorpusSplit;
import io.github.puzzle4j.blocklib.corpus.source.CorpusFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The files of each part of a corpus, by source: a file or folder that a user named. If several
 * parts use the same file, each of its documents belongs to one of them, by its {@link
 * CorpusSplit}; documents of a split that does not use the file belong to the first part that does.
 */
public final class PartFiles {

  private final Map<CorpusSplit, List<CorpusFiles>> sources = new EnumMap<>(CorpusSplit.class);
  private final Map<Path, Set<CorpusSplit>> parts = new HashMap<>();

  /**
   * @param sources by part; the sources of a part are read in turn, the files of a source one after
   *     the other
   */
  public PartFiles(Map<CorpusSplit, List<CorpusFiles>> sources) throws IOException {
    for (Map.Entry<CorpusSplit, List<CorpusFiles>> entry : sources.entrySet()) {
      this.sources.put(entry.getKey(), List.copyOf(entry.getValue()));
      for (CorpusFiles source : entry.getValue()) {
        for (Path file : source.files()) {
          parts
              .computeIfAbsent(file.toRealPath(), _ -> EnumSet.noneOf(CorpusSplit.class))
              .add(entry.getKey());
        }
      }
    }
  }

  /** The sources of a part; empty if it is not read from files. */
  List<CorpusFiles> of(CorpusSplit part) {
    return sources.getOrDefault(part, List.of());
  }

  /** Whether a part is read from files. */
  public boolean has(CorpusSplit part) {
    return !of(part).isEmpty();
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
