package io.github.puzzle4j.blocklib.checkpoint;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.Json;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * The JSON at the start of a safetensors file, checked against its file.
 *
 * <p>Layout: u64 header length, the header, the data. Offsets count from the start of the data and
 * cover it without holes.
 *
 * @param dataStart offset of the data in the file
 * @param entries the tensors in the order of their data
 */
record SafetensorsHeader(long dataStart, Map<String, String> metadata, Map<String, Entry> entries) {

  static final String METADATA = "__metadata__";

  /**
   * A quarter of what the reference implementation accepts: 200,000 tensors with long names, and
   * what can be parsed in a heap of 1 GiB, whatever it holds.
   */
  static final long LONGEST_HEADER = 25_000_000;

  private static final ValueLayout.OfLong LENGTH =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** One tensor; {@code begin} and {@code end} count bytes from the start of the data. */
  record Entry(TensorSpec spec, long begin, long end) {}

  static SafetensorsHeader read(Path file, MemorySegment bytes) throws IOException {
    if (bytes.byteSize() < Long.BYTES) {
      throw truncated(file, Long.BYTES + 2, bytes.byteSize());
    }
    long length = bytes.get(LENGTH, 0);
    if (isPointer(bytes)) {
      throw invalid(file, "is a pointer of Git LFS, not the file itself. Maybe run 'git lfs pull'");
    }
    if (length < 2 || length > LONGEST_HEADER) {
      throw invalid(
          file,
          "header length is %s bytes, a safetensors file has 2 to %d"
              .formatted(Long.toUnsignedString(length), LONGEST_HEADER));
    }
    long dataStart = Long.BYTES + length;
    if (bytes.byteSize() < dataStart) {
      throw truncated(file, dataStart, bytes.byteSize());
    }
    byte[] text = bytes.asSlice(Long.BYTES, length).toArray(ValueLayout.JAVA_BYTE);
    if (text[0] != '{') {
      throw invalid(file, "header does not start with '{': not a safetensors file");
    }
    // A zero byte would make the parser assume UTF-16.
    if (text[1] == 0) {
      throw invalid(file, "header is not in UTF-8");
    }
    JsonNode root = Json.parse("%s: header".formatted(file), text, JsonNode.class);
    Map<String, Entry> entries = inDataOrder(entries(file, root));
    requireContiguous(file, entries, dataStart, bytes.byteSize());
    return new SafetensorsHeader(
        dataStart, metadata(file, root), Collections.unmodifiableMap(entries));
  }

  /** Whether it is a Git LFS pointer, as in a clone without Git LFS. */
  private static boolean isPointer(MemorySegment bytes) {
    byte[] start = "version https://git-lfs".getBytes(StandardCharsets.UTF_8);
    return bytes.byteSize() >= start.length
        && bytes.asSlice(0, start.length).mismatch(MemorySegment.ofArray(start)) == -1;
  }

