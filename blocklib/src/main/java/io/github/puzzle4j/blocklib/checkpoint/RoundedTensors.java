package io.github.puzzle4j.blocklib.checkpoint;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;

/**
 * The tensors of a folder with the matrices of its layers rounded: several tensors stand for each.
 * {@link ScaledWeight} reads them.
 */
final class RoundedTensors implements TensorSource {

  private static final String LAYERS = "model.layers.";

  /** One of the tensors that stand for a matrix. */
  private record Part(String matrix, TensorSpec spec) {}

  private final TensorSource source;
  private final MatrixParts rounding;
  private final Map<String, Part> parts = new TreeMap<>();
  private final Set<String> names;

  RoundedTensors(TensorSource source, MatrixParts rounding) throws IOException {
    this.source = source;
    this.rounding = rounding;
    List<String> all = new ArrayList<>();
    for (String name : source.names()) {
      TensorSpec spec = source.spec(name);
      if (isMatrix(name, spec)) {
        SequencedMap<String, TensorSpec> stored = rounding.parts(name, spec);
        stored.forEach((part, of) -> parts.put(part, new Part(name, of)));
        all.addAll(stored.sequencedKeySet());
      } else {
        all.add(name);
      }
    }
    this.names = Collections.unmodifiableSet(new LinkedHashSet<>(all));
  }

  private static boolean isMatrix(String name, TensorSpec spec) {
    return name.startsWith(LAYERS) && spec.shape().size() == 2;
  }

  /** Whether this is the name of a matrix that others stand for. */
  boolean rounds(String name) {
    Part part = parts.get(name);
    return part != null && part.matrix().equals(name);
  }

  @Override
  public Set<String> names() {
    return names;
  }

  @Override
  public TensorSpec spec(String name) throws IOException {
    Part part = parts.get(name);
    return part == null ? source.spec(name) : part.spec();
  }

  @Override
  public Tensor tensor(String name) throws IOException {
    Part part = parts.get(name);
    return part == null
        ? source.tensor(name)
        : rounding.part(part.matrix(), name, part.spec(), source);
  }
}
