package io.github.puzzle4j.blocklib.checkpoint;

import io.github.puzzle4j.blocklib.InputFile;
import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.task.Seal;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * A safetensors file, mapped into memory: tensors are views, nothing is copied.
 *
 * <p>The header is checked in full before any tensor is handed out. Closing unmaps the file; views
 * of it (a {@link Tensor}, or its address in native code) must not be used any more.
 */
public final class SafetensorsFile implements TensorSource, AutoCloseable {

  /** The tensor that holds the checksum of a sealed file. */
  static final String SEAL = "crc32c";

  private final Path file;
  private final Arena arena;
  private final MemorySegment data;
  private final SafetensorsHeader header;

  private SafetensorsFile(Path file, Arena arena, MemorySegment data, SafetensorsHeader header) {
    this.file = file;
    this.arena = arena;
    this.data = data;
    this.header = header;
  }

  /**
   * Maps a file and checks its header.
   *
   * @throws InvalidInputException if the file is missing, truncated or contradicts itself
   */
  // The arena lives as long as the file that is returned, which closes it.
  @SuppressWarnings("MustBeClosedChecker")
  public static SafetensorsFile open(Path file) throws IOException {
    InputFile.require(file);
    Arena arena = Arena.ofShared();
    boolean opened = false;
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      MemorySegment map = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
      SafetensorsHeader header = SafetensorsHeader.read(file, map);
      SafetensorsFile result =
          new SafetensorsFile(file, arena, map.asSlice(header.dataStart()), header);
      opened = true;
      return result;
    } finally {
      if (!opened) {
        arena.close();
      }
    }
  }

  /**
   * Reads a file that {@link SafetensorsWriter#writeSealed} wrote, compares it with its checksum,
   * and maps it.
   *
   * @throws InvalidInputException if the file is missing or is not what was written under its name
   */
  public static SafetensorsFile openSealed(Path file) throws IOException {
    if (Files.isRegularFile(file) && !Seal.holds(file)) {
      throw new InvalidInputException("%s: changed since it was written".formatted(file));
    }
    SafetensorsFile sealed = open(file);
    Map<String, SafetensorsHeader.Entry> entries = new LinkedHashMap<>(sealed.header.entries());
    entries.remove(SEAL);
    return new SafetensorsFile(
        file,
        sealed.arena,
        sealed.data,
        new SafetensorsHeader(sealed.header.dataStart(), sealed.header.metadata(), entries));
  }

  /** The metadata of the header. */
  public Map<String, String> metadata() {
    return header.metadata();
  }

  /** The names, in the order of the data. */
  @Override
  public Set<String> names() {
    return header.entries().keySet();
  }

  @Override
  public Tensor tensor(String name) throws IOException {
    SafetensorsHeader.Entry entry = entry(name);
    TensorSpec spec = entry.spec();
    return new Tensor(spec.type(), spec.shape(), data.asSlice(entry.begin(), spec.bytes()));
  }

  @Override
  public TensorSpec spec(String name) throws IOException {
    return entry(name).spec();
  }

  private SafetensorsHeader.Entry entry(String name) throws IOException {
    SafetensorsHeader.Entry entry = header.entries().get(name);
    if (entry == null) {
      throw new InvalidInputException("%s: no tensor '%s'".formatted(file, name));
    }
    return entry;
  }

  /** Unmaps the file. */
  @Override
  public void close() {
    arena.close();
  }
}
