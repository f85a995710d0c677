package io.github.puzzle4j.scoring.task;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.corpus.TextTokenizer;
import io.github.puzzle4j.blocklib.corpus.TokenSequence;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.train.LanguageModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.function.IntConsumer;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * Asks a model the questions of tasks. Likelihoods and generated texts come from whole forward
 * passes: a choice costs one over prompt and choice, and a generated token one over everything
 * before it.
 */
public final class TaskRunner {

  /** Tokens of a prompt and a choice, which begins at a place among them. */
  private record Choice(int question, int index, TokenSequence tokens, int from) {}

  private final TextTokenizer tokenizer;
  private final Sequences sequences;
  private final int longest;
  private final List<Integer> ends;

  /**
   * A runner.
   *
   * @param rowsAtOnce how many sequences of a length go through the model together, at least 1
   */
  public TaskRunner(
      DeviceMemory memory,
      LanguageModel model,
      TextTokenizer tokenizer,
      IntUnaryOperator rowsAtOnce) {
    this.tokenizer = tokenizer;
    this.sequences = new Sequences(memory, model, rowsAtOnce);
    this.longest = model.model().common().longestContext();
    this.ends = model.model().common().specialTokens().end();
  }

  /** Choices and answers of questions: what progress is counted in. */
  public static int texts(List<TaskRow> rows) {
    int count = 0;
    for (TaskRow row : rows) {
      count +=
          switch (row) {
            case TaskRow.MultipleChoice choice -> choice.choices().size();
            case TaskRow.ExactMatch _ -> 1;
          };
    }
    return count;
  }

  /**
   * Asks all questions.
   *
   * @param done told the number of {@linkplain #texts texts} that were done
   * @return by task, in the order in which they first appear
   * @throws InvalidInputException if a question is too long for the model, or has no tokens
   */
  public SequencedMap<String, TaskResult> run(List<TaskRow> rows, IntConsumer done)
      throws InvalidInputException {
    Map<String, TaskResult> results = new HashMap<>();
    List<TaskRow.MultipleChoice> choices = new ArrayList<>();
    List<TaskRow.ExactMatch> texts = new ArrayList<>();
    for (TaskRow row : rows) {
      switch (row) {
        case TaskRow.MultipleChoice choice -> choices.add(choice);
        case TaskRow.ExactMatch text -> texts.add(text);
      }
    }
    choose(choices, results, done);
    generate(texts, results, done);
    SequencedMap<String, TaskResult> inOrder = new LinkedHashMap<>();
    rows.forEach(row -> inOrder.put(row.task(), Objects.requireNonNull(results.get(row.task()))));
    return inOrder;
  }

  private void choose(
      List<TaskRow.MultipleChoice> rows, Map<String, TaskResult> results, IntConsumer done)
      throws InvalidInputException {
    List<Choice> all = new ArrayList<>();
    double[][] likelihoods = new double[rows.size()][];
    for (int question = 0; question < rows.size(); question++) {
      likelihoods[question] = new double[rows.get(question).choices().size()];
      all.addAll(tokens(rows.get(question), question));
    }
    List<Double> computed =
        sequences.logLikelihoods(
            all.stream().map(choice -> choice.tokens().ids()).toList(),
            all.stream().map(Choice::from).toList(),
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

  /** Prompt and choice are encoded together; the choice's tokens are those behind the prompt's. */
  private List<Choice> tokens(TaskRow.MultipleChoice row, int question)
      throws InvalidInputException {
    String prompt = row.prompt().stripTrailing();
    int before = tokenizer.beginOfText().isPresent() ? 1 : 0;
    int from = before + tokenizer.encode(prompt).length();
    List<Choice> choices = new ArrayList<>();
    for (int i = 0; i < row.choices().size(); i++) {
      String choice = row.choices().get(i);
      boolean apart =
          row.prompt().length() > prompt.length()
              || prompt.isEmpty()
              || choice.isEmpty()
              || Character.isWhitespace(choice.charAt(0));
      int[] ids = withBegin(row.prompt() + (apart ? "" : " ") + choice);
      if (from == 0 || from >= ids.length) {
        throw new InvalidInputException(
            "%s: %s has no token"
                .formatted(row.place(), from == 0 ? "the prompt" : "choice %d".formatted(i)));
      }
      requireFits(row, ids.length);
      choices.add(new Choice(question, i, TokenSequence.of(ids, row.task(), List.of()), from));
    }
    return choices;
  }

  private int[] withBegin(String text) {
    int[] ids = tokenizer.encode(text).ids();
    OptionalInt begin = tokenizer.beginOfText();
    return begin.isEmpty()
        ? ids
        : IntStream.concat(IntStream.of(begin.getAsInt()), Arrays.stream(ids)).toArray();
  }

  private void requireFits(TaskRow row, int tokens) throws InvalidInputException {
    if (tokens > longest) {
      throw new InvalidInputException(
          "%s: %d tokens; the model supports at most %d".formatted(row.place(), tokens, longest));
    }
  }

  private void generate(
      List<TaskRow.ExactMatch> rows, Map<String, TaskResult> results, IntConsumer done)
      throws InvalidInputException {
    List<int[]> written = new ArrayList<>();
    List<Integer> going = new ArrayList<>();
    int[] prompts = new int[rows.size()];
    for (TaskRow.ExactMatch row : rows) {
      int[] ids = withBegin(row.prompt());
      if (ids.length == 0) {
        throw new InvalidInputException("%s: the prompt has no token".formatted(row.place()));
      }
      requireFits(row, ids.length + 1);
      prompts[written.size()] = ids.length;
      going.add(written.size());
      written.add(ids);
    }
    write(rows, going, prompts, written, done);
    for (int i = 0; i < rows.size(); i++) {
      TaskRow.ExactMatch row = rows.get(i);
      String answer = row.answer(text(written.get(i), prompts[i]));
      TaskResult result =
          new TaskResult(
              TaskResult.Kind.EXACT_MATCH,
              row.references().contains(answer) ? 1 : 0,
              Optional.empty(),
              1);
      results.merge(row.task(), result, TaskResult::plus);
    }
  }

  /** Writes all answers to their ends. */
  private void write(
      List<TaskRow.ExactMatch> rows,
      List<Integer> all,
      int[] prompts,
      List<int[]> written,
      IntConsumer done) {
    List<Integer> going = all;
    while (!going.isEmpty()) {
      List<Integer> next = sequences.next(going.stream().map(written::get).toList());
      List<Integer> open = new ArrayList<>();
      for (int i = 0; i < going.size(); i++) {
        int row = going.get(i);
        int token = next.get(i);
        if (ends.contains(token)) {
          continue;
        }
        int[] longer = Arrays.copyOf(written.get(row), written.get(row).length + 1);
        longer[longer.length - 1] = token;
        written.set(row, longer);
        if (!isEnded(rows.get(row), longer, prompts[row])) {
          open.add(row);
        }
      }
      done.accept(going.size() - open.size());
      going = open;
    }
  }

  private boolean isEnded(TaskRow.ExactMatch row, int[] ids, int prompt) {
    return ids.length - prompt >= row.mostTokens()
        || ids.length >= longest
        || row.isEnded(text(ids, prompt));
  }

  private String text(int[] ids, int from) {
    return from == ids.length ? "" : tokenizer.decode(Arrays.copyOfRange(ids, from, ids.length));
  }
}
