package io.github.puzzle4j.solver.puzzletron;

import io.github.puzzle4j.solver.InvalidProblemException;
import io.github.puzzle4j.solver.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Configuration of a whole layer, of either format generation. */
record Block(Generation generation, List<Subblock> subblocks, Value config) {

  /** Layout of a file. */
  enum Generation {
    /** {@code {"attention": {..}, "ffn": {..}, "parallel_blocks": null}}. */
    FIRST,
    /** {@code {"subblock_configs": [{"kind": "attention", ..}, ..]}}. */
    SECOND
  }

  Block {
    subblocks = List.copyOf(subblocks);
  }

  static Block of(Value config) throws InvalidProblemException {
    Optional<Value> list = config.find("subblock_configs");
    if (list.isPresent()) {
      requireOnly(config, List.of("subblock_configs"));
      List<Subblock> subblocks = new ArrayList<>();
      for (Value item : list.get().items()) {
        subblocks.add(Subblock.named(item));
      }
      if (subblocks.isEmpty()) {
        throw list.get().wrong("is empty");
      }
      return new Block(Generation.SECOND, subblocks, config);
    }
    if (config.find("attention").isEmpty() && config.find("ffn").isEmpty()) {
      throw config.wrong("has neither 'attention' and 'ffn' nor 'subblock_configs'");
    }
    if (config.find("parallel_blocks").isPresent()) {
      throw config.get("parallel_blocks").wrong("parallel blocks are not supported");
    }
    requireOnly(config, List.of("attention", "ffn", "parallel_blocks"));
    return new Block(
        Generation.FIRST,
        List.of(
            Subblock.of("attention", config.get("attention")),
            Subblock.of("ffn", config.get("ffn"))),
        config);
  }

  /** The first subblock of that kind that is not a no-op. */
  Optional<Subblock> active(String kind) {
    return subblocks.stream()
        .filter(subblock -> subblock.kind().equals(kind))
        .findFirst()
        .filter(subblock -> !subblock.noOp());
  }

  /** Equal for two blocks exactly if they have the same configuration. */
  List<String> identity() {
    return subblocks.stream().map(Subblock::identity).toList();
  }

  private static void requireOnly(Value config, List<String> known) throws InvalidProblemException {
    for (String key : config.keys()) {
      if (!known.contains(key)) {
        throw config.wrong(
            "the key '%s' of a block is not supported; known are %s"
                .formatted(Json.quoted(key), String.join(", ", known)));
      }
    }
  }
}
