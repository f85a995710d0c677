package io.github.puzzle4j.export.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import de.kherud.llama.InferenceParameters;
import de.kherud.llama.LlamaModel;
import de.kherud.llama.LlamaOutput;
import de.kherud.llama.ModelParameters;
import de.kherud.llama.args.CacheType;
import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import io.github.puzzle4j.blocklib.corpus.TextTokenizer;
import io.github.puzzle4j.blocklib.gguf.tokenizer.PreTokenizer;
import io.github.puzzle4j.blocklib.model.ModelFolder;
import io.github.puzzle4j.export.ChildModel;
import io.github.puzzle4j.export.ExportSummary;
import io.github.puzzle4j.export.RandomChild;
import io.github.puzzle4j.export.ReferenceModel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/** Exports loaded by llama.cpp itself. */
class LlamaCppTest {

  private static final String PROMPT = "the cat and the dog tell a story";
  private static final int TOKENS = 32;

  /** Far above what F32 can differ by, so that a tie decides nothing. */
  private static final double SMALLEST_LEAD = 1e-4;

  @TempDir Path folder;

  @BeforeAll
  static void prepareLibrary() throws IOException {
    // By default every process unpacks the library over the same file.
    Path unpacked = Files.createDirectories(Path.of("target/llama"));
    System.setProperty("de.kherud.llama.tmpdir", unpacked.toAbsolutePath().toString());
    LlamaModel.setLogger(de.kherud.llama.args.LogFormat.TEXT, (level, message) -> {});
  }

  @ParameterizedTest
  @CsvSource({
    // Everything that a layer can be.
    "1, false, true, gqa_4+ffn_96 gqa_2+ffn_64 gqa_1+ffn_37 linear+ffn_8 noop+ffn_64"
        + " gqa_4+noop",
    // Without scaling, with the embedding as head.
    "2, true, false, gqa_1+ffn_37 gqa_2+noop noop+ffn_96 gqa_4+ffn_8",
    // The teacher itself.
    "3, true, true, gqa_4+ffn_96 gqa_4+ffn_96",
    // Nothing in the place of the first attention, and nothing at all in the next layer.
    "4, false, false, noop+ffn_64 noop+noop gqa_2+ffn_96",
    "5, false, true, noop+noop gqa_2+ffn_96 noop+noop",
    // Matrices in the place of FFNs.
    "6, false, true, gqa_2+linear linear+linear noop+linear gqa_4+noop",
    "7, true, true, noop+linear gqa_2+ffn_64",
    // The last layer ends with attention, twice.
    "8, false, false, gqa_4+ffn_96 gqa_2+noop gqa_1+noop",
  })
  void itContinuesATextAsTheChildDoes(int seed, boolean tied, boolean llama3, String blocks)
      throws IOException {
    assertSameContinuation(RandomChild.model(tied, llama3, List.of(blocks.split(" "))), seed);
  }

  /** The library that is bound here is older than Qwen 3. */
  @ParameterizedTest
  @CsvSource({"llama, 31", "llama-biases, 32", "mistral, 33", "qwen2, 34"})
  void itContinuesATextAsAChildDoesWhoseLayersAreAlike(String family, int seed) throws IOException {
    assertSameContinuation(
        RandomChild.ofFamily(
            family, seed % 2 == 0, List.of("gqa_2+ffn_64", "noop+noop", "gqa_2+ffn_64")),
        seed);
  }

