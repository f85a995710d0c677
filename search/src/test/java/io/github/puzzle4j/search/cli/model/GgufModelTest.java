package io.github.puzzle4j.search.cli.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.puzzle4j.blocklib.model.ModelFolder;
import io.github.puzzle4j.export.ChildModel;
import io.github.puzzle4j.export.gguf.GgufF32Exporter;
import io.github.puzzle4j.search.cli.CommandRun;
import io.github.puzzle4j.search.cli.Golden;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands on a GGUF file that was made from a checked-in checkpoint. */
class GgufModelTest {

  private static final Path ROWS = Golden.EVAL.resolve("rows.jsonl");

  @TempDir static Path shared;
  @TempDir Path folder;

  private static Path gguf;

  @BeforeAll
  static void export() throws IOException {
    try (ModelFolder model = ModelFolder.open(Golden.EVAL)) {
      gguf =
          new GgufF32Exporter()
              .export(new ChildModel(model.model(), model.weights(), model.path()), shared)
              .files()
              .getFirst();
    }
  }

  @Test
  void evalMeasuresWhatItMeasuresOfTheFolder() {
    CommandRun of = CommandRun.of("eval", "--json", "--model", gguf, "--data", ROWS);

    assertThat(of.exitCode()).as(of.err()).isZero();
    assertThat(of.out())
        .isEqualTo(CommandRun.of("eval", "--json", "--model", Golden.EVAL, "--data", ROWS).out());
  }

  @Test
  void aFileIsATeacherOfEval() {
    CommandRun of =
        CommandRun.of("eval", "--json", "--model", Golden.EVAL, "--data", ROWS, "--teacher", gguf);

    assertThat(of.exitCode()).as(of.err()).isZero();
    assertThat(of.json().at("/kl/mean").doubleValue()).isLessThan(1e-6);
  }

  @Test
  void whatIsImportedIsTheSameModel() {
    Path imported = folder.resolve("imported");
    CommandRun run = CommandRun.of("import", gguf, "--out", imported, "--json");

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.json().get("stored").stringValue()).isEqualTo("BF16");
    assertThat(CommandRun.of("eval", "--json", "--model", imported, "--data", ROWS).out())
        .isEqualTo(CommandRun.of("eval", "--json", "--model", Golden.EVAL, "--data", ROWS).out());
    CommandRun again = CommandRun.of("import", gguf, "--out", imported);
    assertThat(again.exitCode()).isEqualTo(2);
    assertThat(again.err()).contains("holds a model already");
  }

  @Test
  void inspectAndCostShowTheSameModel() {
    for (String key : new String[] {"parameters", "vocabulary_size", "kv_bytes_per_token"}) {
      assertThat(CommandRun.of("inspect", gguf, "--json").json().get(key))
          .isEqualTo(CommandRun.of("inspect", Golden.EVAL, "--json").json().get(key));
    }
    assertThat(CommandRun.of("inspect", gguf, "--check").exitCode()).isZero();
    Object[] cost = {"cost", "--target", "h100-sxm", "--isl", 64, "--osl", 64, "--json", "--model"};
    Object[] ofFile = Arrays.copyOf(cost, cost.length + 1);
    ofFile[cost.length] = gguf;
    Object[] ofFolder = Arrays.copyOf(cost, cost.length + 1);
    ofFolder[cost.length] = Golden.EVAL;
    assertThat(CommandRun.of(ofFile).out()).isEqualTo(CommandRun.of(ofFolder).out());
  }

  @Test
  void aNameOfTwoLinesIsReportedInOne() throws IOException {
    byte[] whole = Files.readAllBytes(gguf);
    String text = new String(whole, StandardCharsets.ISO_8859_1);
    Path broken = folder.resolve("m.gguf");
    Files.write(
        broken,
        text.replace("llama.vocab_size", "llama.vocab\nsize")
            .getBytes(StandardCharsets.ISO_8859_1));
    assertRefused(run("inspect", broken), "is not supported");
  }

  @ParameterizedTest
  @ValueSource(strings = {"eval", "inspect", "cost", "import", "plan"})
  void aBrokenFileIsRefusedInOneLine(String command) throws IOException {
    byte[] whole = Files.readAllBytes(gguf);
    Path broken = Files.write(folder.resolve("m.gguf"), Arrays.copyOf(whole, whole.length - 1000));
    assertRefused(run(command, broken), "truncated");
    byte[] other =
        new String(whole, StandardCharsets.ISO_8859_1)
            .replace(
                "general.architecture\b\0\0\0\5\0\0\0\0\0\0\0llama",
                "general.architecture\b\0\0\0\5\0\0\0\0\0\0\0mamba")
            .getBytes(StandardCharsets.ISO_8859_1);
    Files.write(broken, other);
    assertRefused(run(command, broken), "general.architecture 'mamba' is not supported");
  }

  private CommandRun run(String command, Path model) throws IOException {
    return switch (command) {
      case "eval" -> CommandRun.of("eval", "--model", model, "--data", ROWS);
      case "inspect" -> CommandRun.of("inspect", model);
      case "import" -> CommandRun.of("import", model, "--out", folder.resolve("out"));
      case "cost" ->
          CommandRun.of("cost", "--model", model, "--target", "h100-sxm", "--isl", 64, "--osl", 64);
      default -> CommandRun.of(command, plan(model, "", ""));
    };
  }

  private static void assertRefused(CommandRun run, String message) {
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().strip()).contains("m.gguf").contains(message).doesNotContain("\n");
  }

  private Path plan(Path teacher, String training, String export) throws IOException {
    return Files.writeString(
        folder.resolve("plan.yaml"),
        """
        schema: 1
        teacher: {path: '%s'}
        data: {sequenceLength: 32}
        space: {attention: [noop], ffn: [50%%, noop], channelMultiple: 8}
        score: {sequences: 4}
        targets: [{gpu: h100-sxm, throughput: 1.1x, scenario: {batch: [64]}}]
        %s
        export: [%s]
        """
            .formatted(teacher, training, export));
  }

  @Test
  void aFileIsTheTeacherOfASearch() throws IOException {
    Path run = folder.resolve("run");
    String training =
        """
        rank: {sequences: 8}
        distill: {steps: 4, batch: 4, learningRate: 3e-3, warmupSteps: 2}
        uptrain: {steps: 4, batch: 4, learningRate: 1e-3, warmupSteps: 2}
        rounds: 1
        childrenPerRound: 2
        baselines: [uniform]
        """;

    CommandRun searched =
        CommandRun.of("search", plan(gguf, training, "huggingface, gguf"), "--out", run, "--json");

    assertThat(searched.exitCode()).as(searched.err()).isZero();
    Path target = run.resolve("targets/h100-sxm");
    assertThat(target.resolve("huggingface/tokenizer.json")).exists();
    CommandRun folderOf = eval(target.resolve("huggingface"));
    CommandRun fileOf = eval(target.resolve("gguf/model-bf16.gguf"));
    assertThat(folderOf.exitCode()).as(folderOf.err()).isZero();
    assertThat(fileOf.out()).isEqualTo(folderOf.out());
  }

  private static CommandRun eval(Path model) {
    return CommandRun.of("eval", "--json", "--model", model, "--data", ROWS);
  }
}
