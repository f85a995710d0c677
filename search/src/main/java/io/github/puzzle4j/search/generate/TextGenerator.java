package io.github.puzzle4j.search.generate;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.SpecialTokens;
import io.github.puzzle4j.blocklib.corpus.TextTokenizer;
import io.github.puzzle4j.blocklib.model.ModelFolder;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.Precision;
import io.github.puzzle4j.blocklib.train.LanguageModel;
import io.github.puzzle4j.blocklib.train.TextSampler;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.LongConsumer;

/**
 * Writes a corpus of texts that a model draws from its own distribution: calibration without data,
 * as in LLM-QAT (Liu et al., arXiv 2305.17888, section 3.1).
 *
 * @param documents number of texts
 * @param tokens of each at most
 * @param temperature of the draws
 * @param seed of all of them
 * @param rows texts that are written together
 * @param precision of matrix products
 */
public record TextGenerator(
    long documents, int tokens, double temperature, long seed, int rows, Precision precision) {

  /**
   * Writes the file; goes on where the same call was stopped.
   *
   * @param done told the number of texts that are written, those of an earlier call first
   * @throws InvalidInputException if the model does not support as many tokens, or has neither a
   *     token that begins a text nor one that ends it
   */
  public void write(DeviceMemory memory, ModelFolder folder, Path file, LongConsumer done)
      throws IOException {
    int longest = folder.model().common().longestContext();
    if (tokens > longest) {
      throw new InvalidInputException(
          "%d tokens: the model supports at most %d".formatted(tokens, longest));
    }
    TextTokenizer tokenizer = folder.tokenizer();
    TextSampler sampler = new TextSampler(begin(folder, tokenizer), tokens, temperature, seed);
    try (GeneratedCorpus corpus = GeneratedCorpus.open(file, identity(folder));
        LanguageModel model =
            LanguageModel.load(memory, folder.model(), folder.weights(), precision)) {
      done.accept(corpus.rows());
      while (corpus.rows() < documents) {
        int together = Math.toIntExact(Math.min(rows, documents - corpus.rows()));
        List<int[]> drawn = sampler.sample(memory, model, corpus.rows(), together);
        corpus.add(drawn.stream().map(tokenizer::decode).toList());
        done.accept(together);
      }
      corpus.finish();
    }
  }

  /** The token that a text begins with; where there is none, that which ends the one before. */
  private static int begin(ModelFolder folder, TextTokenizer tokenizer)
      throws InvalidInputException {
    OptionalInt begin = tokenizer.beginOfText();
    if (begin.isPresent()) {
      return begin.getAsInt();
    }
    SpecialTokens special = folder.model().common().specialTokens();
    return Optional.of(special.begin())
        .filter(ids -> !ids.isEmpty())
        .or(() -> Optional.of(special.end()))
        .filter(ids -> !ids.isEmpty())
        .map(List::getFirst)
        .orElseThrow(() ->
            new InvalidInputException(
                "%s: has no token that begins or ends a text".formatted(folder.path())));
  }

  /** All that the texts depend on. */
  private String identity(ModelFolder folder) throws IOException {
    return "%s %s".formatted(folder.weightsDigest(), this);
  }
}
