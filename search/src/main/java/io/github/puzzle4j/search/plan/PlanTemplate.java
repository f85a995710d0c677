package io.github.puzzle4j.search.plan;

import io.github.puzzle4j.blocklib.arch.AttentionShape;
import io.github.puzzle4j.blocklib.arch.Model;
import io.github.puzzle4j.blocklib.arch.SoftmaxAttention;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Writes a new plan with every key, what it is, and values that fit a teacher. */
public final class PlanTemplate {

  private static final int LONGEST_SEQUENCE = 1024;
  private static final String BUDGET = "1.5x";
  private static final int LINE_WIDTH = 110;

  private final Map<String, JsonNode> fitted = new HashMap<>();
  private final Map<String, String> notes = new HashMap<>();
  private final List<String> gpus;
  private final StringBuilder text = new StringBuilder();

  private PlanTemplate(List<String> gpus) {
    this.gpus = gpus;
  }

  /**
   * A plan for a teacher.
   *
   * @param folder of the teacher
   * @param gpus names of GPU profiles, at least one
   * @param data files and folders of text; the generated text if there are none
   * @param formats of export that can hold the teacher's children
   */
  public static String of(
      Path folder, Model teacher, List<String> gpus, List<Path> data, List<String> formats)
      throws IOException {
    PlanTemplate template = new PlanTemplate(gpus);
    template.fit(folder, teacher, data, formats);
    template.write();
    return template.text.toString();
  }

  private void fit(Path folder, Model teacher, List<Path> data, List<String> formats) {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    fitted.put("schema", nodes.numberNode(SearchPlan.SCHEMA));
    fitted.put("teacher.path", nodes.stringNode(folder.toString()));
    if (data.isEmpty()) {
      notes.put(
          "data.text",
          "The generated text suits the small teachers of this project: name files or folders here"
              + " for any other one.");
    } else {
      // Parts that say synthetic would look as if the files were not read.
      for (String key :
          List.of("data.text", "data.calibration", "data.validation", "data.heldOut")) {
        fitted.put(key, texts(data.stream().map(Path::toString).toList()));
      }
    }
    int longest = teacher.common().longestContext();
    fitted.put("data.sequenceLength", nodes.numberNode(Math.min(longest, LONGEST_SEQUENCE)));
    notes.put("data.sequenceLength", "The teacher supports %d.".formatted(longest));
    fitted.put("space.attention", texts(attention(teacher)));
    notes.put("space.attention", describe(teacher));
    fitted.put("space.ffn", texts(List.of("75%", "50%", "25%", "10%", "noop")));
    fitted.put("score.granularity", nodes.stringNode("auto"));
    fitted.put("score.effort", nodes.stringNode("racing"));
    fitted.put("targets[].throughput", nodes.stringNode(BUDGET));
    fitted.put("export", texts(formats));
  }

  /** Halves of the teacher's KV heads down to one, and none. */
  private static List<String> attention(Model teacher) {
    List<String> variants = new ArrayList<>();
    for (int heads = kvHeads(teacher); heads > 1 && heads % 2 == 0; ) {
      heads /= 2;
      variants.add("gqa_" + heads);
    }
    if (kvHeads(teacher) > 1 && !variants.contains("gqa_1")) {
      variants.add("gqa_1");
    }
    variants.add("noop");
    return variants;
  }

  private static int kvHeads(Model teacher) {
    return teacher
        .firstSoftmax()
        .map(SoftmaxAttention::heads)
        .map(AttentionShape::kvHeads)
        .orElse(1);
  }

  private static String describe(Model teacher) {
    return "The teacher has %d KV heads in a layer of %d."
        .formatted(kvHeads(teacher), teacher.layers().size());
  }

  private static JsonNode texts(List<String> values) {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    values.forEach(list::add);
    return list;
  }

  private void write() throws IOException {
    SequencedMap<String, String> descriptions = PlanReference.descriptions();
    ObjectNode defaults = PlanReader.defaults();
    text.append(
        """
        # A plan for 'puzzle4j search', with every key. 'puzzle4j plan FILE' checks it, and says what it
        # will take. Keys may be removed; most values are the defaults.
        """);
    for (Map.Entry<String, String> entry : descriptions.entrySet()) {
      String path = entry.getKey();
      if (!path.startsWith("targets[]")) {
        entry(path, entry.getValue(), value(path, defaults), "");
      }
      if (path.equals("targets")) {
        targets(descriptions, defaults);
      }
    }
  }

  private void targets(SequencedMap<String, String> descriptions, ObjectNode defaults) {
    for (int i = 0; i < gpus.size(); i++) {
      fitted.put("targets[].gpu", JsonNodeFactory.instance.stringNode(gpus.get(i)));
      boolean first = true;
      for (Map.Entry<String, String> entry : descriptions.entrySet()) {
        String path = entry.getKey();
        // Of further targets only what cannot be left out.
        boolean isNeeded =
            i == 0 || path.equals("targets[].gpu") || path.equals("targets[].throughput");
        if (path.startsWith("targets[].") && isNeeded) {
          entry(
              path, i == 0 ? entry.getValue() : "", value(path, defaults), first ? "  - " : "    ");
          first = false;
        }
      }
    }
  }

  private JsonNode value(String path, ObjectNode defaults) {
    JsonNode own = fitted.get(path);
    return own != null ? own : defaults.at("/" + path.replace("[]", "/0").replace('.', '/'));
  }

  /**
   * Writes a key with its description.
   *
   * @param lead before the key of a target, with the mark of a list entry
   */
  private void entry(String path, String description, JsonNode value, String lead) {
    String below = path.replace("targets[].", "");
    String indent = (lead.isEmpty() ? "" : "    ") + "  ".repeat(below.split("\\.", -1).length - 1);
    String key = below.substring(below.lastIndexOf('.') + 1);
    List<String> comments = new ArrayList<>(wrapped(description));
    String note = notes.get(path);
    if (note != null) {
      comments.addAll(wrapped(note));
    }
    boolean isTop = indent.isEmpty();
    text.append(isTop ? "\n" : "");
    String before = lead.startsWith("  - ") ? "    " : indent;
    comments.forEach(line -> text.append(before).append("# ").append(line).append('\n'));
    text.append(lead.startsWith("  - ") ? lead : indent).append(key).append(':');
    boolean isSection = value.isObject() || value.path(0).isObject() || value.isMissingNode();
    text.append(isSection ? "" : " " + shown(value)).append('\n');
  }

  private static String shown(JsonNode value) {
    return value.isArray()
        ? "[" + String.join(", ", value.valueStream().map(PlanTemplate::shown).toList()) + "]"
        : value.isNumber() ? value.decimalValue().toPlainString() : quoted(value.asString());
  }

  /** In quotes where YAML may take it for something else. */
  private static String quoted(String value) {
    return value.matches("[A-Za-z0-9_./%+-]+") ? value : "'" + value.replace("'", "''") + "'";
  }

  private static List<String> wrapped(String words) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : words.split(" ", -1)) {
      if (!line.isEmpty() && line.length() + word.length() >= LINE_WIDTH) {
        lines.add(line.toString());
        line.setLength(0);
      }
      line.append(line.isEmpty() ? "" : " ").append(word);
    }
    if (!line.isEmpty()) {
      lines.add(line.toString());
    }
    return lines;
  }
}
