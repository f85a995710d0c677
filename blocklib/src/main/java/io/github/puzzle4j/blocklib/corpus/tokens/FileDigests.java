package io.github.puzzle4j.blocklib.corpus.tokens;

import io.github.puzzle4j.blocklib.task.Digests;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** SHA-256 digests of files, each computed once. Not thread-safe. */
public final class FileDigests {

  private final Map<Path, String> known = new HashMap<>();

  /** The SHA-256 of a file in hexadecimal digits. */
  public String of(Path file) throws IOException {
    Path real = file.toRealPath();
    String digest = known.get(real);
    if (digest == null) {
      digest = Digests.of(real);
      known.put(real, digest);
    }
    return digest;
  }
}
