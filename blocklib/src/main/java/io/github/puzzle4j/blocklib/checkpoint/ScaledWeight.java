package io.github.puzzle4j.blocklib.checkpoint;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A matrix that is stored in F8_E4M3, and the factors that its elements are to be multiplied by.
 *
 * <p>Published checkpoints call the factors {@code weight_scale} or {@code weight_scale_inv}; the
 * stored values are multiplied by both, despite the second name. There is one for the whole matrix,
 * one per row, or one per block of rows and columns.
 *
 * @param name full name of the matrix
 * @param factors full name of the tensor of factors
 * @param rows how many rows share a factor
 * @param columns how many columns share a factor
 */
record ScaledWeight(String name, TensorSpec matrix, String factors, long rows, long columns)
    implements RoundedWeight {

  /** Factors of activations: for engines that compute in FP8. */
  private static final List<String> OF_ACTIVATIONS =
      List.of("input_scale", "output_scale", "input_global_scale");

  /**
   * Factors and zero points of cached keys and values and of their products, whatever the weights
   * are stored in: for engines that keep them in 8 bits. Vllm, ModelOpt and compressed-tensors put
   * them beside the projections, into one of them, or into a module {@code attn}.
   */
  private static final Pattern OF_CACHE =
      Pattern.compile(
          "model\\.layers\\.[0-9]+\\.self_attn\\.(?:(?:attn|[kv]_proj)\\.)?"
              + "(?:q|k|v|kv|prob)_(?:scale|zero_point)"
              + "|model\\.layers\\.[0-9]+\\.self_attn\\.[kv]_proj\\.output_scale");

  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static final int ELEMENTS_AT_ONCE = 1 << 16;

  /**
   * Finds the factors of a tensor of type F8_E4M3.
   *
   * @param quantization how large a block is, where there is a factor per block
   * @throws InvalidInputException if there are none, or if their shape fits none of the layouts
   */
  static ScaledWeight of(String name, TensorSource stored, Quantization quantization)
      throws IOException {
    String factors = factors(name, stored);
    TensorSpec matrix = stored.spec(name);
    TensorSpec spec = stored.spec(factors);
    if (matrix.shape().size() != 2 || !isFactor(spec.type())) {
      throw new InvalidInputException(
          ("tensor '%s' is F8_E4M3 %s with factors in %s; only matrices with factors in F32, BF16"
                  + " or F16 are supported")
              .formatted(name, matrix.shape(), spec.type()));
    }
    return layout(name, matrix, factors, spec.shape(), quantization)
        .orElseThrow(() ->
            new InvalidInputException(
                ("tensor '%s' has shape %s; for '%s' %s it must hold one factor, one per row, or"
                        + " one per block of %d x %d")
                    .formatted(
                        factors,
                        spec.shape(),
                        name,
                        matrix.shape(),
                        quantization.blockRows(),
                        quantization.blockColumns())));
  }

  private static String factors(String name, TensorSource stored) throws InvalidInputException {
    List<String> present =
        names(name).stream().filter(candidate -> stored.names().contains(candidate)).toList();
    if (present.size() != 1) {
      throw new InvalidInputException(
          "tensor '%s' is F8_E4M3 and needs its factors in one tensor, %s; %s"
              .formatted(
                  name,
                  String.join(" or ", names(name)),
                  present.isEmpty() ? "neither is there" : "both are there"));
    }
    return present.getFirst();
  }

  private static List<String> names(String name) {
    return List.of(name + "_scale", name + "_scale_inv");
  }

  private static boolean isFactor(TensorType type) {
    return switch (type) {
      case F32, F16, BF16 -> true;
      case F64, F8_E4M3, I64, I32, U8, BOOL -> false;
    };
  }

  private static Optional<ScaledWeight> layout(
      String name, TensorSpec matrix, String factors, List<Long> shape, Quantization quantization) {
    long rows = matrix.shape().getFirst();
    long columns = matrix.shape().getLast();
    if (shape.stream().allMatch(size -> size == 1)) {
      return Optional.of(new ScaledWeight(name, matrix, factors, rows, columns));
    }
    if (shape.equals(List.of(rows)) || shape.equals(List.of(rows, 1L))) {
      return Optional.of(new ScaledWeight(name, matrix, factors, 1, columns));
    }
    long blockRows = quantization.blockRows();
    long blockColumns = quantization.blockColumns();
    List<Long> grid = List.of(Math.ceilDiv(rows, blockRows), Math.ceilDiv(columns, blockColumns));
    return shape.equals(grid)
        ? Optional.of(new ScaledWeight(name, matrix, factors, blockRows, blockColumns))
        : Optional.empty();
  }

  /**
   * Whether a tensor says how to quantise the KV cache of one of the model's layers, or what enters
   * or leaves an FP8 matrix: neither concerns values that are not quantised.
   */
  static boolean isOfActivations(String name, TensorSource stored) throws IOException {
    int dot = name.lastIndexOf('.') + 1;
    String weight = name.substring(0, dot) + "weight";
    return (OF_CACHE.matcher(name).matches() && hasKeys(name, stored))
        || (OF_ACTIVATIONS.contains(name.substring(dot)) && isRounded(weight, stored));
  }

  private static boolean isRounded(String weight, TensorSource stored) throws IOException {
    if (stored.names().contains(weight + "_packed")) {
      return true;
    }
    return stored.names().contains(weight)
        && switch (stored.spec(weight).type()) {
          case F8_E4M3, U8 -> true;
          case F64, F32, F16, BF16, I64, I32, BOOL -> false;
        };
  }

  private static boolean hasKeys(String name, TensorSource stored) {
    String attention = name.substring(0, name.indexOf(".self_attn.") + 1);
    return stored.names().contains(attention + SoftmaxAttention.KEY);
  }

  @Override
  public List<String> stored() {
    return List.of(name, factors);
  }

  @Override
  public TensorSpec spec() {
    return new TensorSpec(TensorType.F32, matrix.shape());
  }

  /** Element times factor, rounded once to F32. */
  @Override
  public Tensor values(TensorSource stored) throws IOException {
    Tensor elements = stored.tensor(name);
    float[] multipliers = stored.tensor(factors).toFloats();
    long width = matrix.shape().getLast();
    // Outside of the heap, which is small.
    MemorySegment values = Arena.ofAuto().allocate(spec().bytes(), Float.BYTES);
    // All elements of a run have the same factor.
    long run = Math.min(columns, ELEMENTS_AT_ONCE);
    float[] part = new float[(int) Math.min(run, width)];
    for (long row = 0; row < matrix.shape().getFirst(); row++) {
      int multiplier = (int) (row / rows * Math.ceilDiv(width, columns));
      for (long column = 0; column < width; column += run) {
        int count = (int) Math.min(run, width - column);
        long from = row * width + column;
        elements.readFloats(from, part, count);
        float factor = multipliers[multiplier + (int) (column / columns)];
        for (int i = 0; i < count; i++) {
          part[i] *= factor;
        }
        MemorySegment.copy(part, 0, values, FLOAT, from * Float.BYTES, count);
      }
    }
    return new Tensor(TensorType.F32, matrix.shape(), values);
  }
}
