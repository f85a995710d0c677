package io.github.puzzle4j.search.verify;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.search.llamacpp.LlamaCppModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Loads a GGUF file in llama.cpp: whether it reads text as the tokenizer does, has the LM loss that
 * is computed here, and chooses the same tokens.
 *
 * @param own the same file as it is read here
 * @param rows token ids
 * @param expected LM loss of the rows, computed here
 */
record LlamaCppCheck(Path file, OwnModel own, List<List<Integer>> rows, double expected) {

  private static final String NAME = "llama.cpp";
  private static final int NEW_TOKENS = 16;

  /** What is continued. */
  private static final String PROMPT = "The history of the town begins with";

  Finding run() throws IOException {
    if (!own.folder().hasTokenizer()) {
      return Finding.notChecked(NAME, "the file has no tokenizer, and llama.cpp reads text");
    }
    Optional<String> objection = LlamaCppModel.objection(file);
    if (objection.isPresent()) {
      return Finding.notChecked(NAME, objection.get());
    }
    List<Integer> prompt = own.encoded(PROMPT);
    int longest = rows.stream().mapToInt(List::size).max().orElseThrow();
    int context = Math.max(longest, prompt.size() + NEW_TOKENS);
    int threads = Runtime.getRuntime().availableProcessors();
    try (LlamaCppModel loaded = LlamaCppModel.open(file, context, threads)) {
      int[] ids = own.folder().tokenizer().encode(PROMPT).ids();
      int[] theirs = loaded.tokens(PROMPT);
      if (!Arrays.equals(ids, theirs)) {
        return Finding.failed(
            NAME,
            "it reads '%s' as the tokens %s, and the tokenizer as %s"
                .formatted(PROMPT, Arrays.toString(theirs), Arrays.toString(ids)));
      }
      return compared(loaded, prompt);
    } catch (InvalidInputException refused) {
      return Finding.failed(NAME, String.valueOf(refused.getMessage()));
    }
  }

  private Finding compared(LlamaCppModel loaded, List<Integer> prompt) throws IOException {
    double sum = 0;
    int predicted = 0;
    for (List<Integer> row : rows) {
      double[] losses = loaded.losses(array(row));
      sum += Arrays.stream(losses).sum();
      predicted += losses.length;
    }
    double loss = sum / predicted;
    List<Integer> chosen = loaded.continued(array(prompt), NEW_TOKENS);
    double lead = Collections.max(own.leads(prompt, chosen));
    Rounding rounding = Rounding.of(own.types(), Set.of());
    double allowed = rounding.lossGap(expected);
    SequencedMap<String, Double> figures = Finding.losses(loss, expected, allowed);
    figures.put("largest_lead", lead);
    figures.put("allowed_lead", rounding.lead());
    return Finding.of(
        NAME,
        Math.abs(loss - expected) <= allowed && lead <= rounding.lead(),
        "LM loss %.6f, here %.6f, %.4f are allowed for rounding; of %d greedy tokens another leads by %.4f nats at most here, %.4f are allowed"
            .formatted(loss, expected, allowed, NEW_TOKENS, lead, rounding.lead()),
        figures);
  }

  private static int[] array(List<Integer> ids) {
    return ids.stream().flatMapToInt(IntStream::of).toArray();
  }
}
