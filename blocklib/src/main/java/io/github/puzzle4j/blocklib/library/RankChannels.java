package io.github.puzzle4j.blocklib.library;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.task.StoredResult;
import io.github.puzzle4j.blocklib.task.Task;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * The ranking of the FFN channels of one layer of a teacher.
 *
 * @param inputs of the library
 * @param layer counted from 0
 */
public record RankChannels(LibraryInputs inputs, int layer) implements Task {

  /**
   * The result.
   *
   * @param channels by descending contribution
   */
  record Order(List<Long> channels) {

    Order {
      channels = List.copyOf(channels);
    }

    static Order of(long[] channels) {
      return new Order(Arrays.stream(channels).boxed().toList());
    }

    /**
     * The channels, checked to be a permutation of {@code count} channels.
     *
     * @throws InvalidInputException if they are not
     */
    long[] checked(int count) throws InvalidInputException {
      List<Long> sorted = channels.stream().sorted().toList();
      if (!sorted.equals(LongStream.range(0, count).boxed().toList())) {
        throw new InvalidInputException(
            "the stored ranking is no permutation of %d channels".formatted(count));
      }
      return channels.stream().mapToLong(Long::longValue).toArray();
    }
  }

  @Override
  public Kind kind() {
    return Kind.RANK;
  }

  @Override
  public Optional<String> objection(StoredResult result) throws IOException {
    Order order = result.value(Order.class);
    order.checked(order.channels().size());
    return Optional.empty();
  }
}
