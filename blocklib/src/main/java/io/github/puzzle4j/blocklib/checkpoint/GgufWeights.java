package io.github.puzzle4j.blocklib.checkpoint;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.gguf.GgufFile;
import io.github.puzzle4j.blocklib.gguf.GgufTensor;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The weights of a GGUF file. Those in plain types are views of the file; quantised ones are
 * multiplied out to F32 on each access. Rows of queries and keys that are stored in pairs (0, d/2,
 * 1, d/2+1, ..) of each head are returned in the order of Hugging Face, half by half.
 */
final class GgufWeights implements StoredTensors {

  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** Numbers that are multiplied out at once, if a row is not longer. */
  private static final int CHUNK = 1 << 15;

  private final GgufFile file;
  private final Map<String, Placed> placed;

  /**
   * A tensor by its place in the model.
   *
   * @param headWidth rows of a head that are in pairs; 0 if rows stay where they are
   */
  private record Placed(GgufTensor tensor, int headWidth) {

    TensorType type() {
      return switch (tensor.type()) {
        case F16 -> TensorType.F16;
        case BF16 -> TensorType.BF16;
        case F32, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q2_K, Q3_K, Q4_K, Q5_K, Q6_K, IQ4_NL ->
            TensorType.F32;
      };
    }

    TensorSpec spec() {
      return new TensorSpec(type(), tensor.shape());
    }

    /** Where a stored row belongs. */
    long target(long row) {
      if (headWidth == 0) {
        return row;
      }
      long within = row % headWidth;
      return row - within + within % 2 * (headWidth / 2) + within / 2;
    }
  }

  private GgufWeights(GgufFile file, Map<String, Placed> placed) {
    this.file = file;
    this.placed = placed;
  }

  /**
   * The tensors of a model, which the file must hold and no others.
   *
   * @throws InvalidInputException if one is missing, has another shape or no place in the model
   */
  static GgufWeights of(GgufFile file, Model model) throws InvalidInputException {
    boolean interleaved = GgufConfig.isInterleaved(GgufConfig.architecture(file));
    int headWidth =
        interleaved
            ? model.firstSoftmax().map(attention -> attention.heads().headDim()).orElse(0)
            : 0;
    Map<String, Placed> placed = new LinkedHashMap<>();
    Set<String> left = new HashSet<>(file.tensors().keySet());
    left.remove(GgufNames.ROPE_DIVISORS);
    for (Map.Entry<String, List<Long>> entry : model.tensors().entrySet()) {
      String name = GgufNames.of(entry.getKey());
      GgufTensor tensor = file.tensors().get(name);
      if (tensor == null) {
        throw file.metadata().invalid("tensor '%s' is missing".formatted(name));
      }
      if (!tensor.shape().equals(entry.getValue())) {
        throw file.metadata()
            .invalid(
                "tensor '%s' has shape %s, the metadata asks for %s"
                    .formatted(name, tensor.shape(), entry.getValue()));
      }
      boolean rotated = GgufNames.isRotated(entry.getKey());
      placed.put(entry.getKey(), new Placed(tensor, rotated ? headWidth : 0));
      left.remove(name);
    }
    if (!left.isEmpty()) {
      throw file.metadata()
          .invalid(
              "tensor '%s' has no place in the architecture"
                  .formatted(left.stream().sorted().findFirst().orElse("")));
    }
    return new GgufWeights(file, placed);
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(placed.keySet());
  }

  @Override
  public TensorSpec spec(String name) throws IOException {
    return place(name).spec();
  }

  @Override
  public Tensor tensor(String name) throws IOException {
    Placed place = place(name);
    MemorySegment data;
    if (place.tensor().type().isQuantised()) {
      data = multipliedOut(place);
    } else if (place.headWidth() == 0) {
      data = file.bytes(place.tensor());
    } else {
      data = reordered(place);
    }
    return new Tensor(place.type(), place.tensor().shape(), data);
  }

  private Placed place(String name) throws InvalidInputException {
    Placed place = placed.get(name);
    if (place == null) {
      throw file.metadata().invalid("no tensor '%s'".formatted(name));
    }
    return place;
  }

  /** A vector is a column: its numbers are rows. */
  private MemorySegment reordered(Placed place) {
    GgufTensor tensor = place.tensor();
    boolean isVector = tensor.shape().size() == 1;
    long rows = isVector ? tensor.columns() : tensor.rows();
    long rowBytes = tensor.bytes() / rows;
    MemorySegment from = file.bytes(tensor);
    MemorySegment data = FloatCodec.allocate(tensor.bytes());
    for (long row = 0; row < rows; row++) {
      MemorySegment.copy(from, row * rowBytes, data, place.target(row) * rowBytes, rowBytes);
    }
    return data;
  }

  private MemorySegment multipliedOut(Placed place) throws InvalidInputException {
    GgufTensor tensor = place.tensor();
    if (place.headWidth() > 0 && tensor.shape().size() == 1) {
      throw file.metadata()
          .invalid(
              "tensor '%s' is %s; vectors must be F32, F16 or BF16"
                  .formatted(tensor.name(), tensor.type()));
    }
    int columns = Math.toIntExact(tensor.columns());
    int most = (int) Math.clamp(CHUNK / columns, 1, tensor.rows());
    byte[] buffer = new byte[Math.toIntExact(most * tensor.rowBytes())];
    float[] numbers = new float[most * columns];
    MemorySegment data = FloatCodec.allocate(tensor.elements() * Float.BYTES);
    for (long first = 0; first < tensor.rows(); first += most) {
      int rows = (int) Math.min(most, tensor.rows() - first);
      file.readRows(tensor, first, rows, buffer, numbers);
      for (int row = 0; row < rows; row++) {
        long to = place.target(first + row) * columns * Float.BYTES;
        MemorySegment.copy(numbers, row * columns, data, FLOAT, to, columns);
      }
    }
    return data;
  }

  @Override
  public List<Path> files() {
    return List.of(file.path());
  }

  @Override
  public SortedMap<String, Long> bytesByType() {
    SortedMap<String, Long> bytes = new TreeMap<>();
    for (GgufTensor tensor : file.tensors().values()) {
      bytes.merge(tensor.type().name(), tensor.bytes(), Long::sum);
    }
    return bytes;
  }

  @Override
  public void close() {
    file.close();
  }
}
