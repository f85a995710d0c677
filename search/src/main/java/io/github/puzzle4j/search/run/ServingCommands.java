package io.github.puzzle4j.search.run;

import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.scoring.cost.Scenario;
import io.github.puzzle4j.search.report.TargetReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** How exported files are served, and how a server is put under the load of a scenario. */
final class ServingCommands {

  private static final String CONFIG = "config.json";
  private static final String OWN_CODE = "modeling_puzzle4j.py";

  /** The layout that Transformers loads, and vLLM through it. */
  private static final String OWN_LAYOUT = "puzzle4j";

  /** Requests of a load test, as a multiple of those that are served at once. */
  private static final int ROUNDS = 4;

  private ServingCommands() {}

  /**
   * Commands for each exported folder and GGUF file that an engine serves.
   *
   * @param backend that the target names
   * @param scenario for which it is priced
   * @throws IOException if an exported config cannot be read
   */
  static List<TargetReport.Command> of(String backend, Scenario scenario, List<Path> exported)
      throws IOException {
    List<TargetReport.Command> commands = new ArrayList<>();
    for (Path file : exported) {
      Optional<Server> served = server(backend, file);
      if (served.isEmpty()) {
        continue;
      }
      Server server = served.get();
      Path model = model(server, file);
      List<Object> serve = new ArrayList<>(server.program());
      serve.addAll(server.options(model, scenario, needsCode(file)));
      commands.add(command("serve with " + server.title(), serve));
      commands.add(command("load " + server.title() + " as priced", load(server, model, scenario)));
    }
    return List.copyOf(commands);
  }

  /** What serves the model of a written file, if it is one's main file. */
  static Optional<Server> server(String backend, Path file) throws IOException {
    if (file.toString().endsWith(".gguf")) {
      return Optional.of(Server.LLAMA_CPP);
    }
    return file.endsWith(CONFIG) && isServed(backend, file)
        ? Optional.of(Server.of(backend))
        : Optional.empty();
  }

  private static Path model(Server server, Path file) {
    Path absolute = file.toAbsolutePath();
    return switch (server) {
      case LLAMA_CPP -> absolute;
      case VLLM, TRTLLM, SGLANG -> Objects.requireNonNull(absolute.getParent());
    };
  }

  /** Whether a folder has code that engines run only when they are told to. */
  static boolean needsCode(Path main) {
    return Files.exists(main.resolveSibling(OWN_CODE));
  }

  private static boolean isServed(String backend, Path config) throws IOException {
    boolean own = Json.readTree(config).path("model_type").asString("").equals(OWN_LAYOUT);
    return !own || !(backend.equals("trtllm") || backend.equals("sglang"));
  }

  /** As many requests at once, with prompts and answers as long, as the prices are for. */
  private static List<Object> load(Server server, Path model, Scenario scenario) {
    int batch = scenario.batch();
    return switch (server) {
      case LLAMA_CPP ->
          List.of(
              "llama-batched-bench",
              "-m",
              model,
              "-c",
              batch * (scenario.inputTokens() + scenario.outputTokens()),
              "-npp",
              scenario.inputTokens(),
              "-ntg",
              scenario.outputTokens(),
              "-npl",
              batch);
      // This one asks any server of OpenAI's interface.
      case VLLM, TRTLLM, SGLANG ->
          List.of(
              "vllm",
              "bench",
              "serve",
              "--base-url",
              "http://localhost:" + server.port(),
              "--model",
              model,
              "--trust-remote-code",
              "--dataset-name",
              "random",
              "--random-input-len",
              scenario.inputTokens(),
              "--random-output-len",
              scenario.outputTokens(),
              "--ignore-eos",
              "--max-concurrency",
              batch,
              "--num-prompts",
              ROUNDS * batch);
    };
  }

  private static TargetReport.Command command(String purpose, List<Object> words) {
    return new TargetReport.Command(purpose, ShellCommand.of(words.toArray()));
  }
}
