package io.github.puzzle4j.search.cli.model;

import io.github.puzzle4j.blocklib.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A safetensors file that a test takes apart and puts together again, wrongly. */
final class BrokenFile {

  private final Path file;
  private final byte[] whole;
  private final Random random;

  BrokenFile(Path file, Random random) throws IOException {
    this.file = file;
    this.whole = Files.readAllBytes(file);
    this.random = random;
  }

  private int headerLength() {
    return (int) ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).getLong();
  }

  private String header() {
    return new String(whole, Long.BYTES, headerLength(), StandardCharsets.UTF_8);
  }

  private byte[] data() {
    return Arrays.copyOfRange(whole, Long.BYTES + headerLength(), whole.length);
  }

  /** Bytes after the header. */
  int dataLength() {
    return data().length;
  }

  ObjectNode tree() {
    return (ObjectNode) Json.mapper().readTree(header());
  }

  List<String> names() {
    return tree().propertyNames().stream().filter(name -> !name.startsWith("__")).sorted().toList();
  }

  String someName() {
    List<String> names = names();
    return names.get(random.nextInt(names.size()));
  }

  static ArrayNode shape(ObjectNode tree, String name) {
    return (ArrayNode) tree.get(name).get("shape");
  }

  static ArrayNode offsets(ObjectNode tree, String name) {
    return (ArrayNode) tree.get(name).get("data_offsets");
  }

  void write(byte[] bytes) throws IOException {
    Files.write(file, bytes);
  }

  void header(long announced, byte[] header, byte[] data) throws IOException {
    write(
        ByteBuffer.allocate(Long.BYTES + header.length + data.length)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(announced)
            .put(header)
            .put(data)
            .array());
  }

  void header(ObjectNode tree) throws IOException {
    header(tree, data());
  }

  void header(ObjectNode tree, byte[] data) throws IOException {
    byte[] header = tree.toString().getBytes(StandardCharsets.UTF_8);
    header(header.length, header, data);
  }

  void headerText(UnaryOperator<String> edit) throws IOException {
    byte[] header = edit.apply(header()).getBytes(StandardCharsets.UTF_8);
    header(header.length, header, data());
  }

  void headerLength(long announced) throws IOException {
    write(ByteBuffer.wrap(whole.clone()).order(ByteOrder.LITTLE_ENDIAN).putLong(announced).array());
  }

  /** Flips bits of the header, its length included. */
  void flip(int bits) throws IOException {
    byte[] flipped = whole.clone();
    for (int i = 0; i < bits; i++) {
      flipped[random.nextInt(Long.BYTES + headerLength())] ^= (byte) (1 << random.nextInt(8));
    }
    write(flipped);
  }

  void overwriteHeader() throws IOException {
    byte[] noise = whole.clone();
    byte[] random16 = new byte[16];
    random.nextBytes(random16);
    int at = Long.BYTES + 1 + random.nextInt(headerLength() - 40);
    System.arraycopy(random16, 0, noise, at, random16.length);
    write(noise);
  }

  void truncate() throws IOException {
    write(Arrays.copyOf(whole, random.nextInt(whole.length)));
  }

  void append() throws IOException {
    write(Arrays.copyOf(whole, whole.length + 1 + random.nextInt(100)));
  }

  /** Takes a tensor out, with its numbers, so that what is left is a sound file. */
  void remove(String name) throws IOException {
    ObjectNode tree = tree();
    byte[] data = data();
    int begin = offsets(tree, name).get(0).intValue();
    int end = offsets(tree, name).get(1).intValue();
    tree.remove(name);
    for (String other : names()) {
      if (tree.has(other) && offsets(tree, other).get(0).intValue() >= end) {
        move(tree, other, begin - end);
      }
    }
    byte[] left = new byte[data.length - (end - begin)];
    System.arraycopy(data, 0, left, 0, begin);
    System.arraycopy(data, end, left, begin, data.length - end);
    header(tree, left);
  }

  /** Adds a sound tensor of two numbers. */
  void add(String name) throws IOException {
    ObjectNode tree = tree();
    byte[] data = data();
    ObjectNode added = tree.putObject(name);
    added.put("dtype", "BF16").putArray("shape").add(2);
    added.putArray("data_offsets").add(data.length).add(data.length + 4);
    header(tree, Arrays.copyOf(data, data.length + 4));
  }

  static void move(ObjectNode tree, String name, long bytes) {
    ArrayNode offsets = offsets(tree, name);
    offsets.set(0, offsets.get(0).longValue() + bytes);
    offsets.set(1, offsets.get(1).longValue() + bytes);
  }
}
