package io.github.puzzle4j.blocklib.demo;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The 256 characters that represent bytes in byte-level BPE vocabularies, as defined by GPT-2:
 * printable Latin-1 characters represent themselves, the other bytes map to characters from 256 on.
 */
final class ByteAlphabet {

  private static final char[] CHARACTER_OF = new char[256];
  private static final List<String> IN_ORDER = new ArrayList<>();

  static {
    char next = 256;
    List<String> substitutes = new ArrayList<>();
    for (int value = 0; value < CHARACTER_OF.length; value++) {
      if (isPrintable(value)) {
        CHARACTER_OF[value] = (char) value;
        IN_ORDER.add(String.valueOf((char) value));
      } else {
        CHARACTER_OF[value] = next;
        substitutes.add(String.valueOf(next));
        next++;
      }
    }
    IN_ORDER.addAll(substitutes);
  }

  private ByteAlphabet() {}

  /** All 256 characters in the order of their token ids: printable ones first. */
  static List<String> inOrder() {
    return List.copyOf(IN_ORDER);
  }

  /** Encodes the UTF-8 bytes of a text, one character per byte. */
  static String encode(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    StringBuilder encoded = new StringBuilder(bytes.length);
    for (byte value : bytes) {
      encoded.append(CHARACTER_OF[value & 0xff]);
    }
    return encoded.toString();
  }

  private static boolean isPrintable(int value) {
    return (value >= '!' && value <= '~')
        || (value >= 0xa1 && value <= 0xac)
        || (value >= 0xae && value <= 0xff);
  }
}
