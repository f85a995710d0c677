package io.github.puzzle4j.blocklib.checkpoint;

import io.github.puzzle4j.blocklib.InvalidInputException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Looks for NaN and infinite numbers. */
public final class FiniteCheck {

  private static final int ELEMENTS_AT_ONCE = 1 << 16;

  private FiniteCheck() {}

  /**
   * A tensor with numbers that are not finite.
   *
   * @param position of the first of them, one index per dimension, counted from 0
   * @param value its value
   * @param count how many there are in the tensor
   * @param elements how many numbers the tensor has
   */
  public record Finding(
      String tensor, List<Long> position, float value, long count, long elements) {

    public Finding {
      position = List.copyOf(position);
    }
  }

  /**
   * Reads all tensors of a source, which must be of floating-point types.
   *
   * @param checked receives the name of each tensor that has been read
   * @return one finding per tensor with such numbers, in the order of the source
   */
  public static List<Finding> of(TensorSource source, Consumer<String> checked) throws IOException {
    List<Finding> findings = new ArrayList<>();
    for (String name : source.names()) {
      of(name, source.tensor(name)).ifPresent(findings::add);
      checked.accept(name);
    }
    return List.copyOf(findings);
  }

  /**
   * Refuses a source with such numbers.
   *
   * @param where what to call the source
   * @param checked receives the name of each tensor that has been read
   * @throws InvalidInputException naming all such tensors, and the position in the first
   */
  public static void require(String where, TensorSource source, Consumer<String> checked)
      throws IOException {
    List<Finding> findings = of(source, checked);
    if (!findings.isEmpty()) {
      Finding first = findings.getFirst();
      throw new InvalidInputException(
          "%s: tensor '%s' holds %s at %s; %d of its %d numbers are not finite%s"
              .formatted(
                  where,
                  first.tensor(),
                  first.value(),
                  first.position(),
                  first.count(),
                  first.elements(),
                  others(findings)));
    }
  }

  private static String others(List<Finding> findings) {
    return findings.size() == 1
        ? ""
        : findings.stream()
            .skip(1)
            .map(Finding::tensor)
            .collect(Collectors.joining("', '", ", nor are some of '", "'"));
  }

  private static Optional<Finding> of(String name, Tensor tensor) {
    long first = -1;
    float value = 0;
    long count = 0;
    long elements = tensor.elements();
    float[] part = new float[(int) Math.min(ELEMENTS_AT_ONCE, elements)];
    for (long from = 0; from < elements; from += ELEMENTS_AT_ONCE) {
      int length = (int) Math.min(ELEMENTS_AT_ONCE, elements - from);
      tensor.readFloats(from, part, length);
      for (int i = 0; i < length; i++) {
        if (!Float.isFinite(part[i])) {
          if (count == 0) {
            first = from + i;
            value = part[i];
          }
          count++;
        }
      }
    }
    return count == 0
        ? Optional.empty()
        : Optional.of(new Finding(name, position(first, tensor.shape()), value, count, elements));
  }

  private static List<Long> position(long index, List<Long> shape) {
    List<Long> position = new ArrayList<>();
    long rest = index;
    for (long size : shape.reversed()) {
      position.addFirst(rest % size);
      rest /= size;
    }
    return position;
  }
}
