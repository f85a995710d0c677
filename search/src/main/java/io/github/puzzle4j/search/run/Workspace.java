package io.github.puzzle4j.search.run;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.Architecture;
import io.github.puzzle4j.blocklib.arch.LayerSpaces;
import io.github.puzzle4j.blocklib.arch.ModelConfig;
import io.github.puzzle4j.blocklib.checkpoint.Checkpoint;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.corpus.TextTokenizer;
import io.github.puzzle4j.blocklib.corpus.TokenSequence;
import io.github.puzzle4j.blocklib.tensor.ComputeDevice;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.Precision;
import io.github.puzzle4j.blocklib.train.BlockRunner;
import io.github.puzzle4j.blocklib.train.LanguageModel;
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
  private final DeviceMemory memory;
  private final BlockRunner runner;
  private final Precision precision;
  private @Nullable LanguageModel teacher;
  private final LayerSpaces spaces;
  private final List<PricedTarget> targets;
  private final PlanTexts texts;

  private Workspace(
      SearchPlan plan,
      RunDirectory directory,
      Checkpoint checkpoint,
      TextTokenizer tokenizer,
      DeviceMemory memory,
      LayerSpaces spaces,
      List<PricedTarget> targets)
      throws IOException {
    this.checkpoint = checkpoint;
    this.tokenizer = tokenizer;
    this.memory = memory;
    this.precision = plan.precision();
    this.spaces = spaces;
    this.runner = new BlockRunner(memory, config(), precision);
    this.targets = targets;
    this.texts = new PlanTexts(plan, directory.cache(), tokenizer, config().vocabularySize());
  }

  /**
   * Opens everything.
   *
   * @param device that computes
   * @throws InvalidInputException if the teacher cannot be read or does not fit the plan, or if one
   *     of the plan's targets has no prices for it
   */
  static Workspace open(SearchPlan plan, RunDirectory directory, ComputeDevice device)
      throws IOException {
    Checkpoint checkpoint = Checkpoint.open(plan.teacher().path());
    TextTokenizer tokenizer = TextTokenizer.open(plan.teacher().path());
    Architecture teacher = checkpoint.architecture();
    LayerSpaces spaces = spaces(plan, teacher);
    List<PricedTarget> targets = PricedTarget.all(plan.targets(), teacher, spaces);
    return new Workspace(plan, directory, checkpoint, tokenizer, device.memory(), spaces, targets);
  }

  private static LayerSpaces spaces(SearchPlan plan, Architecture teacher)
      throws InvalidInputException {
    ModelConfig config = teacher.config();
    if (plan.data().sequenceLength() > config.longestContext()) {
      throw new InvalidInputException(
          "data.sequenceLength is %d; the teacher was made for at most %d tokens"
              .formatted(plan.data().sequenceLength(), config.longestContext()));
    }
    try {
      return plan.space().resolve(teacher);
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

  DeviceMemory memory() {
    return memory;
  }

  /** What runs one layer of the teacher, or of a variant of it, at a time. */
  BlockRunner runner() {
    return runner;
  }

  /** The whole teacher in memory, loaded when it is first asked for. */
  LanguageModel teacher() throws IOException {
    if (teacher == null) {
      teacher = load(checkpoint.architecture(), checkpoint);
    }
    return teacher;
  }

  /** Another model of the teacher's kind in memory; the caller closes it. */
  LanguageModel load(Architecture architecture, TensorSource tensors) throws IOException {
    return LanguageModel.load(memory, architecture, tensors, precision);
  }

  LayerSpaces spaces() {
    return spaces;
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
    memory.close();
    tokenizer.close();
    checkpoint.close();
  }
}
