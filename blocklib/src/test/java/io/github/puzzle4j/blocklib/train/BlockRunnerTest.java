package io.github.puzzle4j.blocklib.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.puzzle4j.blocklib.arch.Architecture;
import io.github.puzzle4j.blocklib.arch.ModelConfig;
import io.github.puzzle4j.blocklib.arch.attention.AttentionVariant;
import io.github.puzzle4j.blocklib.arch.ffn.FfnVariant;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An error inside a kernel would end the process: each of these must be refused before. */
class BlockRunnerTest {

  private static final int HIDDEN = TinyModel.HIDDEN;
  private static final int VOCABULARY = TinyModel.VOCABULARY;

  private final NDManager manager = NDManager.newBaseManager();
  private final ModelConfig config = TinyModel.config(1);
  private BlockRunner runner;
  private LanguageModel model;

  @BeforeEach
  void open() throws IOException {
    runner = new BlockRunner(manager, config, Precision.FLOAT32);
    TensorSource weights = TinyModel.teacher(config, 1);
    model = LanguageModel.load(manager, Architecture.teacher(config), weights, Precision.FLOAT32);
  }

  @AfterEach
  void free() {
    manager.close();
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, VOCABULARY, Long.MAX_VALUE, Long.MIN_VALUE})
  void idsOutsideOfTheVocabularyAreRefused(long id) {
    NDArray ids = manager.create(new long[] {0, 1, id, VOCABULARY - 1}, new Shape(2, 2));
    requireRefusal(() -> model.forward(ids, false), "vocabulary of " + VOCABULARY);
    NDArray logits = TinyModel.normal(manager, 1, 2, 2, VOCABULARY);
    requireRefusal(() -> runner.tokenMetrics(logits, logits, ids), "vocabulary of " + VOCABULARY);
  }

  @Test
  void idsOfAnotherTypeOrShapeAreRefused() {
    requireRefusal(() -> model.forward(manager.zeros(new Shape(1, 2)), false), "ids are float32");
    requireRefusal(
        () -> model.forward(manager.zeros(new Shape(1, 2), DataType.INT32), false), "int32");
    for (Shape shape :
        List.of(new Shape(3), new Shape(1, 2, 3), new Shape(0, 2), new Shape(2, 0))) {
      requireRefusal(
          () -> model.forward(manager.zeros(shape, DataType.INT64), false), shape.toString());
    }
  }

  @Test
  void hiddenStatesOfAnotherTypeOrShapeAreRefused() {
    List<NDArray> bad = new ArrayList<>();
    for (Shape shape :
        List.of(
            new Shape(2, HIDDEN),
            new Shape(1, 2, HIDDEN + 1),
            new Shape(1, 2, 3, HIDDEN),
            new Shape(0, 2, HIDDEN),
            new Shape(1, 0, HIDDEN),
            new Shape())) {
      bad.add(manager.zeros(shape));
    }
    bad.add(manager.zeros(new Shape(1, 2, HIDDEN), DataType.FLOAT64));
    bad.add(manager.zeros(new Shape(1, 2, HIDDEN), DataType.FLOAT16));
    BlockWeights weights = model.blocks().getFirst();
    for (NDArray hidden : bad) {
      requireRefusal(() -> runner.block(weights, hidden, false), "hidden states");
      requireRefusal(
          () ->
              runner.attention(new AttentionVariant.Teacher(), hidden, weights.attention(), false),
          "hidden states");
      requireRefusal(
          () -> runner.ffn(new FfnVariant.NoOp(), hidden, List.of(), false), "hidden states");
      requireRefusal(
          () -> runner.channelContribution(new FfnVariant.Teacher(), hidden, weights.ffn()),
          "hidden states");
      requireRefusal(() -> model.logits(hidden, false), "hidden states");
    }
  }

  @Test
  void weightsOfAnotherVariantAreRefused() {
    NDArray hidden = TinyModel.normal(manager, 1, 1, 2, HIDDEN);
    BlockWeights weights = model.blocks().getFirst();
    requireRefusal(
        () ->
            runner.attention(
                new AttentionVariant.GroupedQuery(1), hidden, weights.attention(), false),
        "gqa_1");
    requireRefusal(
        () -> runner.attention(new AttentionVariant.Teacher(), hidden, weights.ffn(), false),
        "teacher has 4 weights, not 5");
    requireRefusal(
        () -> runner.attention(new AttentionVariant.NoOp(), hidden, weights.attention(), false),
        "noop has 5 weights, not 0");
    requireRefusal(
        () -> runner.ffn(new FfnVariant.Pruned(7), hidden, weights.ffn(), false), "ffn_7");
    requireRefusal(() -> runner.ffn(new FfnVariant.Linear(), hidden, List.of(), false), "linear");
  }

  @Test
  void aTransposedMatrixIsRefused() {
    NDArray hidden = TinyModel.normal(manager, 1, 1, 2, HIDDEN);
    List<NDArray> weights = new ArrayList<>(model.blocks().getFirst().ffn());
    weights.set(3, weights.get(3).transpose());
    requireRefusal(
        () -> runner.ffn(new FfnVariant.Teacher(), hidden, weights, false), "teacher is float32");
  }

  @Test
  void tablesOfAnotherShapeAreRefused() {
    NDArray ids = manager.zeros(new Shape(1, 2), DataType.INT64);
    NDArray narrow = manager.zeros(new Shape(VOCABULARY, HIDDEN - 1));
    requireRefusal(() -> runner.embed(ids, narrow, false), "embedding");
    NDArray hidden = TinyModel.normal(manager, 1, 1, 2, HIDDEN);
    NDArray norm = manager.ones(new Shape(HIDDEN));
    requireRefusal(() -> runner.logits(hidden, norm, narrow, false), "LM head");
    requireRefusal(
        () -> runner.logits(hidden, narrow, manager.zeros(new Shape(VOCABULARY, HIDDEN)), false),
        "final norm");
  }

  @Test
  void logitsThatDoNotMatchTheirTargetsAreRefused() {
    NDArray targets = manager.zeros(new Shape(1, 2), DataType.INT64);
    NDArray good = TinyModel.normal(manager, 1, 1, 2, VOCABULARY);
    for (Shape shape :
        List.of(
            new Shape(2, VOCABULARY),
            new Shape(1, 3, VOCABULARY),
            new Shape(1, 2, VOCABULARY - 1),
            new Shape(2))) {
      NDArray bad = manager.zeros(shape);
      requireRefusal(() -> runner.tokenMetrics(bad, good, targets), "logits");
      requireRefusal(() -> runner.tokenMetrics(good, bad, targets), "teacher's logits");
      requireRefusal(() -> runner.tokenMetrics(bad, bad, targets), "logits");
      requireRefusal(() -> runner.divergence(bad, runner.reference(good), targets), "logits");
      requireRefusal(() -> runner.divergence(good, bad, targets), "reference");
    }
  }

  @Test
  void aReferenceIsMadeOfLogits() {
    for (Shape shape :
        List.of(
            new Shape(2, VOCABULARY),
            new Shape(1, 2, VOCABULARY + 1),
            new Shape(0, 2, VOCABULARY))) {
      requireRefusal(() -> runner.reference(manager.zeros(shape)), "logits");
    }
    NDArray wide = manager.zeros(new Shape(1, 2, VOCABULARY), DataType.FLOAT64);
    requireRefusal(() -> runner.reference(wide), "float64");
  }

  @Test
  void aRefusalLeavesNothingBehindAndTheNextCallWorks() {
    NDArray ids = manager.zeros(new Shape(1, 2), DataType.INT64);
    int before = manager.getManagedArrays().size();
    NDArray bad = manager.full(new Shape(1, 2), VOCABULARY, DataType.INT64);
    requireRefusal(() -> model.forward(bad, false), "vocabulary");
    bad.close();
    assertThat(manager.getManagedArrays()).hasSize(before);
    assertThat(model.forward(ids, false).getShape()).isEqualTo(new Shape(1, 2, VOCABULARY));
  }

  @Test
  void subblocksThatAreLeftOutPassTheHiddenStatesOn() {
    NDArray hidden = TinyModel.normal(manager, 1, 1, 2, HIDDEN);
    assertThat(runner.attention(new AttentionVariant.NoOp(), hidden, List.of(), false))
        .isSameAs(hidden);
    assertThat(runner.ffn(new FfnVariant.NoOp(), hidden, List.of(), false)).isSameAs(hidden);
  }

  private static void requireRefusal(ThrowingCallable call, String message) {
    assertThatThrownBy(call)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
  }
}
