package io.github.puzzle4j.blocklib.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.tensor.engine.OutOfDeviceMemoryException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VariantTrainerTest {

  private static final int WIDTH = 6;
  private static final int ROWS = 5;
  private static final int HELD_OUT_ROWS = 1;

  @TempDir private Path directory;

  @Test
  void aDeviceThatIsTooSmallForABatchTakesItInGroupsOfRowsToTheSameResult() throws IOException {
    List<Float> whole = trained(ROWS);
    for (int most : List.of(2, 1)) {
      List<Float> grouped = trained(most);

      assertThat(grouped).hasSameSizeAs(whole);
      for (int i = 0; i < whole.size(); i++) {
        assertThat(grouped.get(i)).isCloseTo(whole.get(i), within(2e-6f));
      }
    }
  }

  @Test
  void aDeviceThatIsTooSmallForOneRowIsAnError() {
    assertThatThrownBy(() -> trained(0)).isInstanceOf(OutOfDeviceMemoryException.class);
  }

  /**
   * Numbers of a matrix after some steps on a device that has memory for so many rows, and the loss
   * on those that are held out.
   */
  private List<Float> trained(int most) throws IOException {
    try (DeviceMemory memory = DeviceMemory.open()) {
      Training.Pass pass =
          (input, weights) -> {
            if (input.size(0) > most) {
              throw new OutOfDeviceMemoryException("a product");
            }
            return input.linear(of(weights));
          };
      Training training =
          new Training(
              "a matrix",
              3,
              scope -> matrix(scope, 1),
              List.of(),
              List.of(Training.View.whole(pass)),
              new Rows(false),
              new Rows(true));
      List<Float> result = new ArrayList<>();
      new VariantTrainer(memory, TensorType.F32, 1, (_, _) -> {})
          .train(
              training,
              new TrainingSettings(new LearningRate(0.02, 0, 6, 1), 0, 1),
              directory.resolve("state" + most),
              (results, parameters) -> {
                assertThat(results.getFirst().improved()).isTrue();
                result.add((float) results.getFirst().after());
                for (float value : of(parameters).toFloats()) {
                  result.add(value);
                }
              });
      return result;
    }
  }

  private static DeviceTensor of(SequencedMap<String, DeviceTensor> parameters) {
    return Objects.requireNonNull(parameters.get("matrix"));
  }

  private static SequencedMap<String, DeviceTensor> matrix(DeviceMemory scope, long seed) {
    SequencedMap<String, DeviceTensor> parameters = new LinkedHashMap<>();
    parameters.put(
        "matrix", scope.normal(new SplittableRandom(seed), 1, DeviceTensor.shapeOf(WIDTH, WIDTH)));
    return parameters;
  }

  /**
   * Two batches to train on and a small one that is held out.
   *
   * @param turned whether each row is multiplied by the matrix that is to be found
   */
  private record Rows(boolean turned) implements BoundaryActivations {

    @Override
    public int batches() {
      return 3;
    }

    @Override
    public DeviceTensor batch(DeviceMemory scope, int index) {
      List<Long> shape = DeviceTensor.shapeOf(index == 2 ? HELD_OUT_ROWS : ROWS, 3, WIDTH);
      DeviceTensor input = scope.normal(new SplittableRandom(index), 1, shape);
      return turned ? input.linear(of(matrix(scope, 2))) : input;
    }

    @Override
    public void discard() {}

    @Override
    public void close() {}
  }
}
