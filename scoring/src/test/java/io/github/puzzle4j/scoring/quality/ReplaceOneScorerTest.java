package io.github.puzzle4j.scoring.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.Architecture;
import io.github.puzzle4j.blocklib.arch.BlockVariant;
import io.github.puzzle4j.blocklib.arch.ModelConfig;
import io.github.puzzle4j.blocklib.arch.SearchSpace;
import io.github.puzzle4j.blocklib.arch.attention.AttentionVariant;
import io.github.puzzle4j.blocklib.arch.ffn.FfnVariant;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.corpus.TokenSequence;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.Precision;
import io.github.puzzle4j.blocklib.train.ActivationStore;
import io.github.puzzle4j.blocklib.train.BlockLibrary;
import io.github.puzzle4j.blocklib.train.LanguageModel;
import io.github.puzzle4j.blocklib.train.TokenBatch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplaceOneScorerTest {

  private static final SearchSpace SPACE =
      new SearchSpace(
          List.of(
              new AttentionVariant.GroupedQuery(1),
              new AttentionVariant.Linear(),
              new AttentionVariant.NoOp()),
          List.of(new FfnVariant.Pruned(6), new FfnVariant.Linear(), new FfnVariant.NoOp()));

  private static final long ROOM = 1 << 30;

  @TempDir Path folder;

  private final DeviceMemory memory = DeviceMemory.open();
  private final ModelConfig config = TinyModel.config(3);
  private final TensorSource weights = TinyModel.weights(Architecture.teacher(config), 1);
  private final List<TokenSequence> sequences = TinyModel.sequences(2, 11, 11, 5, 8, 11, 2);
  private BlockLibrary library;
  private LanguageModel teacher;

  @BeforeEach
  void open() throws IOException {
    library = new BlockLibrary(folder);
    TinyModel.fill(library, config, SPACE, 9);
    teacher = LanguageModel.load(memory, Architecture.teacher(config), weights, Precision.FLOAT32);
  }

  @AfterEach
  void free() {
    memory.close();
  }

  @Test
  void theTeachersOwnBlockDivergesNowhereAndHasTheTeachersLoss() throws IOException {
    Evaluation own =
        new Evaluator(10).evaluate(memory, teacher, Optional.empty(), sequences, rows -> {});
    List<VariantScore> scores =
        scores(SPACE, all(sequences), layer -> true).stream()
            .filter(score -> score.variant().equals("teacher+teacher"))
            .toList();
    assertThat(scores).hasSize(3);
    for (VariantScore score : scores) {
      assertThat(score.divergence().mean()).isCloseTo(0, within(1e-9));
      assertThat(score.divergence().standardError()).isCloseTo(0, within(1e-9));
      assertThat(score.loss().mean()).isCloseTo(own.loss().mean(), within(1e-7));
      assertThat(score.loss().standardError()).isCloseTo(own.loss().standardError(), within(1e-7));
      assertThat(score.loss().tokens()).isEqualTo(own.loss().tokens());
    }
  }

  @Test
  void aScoreIsThatOfTheTeacherWithThisBlockAloneReplaced() throws IOException {
    List<VariantScore> scores = scores(SPACE, all(sequences), layer -> true);
    assertThat(scores).hasSize(3 * 16);
    for (VariantScore score : scores) {
      Architecture child =
          TinyModel.replaced(config, score.layer(), BlockVariant.parse(score.variant()));
      try (LanguageModel model =
          LanguageModel.load(
              memory,
              child,
              library.child(weights, teacher.architecture(), child),
              Precision.FLOAT32)) {
        Evaluation whole =
            new Evaluator(4).evaluate(memory, model, Optional.of(teacher), sequences, rows -> {});
        assertThat(score.divergence().mean())
            .as(score.toString())
            .isCloseTo(whole.divergence().mean(), within(1e-5));
        assertThat(score.divergence().standardError())
            .isCloseTo(whole.divergence().standardError(), within(1e-5));
        assertThat(score.loss().mean()).isCloseTo(whole.loss().mean(), within(1e-5));
      }
    }
    assertThat(scores.stream().mapToDouble(score -> score.divergence().mean()).distinct().count())
        .as("variants differ")
        .isGreaterThan(40);
  }

  @Test
  void howTheTextIsSplitIntoBatchesDoesNotMatter() throws IOException {
    List<VariantScore> together = scores(SPACE, all(sequences), layer -> true);
    List<TokenBatch> alone =
        sequences.stream().map(sequence -> TinyModel.batch(List.of(sequence))).toList();
    List<TokenBatch> unequal =
        List.of(TinyModel.batch(sequences.subList(0, 1)), TinyModel.batch(sequences.subList(1, 6)));
    for (List<TokenBatch> split : List.of(alone, unequal)) {
      List<VariantScore> scores = scores(SPACE, split, layer -> true);
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
    assertThat(scores(SPACE, two, ActivationStore.inMemory(), layer -> true, 0))
        .isEqualTo(scores(SPACE, two, layer -> true));
  }

  /** In bfloat16 what enters a layer is rounded, for variants and teacher alike. */
  @Test
  void activationsOnDiskGiveNearlyTheSameScores() throws IOException {
    Path disk = folder.resolve("activations");
    List<VariantScore> exact = scores(SPACE, all(sequences), layer -> true);
    try (ActivationStore store = ActivationStore.onDisk(disk, 1 << 20)) {
      List<VariantScore> rounded = scores(SPACE, all(sequences), store, layer -> true, 0);
      for (int i = 0; i < exact.size(); i++) {
        assertThat(rounded.get(i).divergence().mean())
            .isCloseTo(exact.get(i).divergence().mean(), within(5e-3));
      }
    }
    assertThat(disk).doesNotExist();
  }

  @Test
  void onlyTheLayersAskedForAreScoredAndEachIsGivenWhenItIsComplete() throws IOException {
    List<String> events = new ArrayList<>();
    SearchSpace small = new SearchSpace(List.of(new AttentionVariant.NoOp()), List.of());
    scorer(small, ROOM)
        .score(
            memory,
            all(sequences),
            ActivationStore.inMemory(),
            layer -> layer != 1,
            new ReplaceOneScorer.Listener() {
              @Override
              public void scored(VariantScore score) {
                events.add(score.layer() + " " + score.variant());
              }

              @Override
              public void layerDone(int layer, List<VariantScore> scores) {
                assertThat(scores).allMatch(score -> score.layer() == layer);
                events.add("%d done with %d".formatted(layer, scores.size()));
              }
            });
    assertThat(events)
        .containsExactly(
            "0 teacher+teacher",
            "0 noop+teacher",
            "0 done with 2",
            "2 teacher+teacher",
            "2 noop+teacher",
            "2 done with 2");
  }

  @Test
  void aMetricChoosesItsScore() {
    Score divergence = new Score(1, 0.1, 10);
    Score loss = new Score(2, 0.2, 10);
    VariantScore score = new VariantScore(0, "noop+noop", divergence, loss);
    assertThat(score.in(Metric.KL_DIVERGENCE)).isSameAs(divergence);
    assertThat(score.in(Metric.LM_LOSS)).isSameAs(loss);
  }

  @Test
  void aVariantThatTheLibraryLacksIsNamed() {
    SearchSpace more = new SearchSpace(List.of(), List.of(new FfnVariant.Pruned(7)));
    assertThatThrownBy(() -> scores(more, all(sequences), layer -> true))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("ffn/ffn_7");
  }

  @Test
  void idsOfAnotherVocabularyAreRefused() {
    TokenBatch foreign = TokenBatch.ofAllTokens(List.of(new int[] {1, 500, 2}), 1000);
    assertThatThrownBy(() -> scores(SPACE, List.of(foreign), layer -> true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("vocabulary of 24");
  }

  @Test
  void nothingStaysInMemory() throws IOException {
    scores(SPACE, all(sequences), layer -> true);
    int once = memory.tensors();
    scores(SPACE, all(sequences), layer -> true);
    assertThat(memory.tensors()).isEqualTo(once);
  }

  private static List<TokenBatch> all(List<TokenSequence> sequences) {
    return List.of(TinyModel.batch(sequences));
  }

  private ReplaceOneScorer scorer(SearchSpace space, long memoryBytes) {
    return new ReplaceOneScorer(
        space, teacher.architecture(), weights, teacher.runner(), library, memoryBytes);
  }

  private List<VariantScore> scores(
      SearchSpace space, List<TokenBatch> batches, IntPredicate layers) throws IOException {
    return scores(space, batches, ActivationStore.inMemory(), layers, ROOM);
  }

  private List<VariantScore> scores(
      SearchSpace space,
      List<TokenBatch> batches,
      ActivationStore store,
      IntPredicate layers,
      long memoryBytes)
      throws IOException {
    List<VariantScore> scores = new ArrayList<>();
    scorer(space, memoryBytes)
        .score(
            memory,
            batches,
            store,
            layers,
            new ReplaceOneScorer.Listener() {
              @Override
              public void scored(VariantScore score) {}

              @Override
              public void layerDone(int layer, List<VariantScore> done) {
                scores.addAll(done);
              }
            });
    return scores;
  }
}
