package io.github.puzzle4j.search.verify;

import io.github.puzzle4j.blocklib.Json;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import tools.jackson.databind.node.ObjectNode;

/**
 * The result of a check.
 *
 * @param check its name
 * @param detail what was found, or why it was not checked
 * @param figures by name, for machines
 */
public record Finding(
    String check, Outcome outcome, String detail, SequencedMap<String, Double> figures) {

  /** How a check ended. */
  public enum Outcome {
    PASSED,
    FAILED,
    /** It was not asked for, or cannot be made here. */
    NOT_CHECKED;

    /** As in answers. */
    public String id() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public Finding {
    figures = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(figures));
  }

  static Finding of(
      String check, boolean passed, String detail, SequencedMap<String, Double> figures) {
    return new Finding(check, passed ? Outcome.PASSED : Outcome.FAILED, detail, figures);
  }

  static Finding passed(String check, String detail) {
    return new Finding(check, Outcome.PASSED, detail, new LinkedHashMap<>());
  }

  static Finding failed(String check, String detail) {
    return new Finding(check, Outcome.FAILED, detail, new LinkedHashMap<>());
  }

  static Finding notChecked(String check, String why) {
    return new Finding(check, Outcome.NOT_CHECKED, why, new LinkedHashMap<>());
  }

  /** Figures of a comparison of LM losses, in nats. */
  static SequencedMap<String, Double> losses(double loss, double expected, double allowed) {
    SequencedMap<String, Double> figures = new LinkedHashMap<>();
    figures.put("lm_loss", loss);
    figures.put("expected", expected);
    figures.put("allowed", allowed);
    return figures;
  }

  /** As JSON. */
  public ObjectNode json() {
    ObjectNode node = Json.mapper().createObjectNode();
    node.put("check", check).put("outcome", outcome.id()).put("detail", detail);
    for (Map.Entry<String, Double> figure : figures.entrySet()) {
      node.put(figure.getKey(), figure.getValue());
    }
    return node;
  }
}
