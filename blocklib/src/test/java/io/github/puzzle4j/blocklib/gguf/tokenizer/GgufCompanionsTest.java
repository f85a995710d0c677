package io.github.puzzle4j.blocklib.gguf.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.corpus.TextTokenizer;
import io.github.puzzle4j.blocklib.gguf.GgufBytes;
import io.github.puzzle4j.blocklib.gguf.GgufFile;
import io.github.puzzle4j.blocklib.template.ChatTemplate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Small tokenizers as GGUF files have them, read as the files of a Hugging Face folder. */
class GgufCompanionsTest {

  private static final List<String> BYTES =
      List.of("<s>", "</s>", "a", "b", "c", "Ġ", "1", "2", "ab", "abc", "Ġa", "<x>");
  private static final List<Integer> TYPES = List.of(3, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 4);

  @TempDir Path folder;

  private final GgufBytes keys = new GgufBytes();
  private int count;

  @BeforeEach
  void begin() {
    count = 0;
  }

  private void add(Consumer<GgufBytes> key) {
    key.accept(keys);
    count++;
  }

  private void addBytes(String pre) {
    add(it -> it.put("tokenizer.ggml.model", "gpt2"));
    add(it -> it.put("tokenizer.ggml.pre", pre));
    add(it -> it.putTexts("tokenizer.ggml.tokens", BYTES));
    add(it -> it.putIntegers("tokenizer.ggml.token_type", TYPES));
    add(it -> it.putTexts("tokenizer.ggml.merges", List.of("a b", "ab c", "Ġ a")));
    add(it -> it.put("tokenizer.ggml.bos_token_id", 0));
    add(it -> it.put("tokenizer.ggml.eos_token_id", 1));
  }

  private void addPieces(float scoreOfAb) {
    List<String> tokens = new ArrayList<>(List.of("<unk>", "<s>", "</s>"));
    List<Integer> types = new ArrayList<>(List.of(2, 3, 3));
    for (int octet = 0; octet < 256; octet++) {
      tokens.add("<0x%02X>".formatted(octet));
      types.add(6);
    }
    tokens.addAll(List.of("▁", "a", "b", "c", "ab", "bc", "▁a"));
    types.addAll(Collections.nCopies(7, 1));
    List<Float> scores = new ArrayList<>(Collections.nCopies(263, 0f));
    scores.addAll(List.of(scoreOfAb, -2f, -3f));
    add(it -> it.put("tokenizer.ggml.model", "llama"));
    add(it -> it.putTexts("tokenizer.ggml.tokens", tokens));
    add(it -> it.putIntegers("tokenizer.ggml.token_type", types));
    add(it -> it.putFloats("tokenizer.ggml.scores", scores));
    add(it -> it.put("tokenizer.ggml.bos_token_id", 1));
    add(it -> it.put("tokenizer.ggml.eos_token_id", 2));
    add(it -> it.put("tokenizer.ggml.unknown_token_id", 0));
  }

  private Map<String, JsonNode> companions() throws IOException {
    Path file = folder.resolve("m.gguf");
    GgufBytes.of(0, count).append(keys).write(file);
    try (GgufFile gguf = GgufFile.open(file)) {
      return GgufCompanions.of(gguf.metadata());
    }
  }

  private TextTokenizer tokenizer() throws IOException {
    for (Map.Entry<String, JsonNode> file : companions().entrySet()) {
      Files.writeString(folder.resolve(file.getKey()), file.getValue().toString());
    }
    return TextTokenizer.open(folder);
  }

  private void assertRefused(String message) {
    assertThatThrownBy(this::companions)
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("m.gguf")
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
  }

  @Test
  void bytesAreMergedAndAddedTokensAreFound() throws IOException {
    addBytes("gpt-2");
    try (TextTokenizer tokenizer = tokenizer()) {
      assertThat(tokenizer.encode("abc ab<x>c12").ids()).containsExactly(9, 5, 8, 11, 4, 6, 7);
      assertThat(tokenizer.beginOfText()).isEmpty();
    }
  }

