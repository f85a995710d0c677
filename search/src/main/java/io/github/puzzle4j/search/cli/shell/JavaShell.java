package io.github.puzzle4j.search.cli.shell;

import io.github.puzzle4j.search.folder.TemporaryFolder;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import jdk.jshell.tool.JavaShellToolBuilder;

/**
 * JShell on the class path and with the options of this process. It begins with the API imported,
 * and shows whole tables.
 */
public final class JavaShell {

  /** Of this process alone. */
  private static final String ARCHIVE = "-XX:SharedArchiveFile";

  private JavaShell() {}

  /**
   * Runs until the user leaves.
   *
   * @param arguments as of the command {@code jshell}, such as the names of scripts
   * @return the exit code
   * @throws Exception as JShell does
   */
  public static int run(String... arguments) throws Exception {
    try (TemporaryFolder folder = TemporaryFolder.create("puzzle4j-jshell")) {
      Path startup = folder.path().resolve("startup.jsh");
      Files.write(startup, resource("startup.jsh"));
      List<String> all = new ArrayList<>(List.of("--startup", startup.toString()));
      all.addAll(List.of("--class-path", classPath()));
      ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
          .filter(option -> !option.startsWith(ARCHIVE))
          .forEach(option -> all.add("-R" + option));
      all.addAll(List.of(arguments));
      return JavaShellToolBuilder.builder()
          .persistence(settings())
          .start(all.toArray(String[]::new));
    }
  }

  /**
   * How values are shown. JShell takes settings only from what is typed, and keeps them where it is
   * told to: they are typed into a first shell, for a second one.
   */
  private static Map<String, String> settings() throws Exception {
    Map<String, String> kept = new HashMap<>();
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    JavaShellToolBuilder.builder()
        .persistence(kept)
        .in(new ByteArrayInputStream(resource("settings.jsh")), InputStream.nullInputStream())
        .out(nowhere)
        .err(nowhere)
        .start("--execution", "local", "--no-startup");
    kept.keySet().removeIf(key -> key.startsWith("HISTORY"));
    return kept;
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream stream =
        Objects.requireNonNull(JavaShell.class.getResourceAsStream(name), name)) {
      return stream.readAllBytes();
    }
  }

  /** JShell refuses a class path with a folder that does not exist. */
  private static String classPath() {
    String own = System.getProperty("java.class.path");
    return Arrays.stream(own.split(File.pathSeparator, -1))
        .filter(entry -> Files.exists(Path.of(entry)))
        .collect(Collectors.joining(File.pathSeparator));
  }
}
