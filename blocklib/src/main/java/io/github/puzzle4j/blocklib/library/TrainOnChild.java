package io.github.puzzle4j.blocklib.library;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.github.puzzle4j.blocklib.arch.Replacement;
import io.github.puzzle4j.blocklib.task.StoredResult;
import io.github.puzzle4j.blocklib.task.Task;
import io.github.puzzle4j.blocklib.train.LossCurve;
import io.github.puzzle4j.blocklib.train.TrainingSettings;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * The training of the last replacement of a child's beginning on the activations that the earlier
 * ones give. Children that begin alike share it.
 *
 * @param inputs of the library
 * @param beginning the child's replacements up to the trained one, all before it trained this way
 * @param reads digests of the tasks from whose results their first weights come
 * @param settings of this training and of the earlier ones
 * @param librarySeed from which {@link #seed} comes
 */
record TrainOnChild(
    LibraryInputs inputs,
    List<Replacement> beginning,
    List<String> reads,
    TrainingSettings settings,
    long librarySeed)
    implements Task {

  /**
   * The result besides the weights.
   *
   * @param before held-out loss with the library's weights, relative to the energy of the target
   * @param after with the trained ones; the same as before where the library's are kept
   * @param steps optimizer steps
   */
  @JsonIgnoreProperties(LossCurve.KEY)
  record Result(double before, double after, int steps) {

    boolean improved() {
      return after < before;
    }
  }

  TrainOnChild {
    beginning = List.copyOf(beginning);
    reads = List.copyOf(reads);
  }

  @Override
  public Kind kind() {
    return Kind.ADAPT;
  }

  @Override
  public Optional<String> objection(StoredResult result) throws IOException {
    Result losses = result.value(Result.class);
    return losses.before() >= 0 && losses.after() >= 0 && losses.after() <= losses.before()
        ? Optional.empty()
        : Optional.of(
            "a loss of %s after the training and %s before it"
                .formatted(losses.after(), losses.before()));
  }

  Replacement replacement() {
    return beginning.getLast();
  }

  long seed() {
    return librarySeed * 1_000_003L + replacement().span().last() * 31L + "child".hashCode();
  }
}
