package io.github.puzzle4j.blocklib.library;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.github.puzzle4j.blocklib.arch.Replacement;
import io.github.puzzle4j.blocklib.arch.Span;
import io.github.puzzle4j.blocklib.task.StoredResult;
import io.github.puzzle4j.blocklib.task.Task;
import io.github.puzzle4j.blocklib.train.LossCurve;
import io.github.puzzle4j.blocklib.train.TrainingSettings;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * One training of the library.
 *
 * @param inputs of the library
 * @param replacements the results: one, or several that share their weights
 * @param part the part of them that is trained
 * @param settings how
 * @param librarySeed of the library, from which {@link #seed} comes
 * @param reads digests of the tasks whose results are its initial weights
 */
public record Train(
    LibraryInputs inputs,
    List<Replacement> replacements,
    TrainedPart part,
    TrainingSettings settings,
    long librarySeed,
    List<String> reads)
    implements Task {

  /** The result of a training besides its weights. */
  @JsonIgnoreProperties(LossCurve.KEY)
  record Result(List<TrainingStatistics> replacements) {

    Result {
      replacements = List.copyOf(replacements);
    }
  }

  public Train {
    replacements = List.copyOf(replacements);
    reads = List.copyOf(reads);
  }

  @Override
  public Kind kind() {
    return Kind.TRAIN;
  }

  @Override
  public Optional<String> objection(StoredResult result) throws IOException {
    List<TrainingStatistics> statistics = result.value(Result.class).replacements();
    if (!statistics.stream().map(TrainingStatistics::replacement).toList().equals(replacements)) {
      return Optional.of("statistics of other replacements");
    }
    return statistics.stream().flatMap(one -> one.objection(settings.steps()).stream()).findFirst();
  }

  /** The layers that are imitated. */
  public Span span() {
    return replacements.getFirst().span();
  }

  /** Whether several replacements share their weights. */
  boolean isShared() {
    return replacements.size() > 1;
  }

  /** Short name of what is trained, within its layer. */
  public String name() {
    return isShared() ? "elastic" : part.variant(replacements.getFirst());
  }

  /** Depends only on what is trained, not on earlier trainings. */
  long seed() {
    return librarySeed * 1_000_003L + span().last() * 31L + (part.id() + name()).hashCode();
  }
}
