package io.github.puzzle4j.blocklib.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TeacherTrainerTest {

  @TempDir Path folder;

  private final DeviceMemory memory = DeviceMemory.open();

  @AfterEach
  void free() {
    memory.close();
  }

  @ParameterizedTest
  @CsvSource({"FLOAT32, false", "FLOAT32, true", "BFLOAT16, false"})
  void theLossFallsOnATextWithARule(Precision precision, boolean tied) throws IOException {
    Model model = Model.uniform(TinyModel.common(tied), 1, TinyModel.LAYER);
    List<Double> losses = new ArrayList<>();
    trainer(model, "state", 60, 1000, precision)
        .train(memory, TeacherTrainerTest::counting, (step, loss) -> losses.add(loss));
    assertThat(losses).hasSize(60);
    assertThat(losses.getFirst())
        .as("nothing is known at first")
        .isCloseTo(Math.log(TinyModel.VOCABULARY), within(0.1));
    assertThat(losses.getLast()).isLessThan(0.5 * losses.getFirst());
    assertThat(folder.resolve("state")).doesNotExist();
  }

  @Test
  void everyWeightIsTrained() throws IOException {
    Model model = TinyModel.model(1);
    TensorSource trained =
        trainer(model, "state", 2, 1000, Precision.FLOAT32)
            .train(memory, TeacherTrainerTest::counting, (step, loss) -> {});
    TensorSource initial = InitialWeights.of(model, 5);
    assertThat(trained.names()).containsExactlyInAnyOrderElementsOf(initial.names());
    for (String name : initial.names()) {
      assertThat(trained.tensor(name).toFloats())
          .as(name)
          .isNotEqualTo(initial.tensor(name).toFloats());
    }
  }

  @ParameterizedTest
  @CsvSource({"4, 9", "4, 8", "4, 3", "1, 11"})
  void aStoppedTrainingGoesOnToTheSameBytes(int checkpointSteps, int stopAfter) throws IOException {
    Model model = TinyModel.model(2);
    List<Double> wholeLosses = new ArrayList<>();
    TensorSource whole =
        trainer(model, "whole", 12, checkpointSteps, Precision.FLOAT32)
            .train(memory, TeacherTrainerTest::counting, (step, loss) -> wholeLosses.add(loss));

    TeacherTrainer stopped = trainer(model, "stopped", 12, checkpointSteps, Precision.FLOAT32);
    assertThatThrownBy(() ->
            stopped.train(
                memory,
                TeacherTrainerTest::counting,
                (step, loss) -> {
                  if (step == stopAfter) {
                    throw new IllegalStateException("stopped");
                  }
                }))
        .hasMessage("stopped");
    List<Integer> steps = new ArrayList<>();
    List<Double> losses = new ArrayList<>();
    TensorSource resumed =
        stopped.train(
            memory,
            TeacherTrainerTest::counting,
            (step, loss) -> {
              steps.add(step);
              losses.add(loss);
            });

    int kept = (stopAfter - 1) / checkpointSteps * checkpointSteps;
    assertThat(steps.getFirst()).isEqualTo(kept + 1);
    assertThat(steps.getLast()).isEqualTo(12);
    assertThat(losses).isEqualTo(wholeLosses.subList(kept, 12));
    for (String name : whole.names()) {
      assertThat(resumed.tensor(name).data().mismatch(whole.tensor(name).data()))
          .as(name)
          .isEqualTo(-1);
    }
  }

  @Test
  void aStateOfAnotherModelIsRefused() throws IOException {
    TeacherTrainer first = trainer(TinyModel.model(1), "state", 4, 1, Precision.FLOAT32);
    stopAfterTwo(first);
    Model wider = withHeads(new AttentionShape(8, 2, 8));
    Model deeper = TinyModel.model(2);
    Model narrower = withHeads(new AttentionShape(4, 1, 8));
    for (Model other : List.of(wider, deeper, narrower)) {
      assertThatThrownBy(() ->
              trainer(other, "state", 4, 1, Precision.FLOAT32)
                  .train(memory, TeacherTrainerTest::counting, (step, loss) -> {}))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("state")
          .hasMessageNotContaining("\n");
    }
  }

  @Test
  void aLossThatIsNoNumberEndsTheTrainingAndSaysWhere() {
    TeacherTraining wild =
        new TeacherTraining(new LearningRate(1e30, 0, 10, 1), 0, 1e9, Precision.FLOAT32, 5, 1000);
    TeacherTrainer trainer = new TeacherTrainer(TinyModel.model(1), wild, folder.resolve("state"));
    assertThatThrownBy(
            () -> trainer.train(memory, TeacherTrainerTest::counting, (step, loss) -> {}))
        .isInstanceOf(ArithmeticException.class)
        .hasMessageContaining("step")
        .hasMessageContaining("learning rate");
  }

  @Test
  void aBrokenStateIsRefused() throws IOException {
    Files.writeString(folder.resolve("state"), "no state");
    assertThatThrownBy(() ->
            trainer(TinyModel.model(1), "state", 4, 1, Precision.FLOAT32)
                .train(memory, TeacherTrainerTest::counting, (step, loss) -> {}))
        .isInstanceOf(InvalidInputException.class);
  }

  @Test
  void idsOutsideOfTheVocabularyAreRefused() {
    failOnForeignIds();
  }

  private void failOnForeignIds() {
    TokenBatch foreign = TokenBatch.ofAllTokens(List.of(new int[] {1, TinyModel.VOCABULARY}), 1000);
    assertThatThrownBy(() ->
            trainer(TinyModel.model(1), "state", 4, 1, Precision.FLOAT32)
                .train(memory, step -> foreign, (step, loss) -> {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("vocabulary");
  }

  /** After a failure the engine's one gradient collector must be free again. */
  @Test
  void nothingStaysBehindATrainingThatFailed() throws IOException {
    int before = memory.tensors();
    failOnForeignIds();
    assertThat(memory.tensors()).isEqualTo(before);
    trainer(TinyModel.model(1), "state", 2, 1, Precision.FLOAT32)
        .train(memory, TeacherTrainerTest::counting, (step, loss) -> {});
    assertThat(memory.tensors()).isEqualTo(before);
  }

  private void stopAfterTwo(TeacherTrainer trainer) {
    assertThatThrownBy(() ->
            trainer.train(
                memory,
                TeacherTrainerTest::counting,
                (step, loss) -> {
                  if (step == 3) {
                    throw new IllegalStateException("stopped");
                  }
                }))
        .hasMessage("stopped");
  }

  private static Model withHeads(AttentionShape heads) {
    return TinyModel.model(TinyModel.LAYER.with(SoftmaxAttention.plain(heads)));
  }

  private TeacherTrainer trainer(
      Model model, String state, int steps, int checkpointSteps, Precision precision) {
    TeacherTraining training =
        new TeacherTraining(
            new LearningRate(2e-2, 5 > steps ? 0 : 5, steps, 0.1),
            0.01,
            1,
            precision,
            5,
            checkpointSteps);
    return new TeacherTrainer(model, training, folder.resolve(state));
  }

  /** Sequences that count upwards from anywhere, round the vocabulary. */
  private static TokenBatch counting(int step) {
    SplittableRandom random = new SplittableRandom(step);
    List<int[]> sequences = new ArrayList<>();
    for (int row = 0; row < 4; row++) {
      int[] ids = new int[12];
      int start = random.nextInt(TinyModel.VOCABULARY);
      for (int i = 0; i < ids.length; i++) {
        ids[i] = (start + i) % TinyModel.VOCABULARY;
      }
      sequences.add(ids);
    }
    return TokenBatch.ofAllTokens(sequences, TinyModel.VOCABULARY);
  }
}
