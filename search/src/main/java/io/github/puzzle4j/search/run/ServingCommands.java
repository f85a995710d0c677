package io.github.puzzle4j.search.run;

import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.search.report.TargetReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The command lines that serve what was exported. */
final class ServingCommands {

  private static final String CONFIG = "config.json";
  private static final String OWN_CODE = "modeling_puzzle4j.py";

  /** The layout that Transformers loads, and vLLM through it. */
  private static final String OWN_LAYOUT = "puzzle4j";

  private ServingCommands() {}

  /**
   * For each exported folder and GGUF file, if an engine serves it.
   *
   * @param backend that the target names
   * @throws IOException if an exported config cannot be read
   */
  static List<TargetReport.Command> of(String backend, List<Path> exported) throws IOException {
    List<TargetReport.Command> commands = new ArrayList<>();
    for (Path file : exported) {
      if (file.toString().endsWith(".gguf")) {
        commands.add(command("llama.cpp", "llama-server", "-m", file.toAbsolutePath()));
      } else if (file.endsWith(CONFIG) && isServed(backend, file)) {
        Path folder = Objects.requireNonNull(file.toAbsolutePath().getParent());
        boolean ownCode = Files.exists(file.resolveSibling(OWN_CODE));
        commands.add(
            switch (backend) {
              case "trtllm" ->
                  ownCode
                      ? command("TensorRT-LLM", "trtllm-serve", folder, "--trust_remote_code")
                      : command("TensorRT-LLM", "trtllm-serve", folder);
              case "sglang" ->
                  ownCode
                      ? command(
                          "SGLang",
                          "python",
                          "-m",
                          "sglang.launch_server",
                          "--model-path",
                          folder,
                          "--trust-remote-code")
                      : command(
                          "SGLang", "python", "-m", "sglang.launch_server", "--model-path", folder);
              default ->
                  ownCode
                      ? command("vLLM", "vllm", "serve", folder, "--trust-remote-code")
                      : command("vLLM", "vllm", "serve", folder);
            });
      }
    }
    return List.copyOf(commands);
  }

  private static boolean isServed(String backend, Path config) throws IOException {
    boolean own = Json.readTree(config).path("model_type").asString("").equals(OWN_LAYOUT);
    return !own || !(backend.equals("trtllm") || backend.equals("sglang"));
  }

  private static TargetReport.Command command(String engine, Object... words) {
    return new TargetReport.Command("serve with " + engine, ShellCommand.of(words));
  }
}
