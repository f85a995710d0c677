package io.github.puzzle4j.blocklib.corpus;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Cuts text into the pieces that tokens do not cross, as Llama 3 does. */
final class PreTokenizer {

  /** The expression as {@code tokenizer.json} has it; engines know it as {@code llama-bpe}. */
  static final String EXPRESSION =
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}"
          + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

  /** Engines take {@code \s} as Unicode white space; in Java that is asked for. */
  private static final Pattern PATTERN =
      Pattern.compile(EXPRESSION, Pattern.UNICODE_CHARACTER_CLASS);

  private PreTokenizer() {}

  static List<String> split(String text) {
    List<String> pieces = new ArrayList<>();
    Matcher matcher = PATTERN.matcher(text);
    while (matcher.find()) {
      pieces.add(matcher.group());
    }
    return pieces;
  }
}
