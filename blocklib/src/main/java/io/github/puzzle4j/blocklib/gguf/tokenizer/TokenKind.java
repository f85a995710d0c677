package io.github.puzzle4j.blocklib.gguf.tokenizer;

import java.util.Arrays;
import java.util.Optional;

/** Kinds of tokens, as GGUF files number them. */
public enum TokenKind {
  NORMAL(1),
  UNKNOWN(2),
  /** Special tokens, which stand for no text. */
  CONTROL(3),
  /** Tokens that are found in a text before it is cut. */
  USER_DEFINED(4),
  /** Ids without a token of their own. */
  UNUSED(5),
  /** Tokens of single bytes, such as {@code <0x0A>}. */
  BYTE(6);

  private final int code;

  TokenKind(int code) {
    this.code = code;
  }

  /** Its number in files. */
  public int code() {
    return code;
  }

  /** The text of an id without a token. */
  public static String filler(int id) {
    return "[PAD%d]".formatted(id);
  }

  /** Whether a token only fills an id. */
  boolean isFiller(int id, String text) {
    return this == UNUSED && text.startsWith("[PAD") && text.equals(filler(id));
  }

  static Optional<TokenKind> ofCode(int code) {
    return Arrays.stream(values()).filter(kind -> kind.code == code).findFirst();
  }
}
