package io.github.puzzle4j.search.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.puzzle4j.blocklib.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A bundle, as it is used on a machine without Java. */
@Tag("bundle")
@EnabledOnOs(value = OS.LINUX, architectures = "amd64", disabledReason = "bundles are for it only")
class BundleTest {

  private static final long MOST_BYTES = 60L << 20;
  private static final int SECONDS = 120;
  private static final Path TEACHER =
      Path.of("..", "examples", "tiny-teacher").toAbsolutePath().normalize();

  @TempDir private static Path folder;
  private static Bundle bundle;

  private record Run(int exitCode, String out, String err) {}

  @BeforeAll
  static void itIsMade() throws IOException {
    bundle = Bundle.make(folder.resolve("made"), classPath());
  }

  private static List<Path> classPath() {
    return Bundle.classPath().stream()
        .filter(path ->
            Stream.of("test", "test-classes")
                .noneMatch(name -> path.toString().matches(".*/" + name + "(/.*)?")))
        .toList();
  }

  /** With an empty environment: no Java on the path, no JAVA_HOME, no tools. */
  private static Run run(Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(List.of(bundle.folder().resolve(Bundle.SCRIPT).toString()));
    command.addAll(List.of(arguments));
    Path out = folder.resolve("out.txt");
    Path err = folder.resolve("err.txt");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().clear();
    builder.environment().put("PATH", folder.toString());
    builder.environment().putAll(environment);
    Process process = builder.start();
    try {
      assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS)).as("ended in time").isTrue();
    } finally {
      process.destroyForcibly();
    }
    return new Run(process.exitValue(), Files.readString(out), Files.readString(err));
  }

  private static Run run(String... arguments) throws IOException, InterruptedException {
    return run(Map.of(), arguments);
  }

  @Test
  void itIsSmall() {
    assertThat(bundle.bytes()).isBetween(MOST_BYTES / 2, MOST_BYTES);
  }

  @Test
  void itStartsWithoutJava() throws IOException, InterruptedException {
    Run run = run("--version");

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).startsWith("puzzle4j ");
  }

  @Test
  void itReadsModelsAndPrices() throws IOException, InterruptedException {
    assertThat(run("inspect", TEACHER.toString()).out()).contains("llama, 8 layers");
    Run cost =
        run(
            "cost",
            "--model",
            TEACHER.toString(),
            "--target",
            "h100-sxm",
            "--isl",
            "64",
            "--osl",
            "64",
            "--json");
    assertThat(cost.exitCode()).as(cost.err()).isZero();
    assertThat(cost.out()).contains("\"parameters\":1851008");
  }

  /** Also reads text with the tokenizer's native library. */
  @Test
  void itComputesWithThePyTorchOfTheMachine() throws IOException, InterruptedException {
    String torch = System.getenv("PUZZLE4J_TORCH");
    assumeTrue(torch != null, "needs PyTorch 2.10 or newer, named by PUZZLE4J_TORCH");

    Run run =
        run(
            Map.of("PUZZLE4J_TORCH", String.valueOf(torch)),
            "eval",
            "--model",
            TEACHER.toString(),
            "--data",
            TEACHER.resolveSibling("gpu-check/rows.jsonl").toString());

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).startsWith("LM loss      0.8918 ");
  }

  @Test
  void itSolves() throws IOException, InterruptedException {
    String problem = TEACHER.resolveSibling("solver/batch-64.json").toString();

    assertThat(run("solve", problem).out()).startsWith("optimal: ");
    assertThat(run("solve", problem, "--backend", "ojalgo"))
        .isEqualTo(
            new Run(
                2,
                "",
                "puzzle4j: there is no solver backend 'ojalgo'; there are cbc, exact, highs, scip"
                    + " or auto\n"));
  }

  @Test
  void itSaysWhichLibraryItLacks() throws IOException, InterruptedException {
    Path table = Files.writeString(folder.resolve("table.csv"), "a,b\n1,2\n");

    assertThat(
            run(
                "target",
                "fit",
                "--out",
                folder.resolve("target.json").toString(),
                "--table",
                table.toString(),
                "--backend",
                "vllm",
                "--version",
                "1"))
        .isEqualTo(
            new Run(
                2,
                "",
                "puzzle4j: this needs DuckDB, which a bundle leaves out: run it where puzzle4j is"
                    + " installed whole\n"));
  }

  @Test
  void itCannotMakeAnother() throws IOException, InterruptedException {
    Run run = run("bundle", "--out", folder.resolve("second").toString());

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("has no jlink: run this with a whole JDK");
    assertThat(folder.resolve("second")).doesNotExist();
  }

  @Test
  void theSameClassPathMakesTheSameJars() throws IOException {
    Bundle again = Bundle.make(folder.resolve("again"), classPath());

    try (Stream<Path> jars = Files.list(again.folder().resolve("lib"))) {
      for (Path jar : jars.toList()) {
        assertThat(jar)
            .hasSameBinaryContentAs(bundle.folder().resolve("lib").resolve(jar.getFileName()));
      }
    }
  }

  @Test
  void aFolderWithContentsIsLeftAlone() throws IOException {
    Path taken = Files.createDirectory(folder.resolve("taken"));
    Files.writeString(taken.resolve("notes.txt"), "mine");

    assertThatThrownBy(() -> Bundle.make(taken, classPath()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(taken + ": is not empty; a bundle is a folder of its own");
    assertThat(taken.resolve("notes.txt")).hasContent("mine");
  }
}
