package io.github.puzzle4j.search.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** In a process of its own: standard output is where the build listens to the tests. */
@DisabledOnOs(OS.WINDOWS)
class NativeOutputTest {

  /** Prints from Java and from C, silenced and not. */
  static final class Chatter {

    public static void main(String[] arguments) {
      NativeOutput.silenced(() -> {
        System.out.println("java, silenced");
        puts("c, silenced");
      });
      System.out.println("answer");
    }

    @SuppressWarnings("restricted")
    private static void puts(String text) {
      Linker linker = Linker.nativeLinker();
      try (Arena arena = Arena.ofConfined()) {
        linker
            .downcallHandle(
                linker.defaultLookup().find("puts").orElseThrow(),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS))
            .invokeWithArguments(arena.allocateFrom(text));
      } catch (Throwable e) {
        throw new AssertionError(e);
      }
    }
  }

  @Test
  void onlyTheAnswerIsOnStandardOutput(@TempDir Path folder)
      throws IOException, InterruptedException {
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Chatter.class.getName())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();

    assertThat(Files.readString(err, StandardCharsets.UTF_8))
        .contains("java, silenced", "c, silenced");
    assertThat(Files.readString(out, StandardCharsets.UTF_8)).isEqualTo("answer\n");
    assertThat(process.exitValue()).isZero();
  }
}
