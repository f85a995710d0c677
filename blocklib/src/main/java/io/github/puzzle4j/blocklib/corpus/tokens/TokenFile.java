package io.github.puzzle4j.blocklib.corpus.tokens;

import io.github.puzzle4j.blocklib.AtomicFile;
import io.github.puzzle4j.blocklib.corpus.Span;
import io.github.puzzle4j.blocklib.corpus.TokenSequence;
import io.github.puzzle4j.blocklib.task.Digests;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * File format for packed tokens, little-endian: header, ids, ranges of tasks, answers, documents,
 * names of tasks, and the SHA-256 of all of these.
 */
final class TokenFile {

  static final byte[] MAGIC = "P4JTOK02".getBytes(StandardCharsets.US_ASCII);

  /** Length of the key and of the checksum, both SHA-256. */
  static final int DIGEST_BYTES = 32;

  /** Magic, key, eight counts. */
  static final int HEADER_BYTES = 8 + DIGEST_BYTES + 8 * Integer.BYTES;

  static final int SEGMENT_BYTES = 4 * Integer.BYTES;
  static final int ANSWER_BYTES = 3 * Integer.BYTES;
  static final int DOCUMENT_BYTES = 2 * Long.BYTES;

  private TokenFile() {}

  /** Writes a part under its key. */
  static void write(Path file, byte[] key, PackedPart part, int sequenceLength) throws IOException {
    AtomicFile.write(
        file,
        stream -> {
          DigestOutputStream digested = new DigestOutputStream(stream, Digests.sha256());
          write(Channels.newChannel(digested), key, part, sequenceLength);
          stream.write(digested.getMessageDigest().digest());
        });
  }

  private static void write(
      WritableByteChannel out, byte[] key, PackedPart part, int sequenceLength) throws IOException {
    List<TokenSequence> sequences = part.sequences();
    List<String> tasks =
        sequences.stream()
            .flatMap(sequence -> sequence.segments().stream())
            .map(TokenSequence.Segment::task)
            .distinct()
            .toList();
    ByteBuffer header = buffer(HEADER_BYTES).put(MAGIC).put(key);
    header.putInt(sequences.size()).putInt(sequenceLength);
    header.putInt(sequences.stream().mapToInt(each -> each.segments().size()).sum());
    header.putInt(sequences.stream().mapToInt(each -> each.answers().size()).sum());
    header.putInt(part.documents().size()).putInt(tasks.size()).putInt(part.dropped());
    header.putInt(part.passedOver());
    out.write(header.flip());
    for (TokenSequence sequence : sequences) {
      ByteBuffer ids = buffer(sequenceLength * Integer.BYTES);
      ids.asIntBuffer().put(sequence.ids());
      out.write(ids);
    }
    writeSpans(out, sequences, tasks);
    List<DocumentKey> documents = new ArrayList<>(part.documents());
    documents.sort(Comparator.comparingLong(DocumentKey::high));
    for (DocumentKey document : documents) {
      ByteBuffer bytes = buffer(DOCUMENT_BYTES).putLong(document.high());
      out.write(bytes.putLong(document.low()).flip());
    }
    for (String task : tasks) {
      byte[] name = task.getBytes(StandardCharsets.UTF_8);
      out.write(buffer(Integer.BYTES + name.length).putInt(name.length).put(name).flip());
    }
  }

  private static void writeSpans(
      WritableByteChannel out, List<TokenSequence> sequences, List<String> tasks)
      throws IOException {
    for (int i = 0; i < sequences.size(); i++) {
      for (TokenSequence.Segment segment : sequences.get(i).segments()) {
        ByteBuffer bytes = buffer(SEGMENT_BYTES).putInt(i);
        bytes.putInt(segment.span().start()).putInt(segment.span().end());
        out.write(bytes.putInt(tasks.indexOf(segment.task())).flip());
      }
    }
    for (int i = 0; i < sequences.size(); i++) {
      for (Span answer : sequences.get(i).answers()) {
        ByteBuffer bytes = buffer(ANSWER_BYTES).putInt(i);
        out.write(bytes.putInt(answer.start()).putInt(answer.end()).flip());
      }
    }
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
