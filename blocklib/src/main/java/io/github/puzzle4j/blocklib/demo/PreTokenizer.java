package io.github.puzzle4j.blocklib.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Splits text into the pieces that BPE merges do not cross, with the rule of Llama 3. */
final class PreTokenizer {

  /** The regular expression for {@code tokenizer.json}; llama.cpp calls it {@code llama-bpe}. */
  static final String EXPRESSION =
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}"
          + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

  /** In tokenizers, {@code \s} is Unicode white space; Java needs a flag for that. */
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
