package io.github.puzzle4j.blocklib.gguf;

import io.github.puzzle4j.blocklib.InputFile;
import io.github.puzzle4j.blocklib.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.SequencedMap;

/**
 * A GGUF file, mapped into memory. Its header is checked in full before anything is handed out:
 * counts and lengths against the file, types, names, shapes, and that tensors are neither beyond
 * the file nor overlap. Closing unmaps the file.
 */
public final class GgufFile implements AutoCloseable {

  /** Bytes to which tensors are aligned, unless {@value GgufKeys#ALIGNMENT} says otherwise. */
  public static final int DEFAULT_ALIGNMENT = 32;

  /** The version that is written. */
  public static final int VERSION = 3;

  /** The first bytes of a file. */
  public static final String MAGIC = "GGUF";

  private static final String ENDING = ".gguf";
  private static final int LARGEST_ALIGNMENT = 1 << 16;

  private final Path file;
  private final Arena arena;
  private final MemorySegment data;
  private final GgufMetadata metadata;
  private final SequencedMap<String, GgufTensor> tensors;

  private GgufFile(
      Path file,
      Arena arena,
      MemorySegment data,
      GgufMetadata metadata,
      SequencedMap<String, GgufTensor> tensors) {
    this.file = file;
    this.arena = arena;
    this.data = data;
    this.metadata = metadata;
    this.tensors = tensors;
  }

  /** Whether a path is a file that is meant to be GGUF: by its name, or by its first bytes. */
  public static boolean isOne(Path path) throws IOException {
    if (!Files.isRegularFile(path)) {
      return false;
    }
    if (path.toString().toLowerCase(Locale.ROOT).endsWith(ENDING)) {
      return true;
    }
    if (!Files.isReadable(path)) {
      return false;
    }
    try (InputStream stream = Files.newInputStream(path)) {
      return Arrays.equals(
          stream.readNBytes(MAGIC.length()), MAGIC.getBytes(StandardCharsets.US_ASCII));
    }
  }

  /**
   * Maps a file and checks its header.
   *
   * @throws InvalidInputException if the file is missing, truncated or contradicts itself, or if
   *     its version, byte order or a type is not supported
   */
  // The arena lives as long as the file that is returned, which closes it.
  @SuppressWarnings("MustBeClosedChecker")
  public static GgufFile open(Path file) throws IOException {
    InputFile.require(file);
    Arena arena = Arena.ofShared();
    boolean opened = false;
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      MemorySegment map = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
      GgufFile result = read(file, arena, map);
      opened = true;
      return result;
    } finally {
      if (!opened) {
        arena.close();
      }
    }
  }

  private static GgufFile read(Path file, Arena arena, MemorySegment map)
      throws InvalidInputException {
    GgufCursor cursor = new GgufCursor(file, map, 0);
    requireMagic(map, cursor);
    requireVersion(cursor);
    long tensorCount = GgufTensorTable.count(cursor);
    GgufMetadata metadata = GgufMetadata.read(file, map, cursor, GgufMetadata.count(cursor));
    requireWhole(metadata);
    int alignment = alignment(metadata);
    SequencedMap<String, GgufTensor> tensors = GgufTensorTable.read(cursor, tensorCount, alignment);
    long begin = Math.ceilDiv(cursor.position(), alignment) * alignment;
    long present = map.byteSize() - begin;
    long needed = 0;
    if (!tensors.isEmpty()) {
      GgufTensor last = tensors.lastEntry().getValue();
      needed = last.offset() + last.bytes();
      if (needed > present) {
        throw cursor.invalid(
            "truncated: %d bytes of tensors expected, %d present"
                .formatted(needed, Math.max(present, 0)));
      }
    }
    if (present - needed >= alignment) {
      throw cursor.invalid(
          "%d bytes after the last tensor belong to none".formatted(present - needed));
    }
    MemorySegment data = tensors.isEmpty() ? map.asSlice(0, 0) : map.asSlice(begin);
    return new GgufFile(file, arena, data, metadata, tensors);
  }

  private static void requireMagic(MemorySegment map, GgufCursor cursor)
      throws InvalidInputException {
    byte[] magic = MAGIC.getBytes(StandardCharsets.US_ASCII);
    if (map.byteSize() < magic.length
        || map.asSlice(0, magic.length).mismatch(MemorySegment.ofArray(magic)) != -1) {
      throw cursor.invalid("does not start with '%s': not a GGUF file".formatted(MAGIC));
    }
    cursor.skip("the first bytes", magic.length);
  }

  private static void requireVersion(GgufCursor cursor) throws InvalidInputException {
    int version = cursor.int32("the version");
    // Version 2 has the same layout.
    if (version != VERSION && version != 2) {
      int swapped = Integer.reverseBytes(version);
      throw cursor.invalid(
          swapped > 0 && swapped <= VERSION
              ? "is a GGUF file in big-endian byte order; little-endian ones are supported"
              : "GGUF version %s is not supported; 2 and 3 are"
                  .formatted(Integer.toUnsignedString(version)));
    }
  }

  /** Refuses a part of a model. */
  private static void requireWhole(GgufMetadata metadata) throws InvalidInputException {
    OptionalInt parts = metadata.size32(GgufKeys.SPLIT_COUNT);
    if (parts.orElse(1) > 1) {
      throw metadata.invalid(
          "is one of %d files of a split model; merge them with 'llama-gguf-split --merge'"
              .formatted(parts.getAsInt()));
    }
  }

  private static int alignment(GgufMetadata metadata) throws InvalidInputException {
    int alignment = metadata.size32(GgufKeys.ALIGNMENT).orElse(DEFAULT_ALIGNMENT);
    if (Integer.bitCount(alignment) != 1 || alignment > LARGEST_ALIGNMENT) {
      throw metadata.invalid(
          "%s=%d must be a power of two up to %d"
              .formatted(GgufKeys.ALIGNMENT, alignment, LARGEST_ALIGNMENT));
    }
    return alignment;
  }

  /** The file, as it was given. */
  public Path path() {
    return file;
  }

  /** The key-value pairs. */
  public GgufMetadata metadata() {
    return metadata;
  }

  /** The tensors by name, in the order of the file. */
  public SequencedMap<String, GgufTensor> tensors() {
    return tensors;
  }

  /** The bytes of a tensor of this file; invalid after the file is closed. */
  public MemorySegment bytes(GgufTensor tensor) {
    return data.asSlice(tensor.offset(), tensor.bytes());
  }

  /**
   * Multiplies rows of a tensor out.
   *
   * @param buffer of at least {@link GgufTensor#rowBytes} times {@code rows} bytes
   * @param out its beginning receives the numbers
   */
  public void readRows(GgufTensor tensor, long first, int rows, byte[] buffer, float[] out) {
    int bytes = Math.toIntExact(rows * tensor.rowBytes());
    long from = tensor.offset() + first * tensor.rowBytes();
    MemorySegment.copy(data, ValueLayout.JAVA_BYTE, from, buffer, 0, bytes);
    tensor.type().decode(buffer, out, Math.toIntExact(rows * tensor.columns()));
  }

  @Override
  public void close() {
    arena.close();
  }
}