  private static Map<String, String> metadata(Path file, JsonNode root) throws IOException {
    JsonNode node = root.get(METADATA);
    if (node == null) {
      return Map.of();
    }
    if (!node.isObject()) {
      throw invalid(file, "%s is not an object".formatted(METADATA));
    }
    Map<String, String> metadata = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> property : node.properties()) {
      if (!property.getValue().isString()) {
        throw invalid(file, "%s.%s is not a string".formatted(METADATA, property.getKey()));
      }
      metadata.put(property.getKey(), property.getValue().stringValue());
    }
    return Collections.unmodifiableMap(metadata);
  }

  private static Map<String, Entry> entries(Path file, JsonNode root) throws IOException {
    Map<String, Entry> entries = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> property : root.properties()) {
      if (!property.getKey().equals(METADATA)) {
        entries.put(property.getKey(), entry(file, property.getKey(), property.getValue()));
      }
    }
    return entries;
  }

  private static Entry entry(Path file, String name, JsonNode node) throws IOException {
    if (!node.isObject() || node.size() != 3) {
      throw invalid(
          file, "tensor '%s' needs exactly dtype, shape and data_offsets".formatted(name));
    }
    JsonNode typeName = node.path("dtype");
    List<Long> shape = numbers(file, name, "shape", node.path("shape"));
    List<Long> offsets = numbers(file, name, "data_offsets", node.path("data_offsets"));
    if (!typeName.isString() || offsets.size() != 2) {
      throw invalid(file, "tensor '%s' needs a dtype by name and two data_offsets".formatted(name));
    }
    TensorType type =
        TensorType.named(typeName.stringValue())
            .orElseThrow(() ->
                invalid(
                    file,
                    "tensor '%s' has the unsupported dtype %s; %s can be read"
                        .formatted(name, typeName, List.of(TensorType.values()))));
    TensorSpec spec = spec(file, name, type, shape);
    long begin = offsets.get(0);
    long end = offsets.get(1);
    if (begin > end || end - begin != spec.bytes()) {
      throw invalid(
          file,
          "tensor '%s': %s %s is %d bytes, but data_offsets are %s"
              .formatted(name, type, shape, spec.bytes(), offsets));
    }
    return new Entry(spec, begin, end);
  }

  private static TensorSpec spec(Path file, String name, TensorType type, List<Long> shape)
      throws IOException {
    try {
      return new TensorSpec(type, shape);
    } catch (IllegalArgumentException impossible) {
      throw new InvalidInputException(
          "%s: tensor '%s': %s".formatted(file, name, impossible.getMessage()), impossible);
    }
  }

  private static List<Long> numbers(Path file, String name, String key, JsonNode node)
      throws IOException {
    List<Long> numbers = new ArrayList<>();
    for (JsonNode item : node.isArray() ? node : List.<JsonNode>of()) {
      if (!item.isIntegralNumber() || !item.canConvertToLong() || item.longValue() < 0) {
        throw invalid(file, "tensor '%s': %s holds %s".formatted(name, key, item));
      }
      numbers.add(item.longValue());
    }
    if (!node.isArray()) {
      throw invalid(file, "tensor '%s': %s is not a list of numbers".formatted(name, key));
    }
    return numbers;
  }

  private static Map<String, Entry> inDataOrder(Map<String, Entry> entries) {
    Map<String, Entry> sorted = new LinkedHashMap<>();
    entries.entrySet().stream()
        .sorted(
            Comparator.comparingLong((Map.Entry<String, Entry> e) -> e.getValue().begin())
                .thenComparingLong(e -> e.getValue().end())
                .thenComparing(Map.Entry::getKey))
        .forEach(e -> sorted.put(e.getKey(), e.getValue()));
    return sorted;
  }

  private static void requireContiguous(
      Path file, Map<String, Entry> entries, long dataStart, long fileSize) throws IOException {
    long position = 0;
    for (Map.Entry<String, Entry> item : entries.entrySet()) {
      Entry entry = item.getValue();
      if (entry.begin() < position) {
        throw invalid(
            file,
            "tensor '%s' begins at %d, inside the one before it, which ends at %d"
                .formatted(item.getKey(), entry.begin(), position));
      }
      if (entry.begin() > position) {
        throw invalid(
            file,
            "%d bytes before tensor '%s' belong to no tensor"
                .formatted(entry.begin() - position, item.getKey()));
      }
      position = entry.end();
    }
    long present = fileSize - dataStart;
    if (present < position) {
      // Without the header: a malicious offset may be close to the largest long.
      throw invalid(
          file,
          "truncated: %d bytes of tensor data expected, %d present".formatted(position, present));
    }
    if (present > position) {
      throw invalid(
          file, "%d bytes after the last tensor belong to none".formatted(present - position));
    }
  }

  private static InvalidInputException truncated(Path file, long expected, long present) {
    return invalid(
        file, "truncated: at least %d bytes expected, %d present".formatted(expected, present));
  }

  private static InvalidInputException invalid(Path file, String problem) {
    return new InvalidInputException("%s: %s".formatted(file, problem));
  }
}
