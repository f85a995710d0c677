package io.github.puzzle4j.search.bundle;

import io.github.puzzle4j.blocklib.AtomicFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Copies a jar, or a folder of classes, without the native libraries of other platforms. The same
 * contents give the same bytes.
 */
final class BundledJar {

  private static final Pattern NATIVE = Pattern.compile(".*\\.(so|dll|dylib|jnilib|a)");

  /** Folders that libraries keep those of Linux on x86-64 in. */
  private static final Pattern OWN =
      Pattern.compile("(.*/)?linux[-/](x86_64|x86-64|amd64)/.*", Pattern.CASE_INSENSITIVE);

  private static final LocalDateTime TIME = LocalDateTime.of(1980, 2, 1, 0, 0);

  private BundledJar() {}

  static void write(Path source, Path jar) throws IOException {
    if (Files.isDirectory(source)) {
      copy(source, jar);
    } else {
      try (FileSystem opened = FileSystems.newFileSystem(source)) {
        copy(opened.getPath("/"), jar);
      }
    }
  }

  private static void copy(Path root, Path jar) throws IOException {
    List<Path> files;
    try (Stream<Path> walk = Files.walk(root)) {
      files =
          walk.filter(Files::isRegularFile)
              .filter(file -> carried(name(root, file)))
              .sorted()
              .toList();
    }
    AtomicFile.write(jar, stream -> pack(root, files, stream));
  }

  private static boolean carried(String name) {
    return !NATIVE.matcher(name).matches() || OWN.matcher(name).matches();
  }

  private static String name(Path root, Path file) {
    return root.relativize(file).toString();
  }

  private static void pack(Path root, List<Path> files, OutputStream stream) throws IOException {
    // Not closed, which would close the stream of the file that is still to be synced.
    ZipOutputStream zip = new ZipOutputStream(stream);
    zip.setLevel(Deflater.BEST_COMPRESSION);
    for (Path file : files) {
      ZipEntry entry = new ZipEntry(name(root, file));
      entry.setTimeLocal(TIME);
      zip.putNextEntry(entry);
      try (InputStream content = Files.newInputStream(file)) {
        content.transferTo(zip);
      }
      zip.closeEntry();
    }
    zip.finish();
  }
}
