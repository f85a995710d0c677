package io.github.puzzle4j.blocklib.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.LinearFfn;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.NoAttention;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention;
import io.github.puzzle4j.blocklib.arch.TensorNames;
import io.github.puzzle4j.blocklib.checkpoint.Tensor;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.tensor.Losses;
import io.github.puzzle4j.blocklib.tensor.Precision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GlobalDistillerTest {

  private static final long TEACHER_SEED = 21;
  private static final Layer OWN = TinyModel.LAYER;
  private static final Layer SILENT = OWN.with(new NoAttention());

  /** A child as it is assembled. */
  private record Assembled(Model model, TensorSource weights) {}

  @TempDir Path folder;

  private final DeviceMemory memory = DeviceMemory.open();
  private final Model shape = TinyModel.model(2);
  private final List<TokenBatch> batches = TinyModel.batches(4, 4, 8, 22);
  private LanguageModel teacher;
  private StreamedTeacher streamed;

  @BeforeEach
  void open() throws IOException {
    teacher = load(child(OWN, OWN), Precision.FLOAT32);
    streamed = streamed(child(OWN, OWN), Long.MAX_VALUE);
  }

  private StreamedTeacher streamed(Assembled own, long cacheBytes) throws IOException {
    return new StreamedTeacher(memory, own.model(), own.weights(), teacher.runner(), cacheBytes);
  }

  @AfterEach
  void free() {
    memory.close();
  }

  @ParameterizedTest
  @CsvSource({"1, FLOAT32", "0, FLOAT32", "1, BFLOAT16"})
  void aChildWithoutAnAttentionComesNearerToItsTeacher(double cosineWeight, Precision precision)
      throws IOException {
    Assembled child = child(OWN, SILENT);
    List<Double> losses = new ArrayList<>();
    GlobalDistillation settings =
        new GlobalDistillation(settings(1e-2), new RepairLoss(1, cosineWeight, 0), precision, 1);
    TensorSource repaired =
        repair("state", settings, child, batches, (step, loss) -> losses.add(loss));
    assertThat(losses).hasSize(30);
    assertThat(divergence(load(new Assembled(child.model(), repaired), precision)))
        .isLessThan(0.7 * divergence(load(child, precision)));
  }

  /** At a rate near zero the first loss is that of the child as it came. */
  @ParameterizedTest
  @CsvSource({"1, 0.5, 0", "1, 0, 0", "0, 2, 0", "0, 0, 1", "0.3, 0, 2", "0.5, 1, 0.25"})
  void theLossIsTheWeightedSumOfItsTerms(double kl, double cosine, double lm) throws IOException {
    Assembled assembled =
        child(OWN.with(TinyModel.ATTENTION.withKvHeads(1)), SILENT.with(new LinearFfn()));
    LanguageModel child = load(assembled, Precision.FLOAT32);
    List<Double> losses = new ArrayList<>();
    repair(
        "state",
        new GlobalDistillation(
            settings(1e-12), new RepairLoss(kl, cosine, lm), Precision.FLOAT32, 1),
        assembled,
        batches.subList(0, 1),
        (step, loss) -> losses.add(loss));
    DeviceTensor ids = batches.getFirst().ids(memory);
    DeviceTensor ours = child.embed(ids);
    DeviceTensor theirs = teacher.embed(ids);
    double distance = 0;
    for (int layer = 0; layer < 2; layer++) {
      ours = child.runner().block(child.blocks().get(layer), ours);
      theirs = teacher.runner().block(teacher.blocks().get(layer), theirs);
      distance += TensorReference.cosineLoss(ours, theirs).toFloat() / 2;
    }
    DeviceTensor logits = child.head().logits(ours);
    double divergence =
        TensorReference.divergence(logits, teacher.head().logits(theirs)).mean().toFloat();
    double likelihood =
        Losses.crossEntropy(
                logits, batches.getFirst().targets(memory), batches.getFirst().weights(memory))
            .toFloat();
    assertThat(losses.getFirst())
        .isCloseTo(kl * divergence + cosine * distance + lm * likelihood, within(1e-4));
  }

  @Test
  void textAloneLowersItsOwnLoss() throws IOException {
    List<Double> losses = new ArrayList<>();
    repair(
        "state",
        new GlobalDistillation(settings(1e-2), new RepairLoss(0, 0, 1), Precision.FLOAT32, 1),
        child(OWN, SILENT),
        batches,
        (step, loss) -> losses.add(loss));
    assertThat(losses.subList(25, 30))
        .allSatisfy(loss -> assertThat(loss).isLessThan(0.9 * losses.getFirst()));
  }

  @Test
  void aChildThatIsItsTeacherHasNothingToLearn() throws IOException {
    List<Double> losses = new ArrayList<>();
    repair(
        "state",
        new GlobalDistillation(settings(1e-12), RepairLoss.STANDARD, Precision.FLOAT32, 1),
        child(OWN, OWN),
        batches,
        (step, loss) -> losses.add(loss));
    assertThat(losses).allSatisfy(loss -> assertThat(loss).isCloseTo(0, within(1e-6)));
  }

  @Test
  void layersThatAreLoadedEachTimeGiveTheSameBytes() throws IOException {
    TensorSource cached = repair("cached", 7, (step, loss) -> {});
    long oneLayer = OWN.parameters(TinyModel.HIDDEN) * Float.BYTES;
    for (long cacheBytes : new long[] {0, oneLayer}) {
      streamed = streamed(child(OWN, OWN), cacheBytes);
      requireSameBytes(repair("streamed-" + cacheBytes, 7, (step, loss) -> {}), cached);
    }
  }

  /**
   * The mean over groups of rows is that over all rows, up to rounding; so is what is recomputed.
   */
  @ParameterizedTest(name = "layers recomputed: {0}")
  @ValueSource(booleans = {false, true})
  void rowsThatPassOneByOneGiveTheSameRepair(boolean recomputed) throws IOException {
    GlobalDistillation settings =
        new GlobalDistillation(settings(1e-2), RepairLoss.STANDARD, Precision.FLOAT32, 7);
    Assembled child = child(OWN, SILENT);
    int tokens = batches.getFirst().tokens();
    long row = new KeptActivations(child.model(), tokens, Long.MAX_VALUE).bytes(1);
    KeptActivations kept = new KeptActivations(child.model(), tokens, recomputed ? 1 : row);
    assertThat(kept.isRecomputed()).isEqualTo(recomputed);
    assertThat(kept.rowsAtOnce(batches.getFirst().rows())).isEqualTo(1);
    List<Double> wholeLosses = new ArrayList<>();
    List<Double> rowLosses = new ArrayList<>();
    TensorSource whole =
        repair("whole", settings, child, batches, (step, loss) -> wholeLosses.add(loss));
    TensorSource byRow =
        repair(
            new GlobalDistiller(settings, folder.resolve("rows"), OptionalLong.of(kept.limit())),
            child,
            batches,
            (step, loss) -> rowLosses.add(loss));
    for (int step = 0; step < wholeLosses.size(); step++) {
      assertThat(rowLosses.get(step)).isCloseTo(wholeLosses.get(step), within(1e-3));
    }
    assertThat(rowLosses.getFirst()).isCloseTo(wholeLosses.getFirst(), within(1e-6));
    double gap = 0;
    double moved = 0;
    for (String name : whole.names()) {
      float[] one = whole.tensor(name).toFloats();
      float[] other = byRow.tensor(name).toFloats();
      float[] start = child.weights().tensor(name).toFloats();
      for (int i = 0; i < one.length; i++) {
        gap += Math.pow(one[i] - other[i], 2);
        moved += Math.pow(one[i] - start[i], 2);
      }
    }
    assertThat(Math.sqrt(gap)).isLessThan(0.02 * Math.sqrt(moved));
  }

  @Test
  void theSameSeedGivesTheSameWeights() throws IOException {
    TensorSource first = repair("first", 7, (step, loss) -> {});
    TensorSource second = repair("second", 7, (step, loss) -> {});
    TensorSource third = repair("third", 8, (step, loss) -> {});
    String name = "model.layers.0.mlp.up_proj.weight";
    assertThat(second.tensor(name).toFloats()).isEqualTo(first.tensor(name).toFloats());
    assertThat(third.tensor(name).toFloats()).isNotEqualTo(first.tensor(name).toFloats());
  }

  @ParameterizedTest
  @CsvSource({"7, 20", "7, 14", "40, 3", "1, 30"})
  void aKilledRepairGoesOnToTheSameBytes(int checkpointSteps, int killedAt) throws IOException {
    GlobalDistillation settings =
        new GlobalDistillation(
            settings(1e-2).withCheckpointSteps(checkpointSteps),
            RepairLoss.STANDARD,
            Precision.FLOAT32,
            7);
    Assembled child = child(OWN, SILENT);
    TensorSource whole = repair("whole", settings, child, batches, (step, loss) -> {});
    assertThatThrownBy(() ->
            repair(
                "killed",
                settings,
                child,
                batches,
                (step, loss) -> {
                  if (step == killedAt) {
                    throw new IllegalStateException("killed");
                  }
                }))
        .hasMessage("killed");
    List<Integer> steps = new ArrayList<>();
    TensorSource resumed =
        repair("killed", settings, child, batches, (step, loss) -> steps.add(step));
    assertThat(steps.getFirst()).isEqualTo((killedAt - 1) / checkpointSteps * checkpointSteps + 1);
    assertThat(steps.getLast()).isEqualTo(30);
    requireSameBytes(resumed, whole);
  }

  /** The teacher has no numbers for one token, which is in one batch. */
  @Test
  void aBatchThatGivesNoNumbersIsLeftOut() throws IOException {
    streamed = streamed(withoutNumbers(child(OWN, OWN)), Long.MAX_VALUE);
    List<TokenBatch> some = new ArrayList<>();
    for (int batch = 0; batch < 4; batch++) {
      int last = batch == 2 ? TinyModel.VOCABULARY - 1 : batch;
      some.add(TokenBatch.ofAllTokens(List.of(new int[] {4, 7, batch, last, 9}), 24));
    }
    GlobalDistillation settings =
        new GlobalDistillation(
            settings(1e-2).withCheckpointSteps(3), RepairLoss.STANDARD, Precision.FLOAT32, 7);
    Assembled child = child(OWN, SILENT);
    LostSteps lost = new LostSteps();
    TensorSource repaired = repair("state", settings, child, some, lost);
    assertThat(lost.steps).hasSize(1);
    assertThat(lost.steps.getFirst().toString())
        .startsWith("the child's repair, batch 2, step ")
        .contains("continues from step");
    assertThat(lost.steps.getFirst().resumedAt() % 3).isZero();
    for (String name : repaired.names()) {
      for (float value : repaired.tensor(name).toFloats()) {
        assertThat(value).isFinite();
      }
    }
    requireSameBytes(repair("again", settings, child, some, (step, loss) -> {}), repaired);
    List<TokenBatch> onlyBad = List.of(some.get(2));
    assertThatThrownBy(() -> repair("bad", settings, child, onlyBad, lost))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("NaN or infinite")
        .hasMessageNotContaining("\n");
  }

  @Test
  void aChildOfAnotherShapeIsRefused() {
    Model deeper = TinyModel.model(3);
    Assembled child = new Assembled(deeper, TinyModel.weights(deeper, 1));
    GlobalDistillation settings =
        new GlobalDistillation(settings(1e-2), RepairLoss.STANDARD, Precision.FLOAT32, 1);
    assertThatThrownBy(() -> repair("state", settings, child, batches, (step, loss) -> {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("shape");
  }

  @Test
  void aChildWithOtherHeadsButTheSameStreamIsWelcome() throws IOException {
    Layer other = OWN.with(SoftmaxAttention.plain(new AttentionShape(2, 1, 8)));
    List<Double> losses = new ArrayList<>();
    repair(
        "state",
        new GlobalDistillation(settings(1e-2), RepairLoss.STANDARD, Precision.FLOAT32, 1),
        child(other, other),
        batches,
        (step, loss) -> losses.add(loss));
    assertThat(losses.getLast()).isLessThan(losses.getFirst());
  }

  /** One layer in the place of two is compared behind the second. */
  @Test
  void aShorterChildIsComparedBehindTheLayersThatItReplaces() throws IOException {
    Model one = TinyModel.model(OWN);
    Assembled assembled = new Assembled(one, TinyModel.weights(one, 3));
    List<Double> losses = new ArrayList<>();
    repair(
        "state",
        new GlobalDistillation(settings(1e-12), new RepairLoss(1, 0.5, 0), Precision.FLOAT32, 1),
        assembled,
        batches.subList(0, 1),
        (step, loss) -> losses.add(loss));
    LanguageModel child = load(assembled, Precision.FLOAT32);
    DeviceTensor ids = batches.getFirst().ids(memory);
    DeviceTensor ours = child.runner().block(child.blocks().getFirst(), child.embed(ids));
    DeviceTensor theirs = teacher.embed(ids);
    for (BlockWeights block : teacher.blocks()) {
      theirs = teacher.runner().block(block, theirs);
    }
    double cosine = TensorReference.cosineLoss(ours, theirs).toFloat();
    double divergence =
        TensorReference.divergence(child.head().logits(ours), teacher.head().logits(theirs))
            .mean()
            .toFloat();
    assertThat(losses.getFirst()).isCloseTo(divergence + 0.5 * cosine, within(1e-4));
  }

  private TensorSource repair(String state, long seed, TrainingListener listener)
      throws IOException {
    return repair(
        state,
        new GlobalDistillation(settings(1e-2), RepairLoss.STANDARD, Precision.FLOAT32, seed),
        child(OWN, SILENT),
        batches,
        listener);
  }

  private TensorSource repair(
      String state,
      GlobalDistillation settings,
      Assembled child,
      List<TokenBatch> text,
      TrainingListener listener)
      throws IOException {
    return repair(new GlobalDistiller(settings, folder.resolve(state)), child, text, listener);
  }

  private TensorSource repair(
      GlobalDistiller distiller, Assembled child, List<TokenBatch> text, TrainingListener listener)
      throws IOException {
    List<Integer> alignment = child.model().layers().size() == 1 ? List.of(1) : List.of(0, 1);
    Map<String, Tensor> repaired = new LinkedHashMap<>();
    distiller.repair(
        memory,
        streamed,
        child.model(),
        child.weights(),
        alignment,
        text,
        TensorType.F32,
        listener,
        (weights, _) -> {
          for (String name : weights.names()) {
            repaired.put(name, weights.tensor(name));
          }
        });
    return TensorSource.of(repaired);
  }

  private static TrainingSettings settings(double rate) {
    return new TrainingSettings(new LearningRate(rate, 2, 30, 0.1), 0, 1);
  }

  /** Random weights; those that two models share are the same. */
  private Assembled child(Layer first, Layer second) throws IOException {
    Model model = TinyModel.model(first, second);
    TensorSource own = TinyModel.weights(model, 1);
    TensorSource teachers = TinyModel.weights(shape, TEACHER_SEED);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (String name : own.names()) {
      boolean shared =
          teachers.names().contains(name)
              && teachers.spec(name).shape().equals(own.spec(name).shape());
      tensors.put(name, (shared ? teachers : own).tensor(name));
    }
    return new Assembled(model, TensorSource.of(tensors));
  }

  /** For the last token of the vocabulary. */
  private static Assembled withoutNumbers(Assembled model) throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (String name : model.weights().names()) {
      tensors.put(name, model.weights().tensor(name));
    }
    Tensor table = model.weights().tensor(TensorNames.EMBEDDING);
    float[] values = table.toFloats();
    Arrays.fill(values, values.length - TinyModel.HIDDEN, values.length, Float.POSITIVE_INFINITY);
    tensors.put(TensorNames.EMBEDDING, Tensor.ofFloats(TensorType.F32, table.shape(), values));
    return new Assembled(model.model(), TensorSource.of(tensors));
  }

  private static void requireSameBytes(TensorSource actual, TensorSource expected)
      throws IOException {
    assertThat(actual.names()).isEqualTo(expected.names());
    for (String name : expected.names()) {
      assertThat(actual.tensor(name).data().mismatch(expected.tensor(name).data()))
          .as(name)
          .isEqualTo(-1);
    }
  }

  private LanguageModel load(Assembled child, Precision precision) throws IOException {
    return LanguageModel.load(memory, child.model(), child.weights(), precision);
  }

  private double divergence(LanguageModel child) {
    double sum = 0;
    for (TokenBatch batch : batches) {
      DeviceTensor ids = batch.ids(memory);
      sum += TensorReference.divergence(child.forward(ids), teacher.forward(ids)).mean().toFloat();
    }
    return sum / batches.size();
  }
}
