package io.github.puzzle4j.search.bundle;

import io.github.puzzle4j.blocklib.InvalidInputException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/** Links a small copy of the Java that this runs on. */
final class JavaRuntime {

  /**
   * The modules that are used: {@code Unsafe} by the tokenizer's binding, loggers by the progress
   * bar's, facts of the machine by profiles, types of XML by the reader of JSON.
   */
  private static final List<String> MODULES =
      List.of(
          "java.base",
          "java.logging",
          "java.management",
          "java.xml",
          "jdk.management",
          "jdk.unsupported");

  private JavaRuntime() {}

  /**
   * Writes it to a folder that does not exist yet.
   *
   * @throws InvalidInputException if this Java cannot be linked
   */
  static void link(Path folder) throws IOException {
    ToolProvider jlink =
        ToolProvider.findFirst("jlink")
            .orElseThrow(() ->
                new InvalidInputException(
                    "the Java at %s has no jlink: run this with a whole JDK, such as"
                            .formatted(System.getProperty("java.home"))
                        + " https://adoptium.net has"));
    StringWriter said = new StringWriter();
    PrintWriter words = new PrintWriter(said);
    int exitCode =
        jlink.run(
            words,
            words,
            "--add-modules",
            String.join(",", MODULES),
            "--compress",
            "zip-9",
            "--strip-debug",
            "--no-header-files",
            "--no-man-pages",
            "--output",
            folder.toString());
    if (exitCode != 0) {
      throw new InvalidInputException(
          "jlink cannot link the Java at %s: %s"
              .formatted(System.getProperty("java.home"), said.toString().strip()));
    }
    try (Stream<Path> files = Files.walk(folder.resolve("lib"))) {
      for (Path library : files.filter(file -> file.toString().endsWith(".so")).toList()) {
        SharedLibrary.strip(library);
      }
    }
  }
}
