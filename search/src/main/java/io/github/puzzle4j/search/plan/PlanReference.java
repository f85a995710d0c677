package io.github.puzzle4j.search.plan;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What each key of a plan is, by its path such as {@code targets[].scenario.batch}: from the
 * comments of the defaults, which schema, reference and new plans are made of too.
 */
final class PlanReference {

  /** Keys without a default. */
  private static final SequencedMap<String, String> REQUIRED = new LinkedHashMap<>();

  static {
    REQUIRED.put("schema", "Version of this format: %d.".formatted(SearchPlan.SCHEMA));
    REQUIRED.put("teacher", "The trained model that the search starts from.");
    REQUIRED.put(
        "teacher.path",
        "A folder in Hugging Face layout, or a GGUF file. Relative paths start at the plan's"
            + " folder.");
    REQUIRED.put(
        "targets[].gpu",
        "Name of a GPU's profile, the path of a profile's .json file, or this-machine.");
  }

  private static final Pattern LINE = Pattern.compile("( *)(- )?(?:# ?(.*)|([A-Za-z]+):(.*))");

  private record Section(int indent, String path) {}

  private PlanReference() {}

  /** All keys in the order of a plan. */
  static SequencedMap<String, String> descriptions() throws IOException {
    SequencedMap<String, String> descriptions = new LinkedHashMap<>();
    REQUIRED.forEach((path, text) -> {
      if (!path.startsWith("targets")) {
        descriptions.put(path, text);
      }
    });
    Deque<Section> sections = new ArrayDeque<>();
    List<String> comment = new ArrayList<>();
    for (String line : PlanReader.defaultsText().lines().toList()) {
      Matcher parts = LINE.matcher(line);
      if (!parts.matches()) {
        comment.clear();
        continue;
      }
      int indent = parts.group(1).length() + (parts.group(2) == null ? 0 : 2);
      if (parts.group(3) != null) {
        comment.add(parts.group(3));
        continue;
      }
      while (!sections.isEmpty() && sections.getLast().indent() >= indent) {
        sections.removeLast();
      }
      String above = sections.isEmpty() ? "" : sections.getLast().path() + ".";
      String path = above + parts.group(4);
      descriptions.put(path, String.join(" ", comment));
      comment.clear();
      boolean isList = path.equals("targets");
      sections.addLast(new Section(indent, isList ? path + "[]" : path));
      if (isList) {
        descriptions.put("targets[].gpu", Objects.requireNonNull(REQUIRED.get("targets[].gpu")));
      }
    }
    return descriptions;
  }

  /** Whether a plan must have it. */
  static boolean isRequired(String path) {
    return REQUIRED.containsKey(path) || path.equals("targets");
  }

  /** The description of a key. */
  static String of(Map<String, String> descriptions, String path) {
    String text = descriptions.get(path);
    if (text == null || text.isBlank()) {
      throw new IllegalStateException("the key %s has no description".formatted(path));
    }
    return text;
  }
}
