package io.github.puzzle4j.blocklib.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.tensor.Precision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trainings of several threads, each with a runner and memory of its own. */
class SideBySideTest {

  private static final int TRAININGS = 4;
  private static final Layer LAYER = TinyModel.LAYER;

  @TempDir private Path directory;

  @Test
  void giveTheBitsOfTrainingsInTurn() throws Exception {
    List<List<Float>> inTurn = new ArrayList<>();
    for (int seed = 0; seed < TRAININGS; seed++) {
      inTurn.add(trained(seed, "in-turn"));
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(TRAININGS)) {
      List<Future<List<Float>>> running = new ArrayList<>();
      for (int seed = 0; seed < TRAININGS; seed++) {
        int own = seed;
        running.add(threads.submit(() -> trained(own, "side-by-side")));
      }
      for (int seed = 0; seed < TRAININGS; seed++) {
        assertThat(running.get(seed).get()).isEqualTo(inTurn.get(seed));
      }
    }
    assertThat(inTurn).doesNotHaveDuplicates();
  }

  /** Losses of the steps and the last numbers of all weights. */
  private List<Float> trained(int seed, String folder) throws IOException {
    List<Float> result = new ArrayList<>();
    try (DeviceMemory memory = DeviceMemory.open();
        BlockRunner runner = new BlockRunner(memory, TinyModel.common(), Precision.FLOAT32)) {
      Training training =
          new Training(
              "block " + seed,
              seed,
              scope -> weights(scope, seed),
              List.of(),
              List.of(Training.View.whole((input, all) -> runner.block(block(all), input))),
              new Rows(seed),
              new Rows(seed + 1));
      new VariantTrainer(memory, TensorType.F32, 1, (_, loss) -> result.add((float) loss))
          .train(
              training,
              new TrainingSettings(new LearningRate(0.02, 0, 12, 1), 0, 100),
              directory.resolve(folder + seed),
              (_, parameters) ->
                  parameters
                      .values()
                      .forEach(tensor -> {
                        for (float value : tensor.toFloats()) {
                          result.add(value);
                        }
                      }));
    }
    return result;
  }

  private static SequencedMap<String, DeviceTensor> weights(DeviceMemory scope, int seed) {
    return RandomWeights.of(scope, new SplittableRandom(seed), LAYER.tensors(TinyModel.HIDDEN));
  }

  private static BlockWeights block(SequencedMap<String, DeviceTensor> all) {
    return BlockWeights.of(TinyModel.HIDDEN, LAYER, new LinkedHashMap<>(all));
  }

  /** Three batches of the same random numbers each time. */
  private record Rows(int seed) implements BoundaryActivations {

    @Override
    public int batches() {
      return 3;
    }

    @Override
    public DeviceTensor batch(DeviceMemory scope, int index) {
      return TinyModel.normal(scope, seed * 100L + index, 4, 24, TinyModel.HIDDEN);
    }

    @Override
    public void discard() {}

    @Override
    public void close() {}
  }
}
