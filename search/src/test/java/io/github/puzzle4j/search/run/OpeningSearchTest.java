package io.github.puzzle4j.search.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.puzzle4j.search.progress.Progress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In a process of its own, whose mapped files tell what was loaded. */
class OpeningSearchTest {

  private static final Path MAPS = Path.of("/proc/self/maps");

  @TempDir Path folder;

  @Test
  void openingReadsNoWeightsAndLoadsNoLibtorch() throws IOException, InterruptedException {
    assumeTrue(Files.isReadable(MAPS), "no /proc/self/maps: mapped files are not known here");
    SmallRun.in(folder);
    String first = open();
    assertThat(first).contains("layers 4").contains("libtorch false");
    String second = open();
    assertThat(second).contains("layers 4").contains("libtorch false").contains("weights false");
  }

  private String open() throws IOException, InterruptedException {
    Path output = folder.resolve("output");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Opening.class.getName(),
                folder.toString())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    process.waitFor();
    return Files.readString(output);
  }

  /** Opens the search of a folder and says what is mapped. */
  static final class Opening {

    private Opening() {}

    public static void main(String[] arguments) throws IOException {
      SmallRun run = SmallRun.at(Path.of(arguments[0]));
      try (Search search = Search.open(run.plan(SmallRun.PLAN), run.run(), Progress.silent())) {
        String maps = new String(Files.readAllBytes(MAPS), StandardCharsets.UTF_8);
        System.out.printf(
            "layers %d, libtorch %b, weights %b%n",
            search.space().layers().size(),
            maps.contains("libtorch"),
            maps.contains("model.safetensors"));
      }
    }
  }
}
