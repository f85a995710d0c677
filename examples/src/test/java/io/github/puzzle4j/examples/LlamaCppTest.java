package io.github.puzzle4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import de.kherud.llama.InferenceParameters;
import de.kherud.llama.LlamaModel;
import de.kherud.llama.LlamaOutput;
import de.kherud.llama.ModelParameters;
import de.kherud.llama.args.CacheType;
import de.kherud.llama.args.LogFormat;
import io.github.puzzle4j.blocklib.arch.Attention;
import io.github.puzzle4j.blocklib.arch.Child;
import io.github.puzzle4j.blocklib.arch.Ffn;
import io.github.puzzle4j.blocklib.arch.GatedFfn;
import io.github.puzzle4j.blocklib.arch.Layer;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.NoAttention;
import io.github.puzzle4j.blocklib.arch.NoFfn;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention;
import io.github.puzzle4j.blocklib.corpus.TextTokenizer;
import io.github.puzzle4j.blocklib.demo.BpeVocabulary;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.tensor.DeviceTensor;
import io.github.puzzle4j.blocklib.tensor.Precision;
import io.github.puzzle4j.blocklib.train.LanguageModel;
import io.github.puzzle4j.blocklib.train.TokenBatch;
import io.github.puzzle4j.export.ChildModel;
import io.github.puzzle4j.export.Exporters;
import io.github.puzzle4j.search.run.ChildWeights;
import io.github.puzzle4j.search.run.Search;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A child of the small teacher, exported, continues a text in llama.cpp as it does here. */
class LlamaCppTest {

  private static final int TOKENS = 32;

  /** Chosen by hand to hold every kind of subblock that a layer may have. */
  private static Child child(Model teacher) {
    Attention own = teacher.layers().getFirst().attention();
    Attention two = ((SoftmaxAttention) own).withKvHeads(2);
    Attention one = ((SoftmaxAttention) own).withKvHeads(1);
    Ffn whole = teacher.layers().getFirst().ffn();
    return Child.of(
        teacher,
        List.of(
            new Layer(own, new GatedFfn(192)),
            new Layer(one, whole),
            new Layer(new NoAttention(), new GatedFfn(96)),
            new Layer(own, new NoFfn()),
            new Layer(two, new GatedFfn(192)),
            new Layer(new NoAttention(), new NoFfn()),
            new Layer(own, whole),
            new Layer(new NoAttention(), new GatedFfn(192))));
  }

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
      ChildWeights repaired =
          search.children().repair("child", search.children().assemble(child(search.teacher())));
      Model model = repaired.child().model();
      file =
          Exporters.named("gguf-f32")
              .export(
                  new ChildModel(model, repaired.tensors(), SmallSearch.teacher()),
                  folder.resolve("gguf"))
              .files()
              .getFirst();
      memory = DeviceMemory.open();
      ours = LanguageModel.load(memory, model, repaired.tensors(), Precision.FLOAT32);
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
    int vocabulary = ours.model().common().vocabularySize();
    try (DeviceMemory scope = memory.newScope()) {
      TokenBatch batch = TokenBatch.ofAllTokens(List.of(ids), vocabulary);
      DeviceTensor logits = ours.forward(batch.ids(scope));
      return (int) logits.at(0).at(ids.length - 1).argMax().toLong();
    }
  }

  private static int[] append(int[] ids, int next) {
    int[] longer = Arrays.copyOf(ids, ids.length + 1);
    longer[ids.length] = next;
    return longer;
  }
}
