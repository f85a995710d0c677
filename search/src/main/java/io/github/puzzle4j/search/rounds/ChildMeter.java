package io.github.puzzle4j.search.rounds;

import io.github.puzzle4j.blocklib.arch.Child;
import io.github.puzzle4j.scoring.quality.ChildScore;
import java.io.IOException;
import java.util.List;

/** Measures whole children with weights from a library, all on the same text. */
@FunctionalInterface
public interface ChildMeter {

  /** The scores of children, in their order. */
  List<ChildScore> measure(List<Child> children) throws IOException;
}