  @Test
  void theBeginTokenIsPutWhereLlamaCppPutsIt() throws IOException {
    addBytes("llama-bpe");
    try (TextTokenizer tokenizer = tokenizer()) {
      assertThat(tokenizer.beginOfText()).hasValue(0);
    }
  }

  @Test
  void theFileSaysWhetherABeginTokenIsPut() throws IOException {
    addBytes("llama-bpe");
    add(it -> it.put("tokenizer.ggml.add_bos_token", false));
    try (TextTokenizer tokenizer = tokenizer()) {
      assertThat(tokenizer.beginOfText()).isEmpty();
    }
  }

  @Test
  void piecesAreMergedByTheScoreOfWhatResults() throws IOException {
    addPieces(-1);
    try (TextTokenizer tokenizer = tokenizer()) {
      assertThat(tokenizer.encode("abc é").ids())
          .containsExactly(259, 263, 262, 259, 3 + 0xC3, 3 + 0xA9);
      assertThat(tokenizer.beginOfText()).hasValue(1);
    }
  }

  @Test
  void anotherScoreMergesOthersFirst() throws IOException {
    addPieces(-2.5f);
    add(it -> it.put("tokenizer.ggml.add_space_prefix", false));
    try (TextTokenizer tokenizer = tokenizer()) {
      assertThat(tokenizer.encode("abc").ids()).containsExactly(260, 264);
    }
  }

  @Test
  void chatTemplatesAndTokensThatEndGenerationAreRead() throws IOException {
    addBytes("qwen2");
    add(it -> it.put("tokenizer.ggml.eot_token_id", 11));
    add(it -> it.put("tokenizer.chat_template", "{{ messages }}"));
    add(it -> it.put("tokenizer.chat_template.tool_use", "{{ tools }}"));
    try (TextTokenizer _ = tokenizer()) {
      assertThat(ChatTemplate.sources(folder))
          .containsExactly(
              Map.entry("default", "{{ messages }}"), Map.entry("tool_use", "{{ tools }}"));
      assertThat(Files.readString(folder.resolve("generation_config.json")))
          .contains("\"eos_token_id\":[1,11]");
    }
  }

  @Test
  void aFileWithoutATokenizerHasNoCompanions() throws IOException {
    assertThat(companions()).isEmpty();
  }

  @Test
  void aTokenThatOccursTwiceIsRefused() {
    add(it -> it.put("tokenizer.ggml.model", "gpt2"));
    add(it -> it.putTexts("tokenizer.ggml.tokens", List.of("a", "b", "a")));
    assertRefused("'a' twice, as 0 and 2");
  }

  @Test
  void listsOfDifferentLengthsAreRefused() {
    add(it -> it.put("tokenizer.ggml.model", "gpt2"));
    add(it -> it.putTexts("tokenizer.ggml.tokens", List.of("a", "b")));
    add(it -> it.putIntegers("tokenizer.ggml.token_type", List.of(1)));
    assertRefused("token_type has 1 items for 2 tokens");
  }

  @Test
  void whatIsNotKnownIsRefusedByName() {
    addBytes("klingon");
    assertRefused("tokenizer.ggml.pre 'klingon' is not supported");
  }

  @Test
  void anotherModelIsRefusedByName() {
    add(it -> it.put("tokenizer.ggml.model", "t5"));
    add(it -> it.putTexts("tokenizer.ggml.tokens", List.of("a", "b")));
    assertRefused("tokenizer.ggml.model 't5' is not supported");
  }

  @Test
  void aSpecialTokenThatIsNotThereIsRefused() {
    addBytes("gpt-2");
    add(it -> it.put("tokenizer.ggml.padding_token_id", 12));
    assertRefused("padding_token_id=12 is none of the tokens");
  }

  @Test
  void aMergeOfWhatIsNoTokenIsRefused() {
    add(it -> it.put("tokenizer.ggml.model", "gpt2"));
    add(it -> it.put("tokenizer.ggml.pre", "gpt-2"));
    add(it -> it.putTexts("tokenizer.ggml.tokens", List.of("a", "b")));
    add(it -> it.putTexts("tokenizer.ggml.merges", List.of("a b")));
    assertRefused("'ab' is no token");
  }
}
