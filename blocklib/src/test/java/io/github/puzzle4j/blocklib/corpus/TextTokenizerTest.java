package io.github.puzzle4j.blocklib.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class TextTokenizerTest {

  private static final int VOCABULARY = 280;

  @TempDir static Path folder;

  private static TextTokenizer tokenizer;

  @BeforeAll
  static void open() throws IOException {
    tokenizer = TextTokenizer.open(Path.of("src/test/resources/golden/tokenizer"));
  }

  @AfterAll
  static void close() {
    tokenizer.close();
  }

  /** {@code src/test/python/tokenizer_golden.py} computed the ids with Hugging Face's library. */
  @Test
  void idsAreThoseOfHuggingFace() throws IOException {
    JsonNode cases = Json.readTree(golden("ids.json"));
    assertThat(cases.size()).isGreaterThan(20);
    for (JsonNode row : cases) {
      String text = row.path("text").stringValue();
      List<Integer> ids = new ArrayList<>();
      row.path("ids").forEach(id -> ids.add(id.intValue()));
      assertThat(tokenizer.encode(text).ids())
          .as(text)
          .containsExactly(ids.stream().mapToInt(Integer::intValue).toArray());
    }
  }

  @Test
  void specialTokensFollowTheOrdinaryOnes() {
    assertThat(tokenizer.beginOfText()).hasValue(VOCABULARY - 2);
    assertThat(tokenizer.decode(new int[] {VOCABULARY - 2})).isEqualTo("<|begin_of_text|>");
    assertThat(tokenizer.encode("<|end_of_text|>").ids()).containsExactly(VOCABULARY - 1);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void decodingInvertsEncoding(long seed) {
    String text = randomText(new SplittableRandom(seed));
    EncodedText encoded = tokenizer.encode(text);
    assertThat(tokenizer.decode(encoded.ids())).isEqualTo(text);
    for (int i = 0; i < encoded.length(); i++) {
      assertThat(encoded.start(i)).isLessThan(encoded.end(i));
      assertThat(text.offsetByCodePoints(0, text.codePointCount(0, encoded.start(i))))
          .isEqualTo(encoded.start(i));
    }
    assertThat(encoded.end(encoded.length() - 1)).isEqualTo(text.length());
  }

  /** The library would end the process. */
  @Test
  void aTemplateThatInsertsAnUndefinedTokenIsRefused(@TempDir Path broken) throws IOException {
    Path file = Path.of("src/test/resources/golden/tokenizer", TextTokenizer.FILE_NAME);
    ObjectNode root = (ObjectNode) Json.readTree(file);
    JsonNode template =
        Json.mapper()
            .readTree(
                """
                {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}},
                {"Sequence": {"id": "A", "type_id": 0}}], "pair": [], "special_tokens": {}}\
                """);
    root.set("post_processor", template);
    Path written = broken.resolve(TextTokenizer.FILE_NAME);
    Files.writeString(written, root.toString());
    assertThatThrownBy(() -> TextTokenizer.open(broken))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "%s: its post-processor inserts '<s>', which its special_tokens do not define",
            written);
  }

  @ParameterizedTest
  @ValueSource(strings = {"tokenizer.json", "tokenizer_config.json", "special_tokens_map.json"})
  void aLinkThatLeadsNowhereIsNotTakenForAbsence(String name, @TempDir Path model)
      throws IOException {
    Files.copy(
        Path.of("src/test/resources/golden/tokenizer", TextTokenizer.FILE_NAME),
        model.resolve(TextTokenizer.FILE_NAME));
    Files.deleteIfExists(model.resolve(name));
    Files.createSymbolicLink(model.resolve(name), model.resolve("nothing"));
    assertThatThrownBy(() -> TextTokenizer.open(model))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(name)
        .hasMessageContaining("is a link to");
  }

  @Test
  void longTextsAreNotCut() {
    String text = "The dog saw the cat. ".repeat(1000);
    assertThat(tokenizer.decode(tokenizer.encode(text).ids())).isEqualTo(text);
  }

  @Test
  void anEmptyTextHasNoTokens() {
    assertThat(tokenizer.encode("").length()).isZero();
  }

  /** The tokenizer counts offsets in code points and includes the space before a word. */
  @Test
  void tokensThatOverlapAnswersAreMarked() {
    String text = "the 🙂 cat saw 東京 mats";
    List<Span> answers = List.of(span(text, "🙂"), span(text, "cat"), span(text, "mats"));
    TokenSequence sequence = tokenizer.encode(new Document(text, "task", answers)).orElseThrow();
    StringBuilder marked = new StringBuilder();
    for (Span span : sequence.answers()) {
      marked.append(tokenizer.decode(sequence.slice(span.start(), span.end()).ids()));
    }
    assertThat(marked).hasToString("🙂 cat mats");
  }

  @Test
  void foldersWithoutATokenizerAreReported() {
    assertThatThrownBy(() -> TextTokenizer.open(folder.resolve("absent")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("tokenizer.json: no such file")
        .hasMessageNotContaining("\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "{}", "{\"version\": \"1.0\", \"model\": {\"type\": \"BPE\"}}"})
  void invalidTokenizerFilesAreReported(String content) throws IOException {
    Path broken = Files.createTempDirectory(folder, "broken");
    Files.writeString(broken.resolve("tokenizer.json"), content);
    assertThatThrownBy(() -> TextTokenizer.open(broken))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("tokenizer.json: not a tokenizer that can be read: ")
        .hasMessageNotContaining("\n");
  }

  private static Path golden(String file) {
    return Path.of("src/test/resources/golden/tokenizer", file);
  }

  private static Span span(String text, String part) {
    int start = text.indexOf(part);
    return new Span(start, start + part.length());
  }

  private static String randomText(SplittableRandom random) {
    StringBuilder text = new StringBuilder();
    int length = 1 + random.nextInt(200);
    while (text.length() < length) {
      int codePoint =
          switch (random.nextInt(4)) {
            case 0 -> random.nextInt(' ', 127);
            case 1 -> random.nextInt(0, 0x250);
            case 2 -> random.nextInt(0x370, 0xd800);
            default -> random.nextInt(0x1f300, 0x1f700);
          };
      if (random.nextInt(5) == 0) {
        text.append(" the cat");
      }
      text.appendCodePoint(codePoint);
    }
    return text.toString();
  }
}
