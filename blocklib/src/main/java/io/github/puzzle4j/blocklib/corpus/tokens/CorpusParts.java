package io.github.puzzle4j.blocklib.corpus.tokens;

import io.github.puzzle4j.blocklib.corpus.CorpusSplit;
import io.github.puzzle4j.blocklib.corpus.TextTokenizer;
import io.github.puzzle4j.blocklib.corpus.source.CorpusFiles;
import io.github.puzzle4j.blocklib.corpus.source.CorpusReader;
import io.github.puzzle4j.blocklib.task.Digests;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads and packs the parts of a corpus. No document is in two parts: documents of a file that
 * several parts use are divided among them; documents of the held-out part are dropped from the
 * validation part, and documents of either from the training part.
 */
public final class CorpusParts {

  /** Version of the reader; increment it to invalidate caches when its output changes. */
  private static final String READER_VERSION = "3";

  private final TextTokenizer tokenizer;
  private final ChatTexts chats;
  private final PartFiles files;
  private final Map<CorpusSplit, Integer> wanted;
  private final int vocabularySize;
  private final int sequenceLength;
  private final Optional<TokenCache> cache;
  private final String tokenizerDigest;
  private final FileDigests digests;
  private final Map<CorpusSplit, PackedPart> judged = new EnumMap<>(CorpusSplit.class);

  /**
   * Opens no files yet.
   *
   * @param model folder of the model, for its tokenizer file and chat template
   * @param tokenizer of that model
   * @param wanted number of sequences of the validation and of the held-out part, whose documents
   *     training must not contain
   * @param cache for packed tokens; none if empty
   */
  public CorpusParts(
      Path model,
      TextTokenizer tokenizer,
      int vocabularySize,
      int sequenceLength,
      PartFiles files,
      Map<CorpusSplit, Integer> wanted,
      Optional<TokenCache> cache,
      FileDigests digests)
      throws IOException {
    this.tokenizer = tokenizer;
    this.chats = new ChatTexts(model);
    this.files = files;
    this.wanted = Map.copyOf(wanted);
    this.vocabularySize = vocabularySize;
    this.sequenceLength = sequenceLength;
    this.cache = cache;
    this.digests = digests;
    this.tokenizerDigest = digests.of(model.resolve(TextTokenizer.FILE_NAME));
  }

  /**
   * Reads the first sequences of a part.
   *
   * @throws io.github.puzzle4j.blocklib.InvalidInputException if a row cannot be used; the message
   *     names file and line or row
   */
  public PackedPart read(CorpusSplit part, int sequences) throws IOException {
    byte[] key = cache.isPresent() ? key(part, sequences) : new byte[0];
    if (cache.isPresent()) {
      Optional<PackedPart> kept = cache.get().find(key, sequenceLength, vocabularySize);
      if (kept.isPresent()) {
        return kept.get();
      }
    }
    Set<DocumentKey> elsewhere = new HashSet<>();
    for (CorpusSplit other : before(part)) {
      elsewhere.addAll(judged(other).documents());
    }
    PackedPart read =
        new PartReader(tokenizer, chats, vocabularySize, sequenceLength)
            .read(files, part, sequences, elsewhere);
    if (cache.isPresent()) {
      cache.get().keep(key, read, sequenceLength);
    }
    return read;
  }

  /** Parts whose documents this part must not contain. */
  private List<CorpusSplit> before(CorpusSplit part) {
    List<CorpusSplit> all =
        switch (part) {
          case TRAIN -> List.of(CorpusSplit.VALIDATION, CorpusSplit.HELD_OUT);
          case VALIDATION -> List.of(CorpusSplit.HELD_OUT);
          case HELD_OUT -> List.of();
        };
    return all.stream().filter(files::has).toList();
  }

  private PackedPart judged(CorpusSplit part) throws IOException {
    PackedPart known = judged.get(part);
    if (known == null) {
      known = read(part, wanted.getOrDefault(part, 0));
      judged.put(part, known);
    }
    return known;
  }

  private byte[] key(CorpusSplit part, int sequences) throws IOException {
    MessageDigest digest = Digests.sha256();
    add(digest, READER_VERSION, tokenizerDigest, chats.identity());
    add(digest, tokenizer.identity(), Integer.toString(vocabularySize));
    add(digest, Integer.toString(sequenceLength));
    describe(digest, part, sequences);
    for (CorpusSplit other : before(part)) {
      describe(digest, other, wanted.getOrDefault(other, 0));
    }
    return digest.digest();
  }

  private void describe(MessageDigest digest, CorpusSplit part, int sequences) throws IOException {
    add(digest, part.name(), Integer.toString(sequences));
    for (CorpusFiles source : files.of(part)) {
      add(digest, Integer.toString(source.files().size()));
      for (Path file : source.files()) {
        String shares = new java.util.TreeSet<>(files.sharing(file)).toString();
        add(digest, digests.of(file), CorpusReader.format(file), shares);
      }
    }
  }

  /** Adds strings with their lengths, so that different lists have different bytes. */
  private static void add(MessageDigest digest, String... values) {
    for (String value : values) {
      byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
      digest.update((bytes.length + ":").getBytes(StandardCharsets.UTF_8));
      digest.update(bytes);
    }
  }
}
