package io.github.puzzle4j.blocklib.corpus.tokens;

import io.github.puzzle4j.blocklib.corpus.Span;
import io.github.puzzle4j.blocklib.corpus.TokenSequence;
import io.github.puzzle4j.blocklib.task.Digests;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a {@link TokenFile} by memory mapping. Lengths and checksum are validated before anything
 * else is used; corrupt files and files with another key are treated as missing.
 */
final class TokenFileReader {

  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final long MAX_SLICE = 1L << 30;

  private final MemorySegment bytes;
  private final int vocabularySize;
  private final int sequences;
  private final int length;
  private final int segments;
  private final int answers;
  private final int documents;
  private final int tasks;

  private TokenFileReader(MemorySegment bytes, int vocabularySize) {
    this.bytes = bytes;
    this.vocabularySize = vocabularySize;
    int counts = TokenFile.MAGIC.length + TokenFile.DIGEST_BYTES;
    sequences = bytes.get(INT, counts);
    length = bytes.get(INT, counts + 4L);
    segments = bytes.get(INT, counts + 8L);
    answers = bytes.get(INT, counts + 12L);
    documents = bytes.get(INT, counts + 16L);
    tasks = bytes.get(INT, counts + 20L);
  }

  /** The part in a file; empty if the file is corrupt or has another key. */
  static Optional<PackedPart> read(Path file, byte[] key, int sequenceLength, int vocabularySize)
      throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        Arena arena = Arena.ofConfined()) {
      long size = channel.size();
      if (size < TokenFile.HEADER_BYTES + TokenFile.DIGEST_BYTES) {
        return Optional.empty();
      }
      MemorySegment bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, size, arena);
      if (!begins(bytes, TokenFile.MAGIC, 0)
          || !begins(bytes, key, TokenFile.MAGIC.length)
          || !hasChecksum(bytes)) {
        return Optional.empty();
      }
      TokenFileReader reader = new TokenFileReader(bytes, vocabularySize);
      return reader.fits(sequenceLength) ? reader.part() : Optional.empty();
    }
  }

  private static boolean begins(MemorySegment bytes, byte[] wanted, long at) {
    return bytes.asSlice(at, wanted.length).mismatch(MemorySegment.ofArray(wanted)) < 0;
  }

  private static boolean hasChecksum(MemorySegment bytes) {
    MessageDigest digest = Digests.sha256();
    long end = bytes.byteSize() - TokenFile.DIGEST_BYTES;
    for (long at = 0; at < end; at += MAX_SLICE) {
      digest.update(bytes.asSlice(at, Math.min(MAX_SLICE, end - at)).asByteBuffer());
    }
    return begins(bytes, digest.digest(), end);
  }

  private boolean fits(int sequenceLength) {
    boolean counted =
        sequences >= 0 && segments >= 0 && answers >= 0 && documents >= 0 && tasks >= 0;
    return counted && length == sequenceLength && taskBegin() <= end();
  }

  private long end() {
    return bytes.byteSize() - TokenFile.DIGEST_BYTES;
  }

  private long segmentBegin() {
    return TokenFile.HEADER_BYTES + (long) sequences * length * Integer.BYTES;
  }

  private long answerBegin() {
    return segmentBegin() + (long) segments * TokenFile.SEGMENT_BYTES;
  }

  private long documentBegin() {
    return answerBegin() + (long) answers * TokenFile.ANSWER_BYTES;
  }

  private long taskBegin() {
    return documentBegin() + (long) documents * TokenFile.DOCUMENT_BYTES;
  }

  private Optional<PackedPart> part() {
    List<String> names = taskNames();
    if (names == null || !hasKnownIds()) {
      return Optional.empty();
    }
    List<TokenSequence> packed = new ArrayList<>(sequences);
    int segment = 0;
    int answer = 0;
    for (int sequence = 0; sequence < sequences; sequence++) {
      List<TokenSequence> parts = new ArrayList<>();
      int covered = 0;
      while (segment < segments && segmentField(segment, 0) == sequence) {
        int start = segmentField(segment, 1);
        int end = segmentField(segment, 2);
        int task = segmentField(segment, 3);
        if (start != covered || end <= start || end > length || task < 0 || task >= names.size()) {
          return Optional.empty();
        }
        parts.add(TokenSequence.of(ids(sequence, start, end), names.get(task), List.of()));
        covered = end;
        segment++;
      }
      List<Span> spans = new ArrayList<>();
      while (answer < answers && answerField(answer, 0) == sequence) {
        int start = answerField(answer, 1);
        int end = answerField(answer, 2);
        int behind = spans.isEmpty() ? 0 : spans.getLast().end();
        if (start < behind || end <= start || end > length) {
          return Optional.empty();
        }
        spans.add(new Span(start, end));
        answer++;
      }
      if (covered != length) {
        return Optional.empty();
      }
      packed.add(TokenSequence.joined(parts, spans));
    }
    boolean all = segment == segments && answer == answers;
    return all
        ? Optional.of(new PackedPart(packed, keys(), lastCount(2), lastCount(1)))
        : Optional.empty();
  }

  private boolean hasKnownIds() {
    for (long at = TokenFile.HEADER_BYTES; at < segmentBegin(); at += Integer.BYTES) {
      int id = bytes.get(INT, at);
      if (id < 0 || id >= vocabularySize) {
        return false;
      }
    }
    return true;
  }

  private int lastCount(int fromEnd) {
    return bytes.get(INT, TokenFile.HEADER_BYTES - (long) fromEnd * Integer.BYTES);
  }

  private int[] ids(int sequence, int start, int end) {
    long from = TokenFile.HEADER_BYTES + ((long) sequence * length + start) * Integer.BYTES;
    return bytes.asSlice(from, (long) (end - start) * Integer.BYTES).toArray(INT);
  }

  private int segmentField(int segment, int field) {
    return bytes.get(INT, segmentBegin() + (long) segment * TokenFile.SEGMENT_BYTES + 4L * field);
  }

  private int answerField(int answer, int field) {
    return bytes.get(INT, answerBegin() + (long) answer * TokenFile.ANSWER_BYTES + 4L * field);
  }

  private Set<DocumentKey> keys() {
    Set<DocumentKey> keys = new HashSet<>();
    for (int i = 0; i < documents; i++) {
      long at = documentBegin() + (long) i * TokenFile.DOCUMENT_BYTES;
      keys.add(new DocumentKey(bytes.get(LONG, at), bytes.get(LONG, at + Long.BYTES)));
    }
    return keys;
  }

  /** Null if the names do not end at the end of the file. */
  private @Nullable List<String> taskNames() {
    List<String> names = new ArrayList<>();
    long at = taskBegin();
    for (int i = 0; i < tasks; i++) {
      int size = at + Integer.BYTES <= end() ? bytes.get(INT, at) : -1;
      at += Integer.BYTES;
      if (size < 0 || at + size > end()) {
        return null;
      }
      byte[] name = bytes.asSlice(at, size).toArray(ValueLayout.JAVA_BYTE);
      names.add(new String(name, StandardCharsets.UTF_8));
      at += size;
    }
    return at == end() ? names : null;
  }
}
