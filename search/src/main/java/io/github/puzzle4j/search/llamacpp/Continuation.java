package io.github.puzzle4j.search.llamacpp;

import de.kherud.llama.InferenceParameters;
import de.kherud.llama.LlamaModel;
import de.kherud.llama.LlamaOutput;
import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.corpus.TextTokenizer;
import io.github.puzzle4j.blocklib.gguf.GgufFile;
import io.github.puzzle4j.blocklib.gguf.GgufKeys;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * How llama.cpp continues a text greedily.
 *
 * @param tokens ids
 * @param allowed tokens among which it could choose: those that can be told by their text
 */
public record Continuation(List<Integer> tokens, Set<Integer> allowed) {

  private static final int CONTEXT_TOKENS = 256;

  /** What the library that is bound here knows; it is older than Qwen 3. */
  private static final Set<String> ARCHITECTURES = Set.of("llama", "deci", "qwen2");

  public Continuation {
    tokens = List.copyOf(tokens);
    allowed = Set.copyOf(allowed);
  }

  /** Why the library that is bound here cannot load a file; empty if it should. */
  public static Optional<String> objection(Path file) throws IOException {
    try (GgufFile gguf = GgufFile.open(file)) {
      String architecture = gguf.metadata().text(GgufKeys.ARCHITECTURE).orElse("");
      return ARCHITECTURES.contains(architecture)
          ? Optional.empty()
          : Optional.of(
              "the llama.cpp that is bound here is older than the architecture %s"
                  .formatted(architecture));
    }
  }

  /**
   * Loads a file and continues a text.
   *
   * @param tokenizer of the file
   * @param vocabulary number of tokens
   * @throws InvalidInputException if llama.cpp does not load it, or reads other tokens in the text
   */
  public static Continuation of(
      Path file, String text, int count, TextTokenizer tokenizer, int vocabulary)
      throws IOException {
    try (LlamaModel model = load(file)) {
      int[] own = tokenizer.encode(text).ids();
      int[] theirs = model.encode(text);
      if (!Arrays.equals(own, theirs)) {
        throw new InvalidInputException(
            "llama.cpp reads '%s' as the tokens %s, and the tokenizer as %s"
                .formatted(text, Arrays.toString(theirs), Arrays.toString(own)));
      }
      Map<String, Integer> printable = printable(tokenizer, own[0], vocabulary);
      Set<Integer> allowed = new TreeSet<>(printable.values());
      Set<Integer> others = new TreeSet<>();
      for (int id = 0; id < vocabulary; id++) {
        if (!allowed.contains(id)) {
          others.add(id);
        }
      }
      InferenceParameters parameters =
          new InferenceParameters(text)
              .setTemperature(0)
              .setNPredict(count)
              .setIgnoreEos(true)
              .disableTokenIds(others);
      List<Integer> tokens = new ArrayList<>();
      for (LlamaOutput output : model.generate(parameters)) {
        Integer id = printable.get(output.text);
        if (id != null && tokens.size() < count) {
          tokens.add(id);
        }
      }
      return new Continuation(tokens, allowed);
    }
  }

  private static LlamaModel load(Path file) throws IOException {
    try {
      return TimedModel.load(file, CONTEXT_TOKENS, 1, 1);
    } catch (RuntimeException refused) {
      // The type of the binding's exception is not public.
      throw new InvalidInputException(
          "llama.cpp does not load %s: %s".formatted(file, refused.getMessage()), refused);
    }
  }

  /**
   * Tokens by their text, of those that have letters, digits and spaces alone.
   *
   * @param before a token that they follow, since some tokenizers trim the first one
   */
  private static Map<String, Integer> printable(
      TextTokenizer tokenizer, int before, int vocabulary) {
    int prefix = tokenizer.decode(new int[] {before}).length();
    Map<String, Integer> byText = new HashMap<>();
    for (int id = 0; id < vocabulary; id++) {
      String both = tokenizer.decode(new int[] {before, id});
      String text = both.substring(Math.min(prefix, both.length()));
      if (text.matches("[ a-zA-Z0-9]+")) {
        byText.putIfAbsent(text, id);
      }
    }
    return byText;
  }
}
