package io.github.puzzle4j.blocklib.task;

import io.github.puzzle4j.blocklib.AtomicFile;
import io.github.puzzle4j.blocklib.InvalidInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * A folder in which one process works at a time, until it closes this or ends, however it ends: the
 * operating system keeps the lock on the file {@code .lock}. When the folder is opened,
 * half-written files of a process that was killed are removed, and what blocks the place of a file
 * or folder is moved aside.
 */
public final class OwnedFolder implements AutoCloseable {

  /**
   * What is in such a folder, as globs of paths relative to it.
   *
   * @param folders that hold its files
   * @param files of the folder and of those in it
   */
  public record Layout(List<String> folders, List<String> files) {

    public Layout {
      folders = List.copyOf(folders);
      files = List.copyOf(files);
    }
  }

  private static final String LOCK = ".lock";

  /** Beyond the text of the file, since on some systems a locked region cannot be read. */
  private static final long LOCKED_BYTE = 1L << 30;

  private static final int LONGEST_TEXT = 400;

  /**
   * The folders of this process. A second channel must not even be opened: on POSIX systems,
   * closing any channel of a file gives up the locks of the whole process.
   */
  private static final Set<Path> OPEN = ConcurrentHashMap.newKeySet();

  private final Path real;
  private final FileChannel channel;

  private OwnedFolder(Path real, FileChannel channel) {
    this.real = real;
    this.channel = channel;
  }

  /**
   * Opens a folder, made if need be.
   *
   * @param warnings receives a line for each file or folder that is made again; also if the file
   *     system has no locks, so that the user has to take care
   * @throws InvalidInputException at once if another process works in it, naming that process
   */
  public static OwnedFolder open(Path folder, Layout layout, Consumer<String> warnings)
      throws IOException {
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw new InvalidInputException("%s: is a file, not a folder".formatted(folder));
    }
    Files.createDirectories(folder);
    Path real = folder.toRealPath();
    if (!OPEN.add(real)) {
      throw inUse(folder, me());
    }
    boolean opened = false;
    try {
      FileChannel channel = lock(folder, warnings);
      try {
        new Sweep(folder, layout, warnings).of(folder);
        opened = true;
        return new OwnedFolder(real, channel);
      } finally {
        if (!opened) {
          channel.close();
        }
      }
    } finally {
      if (!opened) {
        OPEN.remove(real);
      }
    }
  }

  // The lock lives as long as the channel, which is returned.
  private static FileChannel lock(Path folder, Consumer<String> warnings) throws IOException {
    Path file = folder.resolve(LOCK);
    Obstacle.clearForFile(file, warnings);
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    boolean locked = false;
    try {
      if (!tryLock(folder, channel, warnings)) {
        throw inUse(folder, holder(channel));
      }
      channel.truncate(0);
      AtomicFile.named(file, () -> channel.write(bytes(me()), 0));
      locked = true;
      return channel;
    } finally {
      if (!locked) {
        channel.close();
      }
    }
  }

  /** True as well if the file system has no locks, as some network file systems. */
  private static boolean tryLock(Path folder, FileChannel channel, Consumer<String> warnings) {
    try {
      FileLock lock = channel.tryLock(LOCKED_BYTE, 1, false);
      return lock != null;
    } catch (IOException unsupported) {
      warnings.accept(
          "%s: the file system has no locks (%s); run one process at a time in this folder"
              .formatted(folder, unsupported.getMessage()));
      return true;
    }
  }

  /**
   * The process that works in a folder, as text; empty if there is none, or if the file system has
   * no locks.
   */
  public static Optional<String> holder(Path folder) throws IOException {
    Path file = folder.resolve(LOCK);
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    if (OPEN.contains(folder.toRealPath())) {
      return Optional.of(me());
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return isLocked(channel) ? Optional.of(holder(channel)) : Optional.empty();
    }
  }

  private static boolean isLocked(FileChannel channel) {
    try (FileLock lock = channel.tryLock(LOCKED_BYTE, 1, true)) {
      return lock == null;
    } catch (IOException unsupported) {
      return false;
    }
  }

  private static InvalidInputException inUse(Path folder, String holder) {
    return new InvalidInputException(
        "%s: in use by %s; wait until it ends, or choose another folder".formatted(folder, holder));
  }

  private static String me() {
    return "process %d on %s since %s"
        .formatted(
            ProcessHandle.current().pid(),
            host(),
            ProcessHandle.current()
                .info()
                .startInstant()
                .orElseGet(Instant::now)
                .truncatedTo(ChronoUnit.SECONDS));
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException unnamed) {
      return "an unnamed host";
    }
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap((text + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private static String holder(FileChannel channel) throws IOException {
    ByteBuffer text = ByteBuffer.allocate(LONGEST_TEXT);
    channel.read(text, 0);
    String holder = StandardCharsets.UTF_8.decode(text.flip()).toString().strip();
    return holder.startsWith("process ") ? holder : "another process";
  }

  /** Gives the folder up. */
  @Override
  public void close() {
    try (channel) {
      channel.truncate(0);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } finally {
      OPEN.remove(real);
    }
  }

  /** Looks at every file and folder of the layout. */
  private static final class Sweep {

    private final Path root;
    private final List<PathMatcher> folders;
    private final List<PathMatcher> files;
    private final Consumer<String> warnings;

    Sweep(Path root, Layout layout, Consumer<String> warnings) {
      this.root = root;
      this.folders = layout.folders().stream().map(Sweep::glob).toList();
      this.files = layout.files().stream().map(Sweep::glob).toList();
      this.warnings = warnings;
    }

    private static PathMatcher glob(String pattern) {
      return FileSystems.getDefault().getPathMatcher("glob:" + pattern);
    }

    void of(Path folder) throws IOException {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
        for (Path entry : entries) {
          Path relative = root.relativize(entry);
          if (AtomicFile.isTemporary(entry)) {
            Files.deleteIfExists(entry);
          } else if (!Obstacle.isAside(entry)) {
            clear(entry, relative);
          }
        }
      }
    }

    private void clear(Path entry, Path relative) throws IOException {
      if (files.stream().anyMatch(glob -> glob.matches(relative))) {
        Obstacle.clearForFile(entry, warnings);
      } else if (folders.stream().anyMatch(glob -> glob.matches(relative))) {
        Obstacle.clearForFolder(entry, warnings);
        if (Files.isDirectory(entry)) {
          of(entry);
        }
      }
    }
  }
}
