package io.github.puzzle4j.search.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.corpus.CorpusSplit;
import io.github.puzzle4j.blocklib.corpus.TextTokenizer;
import io.github.puzzle4j.blocklib.corpus.TokenSequence;
import io.github.puzzle4j.blocklib.demo.SyntheticCorpus;
import io.github.puzzle4j.blocklib.model.ModelFolder;
import io.github.puzzle4j.search.plan.PlanReader;
import io.github.puzzle4j.search.plan.SearchPlan;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlanTextsTest {

  private static final Path TEACHER = Path.of("..", "examples", "tiny-teacher").toAbsolutePath();

  @TempDir Path folder;

  private ModelFolder teacher;

  @BeforeEach
  void open() throws IOException {
    teacher = ModelFolder.open(TEACHER);
  }

  @AfterEach
  void close() {
    teacher.close();
  }

  private SearchPlan plan(String data) throws IOException {
    return PlanReader.parse(
        "plan.yaml",
        folder,
        """
        schema: 1
        teacher: {path: '%s'}
        data: {sequenceLength: 32, %s}
        score: {sequences: 10}
        targets: [{gpu: h100-sxm}]
        """
            .formatted(TEACHER, data));
  }

  private PlanTexts texts(String data) throws IOException {
    return new PlanTexts(plan(data), folder.resolve("run/cache"), teacher, line -> {});
  }

  /** Different documents of the generator, which the small teacher's tokenizer knows. */
  private static List<String> documents(long seed, int count) {
    List<SyntheticCorpus.Reader> readers =
        Stream.of(CorpusSplit.values()).map(SyntheticCorpus.standard(seed)::reader).toList();
    Set<String> documents = new LinkedHashSet<>();
    while (documents.size() < count) {
      documents.add(readers.get(documents.size() % readers.size()).next(1).text());
    }
    return List.copyOf(documents);
  }

  private void rows(String name, List<String> texts) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    try (OutputStream plain = Files.newOutputStream(file);
        OutputStream stream = name.endsWith(".gz") ? new GZIPOutputStream(plain) : plain) {
      for (String text : texts) {
        stream.write("{\"text\": \"%s\"}\n".formatted(text).getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  private List<String> decoded(List<TokenSequence> sequences) throws IOException {
    TextTokenizer tokenizer = teacher.tokenizer();
    return sequences.stream().map(sequence -> tokenizer.decode(sequence.ids())).toList();
  }

  @Test
  void oneTextIsDividedAmongTheParts() throws IOException {
    rows("corpus/a.jsonl", documents(1, 300));
    rows("corpus/deeper/b.jsonl.gz", documents(2, 300));
    Files.writeString(folder.resolve("corpus/README.md"), "# About the corpus");
    PlanTexts texts = texts("text: corpus");

    List<String> train = decoded(texts.calibration(60));
    List<String> validation = decoded(texts.validation(10));
    List<String> heldOut = decoded(texts.heldOut());

    assertThat(train).hasSize(60);
    assertThat(validation).hasSize(10);
    assertThat(heldOut).hasSizeGreaterThan(10);
    assertThat(train).doesNotContainAnyElementsOf(validation).doesNotContainAnyElementsOf(heldOut);
    assertThat(validation).doesNotContainAnyElementsOf(heldOut);
    assertThat(texts.takeWarnings())
        .containsExactly(
            "1 files are not read, such as %s: of no known kind, or plain text beside rows"
                .formatted(folder.resolve("corpus/README.md")),
            "data.heldOut: measured on the first 128 sequences, the rest of its files is not read"
                + " (data.heldOutSequences)");
    assertThat(texts.takeWarnings()).isEmpty();
  }

  @Test
  void whatIsHeldOutIsDroppedFromCalibration() throws IOException {
    List<String> held = documents(3, 200);
    List<String> mixed = new ArrayList<>(documents(4, 200));
    mixed.removeAll(held);
    int own = mixed.size();
    mixed.addAll(held.subList(0, 50));
    rows("train.jsonl", mixed);
    rows("held.jsonl", held);
    PlanTexts texts = texts("calibration: train.jsonl, heldOut: held.jsonl, cache: none");

    List<TokenSequence> train = texts.calibration(100_000);
    int longest = train.size();
    rows("train.jsonl", mixed.subList(0, own));
    PlanTexts clean = texts("calibration: train.jsonl, heldOut: held.jsonl, cache: none");

    assertThat(clean.calibration(100_000)).isEqualTo(train).hasSize(longest);
    assertThat(texts.takeWarnings())
        .containsExactly(
            "data.calibration: 50 documents are left out, since another part holds them too",
            "data.calibration: its files hold %d of the 100000 sequences asked for"
                .formatted(longest));
    assertThat(clean.takeWarnings()).hasSize(1);
    assertThat(folder.resolve("run/cache")).doesNotExist();
  }

  @Test
  void tokensAreKeptInTheRunOrInAFolderToShare() throws IOException {
    rows("a.jsonl", documents(5, 300));
    List<TokenSequence> first = texts("text: a.jsonl").calibration(10);
    assertThat(folder.resolve("run/cache")).isDirectoryContaining("glob:**.tokens");
    assertThat(texts("text: a.jsonl").calibration(10)).isEqualTo(first);

    assertThat(texts("text: a.jsonl, cache: shared").calibration(10)).isEqualTo(first);
    assertThat(folder.resolve("shared")).isDirectoryContaining("glob:**.tokens");
  }

  @Test
  void tooLittleTextIsNamed() throws IOException {
    rows("a.jsonl", List.of("the end"));
    assertThatThrownBy(() -> texts("calibration: a.jsonl").calibration(10))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "data.calibration: [%s] hold 0 sequences of 32 tokens; at least 2 are needed"
                .formatted(folder.resolve("a.jsonl")));
    assertThatThrownBy(() -> texts("validation: none.jsonl"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(folder.resolve("none.jsonl") + ": no such file");
  }

  @Test
  void nothingIsKeptOfTextThatIsGenerated() throws IOException {
    PlanTexts texts = texts("seed: 4");
    assertThat(texts.calibration(3)).hasSize(3);
    assertThat(texts.readsFiles()).isFalse();
    assertThat(folder.resolve("run/cache")).doesNotExist();
  }
}
