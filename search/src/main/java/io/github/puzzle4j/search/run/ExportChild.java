package io.github.puzzle4j.search.run;

import io.github.puzzle4j.blocklib.arch.Replacement;
import io.github.puzzle4j.blocklib.task.StoredFile;
import io.github.puzzle4j.blocklib.task.Task;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The export of a child to a format. The files are in the target's folder; the result lists them
 * with notes.
 *
 * @param teacher digest of the teacher's shape and weights
 * @param replacements of which the child is made
 * @param weights digests of the tasks from whose results its weights come
 * @param companions digest of the files that go with them
 * @param format name of the exporter
 * @param calibration digest of the text on which activations were seen; empty where the format
 *     needs none
 */
record ExportChild(
    String teacher,
    List<Replacement> replacements,
    List<String> weights,
    String companions,
    String format,
    String calibration)
    implements Task {

  /**
   * The result.
   *
   * @param files by their names in the format's folder, in the order of writing
   * @param order the names in the order of writing
   * @param notes what a user should know
   */
  record Written(Map<String, StoredFile> files, List<String> order, List<String> notes) {

    Written {
      files = new TreeMap<>(files);
      order = List.copyOf(order);
      notes = List.copyOf(notes);
    }
  }

  ExportChild {
    replacements = List.copyOf(replacements);
    weights = List.copyOf(weights);
  }

  @Override
  public Kind kind() {
    return Kind.EXPORT;
  }
}
