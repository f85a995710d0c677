package io.github.puzzle4j.blocklib.checkpoint;

import io.github.puzzle4j.blocklib.InputFile;
import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/** The safetensors files of a folder as one source. */
final class ShardSet implements StoredTensors {

  static final String SINGLE = "model.safetensors";
  static final String INDEX = "model.safetensors.index.json";

  private final Path folder;
  private final Map<String, SafetensorsFile> files = new LinkedHashMap<>();
  private final Map<String, SafetensorsFile> byTensor = new LinkedHashMap<>();

  private ShardSet(Path folder) {
    this.folder = folder;
  }

  static ShardSet open(Path folder) throws IOException {
    ShardSet shards = new ShardSet(folder);
    boolean opened = false;
    try {
      if (InputFile.isThere(folder.resolve(SINGLE))) {
        shards.openSingle();
      } else if (InputFile.isThere(folder.resolve(INDEX))) {
        shards.openIndexed();
      } else {
        throw new InvalidInputException(
            "%s: neither %s nor %s%s".formatted(folder, SINGLE, INDEX, OtherWeights.in(folder)));
      }
      opened = true;
      return shards;
    } finally {
      if (!opened) {
        shards.close();
      }
    }
  }

  private void openSingle() throws IOException {
    SafetensorsFile file = SafetensorsFile.open(folder.resolve(SINGLE));
    files.put(SINGLE, file);
    file.names().forEach(name -> byTensor.put(name, file));
  }

  private void openIndexed() throws IOException {
    Path index = folder.resolve(INDEX);
    ConfigJson root = ConfigJson.of(index.toString(), Json.readTree(index));
    ConfigJson map =
        root.object("weight_map").orElseThrow(() -> root.invalid("needs 'weight_map'"));
    for (Map.Entry<String, JsonNode> entry : map.node().properties()) {
      String fileName = map.text(entry.getKey()).orElse("");
      SafetensorsFile file = files.get(fileName);
      if (file == null) {
        requirePlainName(map, fileName);
        file = SafetensorsFile.open(folder.resolve(fileName));
        files.put(fileName, file);
      }
      if (!file.names().contains(entry.getKey())) {
        throw map.invalid(
            "tensor '%s' is not in %s, where the index has it".formatted(entry.getKey(), fileName));
      }
      byTensor.put(entry.getKey(), file);
    }
    requireAllIndexed(map);
  }

  /** Shards must be in the folder of the index, so that an index cannot read other files. */
  private static void requirePlainName(ConfigJson map, String fileName)
      throws InvalidInputException {
    if (!fileName.matches("[A-Za-z0-9_][A-Za-z0-9_.-]*\\.safetensors")) {
      throw map.invalid("'%s' is not the plain name of a .safetensors file".formatted(fileName));
    }
  }

  private void requireAllIndexed(ConfigJson map) throws InvalidInputException {
    for (Map.Entry<String, SafetensorsFile> entry : files.entrySet()) {
      for (String name : entry.getValue().names()) {
        if (byTensor.get(name) != entry.getValue()) {
          throw map.invalid(
              "%s holds tensor '%s', which the index does not have there"
                  .formatted(entry.getKey(), name));
        }
      }
    }
  }

  @Override
  public List<Path> files() {
    return files.keySet().stream().map(folder::resolve).toList();
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(byTensor.keySet());
  }

  @Override
  public Tensor tensor(String name) throws IOException {
    return file(name).tensor(name);
  }

  @Override
  public TensorSpec spec(String name) throws IOException {
    return file(name).spec(name);
  }

  private SafetensorsFile file(String name) throws IOException {
    SafetensorsFile file = byTensor.get(name);
    if (file == null) {
      throw new InvalidInputException("%s: no tensor '%s'".formatted(folder, name));
    }
    return file;
  }

  @Override
  public SortedMap<String, Long> bytesByType() throws IOException {
    SortedMap<String, Long> bytes = new TreeMap<>();
    for (String name : byTensor.keySet()) {
      TensorSpec spec = spec(name);
      bytes.merge(spec.type().name(), spec.bytes(), Long::sum);
    }
    return bytes;
  }

  @Override
  public void close() {
    files.values().forEach(SafetensorsFile::close);
  }
}
