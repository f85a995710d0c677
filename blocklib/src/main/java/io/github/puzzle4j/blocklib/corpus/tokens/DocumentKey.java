package io.github.puzzle4j.blocklib.corpus.tokens;

import io.github.puzzle4j.blocklib.task.Digests;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * Identity of a document: 128 bits of a SHA-256 of its text, or of its ids if it is given as ids.
 * Equal keys mean equal documents; a text and its ids have different keys.
 */
public record DocumentKey(long high, long low) {

  private static final byte TEXT = 't';
  private static final byte IDS = 'i';

  static DocumentKey of(String text) {
    MessageDigest digest = Digests.sha256();
    digest.update(TEXT);
    return of(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  static DocumentKey of(int[] ids) {
    ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(ids.length, Integer.BYTES));
    bytes.asIntBuffer().put(ids);
    MessageDigest digest = Digests.sha256();
    digest.update(IDS);
    return of(digest.digest(bytes.array()));
  }

  private static DocumentKey of(byte[] hash) {
    ByteBuffer bytes = ByteBuffer.wrap(hash);
    return new DocumentKey(bytes.getLong(), bytes.getLong());
  }
}
