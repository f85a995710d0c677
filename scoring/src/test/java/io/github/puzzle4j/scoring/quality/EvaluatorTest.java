package io.github.puzzle4j.scoring.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.puzzle4j.blocklib.arch.GatedFfn;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.NoAttention;
import io.github.puzzle4j.blocklib.corpus.Span;
import io.github.puzzle4j.blocklib.corpus.TokenSequence;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.Precision;
import io.github.puzzle4j.blocklib.train.LanguageModel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EvaluatorTest {

  private final DeviceMemory memory = DeviceMemory.open();
  private final Model shape = TinyModel.teacher(2);
  private final List<TokenSequence> sequences = TinyModel.sequences(3, 9, 4, 1, 17, 2, 9, 6);
  private LanguageModel model;
  private LanguageModel teacher;

  @BeforeEach
  void open() throws IOException {
    model = TinyModel.model(memory, shape, 1);
    teacher = TinyModel.model(memory, shape, 2);
  }

  @AfterEach
  void free() {
    memory.close();
  }

  /** Sequences of unequal length in batches of any size, against each sequence on its own. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 100})
  void figuresAreThoseOfAPlainComputation(int rowsPerBatch) {
    double loss = 0;
    double divergence = 0;
    int tokens = 0;
    int[] hits = new int[3];
    int[] among = {1, 5, 10};
    for (TokenSequence sequence : sequences) {
      int[] ids = sequence.ids();
      double[][] ours = TinyModel.logProbabilities(memory, model, ids);
      double[][] theirs = TinyModel.logProbabilities(memory, teacher, ids);
      for (int position = 0; position + 1 < ids.length; position++) {
        double wanted = ours[position][ids[position + 1]];
        loss -= wanted;
        int rank = 0;
        for (int token = 0; token < TinyModel.VOCABULARY; token++) {
          divergence +=
              Math.exp(theirs[position][token]) * (theirs[position][token] - ours[position][token]);
          rank += ours[position][token] > wanted ? 1 : 0;
        }
        for (int k = 0; k < 3; k++) {
          hits[k] += rank < among[k] ? 1 : 0;
        }
        tokens++;
      }
    }

    Evaluation evaluation = evaluate(rowsPerBatch, Optional.of(teacher), sequences);

    assertThat(evaluation.loss().tokens()).isEqualTo(tokens).isEqualTo(41);
    assertThat(evaluation.loss().mean()).isCloseTo(loss / tokens, within(1e-6));
    assertThat(evaluation.perplexity()).isCloseTo(Math.exp(loss / tokens), within(1e-4));
    assertThat(evaluation.divergence().mean()).isCloseTo(divergence / tokens, within(1e-6));
    assertThat(evaluation.in(Metric.TOP1).mean()).isEqualTo((double) hits[0] / tokens);
    assertThat(evaluation.in(Metric.TOP5).mean()).isEqualTo((double) hits[1] / tokens);
    assertThat(evaluation.in(Metric.TOP10).mean()).isEqualTo((double) hits[2] / tokens);
  }

  @Test
  void theErrorIsOverSequences() {
    List<Score.Part> parts = new ArrayList<>();
    for (TokenSequence sequence : sequences) {
      if (sequence.length() > 1) {
        Score alone = evaluate(1, Optional.empty(), List.of(sequence)).loss();
        parts.add(new Score.Part(alone.mean() * alone.tokens(), alone.tokens()));
      }
    }
    assertThat(evaluate(3, Optional.empty(), sequences).loss().standardError())
        .isCloseTo(Score.of(parts).standardError(), within(1e-6));
  }

  /** Whether all of the teacher's states are kept, some, or none. */
  @ParameterizedTest
  @ValueSource(longs = {1 << 20, 3 * 11 * 16 * Float.BYTES, 0})
  void modelsThatShareTheTeachersStatesAreMeasuredAsIfAlone(long bytes) {
    Evaluation alone = evaluate(3, Optional.of(teacher), sequences);
    try (TeacherStates states = new TeacherStates(memory, teacher, bytes)) {
      Evaluator evaluator = new Evaluator(3);
      for (int model = 0; model < 2; model++) {
        assertThat(evaluator.evaluate(memory, this.model, states, sequences)).isEqualTo(alone);
      }
      assertThat(evaluator.evaluate(memory, teacher, states, sequences).divergence().mean())
          .isZero();
    }
  }

  @Test
  void withoutATeacherNothingIsCompared() {
    Evaluation alone =
        new Evaluator(3, List.of(Metric.values()))
            .evaluate(memory, model, Optional.empty(), sequences, rows -> {});
    assertThat(alone.metrics().keySet())
        .containsExactly(Metric.LM_LOSS, Metric.TOP1, Metric.TOP5, Metric.TOP10);
    assertThatThrownBy(alone::divergence).hasMessageContaining("kl was not measured");
    assertThat(evaluate(3, Optional.of(model), sequences).divergence().mean())
        .isCloseTo(0, within(1e-9));
  }

  @Test
  void anAnswerIsRightIfGreedyDecodingWouldWriteIt() {
    int[] prompt = {5, 9, 2};
    int[] greedy = continued(prompt, 4);
    int[] wrong = greedy.clone();
    wrong[4] = (wrong[4] + 1) % TinyModel.VOCABULARY;
    Span whole = new Span(3, 7);
    List<TokenSequence> asked =
        List.of(
            TokenSequence.of(greedy, "copy", List.of(whole)),
            TokenSequence.of(greedy, "recall", List.of(new Span(3, 4), new Span(5, 6))),
            TokenSequence.of(wrong, "recall", List.of(whole)),
            TokenSequence.of(wrong, "recall", List.of(new Span(3, 4))),
            TokenSequence.of(prompt, "story", List.of()));

    Evaluation evaluation = evaluate(2, Optional.empty(), asked);

    assertThat(evaluation.tasks().sequencedKeySet()).containsExactly("copy", "recall");
    assertThat(evaluation.tasks().get("copy")).isEqualTo(new Evaluation.Answers(1, 1));
    assertThat(evaluation.tasks().get("recall")).isEqualTo(new Evaluation.Answers(3, 4));
    assertThat(new Evaluation.Answers(3, 4).accuracy()).isEqualTo(0.75);
  }

  @Test
  void anAnswerThatNothingPredictsIsNotAsked() {
    TokenSequence first = TokenSequence.of(new int[] {1, 2, 3}, "recall", List.of(new Span(0, 2)));
    assertThat(evaluate(1, Optional.empty(), List.of(first)).tasks()).isEmpty();
  }

  /** Equal logits everywhere: the model says token 0 each time. */
  @Test
  void aModelThatKnowsNothingHasNoHits() throws IOException {
    LanguageModel silent =
        LanguageModel.load(
            memory, shape, new SilentHead(TinyModel.weights(shape, 1)), Precision.FLOAT32);
    TokenSequence text =
        TokenSequence.of(new int[] {1, 2, 3, 0, 4}, "recall", List.of(new Span(1, 3)));
    Evaluation evaluation =
        new Evaluator(1).evaluate(memory, silent, Optional.empty(), List.of(text), rows -> {});
    assertThat(evaluation.in(Metric.TOP1).mean()).isEqualTo(0.25);
    assertThat(evaluation.tasks().get("recall")).isEqualTo(new Evaluation.Answers(0, 1));
    assertThat(evaluation.perplexity()).isCloseTo(TinyModel.VOCABULARY, within(1e-4));
  }

  @Test
  void everySequenceIsReportedOnce() {
    List<Integer> done = new ArrayList<>();
    new Evaluator(3).evaluate(memory, model, Optional.empty(), sequences, done::add);
    assertThat(done).containsExactly(3, 3, 1);
  }

  @Test
  void nothingStaysInMemory() {
    int before = memory.tensors();
    evaluate(3, Optional.of(teacher), sequences);
    int once = memory.tensors();
    evaluate(3, Optional.of(teacher), sequences);
    assertThat(memory.tensors()).isEqualTo(once);
    // Tables of angles and names of kernels stay with the models.
    assertThat(once - before).isLessThan(40);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1})
  void aBatchHasAtLeastOneRow(int rowsPerBatch) {
    assertThatThrownBy(() -> new Evaluator(rowsPerBatch))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("rowsPerBatch=" + rowsPerBatch);
  }

  @Test
  void textsThatCannotBeMeasuredAreRefused() throws IOException {
    assertThatThrownBy(() -> evaluate(2, Optional.empty(), List.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> evaluate(2, Optional.empty(), TinyModel.sequences(1, 1, 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no predicted token");
    TokenSequence foreign =
        TokenSequence.of(new int[] {1, TinyModel.VOCABULARY}, "task", List.of());
    assertThatThrownBy(() -> evaluate(2, Optional.empty(), List.of(foreign)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("vocabulary of 24");
    LanguageModel small = TinyModel.model(memory, TinyModel.teacher(1, 3), 1);
    assertThatThrownBy(() -> evaluate(2, Optional.of(small), sequences))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("vocabulary of 3");
  }

  @Test
  void aChildIsMeasuredToo() throws IOException {
    Layer last = new Layer(new NoAttention(), new GatedFfn(5));
    LanguageModel child =
        TinyModel.model(memory, shape.withLayers(List.of(shape.layers().getFirst(), last)), 1);
    Evaluation evaluation =
        new Evaluator(3).evaluate(memory, child, Optional.of(teacher), sequences, rows -> {});
    assertThat(evaluation.divergence().mean()).isPositive();
  }

  private Evaluation evaluate(
      int rowsPerBatch, Optional<LanguageModel> against, List<TokenSequence> texts) {
    return new Evaluator(rowsPerBatch).evaluate(memory, model, against, texts, rows -> {});
  }

  private int[] continued(int[] prompt, int tokens) {
    int[] ids = prompt;
    for (int i = 0; i < tokens; i++) {
      double[][] probabilities = TinyModel.logProbabilities(memory, model, ids);
      int[] longer = Arrays.copyOf(ids, ids.length + 1);
      longer[ids.length] = TinyModel.likeliest(probabilities[ids.length - 1]);
      ids = longer;
    }
    return ids;
  }
}
