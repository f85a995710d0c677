package io.github.puzzle4j.search.cli.model;

import io.github.puzzle4j.blocklib.InputFile;
import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.checkpoint.ConfigFile;
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
    InputFile.requireEither(folderOrFile, "no such file");
    return ConfigFile.read(
        Files.isDirectory(folderOrFile) ? folderOrFile.resolve(ConfigFile.NAME) : folderOrFile);
  }
}
