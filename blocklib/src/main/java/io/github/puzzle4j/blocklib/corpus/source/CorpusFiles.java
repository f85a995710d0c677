package io.github.puzzle4j.blocklib.corpus.source;

import io.github.puzzle4j.blocklib.InputFile;
import io.github.puzzle4j.blocklib.InvalidInputException;
import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.FileVisitor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The files of a corpus: a single file, or all files below a folder sorted by path. Hidden files
 * and folders are ignored; symbolic links are followed, except in cycles.
 *
 * @param files files to read, in this order
 * @param skipped files in the folder that are not read: files of unknown type and, if there are
 *     files with rows, what describes them: plain text, and {@code .json} beside other rows
 */
public record CorpusFiles(List<Path> files, List<Path> skipped) {

  private static final int MAX_DEPTH = 32;
  private static final int MAX_FILES = 1_000_000;

  /** Beside the rows that Hugging Face's datasets saves. */
  private static final Set<String> DESCRIPTIONS =
      Set.of("state.json", "dataset_info.json", "dataset_infos.json", "dataset_dict.json");

  public CorpusFiles {
    files = List.copyOf(files);
    skipped = List.copyOf(skipped);
  }

  /**
   * Finds the files of a corpus. A path to a file is accepted whatever its name.
   *
   * @throws InvalidInputException if the path does not exist, or the folder has no file to read
   */
  public static CorpusFiles find(Path path) throws IOException {
    InputFile.requireEither(path, "no such file");
    if (!Files.isDirectory(path)) {
      return new CorpusFiles(List.of(path), List.of());
    }
    Map<Rank, List<Path>> ranked =
        below(path).stream().collect(Collectors.groupingBy(CorpusFiles::rank));
    Rank read =
        Stream.of(Rank.ROWS, Rank.JSON, Rank.TEXT)
            .filter(ranked::containsKey)
            .findFirst()
            .orElseThrow(() ->
                new InvalidInputException(
                    "%s: holds no file with rows or text; the endings are %s"
                        .formatted(path, FileKind.NAMES)));
    List<Path> skipped = new ArrayList<>();
    ranked.forEach((rank, files) -> skipped.addAll(rank == read ? List.of() : files));
    return new CorpusFiles(ranked.getOrDefault(read, List.of()), skipped);
  }

  /** Of the kinds in a folder the first is read; what is below describes it. */
  private enum Rank {
    ROWS,
    JSON,
    TEXT,
    UNKNOWN
  }

  private static Rank rank(Path file) {
    String name = String.valueOf(file.getFileName());
    if (DESCRIPTIONS.contains(name)) {
      return Rank.UNKNOWN;
    }
    return FileKind.of(file)
        .map(kind ->
            switch (kind) {
              case TEXT -> Rank.TEXT;
              case PARQUET, ARROW -> Rank.ROWS;
              case JSON -> name.matches("(?i).*\\.json(\\.gz|\\.zst)?") ? Rank.JSON : Rank.ROWS;
            })
        .orElse(Rank.UNKNOWN);
  }

  private static List<Path> below(Path folder) throws IOException {
    List<Path> files = new ArrayList<>();
    Files.walkFileTree(
        folder, EnumSet.of(FileVisitOption.FOLLOW_LINKS), MAX_DEPTH, visitor(folder, files));
    // Sorted by relative path, so that the order does not depend on machine and folder.
    files.sort(Comparator.comparing(file -> nameBelow(folder, file)));
    return files;
  }

  private static String nameBelow(Path folder, Path file) {
    return folder.relativize(file).toString().replace('\\', '/');
  }

  private static FileVisitor<Path> visitor(Path folder, List<Path> files) {
    return new SimpleFileVisitor<>() {
      @Override
      public FileVisitResult preVisitDirectory(Path visited, BasicFileAttributes attributes) {
        return !visited.equals(folder) && isHidden(visited)
            ? FileVisitResult.SKIP_SUBTREE
            : FileVisitResult.CONTINUE;
      }

      @Override
      public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
          throws IOException {
        if (attributes.isRegularFile() && !isHidden(file)) {
          files.add(file);
        }
        if (files.size() > MAX_FILES) {
          throw new InvalidInputException(
              "%s: holds more than %d files".formatted(folder, MAX_FILES));
        }
        return FileVisitResult.CONTINUE;
      }

      @Override
      public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
        if (failure instanceof FileSystemLoopException || isHidden(file)) {
          return FileVisitResult.CONTINUE;
        }
        InputFile.requireEither(file, "no such file");
        throw new InvalidInputException("%s: cannot be read".formatted(file), failure);
      }
    };
  }

  private static boolean isHidden(Path file) {
    return String.valueOf(file.getFileName()).startsWith(".");
  }
}
