package io.github.puzzle4j.blocklib.demo;

import io.github.puzzle4j.blocklib.corpus.CorpusSplit;
import io.github.puzzle4j.blocklib.corpus.Packing;
import io.github.puzzle4j.blocklib.corpus.TextTokenizer;
import io.github.puzzle4j.blocklib.corpus.TokenSequence;
import io.github.puzzle4j.blocklib.train.TokenBatch;
import io.github.puzzle4j.blocklib.train.TokenBatchSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An endless sequence of batches of packed documents from the training split of the synthetic
 * corpus. The difficulty grows linearly from 0 to 1 over the first steps.
 */
public final class SyntheticBatches implements TokenBatchSource {

  private final SyntheticCorpus corpus;
  private final TextTokenizer tokenizer;
  private final int vocabularySize;
  private final int rows;
  private final int tokens;
  private final int stepsUntilHardest;

  private SyntheticCorpus.Reader reader;
  private Packing packing;
  private int nextStep;

  /**
   * Starts at step 0.
   *
   * @param rows sequences per batch
   * @param tokens per sequence
   * @param stepsUntilHardest number of steps over which the difficulty grows
   */
  public SyntheticBatches(
      SyntheticCorpus corpus,
      TextTokenizer tokenizer,
      int vocabularySize,
      int rows,
      int tokens,
      int stepsUntilHardest) {
    this.corpus = corpus;
    this.tokenizer = tokenizer;
    this.vocabularySize = vocabularySize;
    this.rows = rows;
    this.tokens = tokens;
    this.stepsUntilHardest = stepsUntilHardest;
    this.reader = corpus.reader(CorpusSplit.TRAIN);
    this.packing = new Packing(tokens, tokenizer.beginOfText());
  }

  /** Continues from the last call; restarts from the first document for an earlier step. */
  @Override
  public TokenBatch batch(int step) {
    if (step < nextStep) {
      reader = corpus.reader(CorpusSplit.TRAIN);
      packing = new Packing(tokens, tokenizer.beginOfText());
      nextStep = 0;
    }
    List<int[]> sequences = sequences(nextStep);
    while (nextStep < step) {
      nextStep++;
      sequences = sequences(nextStep);
    }
    nextStep++;
    return TokenBatch.ofAllTokens(sequences, vocabularySize);
  }

  private List<int[]> sequences(int step) {
    double difficulty = Math.min(1, (double) step / Math.max(1, stepsUntilHardest));
    List<int[]> sequences = new ArrayList<>(rows);
    while (sequences.size() < rows) {
      Optional<TokenSequence> full = packing.poll();
      if (full.isPresent()) {
        sequences.add(full.get().ids());
      } else {
        tokenizer.encode(reader.next(difficulty)).ifPresent(packing::add);
      }
    }
    return sequences;
  }
}
