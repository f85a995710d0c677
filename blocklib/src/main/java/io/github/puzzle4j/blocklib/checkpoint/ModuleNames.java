package io.github.puzzle4j.blocklib.checkpoint;

import io.github.puzzle4j.blocklib.InvalidInputException;
import java.io.Serial;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Modules of a model, as lists in {@code quantization_config} name them: in full or by some of
 * their dotted parts, with {@code *} for any text, as a regular expression after {@code re:} that
 * matches at the start, or {@code Linear} for all of them.
 */
record ModuleNames(List<Pattern> patterns) {

  /** Longer than the name of any module. */
  private static final int LONGEST = 300;

  /** Many times what an expression needs that is no attack. */
  private static final int MOST_READS = 100_000;

  ModuleNames {
    patterns = List.copyOf(patterns);
  }

  /** The modules that the lists under these keys name; none where they are absent. */
  static ModuleNames of(ConfigJson config, List<String> keys) throws InvalidInputException {
    List<Pattern> patterns = new ArrayList<>();
    for (String key : keys) {
      for (String name : config.texts(key)) {
        patterns.add(pattern(config, key, name));
      }
    }
    return new ModuleNames(patterns);
  }

  private static Pattern pattern(ConfigJson config, String key, String name)
      throws InvalidInputException {
    if (name.length() > LONGEST) {
      throw config.invalid("%s holds a name of %d characters".formatted(key, name.length()));
    }
    if (name.equals("Linear")) {
      return Pattern.compile(".*");
    }
    if (name.startsWith("re:")) {
      try {
        return Pattern.compile("(?:" + name.substring(3) + ").*");
      } catch (PatternSyntaxException broken) {
        throw config.invalid("%s holds '%s': %s".formatted(key, name, broken.getDescription()));
      }
    }
    StringBuilder pattern = new StringBuilder("(?:.*\\.)?");
    for (String part : name.split("((?<=\\*)|(?=\\*))", -1)) {
      pattern.append(part.equals("*") ? ".*" : Pattern.quote(part));
    }
    return Pattern.compile(pattern.append("(?:\\..*)?").toString());
  }

  boolean isEmpty() {
    return patterns.isEmpty();
  }

  /**
   * Whether a module is among them, such as {@code model.layers.0.mlp.up_proj}.
   *
   * @throws InvalidInputException if an expression takes too long
   */
  boolean contains(String module) throws InvalidInputException {
    for (Pattern pattern : patterns) {
      try {
        if (pattern.matcher(new Budgeted(module)).matches()) {
          return true;
        }
      } catch (OverBudget slow) {
        throw new InvalidInputException(
            "the expression '%s' takes too long".formatted(pattern), slow);
      }
    }
    return false;
  }

  /** The time of a regular expression can be exponential in the length of the text. */
  private static final class OverBudget extends RuntimeException {

    @Serial private static final long serialVersionUID = 1;
  }

  /** A text of which a limited number of characters is read. */
  private static final class Budgeted implements CharSequence {

    private final String text;
    private int left = MOST_READS;

    private Budgeted(String text) {
      this.text = text;
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public char charAt(int index) {
      if (left == 0) {
        throw new OverBudget();
      }
      left--;
      return text.charAt(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return text.subSequence(start, end);
    }
  }
}
