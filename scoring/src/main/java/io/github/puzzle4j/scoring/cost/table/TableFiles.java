package io.github.puzzle4j.scoring.cost.table;

import io.github.puzzle4j.blocklib.InputFile;
import io.github.puzzle4j.blocklib.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Resolves paths of tables. */
final class TableFiles {

  private static final List<String> ENDINGS = List.of(".csv", ".csv.gz", ".parquet");

  private TableFiles() {}

  /** The files, and the tables in the folders sorted by name. */
  static List<Path> in(List<Path> filesAndFolders) throws IOException {
    List<Path> files = new ArrayList<>();
    for (Path path : filesAndFolders) {
      InputFile.requireEither(path, "no such file or folder");
      if (Files.isDirectory(path)) {
        files.addAll(inFolder(path));
      } else {
        files.add(path);
      }
    }
    return files;
  }

  private static List<Path> inFolder(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      List<Path> tables = entries.filter(TableFiles::isTable).sorted().toList();
      if (tables.isEmpty()) {
        throw new InvalidInputException(
            "%s: no table in this folder; tables end in %s"
                .formatted(folder, String.join(", ", ENDINGS)));
      }
      return tables;
    }
  }

  private static boolean isTable(Path path) {
    String name = String.valueOf(path.getFileName());
    return ENDINGS.stream().anyMatch(name::endsWith)
        && !name.startsWith(".")
        && Files.isRegularFile(path);
  }
}
