package io.github.puzzle4j.blocklib.checkpoint;

import io.github.puzzle4j.blocklib.InputFile;
import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The config of a model that a user names by its folder or by the file itself. */
public final class ModelConfigFile {

  private ModelConfigFile() {}

  /**
   * Reads the config without the weights.
   *
   * @throws InvalidInputException if there is none, or none of a known family
   */
  public static Model read(Path folderOrFile) throws IOException {
    return ConfigFile.read(file(folderOrFile));
  }

  /**
   * How the config says that the weights are stored.
   *
   * @throws InvalidInputException as {@link #read}
   */
  public static StoredFormat storedFormat(Path folderOrFile) throws IOException {
    return ConfigFile.storedFormat(file(folderOrFile));
  }

  private static Path file(Path folderOrFile) throws IOException {
    InputFile.requireEither(folderOrFile, "no such file");
    return Files.isDirectory(folderOrFile) ? folderOrFile.resolve(ConfigFile.NAME) : folderOrFile;
  }
}
