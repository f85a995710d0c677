package io.github.puzzle4j.blocklib.corpus.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.corpus.CorpusRow;
import io.github.puzzle4j.blocklib.corpus.CorpusSplit;
import io.github.puzzle4j.blocklib.corpus.Document;
import io.github.puzzle4j.blocklib.corpus.JsonlCorpus;
import io.github.puzzle4j.blocklib.corpus.Span;
import io.github.puzzle4j.blocklib.corpus.TextTokenizer;
import io.github.puzzle4j.blocklib.corpus.TokenSequence;
import io.github.puzzle4j.blocklib.corpus.source.CorpusFiles;
import io.github.puzzle4j.blocklib.demo.BpeTrainer;
import io.github.puzzle4j.blocklib.task.Digests;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CorpusPartsTest {

  private static final int VOCABULARY = 300;
  private static final int LENGTH = 64;

  @TempDir Path folder;

  private Path model;
  private TextTokenizer tokenizer;

  @BeforeEach
  void makeModel() throws IOException {
    model = Files.createDirectory(folder.resolve("model"));
    BpeTrainer.train(List.of("the cat sat on a mat, document number 0123456789"), VOCABULARY)
        .write(model, 64);
    tokenizer = TextTokenizer.open(model);
  }

  @AfterEach
  void close() {
    tokenizer.close();
  }

  private CorpusParts parts(Map<CorpusSplit, List<Path>> files, Optional<TokenCache> cache)
      throws IOException {
    return new CorpusParts(
        model,
        tokenizer,
        VOCABULARY,
        LENGTH,
        new PartFiles(sources(files)),
        Map.of(CorpusSplit.VALIDATION, 40, CorpusSplit.HELD_OUT, 40),
        cache,
        new FileDigests());
  }

  /** Each file as a source of its own. */
  private static Map<CorpusSplit, List<CorpusFiles>> sources(Map<CorpusSplit, List<Path>> files) {
    Map<CorpusSplit, List<CorpusFiles>> sources = new EnumMap<>(CorpusSplit.class);
    files.forEach((part, list) ->
        sources.put(
            part, list.stream().map(file -> new CorpusFiles(List.of(file), List.of())).toList()));
    return sources;
  }

  private static Map<CorpusSplit, List<Path>> files(
      List<Path> train, List<Path> validation, List<Path> heldOut) {
    Map<CorpusSplit, List<Path>> files = new EnumMap<>(CorpusSplit.class);
    files.put(CorpusSplit.TRAIN, train);
    files.put(CorpusSplit.VALIDATION, validation);
    files.put(CorpusSplit.HELD_OUT, heldOut);
    return files;
  }

  /** Rows of text, and of ids with answers, in random order; some are duplicates. */
  private Path corpus(String name, long seed, int rows) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    List<CorpusRow> written = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      int number = random.nextInt(2 * rows);
      if (number % 5 == 0) {
        int[] ids = {number % 290, number / 290, 7, 8, 9};
        written.add(new CorpusRow.Tokens(TokenSequence.of(ids, "ids", List.of(new Span(1, 3)))));
      } else {
        String text = "document number %d ".formatted(number) + "the cat ".repeat(number % 9);
        written.add(new CorpusRow.Text(new Document(text, "text", List.of(new Span(9, 15)))));
      }
    }
    Path file = folder.resolve(name);
    JsonlCorpus.write(file, written);
    return file;
  }

  /** The documents of a part, as ids; requires that each fits into one sequence. */
  private Set<List<Integer>> seen(PackedPart part) {
    int begin = tokenizer.beginOfText().orElseThrow();
    Set<List<Integer>> seen = new HashSet<>();
    for (TokenSequence sequence : part.sequences()) {
      List<Integer> ids = Arrays.stream(sequence.ids()).boxed().toList();
      int from = ids.indexOf(begin);
      for (int at = from + 1; from >= 0 && at < ids.size(); at++) {
        if (ids.get(at) == begin) {
          seen.add(ids.subList(from + 1, at));
          from = at;
        }
      }
    }
    return seen;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void partsOfOneFileShareNoDocument(long seed) throws IOException {
    Path file = corpus("all.jsonl", seed, 900);
    CorpusParts parts = parts(files(List.of(file), List.of(file), List.of(file)), Optional.empty());
    requireApart(parts);
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13, 14, 15, 16, 17, 18})
  void partsOfFilesWithEqualDocumentsShareNoDocument(long seed) throws IOException {
    Path first = corpus("first.jsonl", seed, 600);
    Path second = corpus("second.jsonl", seed + 100, 500);
    Path third = corpus("third.jsonl", seed + 200, 500);
    CorpusParts parts =
        parts(
            files(List.of(first, second), List.of(second, third), List.of(third)),
            Optional.empty());
    assertThat(parts.read(CorpusSplit.TRAIN, 1000).dropped()).isPositive();
    requireApart(parts);
  }

  private void requireApart(CorpusParts parts) throws IOException {
    PackedPart train = parts.read(CorpusSplit.TRAIN, 1000);
    PackedPart validation = parts.read(CorpusSplit.VALIDATION, 40);
    PackedPart heldOut = parts.read(CorpusSplit.HELD_OUT, 40);
    for (PackedPart part : List.of(train, validation, heldOut)) {
      assertThat(seen(part)).hasSizeGreaterThan(2);
      assertThat(part.sequences()).allSatisfy(each -> assertThat(each.length()).isEqualTo(LENGTH));
    }
    assertThat(Collections.disjoint(seen(train), seen(validation))).isTrue();
    assertThat(Collections.disjoint(seen(train), seen(heldOut))).isTrue();
    assertThat(Collections.disjoint(seen(validation), seen(heldOut))).isTrue();
    assertThat(Collections.disjoint(train.documents(), validation.documents())).isTrue();
    assertThat(Collections.disjoint(train.documents(), heldOut.documents())).isTrue();
    assertThat(Collections.disjoint(validation.documents(), heldOut.documents())).isTrue();
  }

  @Test
  void everyDocumentOfASharedFileBelongsToAPart() throws IOException {
    List<CorpusRow> rows = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      rows.add(new CorpusRow.Text(new Document("number %d".formatted(i), "text", List.of())));
    }
    Path file = folder.resolve("rows.jsonl");
    JsonlCorpus.write(file, rows);
    CorpusParts all = parts(files(List.of(file), List.of(file), List.of(file)), Optional.empty());
    CorpusParts two = parts(files(List.of(file), List.of(), List.of(file)), Optional.empty());
    int train = all.read(CorpusSplit.TRAIN, 10_000).documents().size();
    int validation = all.read(CorpusSplit.VALIDATION, 10_000).documents().size();
    int heldOut = all.read(CorpusSplit.HELD_OUT, 10_000).documents().size();
    assertThat(train + validation + heldOut).isEqualTo(500);
    assertThat(train).isBetween(360, 440);
    assertThat(validation).isBetween(30, 75);
    assertThat(two.read(CorpusSplit.TRAIN, 10_000).documents()).hasSize(train + validation);
    assertThat(two.read(CorpusSplit.HELD_OUT, 10_000).documents()).hasSize(heldOut);
  }

  @Test
  void aFileIsTheSameUnderAnotherName() throws IOException {
    Path file = corpus("all.jsonl", 3, 900);
    Path link = Files.createSymbolicLink(folder.resolve("link.jsonl"), file);
    requireApart(parts(files(List.of(file), List.of(link), List.of(file)), Optional.empty()));
  }

  @ParameterizedTest
  @ValueSource(longs = {21, 22, 23, 24, 25, 26})
  void cachedPartsEqualThoseRead(long seed) throws IOException {
    Path first = corpus("first.jsonl", seed, 400);
    Path second = corpus("second.jsonl", seed + 1, 400);
    Map<CorpusSplit, List<Path>> files =
        files(List.of(first, second), List.of(second), List.of(second));
    CorpusParts direct = parts(files, Optional.empty());
    TokenCache cache = new TokenCache(folder.resolve("cache"));
    for (int round = 0; round < 2; round++) {
      CorpusParts cached = parts(files, Optional.of(cache));
      for (CorpusSplit part : CorpusSplit.values()) {
        assertThat(cached.read(part, 40)).isEqualTo(direct.read(part, 40));
      }
    }
    assertThat(kept(cache)).hasSize(3);
  }

  /** The result is taken from the cache without reading or encoding anything. */
  @Test
  void cachedPartsAreNotReadAgain() throws IOException {
    Map<CorpusSplit, List<Path>> files =
        files(List.of(corpus("a.jsonl", 1, 300)), List.of(), List.of());
    TokenCache cache = new TokenCache(folder.resolve("cache"));
    PackedPart read = parts(files, Optional.of(cache)).read(CorpusSplit.TRAIN, 20);
    Path file = kept(cache).getFirst();
    byte[] key = key(file);
    PackedPart marked =
        new PackedPart(
            List.of(TokenSequence.of(new int[LENGTH], "marked", List.of(new Span(2, 5)))),
            Set.of(new DocumentKey(1, 2)),
            7,
            9);
    TokenFile.write(file, key, marked, LENGTH);
    assertThat(parts(files, Optional.of(cache)).read(CorpusSplit.TRAIN, 20)).isEqualTo(marked);
    assertThat(parts(files, Optional.of(cache)).read(CorpusSplit.TRAIN, 19))
        .isNotEqualTo(marked)
        .isNotEqualTo(read);
  }

  @Test
  void theKeyCoversEverythingThatTokensDependOn() throws IOException {
    Path train = corpus("a.jsonl", 1, 300);
    Path held = corpus("b.jsonl", 2, 300);
    TokenCache cache = new TokenCache(folder.resolve("cache"));
    Map<CorpusSplit, List<Path>> files = files(List.of(train), List.of(), List.of(held));
    parts(files, Optional.of(cache)).read(CorpusSplit.TRAIN, 20);
    int files1 = kept(cache).size();
    assertThat(files1).isEqualTo(2);

    Files.writeString(held, Files.readString(held) + "\n{\"text\": \"more\"}\n");
    parts(files, Optional.of(cache)).read(CorpusSplit.TRAIN, 20);
    assertThat(kept(cache)).as("another held-out text").hasSize(4);

    Files.writeString(model.resolve("chat_template.jinja"), "{{ messages[0].content }}");
    parts(files, Optional.of(cache)).read(CorpusSplit.TRAIN, 20);
    assertThat(kept(cache)).as("another chat template").hasSize(6);

    Path copy = Files.copy(train, folder.resolve("copy.jsonl"));
    parts(files(List.of(copy), List.of(), List.of(held)), Optional.of(cache))
        .read(CorpusSplit.TRAIN, 20);
    assertThat(kept(cache)).as("the same content elsewhere").hasSize(6);

    Path tokenizerFile = model.resolve("tokenizer.json");
    Files.writeString(tokenizerFile, Files.readString(tokenizerFile) + "\n");
    parts(files, Optional.of(cache)).read(CorpusSplit.TRAIN, 20);
    assertThat(kept(cache)).as("another tokenizer").hasSize(8);
  }

  @ParameterizedTest
  @ValueSource(longs = {31, 32, 33, 34})
  void corruptCacheFilesAreReplaced(long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    Map<CorpusSplit, List<Path>> files =
        files(List.of(corpus("a.jsonl", seed, 300)), List.of(), List.of());
    TokenCache cache = new TokenCache(folder.resolve("cache"));
    PackedPart read = parts(files, Optional.of(cache)).read(CorpusSplit.TRAIN, 30);
    Path file = kept(cache).getFirst();
    byte[] whole = Files.readAllBytes(file);
    for (int i = 0; i < 15; i++) {
      byte[] damaged = whole.clone();
      if (i % 3 == 0) {
        damaged = Arrays.copyOf(whole, random.nextInt(whole.length));
      } else {
        damaged[random.nextInt(whole.length)] ^= (byte) (1 << random.nextInt(8));
      }
      Files.write(file, damaged);
      assertThat(parts(files, Optional.of(cache)).read(CorpusSplit.TRAIN, 30)).isEqualTo(read);
      assertThat(file).hasBinaryContent(whole);
    }
  }

  /** Corrupts a file but gives it a valid checksum, so that the later checks are tested. */
  @ParameterizedTest
  @ValueSource(longs = {41, 42, 43, 44})
  void countsAndRangesAreValidated(long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    Path file = folder.resolve("x.tokens");
    byte[] key = new byte[TokenFile.DIGEST_BYTES];
    List<TokenSequence> sequences = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      sequences.add(TokenSequence.of(new int[] {1, 2, 3, 4}, "a", List.of(new Span(1, 2))));
    }
    PackedPart part = new PackedPart(sequences, Set.of(new DocumentKey(5, 6)), 0, 3);
    TokenFile.write(file, key, part, 4);
    assertThat(TokenFileReader.read(file, key, 4, 10)).contains(part);
    byte[] whole = Files.readAllBytes(file);
    int end = whole.length - TokenFile.DIGEST_BYTES;
    for (int i = 0; i < 200; i++) {
      byte[] changed = whole.clone();
      int at = TokenFile.MAGIC.length + TokenFile.DIGEST_BYTES + random.nextInt(end - 40);
      changed[at] ^= (byte) (1 + random.nextInt(255));
      byte[] sum = Digests.sha256().digest(Arrays.copyOf(changed, end));
      System.arraycopy(sum, 0, changed, end, sum.length);
      Files.write(file, changed);
      Optional<PackedPart> read = TokenFileReader.read(file, key, 4, 10);
      read.ifPresent(found -> assertThat(found.sequences()).hasSize(3));
    }
  }

  @Test
  void onlyTheRequestedSequencesAreRead() throws IOException {
    Path file = corpus("a.jsonl", 1, 300);
    Files.writeString(file, Files.readString(file) + "no row\n");
    CorpusParts parts = parts(files(List.of(file), List.of(), List.of()), Optional.empty());
    assertThat(parts.read(CorpusSplit.TRAIN, 5).sequences()).hasSize(5);
    assertThatThrownBy(() -> parts.read(CorpusSplit.TRAIN, 100_000))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith(file + ":301");
  }

  @Test
  void conversationsAreRenderedWithOneBeginOfTextToken() throws IOException {
    Files.writeString(
        model.resolve("chat_template.jinja"),
        "{{ bos_token }}{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}");
    Path file = folder.resolve("chats.jsonl");
    Files.writeString(
        file,
        """
        {"messages": [{"role": "user", "content": "the cat"}, {"role": "assistant", "content": [{"type": "text", "text": "sat on"}, {"type": "text", "text": " a mat"}]}]}
        """
            .repeat(3));
    PackedPart part =
        parts(files(List.of(file), List.of(), List.of()), Optional.empty())
            .read(CorpusSplit.TRAIN, 2);
    StringBuilder text = new StringBuilder();
    part.sequences().forEach(each -> text.append(tokenizer.decode(each.ids())));
    assertThat(text.toString())
        .startsWith("<|begin_of_text|>user: the cat\nassistant: sat on a mat")
        .doesNotContain("<|begin_of_text|><|begin_of_text|>");
  }

  @Test
  void unusableRowsAreReportedWithFileAndLine() throws IOException {
    Path chats = folder.resolve("chats.jsonl");
    Files.writeString(chats, "\n{\"messages\": [{\"role\": \"user\", \"content\": \"a\"}]}\n");
    CorpusParts parts = parts(files(List.of(chats), List.of(), List.of()), Optional.empty());
    assertThatThrownBy(() -> parts.read(CorpusSplit.TRAIN, 2))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "%s:2: holds messages, but %s has no chat template; give text".formatted(chats, model));
    Files.writeString(model.resolve("chat_template.jinja"), "a\n{{ raise_exception('no users') }}");
    assertThatThrownBy(() -> parts.read(CorpusSplit.TRAIN, 2))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "%s:2: %s, line 2: the template raised an error: no users"
                .formatted(chats, model.resolve("chat_template.jinja")));
    Path ids = folder.resolve("ids.jsonl");
    Files.writeString(ids, "{\"input_ids\": [1, 300]}\n");
    CorpusParts others = parts(files(List.of(ids), List.of(), List.of()), Optional.empty());
    assertThatThrownBy(() -> others.read(CorpusSplit.TRAIN, 2))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(ids + ":1: token 1 has id 300; the model's vocabulary ends at 299");
  }

  private static List<Path> kept(TokenCache cache) throws IOException {
    try (Stream<Path> files = Files.list(cache.folder())) {
      return files.sorted().toList();
    } catch (UncheckedIOException failure) {
      throw failure.getCause();
    }
  }

  private static byte[] key(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    return Arrays.copyOfRange(
        bytes, TokenFile.MAGIC.length, TokenFile.MAGIC.length + TokenFile.DIGEST_BYTES);
  }

  /** Rows of texts that consist of one word, with as many repetitions as asked for. */
  private Path words(String name, String word, int repetitions, int rows) throws IOException {
    List<CorpusRow> written = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      String text = "%d ".formatted(i) + (word + " ").repeat(repetitions);
      written.add(new CorpusRow.Text(new Document(text, "text", List.of())));
    }
    Path file = folder.resolve(name);
    JsonlCorpus.write(file, written);
    return file;
  }

  private long count(List<TokenSequence> sequences, String word) {
    return sequences.stream()
        .map(sequence -> tokenizer.decode(sequence.ids()))
        .mapToLong(text -> text.split(word, -1).length - 1)
        .sum();
  }

  @Test
  void sourcesGiveEquallyManyTokensInTurn() throws IOException {
    Path longTexts = words("long.jsonl", "cat", 30, 400);
    Path shortTexts = words("short.jsonl", "mat", 3, 4000);
    CorpusParts parts =
        parts(files(List.of(longTexts, shortTexts), List.of(), List.of()), Optional.empty());
    for (int wanted : new int[] {8, 40}) {
      List<TokenSequence> read = parts.read(CorpusSplit.TRAIN, wanted).sequences();
      assertThat(read).hasSize(wanted);
      double cats = count(read, "cat");
      // Texts of the second also consist of numbers, of a token per digit
      assertThat(count(read, "mat") / cats).isBetween(0.4, 1.1);
    }
  }

  @Test
  void sourceThatEndsLeavesTheRestToTheOthers() throws IOException {
    Path few = words("few.jsonl", "cat", 30, 3);
    Path many = words("many.jsonl", "mat", 30, 400);
    CorpusParts parts = parts(files(List.of(few, many), List.of(), List.of()), Optional.empty());
    List<TokenSequence> read = parts.read(CorpusSplit.TRAIN, 60).sequences();
    assertThat(read).hasSize(60);
    // Three texts of 30; a word that a boundary of two sequences divides is not counted
    assertThat(count(read, "cat")).isBetween(84L, 90L);
    assertThat(count(read.subList(0, 6), "mat")).isGreaterThan(30);
  }

  @Test
  void shorterReadingIsTheBeginningOfALongerOne() throws IOException {
    Path first = corpus("first.jsonl", 5, 300);
    Path second = words("second.jsonl", "cat", 7, 300);
    CorpusParts parts =
        parts(files(List.of(first, second), List.of(), List.of()), Optional.empty());
    List<TokenSequence> longer = parts.read(CorpusSplit.TRAIN, 30).sequences();
    assertThat(parts.read(CorpusSplit.TRAIN, 11).sequences()).isEqualTo(longer.subList(0, 11));
  }
}
