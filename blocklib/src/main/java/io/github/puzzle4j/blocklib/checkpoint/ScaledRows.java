package io.github.puzzle4j.blocklib.checkpoint;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

  /** Of matrices that were read: they are not read again for their factors. */
  private final Map<String, float[]> known = new HashMap<>();

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
      return elements(name);
    }
    return isFactors(name)
        ? Tensor.ofFloats(TensorType.F32, spec(name).shape(), factors(matrix(name)))
        : source.tensor(name);
  }

  private boolean isFactors(String name) {
    return name.endsWith(FACTORS) && matrices.contains(matrix(name));
  }

  private static String matrix(String factors) {
    return factors.substring(0, factors.length() - FACTORS.length());
  }

  private float[] factors(String name) throws IOException {
    float[] factors = known.get(name);
    if (factors == null) {
      Tensor matrix = source.tensor(name);
      float[] row = new float[columns(matrix)];
      factors = new float[rows(matrix)];
      for (int i = 0; i < factors.length; i++) {
        matrix.readFloats((long) i * row.length, row, row.length);
        factors[i] = factor(row);
      }
      known.put(name, factors);
    }
    return factors;
  }

  private Tensor elements(String name) throws IOException {
    Tensor matrix = source.tensor(name);
    TensorSpec spec = spec(name);
    MemorySegment data = FloatCodec.allocate(spec.bytes());
    float[] row = new float[columns(matrix)];
    float[] factors = new float[rows(matrix)];
    byte[] rounded = new byte[row.length];
    for (int i = 0; i < factors.length; i++) {
      long at = (long) i * row.length;
      matrix.readFloats(at, row, row.length);
      factors[i] = factor(row);
      for (int column = 0; column < row.length; column++) {
        rounded[column] = FloatCodec.eightBits(row[column] / factors[i]);
      }
      MemorySegment.copy(rounded, 0, data, ValueLayout.JAVA_BYTE, at, row.length);
    }
    known.put(name, factors);
    return new Tensor(TensorType.F8_E4M3, spec.shape(), data);
  }

  private static int rows(Tensor matrix) {
    return Math.toIntExact(matrix.shape().getFirst());
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
