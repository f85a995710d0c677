package io.github.puzzle4j.blocklib.checkpoint;

import io.github.puzzle4j.blocklib.AtomicFile;
import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.blocklib.task.Seal;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CheckedOutputStream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes a safetensors file atomically, with one tensor in memory at a time. Equal tensors give
 * equal bytes whatever their order.
 *
 * <p>Tensors are sorted by element size, largest first, then by name, so that each is aligned.
 */
public final class SafetensorsWriter {

  private static final int CHUNK_BYTES = 1 << 20;

  private SafetensorsWriter() {}

  /**
   * Writes all tensors of a source.
   *
   * @throws IOException if a tensor cannot be read or the file cannot be written
   */
  public static void write(Path file, TensorSource source) throws IOException {
    write(file, source, source.names());
  }

  static void write(Path file, TensorSource source, Collection<String> names) throws IOException {
    Map<String, TensorSpec> layout = layout(source, names);
    AtomicFile.write(
        file,
        stream -> {
          stream.write(header(layout));
          write(layout, source, stream);
        });
  }

  /**
   * The same with a {@link Seal} in a last tensor, {@value SafetensorsFile#SEAL}; {@link
   * SafetensorsFile#openSealed} reads it.
   */
  public static void writeSealed(Path file, TensorSource source) throws IOException {
    Map<String, TensorSpec> layout = layout(source, source.names());
    Map<String, TensorSpec> sealed = new LinkedHashMap<>(layout);
    sealed.put(SafetensorsFile.SEAL, new TensorSpec(TensorType.U8, List.of((long) Seal.BYTES)));
    AtomicFile.write(
        file,
        stream -> {
          CheckedOutputStream checked = new CheckedOutputStream(stream, Seal.begin(file));
          checked.write(header(sealed));
          write(layout, source, checked);
          stream.write(Seal.end(checked.getChecksum()));
        });
  }

  private static void write(
      Map<String, TensorSpec> layout, TensorSource source, OutputStream stream) throws IOException {
    for (Map.Entry<String, TensorSpec> entry : layout.entrySet()) {
      Tensor tensor = source.tensor(entry.getKey());
      if (!tensor.spec().equals(entry.getValue())) {
        throw new IllegalStateException(
            "tensor '%s' was declared as %s but is %s"
                .formatted(entry.getKey(), entry.getValue(), tensor.spec()));
      }
      copy(tensor.data(), stream);
      tensor.unload();
    }
  }

  private static Map<String, TensorSpec> layout(TensorSource source, Collection<String> names)
      throws IOException {
    Map<String, TensorSpec> specs = new LinkedHashMap<>();
    for (String name : names) {
      if (name.equals(SafetensorsHeader.METADATA)) {
        throw new IllegalArgumentException("no tensor may be called '%s'".formatted(name));
      }
      specs.put(name, source.spec(name));
    }
    Map<String, TensorSpec> layout = new LinkedHashMap<>();
    specs.entrySet().stream()
        .sorted(
            Comparator.comparingInt(
                    (Map.Entry<String, TensorSpec> e) -> -e.getValue().type().bytes())
                .thenComparing(Map.Entry::getKey))
        .forEach(e -> layout.put(e.getKey(), e.getValue()));
    return layout;
  }

  private static byte[] header(Map<String, TensorSpec> layout) {
    ObjectNode root = Json.mapper().createObjectNode();
    // Loaders of the Hugging Face family refuse files without it.
    root.putObject(SafetensorsHeader.METADATA).put("format", "pt");
    long position = 0;
    for (Map.Entry<String, TensorSpec> entry : layout.entrySet()) {
      TensorSpec spec = entry.getValue();
      ObjectNode node = root.putObject(entry.getKey());
      node.put("dtype", spec.type().name());
      ArrayNode shape = node.putArray("shape");
      spec.shape().forEach(shape::add);
      node.putArray("data_offsets").add(position).add(position + spec.bytes());
      position += spec.bytes();
    }
    byte[] json = root.toString().getBytes(StandardCharsets.UTF_8);
    int padded = (json.length + 7) / 8 * 8;
    ByteBuffer header = ByteBuffer.allocate(8 + padded).order(ByteOrder.LITTLE_ENDIAN);
    header.putLong(padded).put(json);
    while (header.hasRemaining()) {
      header.put((byte) ' ');
    }
    return header.array();
  }

  private static void copy(MemorySegment data, OutputStream stream) throws IOException {
    byte[] chunk = new byte[(int) Math.min(CHUNK_BYTES, data.byteSize())];
    for (long position = 0; position < data.byteSize(); position += chunk.length) {
      int count = (int) Math.min(chunk.length, data.byteSize() - position);
      MemorySegment.copy(data, ValueLayout.JAVA_BYTE, position, chunk, 0, count);
      stream.write(chunk, 0, count);
    }
  }
}
