package io.github.puzzle4j.search.llamacpp;

import de.kherud.llama.LlamaModel;
import de.kherud.llama.LogLevel;
import de.kherud.llama.args.LogFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;

/** The native library of llama.cpp, loaded once. */
final class LlamaLibrary {

  /** What it says first is the reason; what follows is what failed because of it. */
  private static final AtomicReference<String> FIRST_ERROR = new AtomicReference<>("");

  private static boolean loaded;

  private LlamaLibrary() {}

  /** By default all processes unpack the library to the same file. */
  static synchronized void load() throws IOException {
    if (!loaded) {
      Path unpacked = Files.createTempDirectory("puzzle4j-llama");
      unpacked.toFile().deleteOnExit();
      System.setProperty("de.kherud.llama.tmpdir", unpacked.toString());
      listen();
      RunningRequests.finishBeforeExit();
      loaded = true;
    }
  }

  /** Forgets errors, and hears of further ones: a server that is told to be quiet ends that. */
  static void listen() {
    LlamaModel.setLogger(LogFormat.TEXT, LlamaLibrary::keepError);
    FIRST_ERROR.set("");
  }

  private static void keepError(LogLevel level, String message) {
    if (level == LogLevel.ERROR && !message.isBlank()) {
      FIRST_ERROR.compareAndSet("", message.strip());
    }
  }

  /** The first error since it listens; empty without one, or if that was taken already. */
  static String takeError() {
    return FIRST_ERROR.getAndSet("");
  }
}
