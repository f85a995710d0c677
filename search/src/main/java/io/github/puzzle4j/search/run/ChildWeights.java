package io.github.puzzle4j.search.run;

import io.github.puzzle4j.blocklib.arch.Child;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import java.util.List;

/**
 * A child with its weights.
 *
 * @param child its shape, and the teacher that it is made from
 * @param tensors by Hugging Face names
 * @param sources digests of the tasks from whose results they come
 */
public record ChildWeights(Child child, TensorSource tensors, List<String> sources) {

  public ChildWeights {
    sources = List.copyOf(sources);
  }
}
