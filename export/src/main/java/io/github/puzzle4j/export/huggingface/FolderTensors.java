package io.github.puzzle4j.export.huggingface;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.TensorNames;
import io.github.puzzle4j.blocklib.checkpoint.Tensor;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.checkpoint.TensorSpec;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.export.ChildModel;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A child's tensors in the shapes of its folder: rounded, zero-padded, or zero if added. */
final class FolderTensors implements TensorSource {

  private final ChildModel child;
  private final TensorType stored;
  private final Map<String, String> sources;
  private final Map<String, List<Long>> shapes;

  FolderTensors(ChildModel child, FolderLayout layout, TensorType stored) {
    this.child = child;
    this.stored = stored;
    this.shapes = layout.model().tensors();
    this.sources = sources(child.model(), layout);
  }

  /** By name in the folder, the name of the child's tensor. */
  private static Map<String, String> sources(Model child, FolderLayout layout) {
    Map<String, String> sources = new HashMap<>();
    child.common().tensors().keySet().forEach(name -> sources.put(name, name));
    for (int layer = 0; layer < layout.sources().size(); layer++) {
      int written = layer;
      int own = layout.sources().get(layer);
      child
          .layers()
          .get(own)
          .tensors(child.hiddenSize())
          .keySet()
          .forEach(suffix ->
              sources.put(TensorNames.ofLayer(written, suffix), TensorNames.ofLayer(own, suffix)));
    }
    return sources;
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(shapes.keySet());
  }

  @Override
  public TensorSpec spec(String name) throws IOException {
    List<Long> shape = shapes.get(name);
    if (shape == null) {
      throw new InvalidInputException("no tensor '%s' in the export".formatted(name));
    }
    return new TensorSpec(stored, shape);
  }

  @Override
  public Tensor tensor(String name) throws IOException {
    TensorSpec spec = spec(name);
    String source = sources.get(name);
    if (source != null) {
      return padded(child.tensors().tensor(source).as(stored), spec);
    }
    if (spec.shape().size() == 1) {
      float[] ones = new float[(int) spec.elements()];
      Arrays.fill(ones, 1);
      return Tensor.ofFloats(stored, spec.shape(), ones);
    }
    return new Tensor(stored, spec.shape(), zeros(spec.bytes()));
  }

  /**
   * By matrix, the largest number of what it is multiplied with, as far as the child says. A matrix
   * that the child does not have is zero, so that any will do.
   */
  Map<String, Float> inputs() {
    Map<String, Float> inputs = new HashMap<>();
    for (String name : shapes.keySet()) {
      String source = sources.get(name);
      Float input = source == null ? Float.valueOf(1) : child.inputs().get(source);
      if (input != null) {
        inputs.put(name, input);
      }
    }
    return inputs;
  }

  /** The tensor, padded with zeros at the end of each dimension. */
  private static Tensor padded(Tensor tensor, TensorSpec spec) {
    if (tensor.shape().equals(spec.shape())) {
      return tensor;
    }
    MemorySegment data = zeros(spec.bytes());
    long rowBytes = tensor.shape().get(1) * spec.type().bytes();
    long newRowBytes = spec.shape().get(1) * spec.type().bytes();
    for (long row = 0; row < tensor.shape().get(0); row++) {
      MemorySegment.copy(tensor.data(), row * rowBytes, data, row * newRowBytes, rowBytes);
    }
    return new Tensor(spec.type(), spec.shape(), data);
  }

  private static MemorySegment zeros(long bytes) {
    return bytes <= Integer.MAX_VALUE - 8
        ? MemorySegment.ofArray(new byte[(int) bytes])
        : Arena.ofAuto().allocate(bytes);
  }
}
