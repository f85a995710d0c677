package io.github.puzzle4j.scoring.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.Child;
import io.github.puzzle4j.blocklib.arch.GatedFfn;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.LinearFfn;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.NoAttention;
import io.github.puzzle4j.blocklib.arch.SearchSpace;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.corpus.TokenSequence;
import io.github.puzzle4j.blocklib.library.BlockLibrary;
import io.github.puzzle4j.blocklib.library.Distillation;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.Precision;
import io.github.puzzle4j.blocklib.tensor.engine.OutOfDeviceMemoryException;
import io.github.puzzle4j.blocklib.train.ActivationStore;
import io.github.puzzle4j.blocklib.train.BlockRunner;
import io.github.puzzle4j.blocklib.train.LanguageModel;
import io.github.puzzle4j.blocklib.train.TokenBatch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Measurements on a device that runs out of memory: the same as where there is enough. */
class SmallDeviceTest {

  private static final Model SHAPE = TinyModel.teacher(3);
  private static final SoftmaxAttention ONE_KV_HEAD =
      SHAPE.firstSoftmax().orElseThrow().withKvHeads(1);
  private static final SearchSpace SPACE =
      SearchSpace.uniform(
          SHAPE,
          List.of(ONE_KV_HEAD, new NoAttention()),
          List.of(new GatedFfn(6), new LinearFfn()));

  private static final long ROOM = 1 << 30;

  @TempDir private Path tasks;

  private final TensorSource weights = TinyModel.weights(SHAPE, 1);
  private final List<TokenSequence> sequences =
      TinyModel.sequences(2, 31, 31, 17, 31, 29, 31, 8, 31, 31, 31);
  private final List<TokenBatch> batches =
      List.of(
          TinyModel.batch(sequences.subList(0, 2)),
          TinyModel.batch(sequences.subList(2, 4)),
          TinyModel.batch(sequences.subList(4, 6)),
          TinyModel.batch(sequences.subList(6, 10)));
  private SmallDevice device;
  private DeviceMemory memory;

  @BeforeEach
  void open() throws InvalidInputException {
    device = SmallDevice.open();
    memory = device.memory();
  }

  @AfterEach
  void free() {
    memory.close();
  }

  /**
   * Measures something twice, the second time with a part of the memory that the first one took.
   */
  private <T> List<T> withEnoughAndWithLess(double part, Measurement<T> measurement)
      throws IOException {
    measurement.take();
    // Tables of angles stay, which the first measurement makes.
    long before = device.used();
    device.takePeak();
    T whole = measurement.take();
    long needed = device.takePeak() - before;
    assertThat(device.used()).isEqualTo(before);
    assertThat(device.failures()).isZero();
    device.limit(before + (long) (part * needed));
    T less = measurement.take();
    assertThat(device.failures()).isPositive();
    assertThat(device.used()).isEqualTo(before);
    return List.of(whole, less);
  }

  private interface Measurement<T> {
    T take() throws IOException;
  }

  @Test
  void evaluationTakesFewerRowsAndPositions() throws IOException {
    LanguageModel model = TinyModel.model(memory, SHAPE, 1);
    LanguageModel teacher = TinyModel.model(memory, SHAPE, 2);

    List<Evaluation> both = withEnoughAndWithLess(0.55, () -> evaluation(model, teacher));

    assertThat(both.getLast().divergence().mean())
        .isCloseTo(both.getFirst().divergence().mean(), within(1e-6));
    assertThat(both.getLast().loss().mean()).isCloseTo(both.getFirst().loss().mean(), within(1e-6));
    assertThat(both.getLast().loss().tokens()).isEqualTo(both.getFirst().loss().tokens());
  }

  private Evaluation evaluation(LanguageModel model, LanguageModel teacher) {
    return new Evaluator(10).evaluate(memory, model, Optional.of(teacher), sequences, rows -> {});
  }

  @Test
  void tooLittleForOneRowIsAnError() throws IOException {
    LanguageModel model = TinyModel.model(memory, SHAPE, 1);
    long before = device.used();
    device.limit(before + 100);

    assertThatThrownBy(() -> evaluation(model, model))
        .isInstanceOf(OutOfDeviceMemoryException.class);
    assertThat(device.used()).isEqualTo(before);
  }

  @Test
  void replacementsAreScoredOnFewerBatchesAtATime() throws IOException {
    BlockLibrary library = library();

    List<List<MeasuredParts>> both = withEnoughAndWithLess(0.7, () -> scored(library));

    assertThat(both.getFirst()).hasSize(27);
    for (int i = 0; i < both.getFirst().size(); i++) {
      requireClose(both.getLast().get(i).metrics(), both.getFirst().get(i).metrics());
    }
  }

  private List<MeasuredParts> scored(BlockLibrary library) throws IOException {
    List<MeasuredParts> scores = new ArrayList<>();
    try (BlockRunner runner = new BlockRunner(memory, SHAPE.common(), Precision.FLOAT32)) {
      new ReplaceOneScorer(SHAPE, weights, runner, library, ROOM)
          .score(
              memory,
              batches,
              List.of(Metric.KL_DIVERGENCE, Metric.LM_LOSS),
              ActivationStore.inMemory(),
              SPACE.replacements(),
              scores::add);
    }
    return scores;
  }

  @Test
  void childrenAreScoredOnFewerBatchesAtATime() throws IOException {
    BlockLibrary library = library();
    Layer narrow = new Layer(ONE_KV_HEAD, new GatedFfn(6));
    Layer linear = new Layer(new NoAttention(), new LinearFfn());
    List<Child> children =
        List.of(
            Child.of(SHAPE, List.of(narrow, narrow, narrow)),
            Child.of(SHAPE, List.of(narrow, linear, narrow)));

    List<List<ChildScore>> both = withEnoughAndWithLess(0.7, () -> scored(library, children));

    for (int i = 0; i < children.size(); i++) {
      requireClose(both.getLast().get(i).metrics(), both.getFirst().get(i).metrics());
    }
  }

  private List<ChildScore> scored(BlockLibrary library, List<Child> children) throws IOException {
    try (BlockRunner runner = new BlockRunner(memory, SHAPE.common(), Precision.FLOAT32);
        ChildScorer scorer =
            new ChildScorer(
                memory,
                SHAPE,
                weights,
                runner,
                library,
                List.of(Metric.KL_DIVERGENCE, Metric.LM_LOSS),
                ROOM)) {
      return scorer.score(children, batches);
    }
  }

  private BlockLibrary library() throws IOException {
    try (DeviceMemory large = DeviceMemory.open()) {
      LanguageModel teacher = LanguageModel.load(large, SHAPE, weights, Precision.FLOAT32);
      return TinyModel.library(
          tasks, SPACE, weights, Distillation.Pairing.DECOUPLED, teacher, large);
    }
  }

  private static void requireClose(
      Map<Metric, List<Score.Part>> actual, Map<Metric, List<Score.Part>> expected) {
    assertThat(actual).containsOnlyKeys(expected.keySet());
    expected.forEach((metric, parts) -> {
      List<Score.Part> others = Objects.requireNonNull(actual.get(metric));
      assertThat(others).hasSameSizeAs(parts);
      for (int i = 0; i < parts.size(); i++) {
        assertThat(others.get(i).sum()).isCloseTo(parts.get(i).sum(), within(1e-4));
        assertThat(others.get(i).tokens()).isEqualTo(parts.get(i).tokens());
      }
    });
  }
}
