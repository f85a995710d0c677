package io.github.puzzle4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import de.kherud.llama.InferenceParameters;
import de.kherud.llama.LlamaModel;
import de.kherud.llama.LlamaOutput;
import de.kherud.llama.ModelParameters;
import de.kherud.llama.args.CacheType;
import de.kherud.llama.args.LogFormat;
import io.github.puzzle4j.blocklib.arch.Architecture;
import io.github.puzzle4j.blocklib.arch.BlockVariant;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.corpus.TextTokenizer;
import io.github.puzzle4j.blocklib.demo.BpeVocabulary;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.tensor.Precision;
import io.github.puzzle4j.blocklib.train.LanguageModel;
import io.github.puzzle4j.blocklib.train.TokenBatch;
import io.github.puzzle4j.export.ChildModel;
import io.github.puzzle4j.export.Exporters;
import io.github.puzzle4j.search.run.Search;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A child of the small teacher, exported, continues a text in llama.cpp as it does here. */
class LlamaCppTest {

  private static final int TOKENS = 32;

  /** Chosen by hand to hold every kind of subblock that a layer may have. */
  private static final List<BlockVariant> CHILD =
      Stream.of(
              "teacher+ffn_192",
              "gqa_1+teacher",
              "noop+ffn_96",
              "teacher+noop",
              "gqa_2+ffn_192",
              "noop+noop",
              "teacher+teacher",
              "noop+ffn_192")
          .map(BlockVariant::parse)
          .toList();

  @TempDir static Path folder;

  private static DeviceMemory memory;
  private static LanguageModel ours;
  private static LlamaModel theirs;
  private static TextTokenizer tokenizer;

  @BeforeAll
  static void exportTheChild() throws IOException {
    // By default every process unpacks the library over the same file.
    Path unpacked = Files.createDirectories(Path.of("target/llama"));
    System.setProperty("de.kherud.llama.tmpdir", unpacked.toAbsolutePath().toString());
    LlamaModel.setLogger(LogFormat.TEXT, (level, message) -> {});
    Path file;
    try (Search search = SmallSearch.open(folder.resolve("run"))) {
      search.distill();
      Architecture child = new Architecture(search.teacher().config(), CHILD);
      TensorSource repaired = search.repair("child", child);
      file =
          Exporters.named("gguf-f32")
              .export(
                  new ChildModel(child, repaired, SmallSearch.teacher()), folder.resolve("gguf"))
              .files()
              .getFirst();
      memory = DeviceMemory.open();
      ours = LanguageModel.load(memory, child, repaired, Precision.FLOAT32);
    }
    tokenizer = TextTokenizer.open(SmallSearch.teacher());
    theirs =
        new LlamaModel(
            new ModelParameters()
                .setModel(file.toString())
                .setCtxSize(128)
                .setThreads(1)
                .setCacheTypeK(CacheType.F32)
                .setCacheTypeV(CacheType.F32)
                .skipWarmup()
                .disableLog());
  }

  @AfterAll
  static void close() {
    theirs.close();
    tokenizer.close();
    memory.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "map red bird blue tree green fish ? blue",
        "copy cat dog sun :",
        "Tom went to the park. He saw a big",
        "7+5=",
      })
  void itContinuesTheSameWay(String prompt) {
    List<LlamaOutput> outputs = new ArrayList<>();
    theirs
        .generate(
            new InferenceParameters(prompt)
                .setTemperature(0)
                .setNPredict(TOKENS)
                .setIgnoreEos(true))
        .forEach(outputs::add);
    StringBuilder text = new StringBuilder();
    outputs.forEach(output -> text.append(output));
    // llama.cpp writes nothing for the token that opens a document.
    assertThat(text.toString())
        .isEqualTo(continuation(prompt).replace(BpeVocabulary.BEGIN_OF_TEXT, ""));
  }

  /** Greedy decoding without a cache, so that nothing is shared with what is compared. */
  private static String continuation(String prompt) {
    int[] encoded = tokenizer.encode(prompt).ids();
    int[] ids = new int[encoded.length + 1];
    ids[0] = tokenizer.beginOfText().orElseThrow();
    System.arraycopy(encoded, 0, ids, 1, encoded.length);
    int from = ids.length;
    for (int i = 0; i < TOKENS; i++) {
      ids = append(ids, next(ids));
    }
    return tokenizer.decode(Arrays.copyOfRange(ids, from, ids.length));
  }

  private static int next(int[] ids) {
    int vocabulary = ours.architecture().config().vocabularySize();
    try (DeviceMemory scope = memory.newScope()) {
      TokenBatch batch = TokenBatch.ofAllTokens(List.of(ids), vocabulary);
      DeviceTensor logits = ours.forward(batch.ids(scope), false);
      return (int) logits.at(0).at(ids.length - 1).argMax().toLong();
    }
  }

  private static int[] append(int[] ids, int next) {
    int[] longer = Arrays.copyOf(ids, ids.length + 1);
    longer[ids.length] = next;
    return longer;
  }
}
