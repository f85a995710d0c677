package io.github.puzzle4j.blocklib.corpus;

import io.github.puzzle4j.blocklib.task.Digests;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;

/** A digest of packed text: its tokens, answers and tasks, whatever files it came from. */
public final class TextDigest {

  private TextDigest() {}

  /** SHA-256 of the sequences in their order, in hexadecimal digits. */
  public static String of(List<TokenSequence> sequences) {
    MessageDigest digest = Digests.sha256();
    for (TokenSequence sequence : sequences) {
      int[] ids = sequence.ids();
      ByteBuffer bytes = ByteBuffer.allocate((1 + ids.length) * Integer.BYTES);
      bytes.putInt(ids.length);
      bytes.asIntBuffer().put(ids);
      digest.update(bytes.array());
      String marks = "%s %s\n".formatted(sequence.answers(), sequence.segments());
      digest.update(marks.getBytes(StandardCharsets.UTF_8));
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
