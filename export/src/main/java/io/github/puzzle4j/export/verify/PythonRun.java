package io.github.puzzle4j.export.verify;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What an exported folder computes in an engine of a Python, with the code that is shipped with it.
 *
 * @param model the class that was loaded
 * @param version of the engine
 * @param lmLoss nats per predicted token, in float32
 * @param greedy tokens that continue the prompt: with a KV cache, and without one where the engine
 *     can do without
 */
public record PythonRun(String model, String version, double lmLoss, List<List<Integer>> greedy) {

  private static final String SCRIPT = "run_folders.py";
  private static final int MESSAGE_CHARACTERS = 400;

  /** A library that loads folders. */
  public enum Engine {
    TRANSFORMERS,
    VLLM;

    /** As its module is called. */
    public String id() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public PythonRun {
    greedy = greedy.stream().map(List::copyOf).toList();
  }

  /**
   * What to compute.
   *
   * @param rows token ids, at least two in each row
   * @param prompt tokens of the first row that are continued
   * @param newTokens by how many
   */
  public record Question(List<List<Integer>> rows, int prompt, int newTokens) {

    public Question {
      rows = rows.stream().map(List::copyOf).toList();
    }
  }

  /**
   * Asks a Python process.
   *
   * @param python an interpreter
   * @return for each folder, in order; empty if the interpreter lacks the engine
   * @throws InvalidInputException if the interpreter cannot be run, or cannot load a folder; with
   *     the reason
   */
  public static List<PythonRun> of(
      Path python, Engine engine, List<Path> folders, Question question)
      throws IOException, InterruptedException {
    Process process = start(python);
    CompletableFuture<String> errors =
        CompletableFuture.supplyAsync(() -> text(process.getErrorStream()));
    try (OutputStream input = process.getOutputStream()) {
      input.write(task(engine, folders, question).toString().getBytes(StandardCharsets.UTF_8));
    } catch (IOException closed) {
      // The process has ended; what it said is reported below.
    }
    String output = text(process.getInputStream());
    process.waitFor();
    List<String> lines = output.lines().toList();
    if (lines.size() != folders.size()) {
      throw new InvalidInputException(
          "%s failed: %s".formatted(python, abbreviate(lastLine(errors.join()))));
    }
    List<PythonRun> runs = new ArrayList<>();
    for (String line : lines) {
      read(python, line).ifPresent(runs::add);
    }
    return List.copyOf(runs);
  }

  private static Process start(Path python) throws IOException {
    String script;
    try (InputStream resource = PythonRun.class.getResourceAsStream(SCRIPT)) {
      if (resource == null) {
        throw new IllegalStateException("%s is not in the jar".formatted(SCRIPT));
      }
      script = new String(resource.readAllBytes(), StandardCharsets.UTF_8);
    }
    try {
      return new ProcessBuilder(python.toString(), "-c", script).start();
    } catch (IOException notRun) {
      throw new InvalidInputException(
          "%s cannot be run: %s".formatted(python, notRun.getMessage()), notRun);
    }
  }

  private static ObjectNode task(Engine engine, List<Path> folders, Question question) {
    ObjectNode task = Json.mapper().createObjectNode().put("engine", engine.id());
    ArrayNode names = task.putArray("folders");
    folders.forEach(folder -> names.add(folder.toAbsolutePath().toString()));
    ArrayNode rows = task.putArray("rows");
    for (List<Integer> row : question.rows()) {
      ArrayNode own = rows.addArray();
      row.forEach(own::add);
    }
    return task.put("prompt", question.prompt()).put("new", question.newTokens());
  }

  private static Optional<PythonRun> read(Path python, String line) throws InvalidInputException {
    JsonNode answer;
    try {
      answer = Json.mapper().readTree(line);
    } catch (JacksonException broken) {
      throw new InvalidInputException(
          "%s answered '%s'".formatted(python, abbreviate(line)), broken);
    }
    Optional<String> error = answer.path("error").stringValueOpt();
    if (error.isPresent()) {
      throw new InvalidInputException(
          "%s: %s".formatted(answer.path("folder").asString(), abbreviate(error.get())));
    }
    if (answer.has("missing")) {
      return Optional.empty();
    }
    return Optional.of(
        new PythonRun(
            answer.path("model").asString(),
            answer.path("version").asString(),
            answer.path("lm_loss").doubleValue(),
            answer.path("greedy").valueStream().map(PythonRun::tokens).toList()));
  }

  private static List<Integer> tokens(JsonNode list) {
    return list.valueStream().map(JsonNode::intValue).toList();
  }

  private static String text(InputStream stream) {
    try {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  private static String lastLine(String text) {
    return text.strip().lines().reduce("no output", (_, last) -> last);
  }

  private static String abbreviate(String text) {
    String line = text.replaceAll("\\s+", " ");
    return line.length() <= MESSAGE_CHARACTERS ? line : line.substring(0, MESSAGE_CHARACTERS);
  }
}
