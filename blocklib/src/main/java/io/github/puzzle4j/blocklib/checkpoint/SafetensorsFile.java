package io.github.puzzle4j.blocklib.checkpoint;

import io.github.puzzle4j.blocklib.InputFile;
import io.github.puzzle4j.blocklib.InvalidInputException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Set;

/**
 * A safetensors file, mapped into memory: tensors are views, nothing is copied.
 *
 * <p>The header is checked in full before any tensor is handed out. Closing unmaps the file; views
 * of it (a {@link Tensor}, or its address in native code) must not be used any more.
 */
public final class SafetensorsFile implements TensorSource, AutoCloseable {

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
