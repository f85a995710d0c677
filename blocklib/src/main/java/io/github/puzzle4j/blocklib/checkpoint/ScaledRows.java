package io.github.puzzle4j.blocklib.checkpoint;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.node.ObjectNode;

/**
 * The tensors of a folder with the matrices of its layers in F8_E4M3 and a factor per row, which is
 * the largest number of the row divided by the largest of the type. {@link ScaledWeight} reads
 * them.
 *
 * <p>This is what compressed-tensors calls {@code float-quantized} with the strategy {@code
 * channel}. Engines round activations, for each token by itself, when they compute; nothing is
 * calibrated.
 */
final class ScaledRows implements TensorSource {

  private static final String LAYERS = "model.layers.";
  private static final String FACTORS = "_scale";

  private final TensorSource source;
  private final Set<String> names = new TreeSet<>();
  private final Set<String> matrices = new TreeSet<>();

  ScaledRows(TensorSource source) throws IOException {
    this.source = source;
    for (String name : source.names()) {
      names.add(name);
      if (name.startsWith(LAYERS) && source.spec(name).shape().size() == 2) {
        matrices.add(name);
        names.add(name + FACTORS);
      }
    }
  }

  /** What a config says of such weights. */
  static void describe(ObjectNode config) {
    ObjectNode quantization = config.putObject(Quantization.KEY);
    quantization.put("quant_method", "compressed-tensors");
    quantization.put("format", "float-quantized").put("quantization_status", "compressed");
    ObjectNode group = quantization.putObject("config_groups").putObject("group_0");
    group.putArray("targets").add("Linear");
    float8(group.putObject("weights"), "channel", false);
    float8(group.putObject("input_activations"), "token", true);
    quantization.putArray("ignore").add("lm_head");
  }

  private static void float8(ObjectNode scheme, String strategy, boolean dynamic) {
    scheme.put("num_bits", Byte.SIZE).put("type", "float").put("symmetric", true);
    scheme.put("strategy", strategy).put("dynamic", dynamic);
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(names);
  }

  @Override
  public TensorSpec spec(String name) throws IOException {
    if (matrices.contains(name)) {
      return new TensorSpec(TensorType.F8_E4M3, source.spec(name).shape());
    }
    return isFactors(name)
        ? new TensorSpec(TensorType.F32, List.of(source.spec(matrix(name)).shape().getFirst(), 1L))
        : source.spec(name);
  }

  @Override
  public Tensor tensor(String name) throws IOException {
    if (matrices.contains(name)) {
      return elements(source.tensor(name), spec(name));
    }
    return isFactors(name) ? factors(source.tensor(matrix(name)), spec(name)) : source.tensor(name);
  }

  private boolean isFactors(String name) {
    return name.endsWith(FACTORS) && matrices.contains(matrix(name));
  }

  private static String matrix(String factors) {
    return factors.substring(0, factors.length() - FACTORS.length());
  }

  private static Tensor factors(Tensor matrix, TensorSpec spec) {
    float[] factors = new float[Math.toIntExact(spec.elements())];
    int columns = columns(matrix);
    float[] row = new float[columns];
    for (int i = 0; i < factors.length; i++) {
      matrix.readFloats((long) i * columns, row, columns);
      factors[i] = factor(row);
    }
    return Tensor.ofFloats(TensorType.F32, spec.shape(), factors);
  }

  private static Tensor elements(Tensor matrix, TensorSpec spec) {
    MemorySegment data = FloatCodec.allocate(spec.bytes());
    int columns = columns(matrix);
    float[] row = new float[columns];
    for (long at = 0; at < spec.elements(); at += columns) {
      matrix.readFloats(at, row, columns);
      float factor = factor(row);
      for (int i = 0; i < columns; i++) {
        row[i] /= factor;
      }
      MemorySegment.copy(FloatCodec.encode(TensorType.F8_E4M3, row), 0, data, at, columns);
    }
    return new Tensor(TensorType.F8_E4M3, spec.shape(), data);
  }

  private static int columns(Tensor matrix) {
    return Math.toIntExact(matrix.shape().getLast());
  }

  private static float factor(float[] row) {
    float largest = 0;
    for (float value : row) {
      largest = Math.max(largest, Math.abs(value));
    }
    float factor = largest / FloatCodec.LARGEST_OF_EIGHT_BITS;
    // Rows of padding are zero, and so small a factor that it is zero itself serves no row.
    return factor == 0 ? 1 : factor;
  }
}
