package io.github.puzzle4j.scoring.task;

import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.train.LanguageModel;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.IntConsumer;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * Asks a model the questions of tasks. A choice costs a forward pass over prompt and choice, an
 * answer one over the prompt and one over each of its tokens.
 */
public final class TaskRunner {

  private final Sequences sequences;
  private final AnswerWriter answers;

  /**
   * A runner.
   *
   * @param rowsAtOnce how many sequences of a length go through the model together, at least 1
   */
  public TaskRunner(DeviceMemory memory, LanguageModel model, IntUnaryOperator rowsAtOnce) {
    this.sequences = new Sequences(memory, model, rowsAtOnce);
    this.answers = new AnswerWriter(memory, model, rowsAtOnce);
  }

  /**
   * Asks all questions.
   *
   * @param done told the number of {@linkplain Questions#texts texts} that were done
   * @return by task, in the order in which they first appear
   */
  public SequencedMap<String, TaskResult> run(Questions questions, IntConsumer done) {
    Map<String, TaskResult> results = new HashMap<>();
    choose(questions, results, done);
    generate(questions, results, done);
    SequencedMap<String, TaskResult> inOrder = new LinkedHashMap<>();
    questions
        .rows()
        .forEach(row -> inOrder.put(row.task(), Objects.requireNonNull(results.get(row.task()))));
    return inOrder;
  }

  private void choose(Questions questions, Map<String, TaskResult> results, IntConsumer done) {
    List<TaskRow.MultipleChoice> rows = questions.choosing();
    List<Questions.Choice> all = questions.choices();
    double[][] likelihoods = new double[rows.size()][];
    for (int question = 0; question < rows.size(); question++) {
      likelihoods[question] = new double[rows.get(question).choices().size()];
    }
    List<Double> computed =
        sequences.logLikelihoods(
            all.stream().map(choice -> choice.tokens().ids()).toList(),
            all.stream().map(Questions.Choice::from).toList(),
            done);
    for (int i = 0; i < all.size(); i++) {
      likelihoods[all.get(i).question()][all.get(i).index()] = computed.get(i);
    }
    for (int question = 0; question < rows.size(); question++) {
      TaskRow.MultipleChoice row = rows.get(question);
      double[] sums = likelihoods[question];
      int byLength =
          largest(
              IntStream.range(0, sums.length)
                  .mapToDouble(i -> sums[i] / characters(row.choices().get(i)))
                  .toArray());
      TaskResult result =
          new TaskResult(
              TaskResult.Kind.MULTIPLE_CHOICE,
              largest(sums) == row.answer() ? 1 : 0,
              Optional.of(byLength == row.answer() ? 1L : 0L),
              1);
      results.merge(row.task(), result, TaskResult::plus);
    }
  }

  private static int characters(String choice) {
    return Math.max(1, choice.codePointCount(0, choice.length()));
  }

  /** The first of equals; none where a value is NaN. */
  private static int largest(double[] values) {
    int best = Double.isNaN(values[0]) ? -1 : 0;
    for (int i = 1; i < values.length && best >= 0; i++) {
      best = Double.isNaN(values[i]) ? -1 : values[i] > values[best] ? i : best;
    }
    return best;
  }

  private void generate(Questions questions, Map<String, TaskResult> results, IntConsumer done) {
    List<int[]> written = answers.write(questions, done);
    for (int i = 0; i < written.size(); i++) {
      Questions.Prompt prompt = questions.prompts().get(i);
      String answer = prompt.row().answer(questions.answer(prompt, written.get(i)));
      TaskResult result =
          new TaskResult(
              TaskResult.Kind.EXACT_MATCH,
              prompt.row().references().contains(answer) ? 1 : 0,
              Optional.empty(),
              1);
      results.merge(prompt.row().task(), result, TaskResult::plus);
    }
  }
}
