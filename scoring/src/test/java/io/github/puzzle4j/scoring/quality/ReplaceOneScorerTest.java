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
import io.github.puzzle4j.blocklib.train.ActivationStore;
import io.github.puzzle4j.blocklib.train.LanguageModel;
import io.github.puzzle4j.blocklib.train.TokenBatch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplaceOneScorerTest {

  private static final Model SHAPE = TinyModel.teacher(3);
  private static final Layer OWN = SHAPE.layers().getFirst();
  private static final SoftmaxAttention ONE_KV_HEAD =
      SHAPE.firstSoftmax().orElseThrow().withKvHeads(1);

  private static final SearchSpace SPACE =
      SearchSpace.uniform(
          SHAPE,
          List.of(ONE_KV_HEAD, new LinearAttention(), new NoAttention()),
          List.of(new GatedFfn(6), new LinearFfn(), new NoFfn()));

  private static final long ROOM = 1 << 30;

  /** Results of trainings, which all tests share. */
  @TempDir static Path tasks;

  @TempDir Path folder;

  private final DeviceMemory memory = DeviceMemory.open();
  private final TensorSource weights = TinyModel.weights(SHAPE, 1);
  private final List<TokenSequence> sequences = TinyModel.sequences(2, 11, 11, 5, 8, 11, 2);
  private BlockLibrary library;
  private LanguageModel teacher;

  @BeforeEach
  void open() throws IOException {
    teacher = LanguageModel.load(memory, SHAPE, weights, Precision.FLOAT32);
    library = library(SPACE, Distillation.Pairing.DECOUPLED);
  }

  private BlockLibrary library(SearchSpace space, Distillation.Pairing pairing) throws IOException {
    return TinyModel.library(tasks, space, weights, pairing, teacher, memory);
  }

  @AfterEach
  void free() {
    memory.close();
  }

  @Test
  void theTeachersOwnBlockDivergesNowhereAndHasTheTeachersLoss() throws IOException {
    Evaluation own =
        new Evaluator(10).evaluate(memory, teacher, Optional.empty(), sequences, rows -> {});
    List<ReplacementScore> scores =
        scores(all(sequences)).stream()
            .filter(score -> score.variant().equals("gqa_2+ffn_20"))
            .toList();
    assertThat(scores).hasSize(3);
    for (ReplacementScore score : scores) {
      assertThat(score.replacement().keeps(SHAPE)).isTrue();
      assertThat(score.divergence().mean()).isCloseTo(0, within(1e-9));
      assertThat(score.divergence().standardError()).isCloseTo(0, within(1e-9));
      assertThat(score.loss().mean()).isCloseTo(own.loss().mean(), within(1e-7));
      assertThat(score.loss().standardError()).isCloseTo(own.loss().standardError(), within(1e-7));
      assertThat(score.loss().tokens()).isEqualTo(own.loss().tokens());
    }
  }

  @Test
  void aScoreIsThatOfTheTeacherWithThisBlockAloneReplaced() throws IOException {
    List<ReplacementScore> scores = scores(all(sequences));
    assertThat(scores).hasSize(3 * 16);
    for (ReplacementScore score : scores) {
      assertIsThatOfTheChild(score);
    }
    assertThat(scores.stream().mapToDouble(score -> score.divergence().mean()).distinct().count())
        .as("variants differ")
        .isGreaterThan(40);
  }

  /**
   * An attention beside nothing, trained together with it, is another one than that which was
   * trained alone and which other pairs have.
   */
  @Test
  void pairsThatWereTrainedTogetherLeaveOthersTheAttentionThatWasTrainedAlone() throws IOException {
    library = library(SPACE, Distillation.Pairing.COUPLED);
    Replacement besideNothing = Replacement.of(1, new Layer(ONE_KV_HEAD, new NoFfn()));
    Replacement besideOwn = Replacement.of(1, OWN.with(ONE_KV_HEAD));
    assertThat(library.isComposed(besideNothing)).isFalse();
    assertThat(library.isComposed(besideOwn)).isTrue();
    for (ReplacementScore score : scores(all(sequences))) {
      assertIsThatOfTheChild(score);
    }
    List<ReplacementScore> both =
        scores(all(sequences), ActivationStore.inMemory(), List.of(besideNothing, besideOwn), ROOM);
    assertThat(both)
        .extracting(ReplacementScore::replacement)
        .containsExactly(besideNothing, besideOwn);
    for (ReplacementScore score : both) {
      assertIsThatOfTheChild(score);
    }
  }

  /** Spans at the beginning, at the end and of all layers, beside replacements of single ones. */
  @Test
  void aScoreOfSeveralLayersIsThatOfTheShorterChild() throws IOException {
    List<Replacement> wider =
        List.of(
            new Replacement(new Span(1, 2), List.of(OWN)),
            new Replacement(new Span(1, 2), List.of(new Layer(ONE_KV_HEAD, new LinearFfn()))),
            new Replacement(new Span(0, 1), List.of(OWN)),
            new Replacement(
                new Span(0, 2), List.of(OWN, new Layer(new LinearAttention(), new NoFfn()))));
    SearchSpace space = new SearchSpace(SHAPE, SPACE.layers(), wider);
    library = library(space, Distillation.Pairing.DECOUPLED);
    for (long bytes : List.of(0L, ROOM)) {
      List<ReplacementScore> scores =
          scores(all(sequences), ActivationStore.inMemory(), space.replacements(), bytes);
      assertThat(scores)
          .extracting(ReplacementScore::replacement)
          .containsExactlyElementsOf(space.replacements());
      List<ReplacementScore> ofSeveral =
          scores.stream().filter(score -> wider.contains(score.replacement())).toList();
      assertThat(ofSeveral).hasSize(4);
      for (ReplacementScore score : ofSeveral) {
        assertThat(score.divergence().mean()).isGreaterThan(1e-3);
        assertIsThatOfTheChild(score);
      }
    }
  }

  /** Nothing else asks for a ranking of the channels. */
  @Test
  void oneNarrowLayerMayStandForTwo() throws IOException {
    Replacement narrow =
        new Replacement(new Span(1, 2), List.of(new Layer(ONE_KV_HEAD, new GatedFfn(6))));
    SearchSpace none = SearchSpace.uniform(SHAPE, List.of(), List.of());
    SearchSpace space = new SearchSpace(SHAPE, none.layers(), List.of(narrow));
    library = library(space, Distillation.Pairing.DECOUPLED);
    List<ReplacementScore> scores =
        scores(all(sequences), ActivationStore.inMemory(), List.of(narrow), ROOM);
    assertThat(scores).hasSize(1);
    assertIsThatOfTheChild(scores.getFirst());
  }

  private void assertIsThatOfTheChild(ReplacementScore score) throws IOException {
    Child child = child(score.replacement());
    try (LanguageModel model =
        LanguageModel.load(memory, child.model(), library.child(child), Precision.FLOAT32)) {
      Evaluation whole =
          new Evaluator(4).evaluate(memory, model, Optional.of(teacher), sequences, rows -> {});
      assertThat(score.divergence().mean())
          .as(score.toString())
          .isCloseTo(whole.divergence().mean(), within(1e-5));
      assertThat(score.divergence().standardError())
          .isCloseTo(whole.divergence().standardError(), within(1e-5));
      assertThat(score.loss().mean()).isCloseTo(whole.loss().mean(), within(1e-5));
      assertThat(score.loss().tokens()).isEqualTo(whole.loss().tokens());
    }
  }

  /** The teacher with this replacement alone. */
  private static Child child(Replacement replacement) {
    List<Replacement> all = new ArrayList<>();
    for (int layer = 0; layer < replacement.span().first(); layer++) {
      all.add(Replacement.of(layer, OWN));
    }
    all.add(replacement);
    for (int layer = replacement.span().last() + 1; layer < SHAPE.layers().size(); layer++) {
      all.add(Replacement.of(layer, OWN));
    }
    return new Child(SHAPE, all);
  }

  @Test
  void howTheTextIsSplitIntoBatchesDoesNotMatter() throws IOException {
    List<ReplacementScore> together = scores(all(sequences));
    List<TokenBatch> alone =
        sequences.stream().map(sequence -> TinyModel.batch(List.of(sequence))).toList();
    List<TokenBatch> unequal =
        List.of(TinyModel.batch(sequences.subList(0, 1)), TinyModel.batch(sequences.subList(1, 6)));
    for (List<TokenBatch> split : List.of(alone, unequal)) {
      List<ReplacementScore> scores = scores(split);
      assertThat(scores).hasSameSizeAs(together);
      for (int i = 0; i < scores.size(); i++) {
        assertThat(scores.get(i).variant()).isEqualTo(together.get(i).variant());
        for (Metric metric : Metric.values()) {
          Score one = scores.get(i).in(metric);
          Score other = together.get(i).in(metric);
          assertThat(one.tokens()).isEqualTo(other.tokens());
          assertThat(one.mean()).isCloseTo(other.mean(), within(1e-6));
          assertThat(one.standardError()).isCloseTo(other.standardError(), within(1e-6));
        }
      }
    }
  }

  /** No layer stays in memory, and batches go through the layers one by one. */
  @Test
  void howMuchMemoryThereIsDoesNotMatter() throws IOException {
    List<TokenBatch> two =
        List.of(TinyModel.batch(sequences.subList(0, 3)), TinyModel.batch(sequences.subList(3, 6)));
    assertThat(scores(two, ActivationStore.inMemory(), SPACE.replacements(), 0))
        .isEqualTo(scores(two));
  }

  /** In bfloat16 what enters a layer is rounded, for variants and teacher alike. */
  @Test
  void activationsOnDiskGiveNearlyTheSameScores() throws IOException {
    Path disk = folder.resolve("activations");
    List<ReplacementScore> exact = scores(all(sequences));
    try (ActivationStore store = ActivationStore.onDisk(disk, 1 << 20)) {
      List<ReplacementScore> rounded = scores(all(sequences), store, SPACE.replacements(), 0);
      for (int i = 0; i < exact.size(); i++) {
        assertThat(rounded.get(i).divergence().mean())
            .isCloseTo(exact.get(i).divergence().mean(), within(5e-3));
      }
    }
    assertThat(disk).doesNotExist();
  }

  /** Layer by layer, and in each of them as they were asked for. */
  @Test
  void onlyTheReplacementsAskedForAreScored() throws IOException {
    Layer none = OWN.with(new NoAttention());
    List<Replacement> asked =
        List.of(
            Replacement.of(2, OWN),
            Replacement.of(2, none),
            Replacement.of(0, none),
            Replacement.of(0, OWN));
    assertThat(scores(all(sequences), ActivationStore.inMemory(), asked, ROOM))
        .extracting(score -> score.layer() + " " + score.variant())
        .containsExactly("0 noop+ffn_20", "0 gqa_2+ffn_20", "2 gqa_2+ffn_20", "2 noop+ffn_20");
  }

  @Test
  void aReplacementThatTheLibraryLacksIsNamed() {
    List<Replacement> more = List.of(Replacement.of(1, OWN.with(new GatedFfn(7))));
    assertThatThrownBy(() -> scores(all(sequences), ActivationStore.inMemory(), more, ROOM))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("L1/gqa_2+ffn_7");
  }

  @Test
  void idsOfAnotherVocabularyAreRefused() {
    TokenBatch foreign = TokenBatch.ofAllTokens(List.of(new int[] {1, 500, 2}), 1000);
    assertThatThrownBy(() -> scores(List.of(foreign)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("vocabulary of 24");
  }

  @Test
  void nothingStaysInMemory() throws IOException {
    scores(all(sequences));
    int once = memory.tensors();
    scores(all(sequences));
    assertThat(memory.tensors()).isEqualTo(once);
  }

  private static List<TokenBatch> all(List<TokenSequence> sequences) {
    return List.of(TinyModel.batch(sequences));
  }

  private List<ReplacementScore> scores(List<TokenBatch> batches) throws IOException {
    return scores(batches, ActivationStore.inMemory(), SPACE.replacements(), ROOM);
  }

  private List<ReplacementScore> scores(
      List<TokenBatch> batches,
      ActivationStore store,
      List<Replacement> replacements,
      long memoryBytes)
      throws IOException {
    List<ReplacementScore> scores = new ArrayList<>();
    new ReplaceOneScorer(SHAPE, weights, teacher.runner(), library, memoryBytes)
        .score(
            memory,
            batches,
            List.of(Metric.values()),
            store,
            replacements,
            one -> scores.add(one.score()));
    return scores;
  }
}
