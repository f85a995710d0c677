package io.github.puzzle4j.blocklib.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention;
import io.github.puzzle4j.blocklib.checkpoint.SafetensorsFile;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.Precision;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
    Model wider = withHeads(8, 2);
    Model deeper = TinyModel.model(2);
    Model narrower = withHeads(4, 1);
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
  void aTrainingThatLosesItsNumbersAgainAndAgainEndsAndSaysWhere() {
    TeacherTraining wild =
        new TeacherTraining(
            new TrainingSettings(new LearningRate(1e30, 0, 10, 1), 0, 1e9), Precision.FLOAT32, 5);
    TeacherTrainer trainer = new TeacherTrainer(TinyModel.model(1), wild, folder.resolve("state"));
    LostSteps lost = new LostSteps();
    assertThatThrownBy(() -> trainer.train(memory, TeacherTrainerTest::counting, lost))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("step")
        .hasMessageContaining("learning rate")
        .hasMessageNotContaining("\n");
    assertThat(lost.steps).hasSize(3);
    assertThat(lost.steps.getLast().abandoned()).isTrue();
    assertThat(lost.steps).allSatisfy(step -> assertThat(step.resumedAt()).isZero());
  }

  @Test
  void aStateCountsItsStepsInWholeNumbers() throws IOException {
    stopAfterTwo(trainer(TinyModel.model(1), "state", 4, 1, Precision.FLOAT32));
    try (SafetensorsFile state = SafetensorsFile.open(folder.resolve("state"))) {
      assertThat(state.tensor("steps_done").toLongs()).containsExactly(2);
    }
  }

  /** Such a state, of another number of steps, is whole and therefore not thrown away. */
  @Test
  void aStateBeyondTheEndOfTheTrainingIsRefused() throws IOException {
    stopAfterTwo(trainer(TinyModel.model(1), "state", 4, 1, Precision.FLOAT32));
    assertThatThrownBy(() ->
            trainer(TinyModel.model(1), "state", 1, 1, Precision.FLOAT32)
                .train(memory, TeacherTrainerTest::counting, (step, loss) -> {}))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            folder.resolve("state")
                + ": after 2 steps; this training has 1: it is the state of another training");
  }

  /** Rows of one length: the mean over two halves is the mean over all. */
  @Test
  void twoHalvesInAStepAreAsOneBatch() throws IOException {
    Model model = TinyModel.model(1);
    List<Double> losses = new ArrayList<>();
    List<Double> lossesOfHalves = new ArrayList<>();
    TensorSource whole =
        trainer(model, "whole", 6, 1000, Precision.FLOAT32)
            .train(memory, TeacherTrainerTest::counting, (step, loss) -> losses.add(loss));
    TensorSource halves =
        new TeacherTrainer(
                model,
                new TeacherTraining(settings(6).withBatchesPerStep(2), Precision.FLOAT32, 5),
                folder.resolve("halves"))
            .train(
                memory,
                draw ->
                    TokenBatch.ofAllTokens(
                        sequences(draw / 2).subList(draw % 2 * 2, draw % 2 * 2 + 2),
                        TinyModel.VOCABULARY),
                (step, loss) -> lossesOfHalves.add(loss));
    assertThat(lossesOfHalves).hasSize(6);
    for (int step = 0; step < 6; step++) {
      assertThat(lossesOfHalves.get(step)).isCloseTo(losses.get(step), within(1e-4));
    }
    for (String name : whole.names()) {
      assertThat(halves.tensor(name).toFloats())
          .as(name)
          .containsExactly(whole.tensor(name).toFloats(), within(2e-3f));
    }
  }

  /** Flipped, cut, of an older version, of another file: the result is as if it were not there. */
  @ParameterizedTest
  @ValueSource(
      strings = {"flip first", "flip middle", "flip last", "cut", "empty", "text", "renamed"})
  void aDamagedStateIsMadeAgain(String damage) throws IOException {
    TensorSource whole =
        trainer(TinyModel.model(1), "whole", 4, 1, Precision.FLOAT32)
            .train(memory, TeacherTrainerTest::counting, (step, loss) -> {});
    String name = damage.equals("renamed") ? "other" : "state";
    stopAfterTwo(trainer(TinyModel.model(1), name, 4, 1, Precision.FLOAT32));
    Path state = folder.resolve("state");
    Files.move(folder.resolve(name), state);
    byte[] bytes = Files.readAllBytes(state);
    switch (damage) {
      case "flip first" -> bytes[0] ^= 1;
      case "flip middle" -> bytes[bytes.length / 2] ^= 1;
      case "flip last" -> bytes[bytes.length - 1] ^= 1;
      case "cut" -> bytes = Arrays.copyOf(bytes, bytes.length / 2);
      case "empty" -> bytes = new byte[0];
      case "text" -> bytes = "no state".getBytes(StandardCharsets.UTF_8);
      default -> assertThat(damage).isEqualTo("renamed");
    }
    Files.write(state, bytes);
    LostSteps events = new LostSteps();

    TensorSource again =
        trainer(TinyModel.model(1), "state", 4, 1, Precision.FLOAT32)
            .train(memory, TeacherTrainerTest::counting, events);

    assertThat(events.startedAgain)
        .containsExactly(state + ": changed since it was written; the training starts again");
    for (String tensor : whole.names()) {
      assertThat(again.tensor(tensor).data().mismatch(whole.tensor(tensor).data())).isEqualTo(-1);
    }
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

  private TeacherTrainer trainer(
      Model model, String state, int steps, int checkpointSteps, Precision precision) {
    TeacherTraining training =
        new TeacherTraining(settings(steps).withCheckpointSteps(checkpointSteps), precision, 5);
    return new TeacherTrainer(model, training, folder.resolve(state));
  }

  private static TrainingSettings settings(int steps) {
    return new TrainingSettings(new LearningRate(2e-2, 5 > steps ? 0 : 5, steps, 0.1), 0.01, 1);
  }

  private static Model withHeads(int heads, int kvHeads) {
    return TinyModel.model(
        TinyModel.LAYER.with(SoftmaxAttention.plain(new AttentionShape(heads, kvHeads, 8))));
  }

  private static TokenBatch counting(int step) {
    return TokenBatch.ofAllTokens(sequences(step), TinyModel.VOCABULARY);
  }

  /** Count upwards from anywhere, round the vocabulary. */
  private static List<int[]> sequences(int step) {
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
    return sequences;
  }
}
