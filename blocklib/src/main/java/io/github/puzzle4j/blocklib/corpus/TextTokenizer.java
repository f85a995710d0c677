package io.github.puzzle4j.blocklib.corpus;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.Json;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * The tokenizer of a model, read from its {@link TokenizerFiles}. Texts of any length are encoded
 * without truncation; {@link Packing} adds the special tokens. Holds native memory until closed.
 */
public final class TextTokenizer implements AutoCloseable {

  /** Name of the file in a checkpoint folder. */
  public static final String FILE_NAME = "tokenizer.json";

  private static final String PROBE = "a";

  /** Characters that are encoded at once, and that two pieces have in common. */
  private static final int PIECE = 1 << 18;

  private static final int OVERLAP = 1 << 12;

  private static final int LONGEST_WHOLE = 1 << 21;

  /** Tokens that both must have in common where they are joined. */
  private static final int SAME_TOKENS = 16;

  private static final Map<String, String> OPTIONS =
      Map.of("truncation", "false", "padding", "false");

  private final HuggingFaceTokenizer tokenizer;
  private final List<String> added;
  private final int[] before;
  private final int[] after;

  private TextTokenizer(HuggingFaceTokenizer tokenizer, List<String> added) {
    this.tokenizer = tokenizer;
    this.added = added;
    int[] plain = toInts(tokenizer.encode(PROBE, false, false).getIds());
    int[] whole = toInts(tokenizer.encode(PROBE, true, false).getIds());
    int begin = 0;
    while (begin + plain.length < whole.length
        && !Arrays.equals(plain, Arrays.copyOfRange(whole, begin, begin + plain.length))) {
      begin++;
    }
    before = Arrays.copyOf(whole, begin);
    after = Arrays.copyOfRange(whole, begin + plain.length, whole.length);
  }

  /**
   * Reads the tokenizer of a checkpoint folder; needs no network.
   *
   * @throws InvalidInputException if the folder has no usable {@code tokenizer.json}
   */
  public static TextTokenizer open(Path folder) throws IOException {
    TokenizerFiles files = TokenizerFiles.read(folder);
    PostProcessors.requireDefined(files.file(), files.root());
    byte[] json =
        files.added().isEmpty()
            ? Files.readAllBytes(files.file())
            : Json.mapper().writeValueAsBytes(files.root());
    try {
      return new TextTokenizer(
          HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(json), OPTIONS), files.added());
    } catch (RuntimeException failure) {
      String reason = String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
      throw new InvalidInputException(
          "%s: not a tokenizer that can be read: %s".formatted(files.file(), reason), failure);
    }
  }

  /** The first id that the tokenizer inserts before a text; empty if it inserts none. */
  public OptionalInt beginOfText() {
    return before.length == 0 ? OptionalInt.empty() : OptionalInt.of(before[0]);
  }

  /** Everything besides {@code tokenizer.json} that tokens depend on. */
  public String identity() {
    return "%s %s %s".formatted(Arrays.toString(before), Arrays.toString(after), added);
  }

  /**
   * Encodes a text without special tokens. A long one is encoded in pieces that overlap, which are
   * joined where both have the same tokens. Without such a place, as in a long run of one letter,
   * it is encoded as a whole, or cut if it is too long for that.
   */
  public EncodedText encode(String text) {
    int end = boundary(text, PIECE);
    EncodedText encoded = piece(text, 0, end);
    List<EncodedText> pieces = new ArrayList<>();
    while (end < text.length()) {
      int from = boundary(text, end - OVERLAP);
      end = boundary(text, from + PIECE);
      EncodedText next = piece(text, from, end);
      Optional<EncodedText.Seam> seam = encoded.seam(next, from + OVERLAP / 2, SAME_TOKENS);
      if (seam.isPresent()) {
        pieces.add(encoded.before(seam.get().left()));
        encoded = next.from(seam.get().right());
      } else if (text.length() <= LONGEST_WHOLE) {
        return piece(text, 0, text.length());
      } else {
        pieces.add(encoded);
        encoded = piece(text, from + OVERLAP, end);
      }
    }
    pieces.add(encoded);
    return pieces.size() == 1 ? encoded : EncodedText.joined(pieces);
  }

  /** The position itself or, within a surrogate pair, the one before; at most the text's end. */
  private static int boundary(String text, int at) {
    return at >= text.length()
        ? text.length()
        : Character.isLowSurrogate(text.charAt(at)) ? at - 1 : at;
  }

  private EncodedText piece(String whole, int from, int to) {
    String text = whole.substring(from, to);
    // Not by tokenizer.encode, which also makes a string per token, and ends the JVM if it cannot.
    long encoding = TokenizersLibrary.LIB.encode(tokenizer.getHandle(), text, false);
    long[] ids = TokenizersLibrary.LIB.getTokenIds(encoding);
    CharSpan[] spans = TokenizersLibrary.LIB.getTokenCharSpans(encoding);
    TokenizersLibrary.LIB.deleteEncoding(encoding);
    int[] offsets = utf16Offsets(text);
    int[] starts = new int[ids.length];
    int[] ends = new int[ids.length];
    for (int i = 0; i < ids.length; i++) {
      starts[i] = from + offsets[spans[i].getStart()];
      ends[i] = from + offsets[spans[i].getEnd()];
    }
    return new EncodedText(toInts(ids), starts, ends);
  }

  /**
   * Encodes a document. Tokens that share a {@code char} with an answer are marked as answers.
   *
   * @return empty if the tokenizer makes no token of it
   */
  public Optional<TokenSequence> encode(Document document) {
    EncodedText encoded = encode(document.text());
    return encoded.length() == 0
        ? Optional.empty()
        : Optional.of(
            TokenSequence.of(encoded.ids(), document.task(), encoded.tokensOf(document.answers())));
  }

  /**
   * Encodes a document with the tokens that the tokenizer puts before and behind a text.
   *
   * @return empty if the tokenizer makes no token of it
   */
  public Optional<TokenSequence> encodeWhole(Document document) {
    return joined(Stream.of(ends(before, document), encodeClosed(document)));
  }

  /** As {@link #encodeWhole}, without what is put before the text. */
  public Optional<TokenSequence> encodeClosed(Document document) {
    return joined(Stream.of(encode(document), ends(after, document)));
  }

  private static Optional<TokenSequence> joined(Stream<Optional<TokenSequence>> parts) {
    List<TokenSequence> present = parts.flatMap(Optional::stream).toList();
    return present.isEmpty() ? Optional.empty() : Optional.of(TokenSequence.concatenation(present));
  }

  private static Optional<TokenSequence> ends(int[] ids, Document document) {
    return ids.length == 0
        ? Optional.empty()
        : Optional.of(TokenSequence.of(ids, document.task(), List.of()));
  }

  /** Decodes ids; special tokens appear by name. */
  public String decode(int[] ids) {
    return tokenizer.decode(Arrays.stream(ids).asLongStream().toArray(), false);
  }

  @Override
  public void close() {
    tokenizer.close();
  }

  /** Maps code points, which the tokenizer counts, to UTF-16 units, which Java counts. */
  private static int[] utf16Offsets(String text) {
    int[] offsets = new int[text.codePointCount(0, text.length()) + 1];
    int at = 0;
    for (int i = 0; i < offsets.length; i++) {
      offsets[i] = at;
      if (at < text.length()) {
        at += Character.charCount(text.codePointAt(at));
      }
    }
    return offsets;
  }

  private static int[] toInts(long[] ids) {
    return Arrays.stream(ids).mapToInt(Math::toIntExact).toArray();
  }
}
