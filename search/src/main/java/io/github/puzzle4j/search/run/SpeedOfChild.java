package io.github.puzzle4j.search.run;

import io.github.puzzle4j.blocklib.arch.Replacement;
import io.github.puzzle4j.blocklib.task.Task;
import java.util.List;

/**
 * The speed of an exported child beside the teacher's, in an engine on a machine.
 *
 * @param machine its title, with the number of threads
 * @param engine that serves, with its version
 * @param teacher digest of the teacher's shape and weights
 * @param child digest of the exported file
 * @param replacements of which the child is made
 * @param inputTokens of each prompt
 * @param outputTokens of each answer
 * @param batch requests together
 */
record SpeedOfChild(
    String machine,
    String engine,
    String teacher,
    String child,
    List<Replacement> replacements,
    int inputTokens,
    int outputTokens,
    int batch)
    implements Task {

  SpeedOfChild {
    replacements = List.copyOf(replacements);
  }

  @Override
  public Kind kind() {
    return Kind.SPEED;
  }
}
