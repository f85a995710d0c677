package io.github.puzzle4j.blocklib.corpus;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import io.github.puzzle4j.blocklib.InputFile;
import io.github.puzzle4j.blocklib.InvalidInputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/**
 * The tokenizer of a model, read from {@code tokenizer.json}. Texts of any length are encoded
 * without truncation; {@link Packing} adds the special tokens. Holds native memory until closed.
 */
public final class TextTokenizer implements AutoCloseable {

  /** Name of the file in a checkpoint folder. */
  public static final String FILE_NAME = "tokenizer.json";

  private static final String PROBE = "a";

  private final HuggingFaceTokenizer tokenizer;
  private final OptionalInt beginOfText;

  private TextTokenizer(HuggingFaceTokenizer tokenizer) {
    this.tokenizer = tokenizer;
    long[] plain = tokenizer.encode(PROBE, false, false).getIds();
    long[] opened = tokenizer.encode(PROBE, true, false).getIds();
    beginOfText =
        opened.length > plain.length && opened[0] != plain[0]
            ? OptionalInt.of(Math.toIntExact(opened[0]))
            : OptionalInt.empty();
  }

  /**
   * Reads the tokenizer of a checkpoint folder; needs no network.
   *
   * @throws InvalidInputException if the folder has no usable {@code tokenizer.json}
   */
  public static TextTokenizer open(Path folder) throws IOException {
    Path file = folder.resolve(FILE_NAME);
    if (!InputFile.isThere(file)) {
      throw new InvalidInputException(
          "%s: no such file; a checkpoint folder with a tokenizer is needed to read text"
              .formatted(file));
    }
    InputFile.require(file);
    try {
      return new TextTokenizer(
          HuggingFaceTokenizer.builder()
              .optTokenizerPath(file)
              .optTruncation(false)
              .optPadding(false)
              .build());
    } catch (RuntimeException failure) {
      String reason = String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
      throw new InvalidInputException(
          "%s: not a tokenizer that can be read: %s".formatted(file, reason), failure);
    }
  }

  /** The id that the tokenizer inserts before a text; empty if it inserts none. */
  public OptionalInt beginOfText() {
    return beginOfText;
  }

  /** Encodes a text without special tokens. */
  public EncodedText encode(String text) {
    Encoding encoding = tokenizer.encode(text, false, false);
    long[] ids = encoding.getIds();
    CharSpan[] spans = encoding.getCharTokenSpans();
    int[] offsets = utf16Offsets(text);
    int[] starts = new int[ids.length];
    int[] ends = new int[ids.length];
    for (int i = 0; i < ids.length; i++) {
      starts[i] = offsets[spans[i].getStart()];
      ends[i] = offsets[spans[i].getEnd()];
    }
    return new EncodedText(toInts(ids), starts, ends);
  }

  /**
   * Encodes a document. Tokens that share a {@code char} with an answer are marked as answers.
   *
   * @throws IllegalArgumentException if the text is empty
   */
  public TokenSequence encode(Document document) {
    EncodedText encoded = encode(document.text());
    List<Span> answers = encoded.tokensOf(document.answers());
    return TokenSequence.of(encoded.ids(), document.task(), answers);
  }

  /** Encodes a document and inserts the tokenizer's begin-of-text token, if it has one. */
  public TokenSequence encodeWithBegin(Document document) {
    TokenSequence encoded = encode(document);
    if (beginOfText.isEmpty()) {
      return encoded;
    }
    int[] begin = {beginOfText.getAsInt()};
    return TokenSequence.concatenation(
        List.of(TokenSequence.of(begin, document.task(), List.of()), encoded));
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
