package io.github.puzzle4j.scoring.task;

import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.train.Decoding;
import io.github.puzzle4j.blocklib.train.LanguageModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * Writes the likeliest token behind prompts, again and again, to the ends of their answers. Prompts
 * of the same length go through the model together.
 *
 * @param rowsAtOnce how many sequences of a length go through the model together, at least 1
 */
record AnswerWriter(DeviceMemory memory, LanguageModel model, IntUnaryOperator rowsAtOnce) {

  /**
   * Writes all answers.
   *
   * @param done told of each that is ended
   * @return prompts and answers, without an end token, in the order of the prompts
   */
  List<int[]> write(Questions questions, IntConsumer done) {
    List<Questions.Prompt> prompts = questions.prompts();
    SortedMap<Integer, List<Integer>> byLength = new TreeMap<>();
    for (int place = 0; place < prompts.size(); place++) {
      byLength
          .computeIfAbsent(prompts.get(place).tokens().length(), _ -> new ArrayList<>())
          .add(place);
    }
    int[][] written = new int[prompts.size()][];
    byLength.forEach((length, places) -> {
      int rows = Math.max(1, rowsAtOnce.applyAsInt(length));
      for (int from = 0; from < places.size(); from += rows) {
        List<Integer> group = places.subList(from, Math.min(places.size(), from + rows));
        Group answers = new Group(questions, group.stream().map(prompts::get).toList());
        answers.write(done);
        for (int row = 0; row < group.size(); row++) {
          written[group.get(row)] = answers.ids[row];
        }
      }
    });
    return Arrays.asList(written);
  }

  /** Prompts of one length. */
  private final class Group {

    private final Questions questions;
    private final List<Questions.Prompt> prompts;
    private final int[][] ids;
    private final boolean[] ended;

    Group(Questions questions, List<Questions.Prompt> prompts) {
      this.questions = questions;
      this.prompts = prompts;
      this.ids = prompts.stream().map(prompt -> prompt.tokens().ids()).toArray(int[][]::new);
      this.ended = new boolean[ids.length];
    }

    void write(IntConsumer done) {
      int most = prompts.stream().mapToInt(prompt -> prompt.row().mostTokens()).max().orElse(0);
      int capacity = Math.min(questions.longest(), ids[0].length + most);
      try (Decoding decoding = new Decoding(memory, model, ids.length, capacity)) {
        long[] read = Arrays.stream(ids).flatMapToInt(Arrays::stream).asLongStream().toArray();
        while (IntStream.range(0, ids.length).anyMatch(row -> !ended[row])) {
          long[] next = likeliest(decoding, read);
          for (int row = 0; row < ids.length; row++) {
            if (!ended[row] && ends(row, Math.toIntExact(next[row]))) {
              ended[row] = true;
              done.accept(1);
            }
          }
          // What is read behind an ended answer changes no other one.
          read = next;
        }
      }
    }

    /** Of equally likely ones that of least id. */
    private long[] likeliest(Decoding decoding, long[] read) {
      try (DeviceMemory scope = memory.newScope()) {
        return decoding
            .read(scope.longs(read, ids.length, read.length / ids.length))
            .argMax()
            .toLongs();
      }
    }

    /** Appends a token to an answer; whether the answer is at its end. */
    private boolean ends(int row, int token) {
      if (model.model().common().specialTokens().end().contains(token)) {
        return true;
      }
      int[] longer = Arrays.copyOf(ids[row], ids[row].length + 1);
      longer[longer.length - 1] = token;
      ids[row] = longer;
      TaskRow.ExactMatch question = prompts.get(row).row();
      return longer.length - prompts.get(row).tokens().length() >= question.mostTokens()
          || longer.length >= questions.longest()
          || question.isEnded(questions.answer(prompts.get(row), longer));
    }
  }
}
