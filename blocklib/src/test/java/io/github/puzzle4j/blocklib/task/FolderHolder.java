package io.github.puzzle4j.blocklib.task;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Another process: takes a folder, says so, and keeps it until its input ends or it is killed. */
final class FolderHolder implements AutoCloseable {

  private final Process process;

  private FolderHolder(Process process) {
    this.process = process;
  }

  /** Returns when the folder is taken. */
  static FolderHolder of(Path folder) throws IOException {
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    System.getProperty("java.class.path"),
                    FolderHolder.class.getName(),
                    folder.toString()))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    if (!"taken".equals(process.inputReader().readLine())) {
      throw new IOException("the other process did not take " + folder);
    }
    return new FolderHolder(process);
  }

  public static void main(String[] arguments) throws IOException {
    OwnedFolder.open(
        Path.of(arguments[0]),
        new OwnedFolder.Layout(List.of(), List.of()),
        line -> {
          throw new IllegalStateException(line);
        });
    System.out.println("taken");
    System.in.read();
  }

  long pid() {
    return process.pid();
  }

  /** As with kill -9. */
  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
