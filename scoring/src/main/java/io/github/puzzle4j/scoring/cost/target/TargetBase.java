package io.github.puzzle4j.scoring.cost.target;

import io.github.puzzle4j.blocklib.InvalidInputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Targets that are described by their differences from a base: {@code "base": "h100-sxm"}.
 *
 * <p>Objects are merged recursively, key by key. A null value removes a key; an object with a
 * {@code kind}, such as a provenance, replaces the base's as a whole.
 */
final class TargetBase {

  static final String KEY = "base";

  private static final String NAME = "name";
  private static final String KIND = "kind";
  private static final int MOST_BASES = 4;

  private TargetBase() {}

  /**
   * The whole target.
   *
   * @param nameOrFile where the tree comes from
   * @throws InvalidInputException if there is no such base, or too many, each based on the next
   */
  static JsonNode complete(String nameOrFile, JsonNode tree) throws IOException {
    return complete(tree, List.of(nameOrFile));
  }

  /**
   * @param chain source of the tree, after the targets that are based on it
   */
  private static JsonNode complete(JsonNode tree, List<String> chain) throws IOException {
    if (!(tree instanceof ObjectNode target) || !target.has(KEY)) {
      return tree;
    }
    String source = chain.getLast();
    String base = base(source, target.get(KEY));
    if (!target.has(NAME)) {
      throw new InvalidInputException("%s: needs a '%s' of its own".formatted(source, NAME));
    }
    List<String> longer = new ArrayList<>(chain);
    longer.add(base);
    String steps = String.join(", ", longer);
    if (chain.contains(base)) {
      throw new InvalidInputException(
          "%s: is based on itself: %s".formatted(chain.getFirst(), steps));
    }
    if (chain.size() > MOST_BASES) {
      throw new InvalidInputException(
          "%s: there may be %d bases, each of the next: %s"
              .formatted(chain.getFirst(), MOST_BASES, steps));
    }
    ObjectNode different = target.deepCopy();
    different.remove(KEY);
    return merge(complete(load(source, base), longer), different);
  }

  /** A name unchanged; a user's file relative to the folder of the file that names it. */
  private static String base(String source, JsonNode base) throws InvalidInputException {
    if (!base.isString()) {
      throw new InvalidInputException(
          "%s: %s must be the name of a target or a .json file, not %s"
              .formatted(source, KEY, base));
    }
    String stated = base.stringValue();
    return GpuTargets.isFile(source) && GpuTargets.isFile(stated)
        ? Path.of(source).resolveSibling(stated).normalize().toString()
        : stated;
  }

  private static JsonNode load(String source, String base) throws IOException {
    try {
      return GpuTargets.tree(base);
    } catch (InvalidInputException none) {
      throw new InvalidInputException("%s: %s: %s".formatted(source, KEY, none.getMessage()), none);
    }
  }

  private static JsonNode merge(JsonNode base, JsonNode different) {
    if (!(base instanceof ObjectNode from && different instanceof ObjectNode to) || to.has(KIND)) {
      return different;
    }
    ObjectNode merged = from.deepCopy();
    to.forEachEntry((key, value) -> {
      if (value.isNull()) {
        merged.remove(key);
      } else {
        merged.set(key, from.has(key) ? merge(from.get(key), value) : value);
      }
    });
    return merged;
  }
}
