package io.github.puzzle4j.search.run;

import ai.djl.ndarray.NDManager;
import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.ModelConfig;
import io.github.puzzle4j.blocklib.arch.SearchSpace;
import io.github.puzzle4j.blocklib.checkpoint.Checkpoint;
import io.github.puzzle4j.blocklib.corpus.TextTokenizer;
import io.github.puzzle4j.blocklib.corpus.TokenSequence;
import io.github.puzzle4j.blocklib.train.BlockRunner;
import io.github.puzzle4j.blocklib.train.LanguageModel;
import io.github.puzzle4j.blocklib.train.Precision;
import io.github.puzzle4j.blocklib.train.TokenBatch;
import io.github.puzzle4j.search.plan.SearchPlan;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What all stages of a search work with: the teacher, its tokenizer and text, native memory. */
final class Workspace implements AutoCloseable {

  private final Checkpoint checkpoint;
  private final TextTokenizer tokenizer;
  private final NDManager manager;
  private final BlockRunner runner;
  private @Nullable LanguageModel teacher;
  private final SearchSpace space;
  private final List<PricedTarget> targets;
  private final PlanTexts texts;

  private Workspace(
      SearchPlan plan,
      RunDirectory directory,
      Checkpoint checkpoint,
      TextTokenizer tokenizer,
      NDManager manager,
      SearchSpace space,
      List<PricedTarget> targets)
      throws IOException {
    this.checkpoint = checkpoint;
    this.tokenizer = tokenizer;
    this.manager = manager;
    this.space = space;
    this.runner = new BlockRunner(manager, config(), Precision.FLOAT32);
    this.targets = targets;
    this.texts = new PlanTexts(plan, directory.cache(), tokenizer, config().vocabularySize());
  }

  /**
   * Opens everything.
   *
   * @throws InvalidInputException if the teacher cannot be read or does not fit the plan, or if one
   *     of the plan's targets has no prices for it
   */
  static Workspace open(SearchPlan plan, RunDirectory directory) throws IOException {
    Checkpoint checkpoint = Checkpoint.open(plan.teacher().path());
    TextTokenizer tokenizer = TextTokenizer.open(plan.teacher().path());
    ModelConfig config = checkpoint.architecture().config();
    SearchSpace space = space(plan, config);
    List<PricedTarget> targets = PricedTarget.all(plan.targets(), config, space);
    return new Workspace(
        plan, directory, checkpoint, tokenizer, NDManager.newBaseManager(), space, targets);
  }

  private static SearchSpace space(SearchPlan plan, ModelConfig config)
      throws InvalidInputException {
    if (plan.data().sequenceLength() > config.maxPositions()) {
      throw new InvalidInputException(
          "data.sequenceLength is %d; the teacher was made for at most %d tokens"
              .formatted(plan.data().sequenceLength(), config.maxPositions()));
    }
    try {
      return plan.space().resolve(config);
    } catch (IllegalArgumentException unfit) {
      throw new InvalidInputException("space: " + unfit.getMessage(), unfit);
    }
  }

  Checkpoint checkpoint() {
    return checkpoint;
  }

  ModelConfig config() {
    return checkpoint.architecture().config();
  }

  NDManager manager() {
    return manager;
  }

  /** What runs one layer of the teacher, or of a variant of it, at a time. */
  BlockRunner runner() {
    return runner;
  }

  /** The whole teacher in memory, loaded when it is first asked for. */
  LanguageModel teacher() throws IOException {
    if (teacher == null) {
      teacher =
          LanguageModel.load(manager, checkpoint.architecture(), checkpoint, Precision.FLOAT32);
    }
    return teacher;
  }

  SearchSpace space() {
    return space;
  }

  List<PricedTarget> targets() {
    return targets;
  }

  PlanTexts texts() {
    return texts;
  }

  /** Batches of so many sequences; what does not fill the last one is left out. */
  List<TokenBatch> batches(List<TokenSequence> sequences, int rows) {
    List<TokenBatch> batches = new ArrayList<>();
    for (int from = 0; from + rows <= sequences.size(); from += rows) {
      batches.add(
          TokenBatch.ofAllTokens(
              sequences.subList(from, from + rows).stream().map(TokenSequence::ids).toList(),
              config().vocabularySize()));
    }
    return batches;
  }

  @Override
  public void close() {
    manager.close();
    tokenizer.close();
    checkpoint.close();
  }
}
