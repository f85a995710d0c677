package io.github.puzzle4j.export.huggingface;

import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.export.RandomChild;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Children of all families by what their layers differ in. */
public final class FamilyMixes {

  /** What single layers may have, by what the mix is for. */
  private static final Map<String, List<String>> MIXES =
      Map.ofEntries(
          Map.entry("alike", List.of("gqa_4+ffn_96", "gqa_4+ffn_96")),
          Map.entry("fewer-layers", List.of("gqa_4+ffn_96", "noop+noop", "gqa_4+ffn_96")),
          Map.entry("heads", List.of("gqa_4+ffn_96", "gqa_1+ffn_96", "gqa_2+ffn_96")),
          Map.entry("widths", List.of("gqa_2+ffn_96", "gqa_2+ffn_37", "gqa_2+ffn_64")),
          Map.entry("left-out", List.of("gqa_4+noop", "noop+ffn_96", "noop+noop", "gqa_4+ffn_96")),
          Map.entry("first-left-out", List.of("noop+ffn_96", "gqa_4+ffn_64")),
          Map.entry("no-cache", List.of("noop+ffn_96", "linear+noop")),
          Map.entry("linear", List.of("gqa_4+linear", "linear+ffn_96", "gqa_2+ffn_64")),
          Map.entry(
              "window", List.of("gqa_4_window_3+ffn_96", "gqa_4+ffn_96", "gqa_4_window_3+ffn_96")),
          Map.entry(
              "window-mix",
              List.of(
                  "gqa_4_window_3+ffn_96", "noop+ffn_37", "gqa_1+ffn_96", "gqa_2_window_3+noop")),
          Map.entry(
              "windows",
              List.of(
                  "gqa_4_window_3+ffn_96", "gqa_1_window_5+ffn_8", "linear+noop", "gqa_2+ffn_96")));

  private FamilyMixes() {}

  public static List<String> names() {
    return List.copyOf(new TreeMap<>(MIXES).keySet());
  }

  /** Some with tied embeddings, some without. */
  public static Model model(String family, String mix) {
    return RandomChild.ofFamily(family, mix.length() % 2 == 0, MIXES.getOrDefault(mix, List.of()));
  }
}
