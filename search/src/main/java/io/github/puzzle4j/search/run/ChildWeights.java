package io.github.puzzle4j.search.run;

import io.github.puzzle4j.blocklib.arch.Child;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import java.util.List;

/**
 * A child with its weights.
 *
 * @param child its layers and its teacher
 * @param tensors by Hugging Face names
 * @param sources digests of the tasks that produced them
 */
public record ChildWeights(Child child, TensorSource tensors, List<String> sources) {

  public ChildWeights {
    sources = List.copyOf(sources);
  }
}