  @ParameterizedTest
  @ValueSource(ints = {11, 12, 13, 14, 15, 16})
  void itContinuesATextAsARandomChildDoes(int seed) throws IOException {
    assertSameContinuation(RandomChild.randomModel(seed), seed);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gqa_4+ffn_96", "gqa_2+ffn_64", "linear+noop", "noop+ffn_37"})
  void itContinuesATextAsAChildWithFewerLayersThanItsTeacherDoes(String merged) throws IOException {
    assertSameContinuation(RandomChild.shortened(false, true, merged), 21);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "llama-bpe",
        "smaug-bpe",
        "gpt-2",
        "smollm",
        "qwen2",
        "deepseek-r1-qwen",
        "tekken",
        "gpt-4o",
        "deepseek-llm",
        "deepseek-coder",
        "deepseek-v3"
      })
  void itCutsTextAsTheTokenizerDoes(String name) throws IOException {
    Model teacher = RandomChild.teacher(1, true, false);
    ChildModel child = RandomChild.create(teacher, 1, TensorType.F32, folder);
    PreTokenizer cutter = PreTokenizer.named(name).orElseThrow();
    editTokenizer(root -> {
      ((ObjectNode) root.path("model")).put("ignore_merges", cutter.ignoreMerges());
      root.set("pre_tokenizer", cutter.cutter());
      root.set("normalizer", cutter.normalizer());
    });
    ExportSummary summary = new GgufF32Exporter().export(child, folder);
    assertThat(Files.readString(summary.files().getFirst(), StandardCharsets.ISO_8859_1))
        .contains(name);
    assertSameTokens(
        summary,
        List.of(
            PROMPT,
            "The cat's 12345 dogs don't   sit,\n\n\tthey've 7 mats!  ",
            "  leading and trailing  ",
            "ünïcödé – 漢字 ☃ 🙂 naïve",
            "a",
            "2024-06-30: 1,234.5 = 0x1F, v2rc3 ١٢٣",
            "camelCaseHTTPServer Über ДваСлова かな한글 x\u00b2",
            "...((x+y)*2)==[14];\r\n"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void itMergesPiecesAsTheTokenizerDoes(boolean addsSpace) throws IOException {
    Model teacher =
        RandomChild.withVocabulary(RandomChild.teacher(1, true, false), PieceTokenizer.SIZE);
    ChildModel child = RandomChild.create(teacher, 1, TensorType.F32, folder);
    PieceTokenizer.write(folder, addsSpace);
    ExportSummary summary = new GgufF32Exporter().export(child, folder);
    List<String> texts =
        List.of(
            PROMPT,
            "the cat's  12345 dogs don't   sit,\n\tthey've mats!  ",
            " leading and trailing ",
            "ünï – 漢字 ☃ 🙂",
            "a",
            "story story\u2581story");
    assertSameTokens(summary, texts);
    // What is read back is the same again.
    try (ModelFolder read = ModelFolder.open(summary.files().getFirst());
        TextTokenizer own = TextTokenizer.open(folder)) {
      for (String text : texts) {
        assertThat(read.tokenizer().encode(text).ids()).containsExactly(own.encode(text).ids());
      }
    }
  }

  private void assertSameTokens(ExportSummary summary, List<String> texts) throws IOException {
    try (LlamaModel model = load(summary);
        TextTokenizer tokenizer = TextTokenizer.open(folder)) {
      for (String text : texts) {
        assertThat(model.encode(text)).as(text).containsExactly(tokenizer.encode(text).ids());
      }
    }
  }

  @Test
  void itPutsNothingBeforeATextWhereTheTokenizerDoesNot() throws IOException {
    Model model = RandomChild.model(false, true, List.of("gqa_2+ffn_64", "gqa_4+ffn_96"));
    ChildModel child = RandomChild.create(model, 3, TensorType.BF16, folder);
    editTokenizer(root -> root.putNull("post_processor"));
    assertSameContinuation(child);
  }

  @Test
  void aChildWithoutAnyCacheIsRefusedSinceLlamaCppCannotLoadIt() throws IOException {
    Model model = RandomChild.model(true, false, List.of("linear+ffn_64", "noop+ffn_96"));
    ChildModel child = RandomChild.create(model, 1, TensorType.F32, folder);
    assertThatThrownBy(() -> new GgufExporter().export(child, folder.resolve("out")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("KV cache");
  }

  private void assertSameContinuation(Model model, int seed) throws IOException {
    assertSameContinuation(RandomChild.create(model, seed, TensorType.BF16, folder));
  }

  private void assertSameContinuation(ChildModel child) throws IOException {
    ExportSummary summary = new GgufF32Exporter().export(child, folder);
    try (LlamaModel model = load(summary);
        TextTokenizer tokenizer = TextTokenizer.open(folder)) {
      Set<Integer> unprintable = unprintable(tokenizer, child.model().common().vocabularySize());
      List<String> expected = expectedPieces(child, tokenizer, unprintable);
      InferenceParameters parameters =
          new InferenceParameters(PROMPT)
              .setTemperature(0)
              .setNPredict(TOKENS)
              .disableTokenIds(unprintable);
      List<String> pieces = new ArrayList<>();
      for (LlamaOutput output : model.generate(parameters)) {
        pieces.add(output.text);
      }
      // The last one announces the end and has no text.
      assertThat(pieces.subList(0, TOKENS)).containsExactlyElementsOf(expected);
    }
  }

  private void editTokenizer(Consumer<ObjectNode> edit) throws IOException {
    Path file = folder.resolve("tokenizer.json");
    ObjectNode root = Json.read(file, ObjectNode.class);
    edit.accept(root);
    Files.writeString(file, root.toString());
  }

  private static LlamaModel load(ExportSummary summary) {
    return new LlamaModel(
        new ModelParameters()
            .setModel(summary.files().getFirst().toString())
            .setCtxSize(128)
            .setThreads(1)
            .setCacheTypeK(CacheType.F32)
            .setCacheTypeV(CacheType.F32)
            .skipWarmup()
            .disableLog());
  }

  /** Tokens whose text cannot be compared piece by piece: parts of characters, special ones. */
  private static Set<Integer> unprintable(TextTokenizer tokenizer, int vocabularySize) {
    Set<Integer> unprintable = new TreeSet<>();
    for (int id = 0; id < vocabularySize; id++) {
      if (!tokenizer.decode(new int[] {id}).matches("[ a-zA-Z0-9]+")) {
        unprintable.add(id);
      }
    }
    return unprintable;
  }

  private static List<String> expectedPieces(
      ChildModel child, TextTokenizer tokenizer, Set<Integer> banned) throws IOException {
    ReferenceModel reference = new ReferenceModel(child.model(), child.tensors());
    List<Integer> ids = new ArrayList<>();
    tokenizer.beginOfText().ifPresent(ids::add);
    for (int id : tokenizer.encode(PROMPT).ids()) {
      ids.add(id);
    }
    List<String> pieces = new ArrayList<>();
    for (int step = 0; step < TOKENS; step++) {
      int next = greedy(reference.logits(ids), banned);
      ids.add(next);
      pieces.add(tokenizer.decode(new int[] {next}));
    }
    return pieces;
  }

  private static int greedy(double[] logits, Set<Integer> banned) {
    int best = -1;
    double second = Double.NEGATIVE_INFINITY;
    for (int id = 0; id < logits.length; id++) {
      if (banned.contains(id)) {
        continue;
      }
      if (best < 0 || logits[id] > logits[best]) {
        second = best < 0 ? second : logits[best];
        best = id;
      } else {
        second = Math.max(second, logits[id]);
      }
    }
    assertThat(logits[best] - second).as("lead of the best token").isGreaterThan(SMALLEST_LEAD);
    return best;
  }
}
