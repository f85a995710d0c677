package io.github.puzzle4j.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.search.cli.Main;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The scripts and the notebook run to their ends, as a user runs them. */
class SessionsTest {

  private static final int MINUTES_AT_MOST = 8;
  private static final String MARK = "=== ";
  private static final Pattern JAVA = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);
  private static final List<String> NATIVE =
      List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow");

  /** A checkpoint, seven questions; results of one script are reused by the next. */
  private static final List<String> SCRIPTS =
      List.of("model", "loss", "scores", "prices", "solve", "frontier", "export");

  @TempDir private Path folder;

  private Path examples;

  /** What is written then lies beside a copy of the examples, not in the repository. */
  @BeforeEach
  void examplesToReadFrom() throws IOException {
    examples = Files.createDirectory(folder.resolve("examples"));
    for (String name : List.of("tiny-teacher", "jshell", "solver")) {
      Files.createSymbolicLink(
          examples.resolve(name), Repository.root().resolve("examples").resolve(name));
    }
  }

  private String run(Path from, Path input, List<String> command, Map<String, String> environment)
      throws IOException, InterruptedException {
    File output = folder.resolve("output").toFile();
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(from.toFile())
            .redirectInput(input.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output);
    builder.environment().putAll(environment);
    Process process = builder.start();
    try {
      assertThat(process.waitFor(MINUTES_AT_MOST, TimeUnit.MINUTES)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    String printed = Files.readString(output.toPath());
    assertThat(process.exitValue()).as(printed).isZero();
    return printed;
  }

  /** What {@code puzzle4j jshell} prints. */
  private String jshell(Path from, String typed, List<String> scripts)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
    command.addAll(NATIVE);
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), Main.class.getName(), "jshell"));
    command.addAll(scripts);
    Path input = Files.writeString(folder.resolve("typed"), typed);
    String printed = run(from, input, command, Map.of());
    assertThat(printed)
        .startsWith("puzzle is ready")
        .doesNotContain("Exception", "|  Error", " ... ");
    return printed;
  }

  @Test
  void eachScriptPrintsItsAnswer() throws IOException, InterruptedException {
    List<String> scripts = new ArrayList<>();
    for (String name : SCRIPTS) {
      Path mark = folder.resolve(name + ".jsh");
      Files.writeString(mark, "System.err.flush(); IO.println(\"%s%s\")%n".formatted(MARK, name));
      scripts.add(mark.toString());
      scripts.add("examples/jshell/%s.jsh".formatted(name));
    }
    String typed = javaOf("README.md") + javaOf("docs/api.md");
    String printed = jshell(folder, typed + "/exit\n", scripts);

    assertThat(answer(printed, "model"))
        .contains(
            "llama, 8 layers", "parameters of all layers: 1,705,984", "3,gqa,4,0,gated,0,384");
    assertThat(answer(printed, "loss"))
        .contains("layer 0, attention gqa_2: normalised MSE", "Distillation loss")
        .containsPattern("\\n *0 \\+.*")
        .contains("  * layer 0, attention gqa_2", "  o layer 0, attention gqa_1");
    assertThat(folder.resolve("runs/jshell/losses.svg")).content().contains("<polyline", "gqa_1");
    assertThat(answer(printed, "scores"))
        .contains("kl_standard_error")
        .containsPattern("gqa_1\\+noop +[0-9.]+ +[0-9.]+\\n")
        .contains("the worst adds ");
    assertThat(answer(printed, "prices"))
        .contains("b200-sxm  1,024", "a100-sxm does not multiply in fp8");
    assertThat(answer(printed, "solve"))
        .contains("37 candidates for 6 layers", "optimal: objective 0.0928", "runtime_ms <= 9")
        .containsPattern("memory_mib +\\d+ +700\\n")
        .contains("infeasible: memory_mib: best reachable 504");
    assertThat(answer(printed, "frontier"))
        .contains("8 of all proven", "Best choices by runtime_ms", "4.62,optimal,0.3397,4.62,true");
    assertThat(answer(printed, "export"))
        .contains("h100-sxm: optimal", "uniform", "lm_loss", "gguf-f32")
        .containsPattern("read +passed +.*8 layers")
        .doesNotContain("failed");
    assertThat(printed.substring(printed.indexOf("jshell> ")))
        .as("answers to what the pages tell to type")
        .contains(
            "NVIDIA H200 SXM", "slack", "against", "proven optimal", "best choices, predicted")
        .containsPattern("kv_bytes_per_token +[\\d,]+ +2048");
  }

  /** What a page tells to type. */
  private static String javaOf(String page) throws IOException {
    String text = Files.readString(Repository.root().resolve(page));
    return JAVA.matcher(text).results().map(block -> block.group(1)).collect(Collectors.joining());
  }

  private static String answer(String printed, String script) {
    int from = printed.indexOf(MARK + script);
    int to = printed.indexOf(MARK, from + 1);
    assertThat(from).as(printed).isNotNegative();
    return printed.substring(from, to < 0 ? printed.length() : to);
  }

  private static List<JsonNode> cells() throws IOException {
    Path notebook = Repository.root().resolve("examples/notebook.ipynb");
    return Json.mapper()
        .readTree(Files.readString(notebook))
        .get("cells")
        .valueStream()
        .filter(cell -> cell.get("cell_type").stringValue().equals("code"))
        .toList();
  }

  private static String text(JsonNode lines) {
    return lines.valueStream().map(JsonNode::stringValue).collect(Collectors.joining());
  }

  @Test
  void theNotebookHasItsOutputsAndRunsInJShell() throws IOException, InterruptedException {
    String kept =
        cells().stream()
            .flatMap(cell -> cell.get("outputs").valueStream())
            .map(JsonNode::toString)
            .collect(Collectors.joining());
    assertThat(kept)
        .contains("image/svg+xml", "<polyline", "kl_standard_error", "optimal: objective")
        .doesNotContain("Exception");
    String typed =
        cells().stream().map(cell -> text(cell.get("source"))).collect(Collectors.joining("\n"));
    assertThat(jshell(examples, typed + "\n/exit\n", List.of()))
        .contains("llama, 8 layers", "Distillation loss", "kl_standard_error")
        .contains("Best choices by runtime_seconds", "lm_loss")
        .containsPattern("kv_bytes_per_token +[\\d,]+ +2048");
  }

  @Test
  void theNotebookRunsInItsKernel() throws IOException, InterruptedException {
    assumeTrue(hasKernel(), "needs Jupyter with the kernel JJava on the PATH");
    Files.copy(
        Repository.root().resolve("examples/notebook.ipynb"), examples.resolve("notebook.ipynb"));
    Path nothing = Files.createFile(folder.resolve("nothing"));
    Path bin = Path.of(System.getProperty("java.home"), "bin");
    run(
        examples,
        nothing,
        List.of("jupyter", "execute", "--output=done.ipynb", "notebook.ipynb"),
        Map.of(
            "PATH", bin + File.pathSeparator + System.getenv("PATH"),
            "JJAVA_CLASSPATH", System.getProperty("java.class.path"),
            "JJAVA_JVM_OPTS", String.join(" ", NATIVE),
            "JJAVA_STARTUP_SCRIPTS_PATH",
                Repository.root().resolve("examples/notebook-startup.jsh").toString()));
    assertThat(examples.resolve("done.ipynb"))
        .content()
        .contains("image/svg+xml", "lm_loss")
        .doesNotContain("\"output_type\": \"error\"");
  }

  private boolean hasKernel() throws InterruptedException {
    try {
      Process asked =
          new ProcessBuilder("jupyter", "kernelspec", "list", "--json")
              .redirectOutput(folder.resolve("kernels").toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      return asked.waitFor(1, TimeUnit.MINUTES)
          && asked.exitValue() == 0
          && Json.mapper()
              .readTree(Files.readString(folder.resolve("kernels")))
              .path("kernelspecs")
              .has("java");
    } catch (IOException absent) {
      return false;
    }
  }
}
