package io.github.puzzle4j.search.run;

import io.github.puzzle4j.blocklib.AtomicFile;
import io.github.puzzle4j.scoring.cost.Scenario;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A {@code compose.yaml} beside exported files, by which Docker or Podman serves them: {@code
 * docker compose up} in that folder.
 */
record ComposeFile(String backend, Scenario scenario) {

  private static final String NAME = "compose.yaml";

  /** Tells a file that may be written anew from one that somebody else wrote. */
  private static final String MARK = "# Written by puzzle4j with the files beside it.";

  /** Where containers see the folder. */
  private static final String MOUNTED = "/model";

  /** Writes one for each model that a server takes, unless one of another hand is there. */
  void write(List<Path> exported) throws IOException {
    for (Path file : exported) {
      Optional<Server> server = ServingCommands.server(backend, file);
      if (server.isPresent()) {
        Path target = file.resolveSibling(NAME);
        String before =
            Files.exists(target)
                ? new String(Files.readAllBytes(target), StandardCharsets.UTF_8)
                : MARK;
        String text = text(server.get(), file);
        if (before.startsWith(MARK) && !before.equals(text)) {
          AtomicFile.writeString(target, text);
        }
      }
    }
  }

  private String text(Server server, Path file) {
    int port = server.port();
    return """
    %s
    services:
      model:
        image: %s
        command: [%s]
        volumes: [".:%s:ro"]
        ports: ["%d:%d"]
        ipc: host
        deploy:
          resources:
            reservations:
              devices: [{driver: nvidia, count: %d, capabilities: [gpu]}]
        healthcheck:
          test: ["CMD", "curl", "-fs", "http://localhost:%d/health"]
          interval: 10s
          start_period: 10m
    """
        .formatted(
            MARK,
            server.image(),
            words(server, file).stream()
                .map(word -> "\"" + word + "\"")
                .collect(Collectors.joining(", ")),
            MOUNTED,
            port,
            port,
            scenario.tensorParallel(),
            port);
  }

  private List<String> words(Server server, Path file) {
    String model =
        switch (server) {
          case LLAMA_CPP -> MOUNTED + "/" + Objects.requireNonNull(file.getFileName());
          case VLLM, TRTLLM, SGLANG -> MOUNTED;
        };
    List<String> words = new ArrayList<>(server.inContainer());
    server
        .options(model, scenario, ServingCommands.needsCode(file))
        .forEach(word -> words.add(word.toString()));
    words.addAll(List.of("--host", "0.0.0.0", "--port", Integer.toString(server.port())));
    return words;
  }
}
