package io.github.puzzle4j.scoring.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.Child;
import io.github.puzzle4j.blocklib.arch.GatedFfn;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.LinearAttention;
import io.github.puzzle4j.blocklib.arch.LinearFfn;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.NoAttention;
import io.github.puzzle4j.blocklib.arch.NoFfn;
import io.github.puzzle4j.blocklib.arch.Replacement;
import io.github.puzzle4j.blocklib.arch.SearchSpace;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention;
import io.github.puzzle4j.blocklib.arch.Span;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.corpus.TokenSequence;
import io.github.puzzle4j.blocklib.library.BlockLibrary;
import io.github.puzzle4j.blocklib.library.Distillation;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.Precision;
import io.github.puzzle4j.blocklib.train.LanguageModel;
import io.github.puzzle4j.blocklib.train.TokenBatch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChildScorerTest {

  private static final Model SHAPE = TinyModel.teacher(3);
  private static final Layer OWN = SHAPE.layers().getFirst();
  private static final SoftmaxAttention ONE_KV_HEAD =
      SHAPE.firstSoftmax().orElseThrow().withKvHeads(1);
  private static final Layer NARROW = new Layer(ONE_KV_HEAD, new GatedFfn(6));
  private static final Layer NO_FFN = new Layer(ONE_KV_HEAD, new NoFfn());
  private static final Layer NOTHING = new Layer(new NoAttention(), new NoFfn());
  private static final Layer LINEAR = new Layer(new LinearAttention(), new LinearFfn());
  private static final Replacement FIRST_TWO = new Replacement(new Span(0, 1), List.of(OWN));
  private static final Replacement LAST_TWO =
      new Replacement(new Span(1, 2), List.of(new Layer(ONE_KV_HEAD, new LinearFfn())));
  private static final Replacement ALL =
      new Replacement(new Span(0, 2), List.of(OWN, new Layer(new LinearAttention(), new NoFfn())));

  private static final SearchSpace SPACE =
      new SearchSpace(
          SHAPE,
          SearchSpace.uniform(
                  SHAPE,
                  List.of(ONE_KV_HEAD, new LinearAttention(), new NoAttention()),
                  List.of(new GatedFfn(6), new LinearFfn(), new NoFfn()))
              .layers(),
          List.of(FIRST_TWO, LAST_TWO, ALL));

  private static final List<Child> CHILDREN =
      List.of(
          Child.of(SHAPE, List.of(NARROW, NARROW, NARROW)),
          Child.of(SHAPE, List.of(NARROW, NARROW, LINEAR)),
          Child.of(SHAPE, List.of(OWN, NO_FFN, NOTHING)),
          new Child(SHAPE, List.of(FIRST_TWO, Replacement.of(2, NARROW))),
          new Child(SHAPE, List.of(Replacement.of(0, NARROW), LAST_TWO)),
          new Child(SHAPE, List.of(ALL)));

  private static final long ROOM = 1 << 30;

  /** Results of trainings, which all tests share. */
  @TempDir static Path tasks;

  private final DeviceMemory memory = DeviceMemory.open();
  private final TensorSource weights = TinyModel.weights(SHAPE, 1);
  private final List<TokenSequence> sequences = TinyModel.sequences(2, 11, 11, 5, 8, 11, 2);
  private final List<TokenBatch> batches =
      List.of(
          TinyModel.batch(sequences.subList(0, 2)),
          TinyModel.batch(sequences.subList(2, 3)),
          TinyModel.batch(sequences.subList(3, 6)));
  private LanguageModel teacher;
  private BlockLibrary library;

  @BeforeEach
  void open() throws IOException {
    teacher = LanguageModel.load(memory, SHAPE, weights, Precision.FLOAT32);
    library = library(Distillation.Pairing.DECOUPLED);
  }

  private BlockLibrary library(Distillation.Pairing pairing) throws IOException {
    return TinyModel.library(tasks, SPACE, weights, pairing, teacher, memory);
  }

  private ChildScorer scorer(long memoryBytes) throws IOException {
    return new ChildScorer(
        memory, SHAPE, weights, teacher.runner(), library, List.of(Metric.values()), memoryBytes);
  }

  private List<ChildScore> scores(long memoryBytes, List<Child> children) throws IOException {
    try (ChildScorer scorer = scorer(memoryBytes)) {
      return scorer.score(children, batches);
    }
  }

  @AfterEach
  void free() {
    memory.close();
  }

  /** Spans at the beginning, at the end and of all layers, beside replacements of single ones. */
  @ParameterizedTest
  @EnumSource
  void aScoreIsThatOfTheAssembledChild(Distillation.Pairing pairing) throws IOException {
    library = library(pairing);

    List<ChildScore> scores = scores(ROOM, CHILDREN);

    assertThat(scores).extracting(ChildScore::child).containsExactlyElementsOf(CHILDREN);
    for (ChildScore score : scores) {
      Evaluation whole = evaluation(score.child());
      assertThat(whole.divergence().mean()).isGreaterThan(1e-3);
      for (Metric metric : Metric.values()) {
        requireClose(score.in(metric), whole.in(metric));
      }
    }
  }

  private Evaluation evaluation(Child child) throws IOException {
    try (LanguageModel model =
        LanguageModel.load(memory, child.model(), library.child(child), Precision.FLOAT32)) {
      return new Evaluator(4, List.of(Metric.values()))
          .evaluate(memory, model, Optional.of(teacher), sequences, rows -> {});
    }
  }

  private static void requireClose(Score score, Score expected) {
    assertThat(score.tokens()).isEqualTo(expected.tokens());
    assertThat(score.mean()).isCloseTo(expected.mean(), within(1e-6));
    assertThat(score.standardError()).isCloseTo(expected.standardError(), within(1e-6));
  }

  /** Nothing stays loaded, and batches pass one by one. */
  @Test
  void howMuchMemoryThereIsDoesNotMatter() throws IOException {
    assertThat(scores(0, CHILDREN)).isEqualTo(scores(ROOM, CHILDREN));
  }

  @Test
  void whichChildrenAreMeasuredTogetherDoesNotMatter() throws IOException {
    List<ChildScore> together = scores(ROOM, CHILDREN);
    try (ChildScorer scorer = scorer(1 << 16)) {
      for (int i = CHILDREN.size() - 1; i >= 0; i--) {
        assertThat(scorer.score(List.of(CHILDREN.get(i)), batches))
            .containsExactly(together.get(i));
      }
    }
  }

  @Test
  void theTeacherDivergesNowhere() throws IOException {
    Child own = Child.unchanged(SHAPE);

    ChildScore score = scores(ROOM, List.of(CHILDREN.getFirst(), own)).getLast();

    assertThat(score.in(Metric.KL_DIVERGENCE).mean()).isCloseTo(0, within(1e-9));
    requireClose(score.in(Metric.LM_LOSS), evaluation(own).loss());
  }

  @Test
  void aChildThatIsAskedForTwiceIsMeasuredOnce() throws IOException {
    Child child = CHILDREN.getFirst();
    try (ChildScorer scorer = scorer(ROOM)) {
      List<ChildScore> once = scorer.score(List.of(child), batches);
      long effort = scorer.effort();

      assertThat(scorer.score(List.of(child, child), batches))
          .containsExactly(once.getFirst(), once.getFirst());
      assertThat(scorer.effort()).isEqualTo(2 * effort);
    }
  }

  /**
   * Beside the teacher's three layers: the second child shares two of its three layers with the
   * first, the third one its first layer with the teacher.
   */
  @Test
  void whatChildrenHaveInCommonAtTheirBeginningIsComputedOnce() throws IOException {
    long tokens = batches.stream().mapToLong(batch -> (long) batch.rows() * batch.tokens()).sum();

    assertThat(effort(CHILDREN.subList(0, 1))).isEqualTo(tokens * (3 + 3));
    assertThat(effort(CHILDREN.subList(0, 2))).isEqualTo(tokens * (3 + 3 + 1));
    assertThat(effort(CHILDREN.subList(0, 3))).isEqualTo(tokens * (3 + 3 + 1 + 2));
    assertThat(effort(CHILDREN.subList(3, 4)))
        .as("one layer in the place of two")
        .isEqualTo(tokens * (3 + 2));
  }

  private long effort(List<Child> children) throws IOException {
    try (ChildScorer scorer = scorer(ROOM)) {
      scorer.score(children, batches);
      return scorer.effort();
    }
  }

  @Test
  void aDifferenceHasTheErrorOfTheDifferences() throws IOException {
    List<ChildScore> scores = scores(ROOM, CHILDREN);
    ChildScore one = scores.get(0);
    ChildScore other = scores.get(1);

    Score difference = minus(other, one, Metric.KL_DIVERGENCE);

    assertThat(difference.mean())
        .isCloseTo(
            other.in(Metric.KL_DIVERGENCE).mean() - one.in(Metric.KL_DIVERGENCE).mean(),
            within(1e-12));
    assertThat(minus(one, one, Metric.LM_LOSS)).isEqualTo(new Score(0, 0, difference.tokens()));
    assertThat(minus(one, other, Metric.KL_DIVERGENCE).mean()).isEqualTo(-difference.mean());
    ChildScore fewer =
        new ChildScore(
            one.child(),
            Map.of(
                Metric.LM_LOSS,
                Objects.requireNonNull(one.metrics().get(Metric.LM_LOSS)).subList(1, 3)));
    assertThatThrownBy(() -> minus(one, fewer, Metric.LM_LOSS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2 and 6 sequences");
  }

  private static Score minus(ChildScore one, ChildScore other, Metric metric) {
    return new ChildLoss(ScoreObjective.of(metric), Optional.of(one)).difference(one, other);
  }

  @Test
  void noChildrenHaveNoScores() throws IOException {
    assertThat(scores(ROOM, List.of())).isEmpty();
  }

  @Test
  void aReplacementThatTheLibraryLacksIsNamed() {
    Child child = Child.of(SHAPE, List.of(OWN, OWN.with(new GatedFfn(7)), OWN));
    assertThatThrownBy(() -> scores(ROOM, List.of(child)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("L1/gqa_2+ffn_7");
  }

  /** Neither while a scorer is used again, nor behind a closed one. */
  @ParameterizedTest
  @ValueSource(longs = {0, ROOM})
  void nothingStaysInMemory(long memoryBytes) throws IOException {
    scores(memoryBytes, CHILDREN);
    int before = memory.tensors();
    try (ChildScorer scorer = scorer(memoryBytes)) {
      scorer.score(CHILDREN, batches);
      int once = memory.tensors();
      for (int i = 0; i < 3; i++) {
        scorer.score(CHILDREN, batches);
      }
      assertThat(memory.tensors()).isEqualTo(once);
    }
    assertThat(memory.tensors()).isEqualTo(before);
  }
}
