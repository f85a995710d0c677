package io.github.puzzle4j.search.run;

import io.github.puzzle4j.scoring.quality.Evaluation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * What was written of a child in all formats.
 *
 * @param files all of them
 * @param notes a sentence on each format
 * @param rounded by format of fewer than 16 bits, the quality of what is read again
 */
record Exported(List<Path> files, List<String> notes, SequencedMap<String, Evaluation> rounded) {

  static final Exported NOTHING =
      new Exported(List.of(), List.of("The child is not exported yet."), new LinkedHashMap<>());

  Exported {
    files = List.copyOf(files);
    notes = List.copyOf(notes);
    rounded = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(rounded));
  }

  /** The same with another note before the others. */
  Exported withFirstNote(String note) {
    List<String> all = new ArrayList<>(notes);
    all.addFirst(note);
    return new Exported(files, all, rounded);
  }
}
