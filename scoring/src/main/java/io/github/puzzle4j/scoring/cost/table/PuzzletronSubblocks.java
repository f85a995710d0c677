package io.github.puzzle4j.scoring.cost.table;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.scoring.cost.kernel.Estimate;
import io.github.puzzle4j.scoring.cost.kernel.Provenance;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * Puzzletron's {@code subblock_stats.json}: measured times of whole subblocks by scenario. {@code
 * runtime_ms} is the time of a whole batch, prompts and all steps; {@code prefill_runtime_ms} and
 * {@code decode_runtime_ms}, if present, are its two parts. If several layers state a time for the
 * same subblock, the median is used.
 *
 * <p>Puzzletron's engine processes one request at a time (on one GPU, with 16-bit numbers), so the
 * time of a batch is the sum of its requests.
 */
public final class PuzzletronSubblocks implements SubblockTimes {

  /** Typical difference between layers' measurements of the same subblock. */
  private static final double P90 = 0.05;

  private static final int MAX = 1 << 30;

  private static final Map<String, Part> PARTS =
      Map.of(
          "runtime_ms", Part.WHOLE,
          "prefill_runtime_ms", Part.PREFILL,
          "decode_runtime_ms", Part.DECODE);

  private record Key(Shape subblock, Work work) {}

  private final Map<Key, Double> seconds;
  private final Provenance provenance;

  private PuzzletronSubblocks(Map<Key, Double> seconds, Provenance provenance) {
    this.seconds = Map.copyOf(seconds);
    this.provenance = provenance;
  }

  /**
   * Reads the file.
   *
   * @throws InvalidInputException if the format is wrong or a time is implausible; the message
   *     names file and location
   */
  public static PuzzletronSubblocks read(Path file) throws IOException {
    Map<Key, List<Double>> times = new HashMap<>();
    JsonNode root = PythonJson.read(file);
    for (int scenario = 0; scenario < root.size(); scenario++) {
      addScenario(new Statistics(file, "[%d]".formatted(scenario), root.path(scenario)), times);
    }
    if (times.isEmpty()) {
      throw new InvalidInputException("%s: has no measured time of a subblock".formatted(file));
    }
    Map<Key, Double> medians = new HashMap<>();
    times.forEach((key, values) -> medians.put(key, TimeGrid.median(values)));
    return new PuzzletronSubblocks(medians, new Provenance.Measured(file.toString(), P90));
  }

  private static void addScenario(Statistics entry, Map<Key, List<Double>> times)
      throws InvalidInputException {
    Statistics args = entry.at("args");
    int batch = args.whole("batch_size");
    int prompt = args.whole("prefill_seq_len");
    int generated = args.whole("generation_seq_len");
    for (Statistics subblock : entry.items("subblocks")) {
      Optional<Shape> shape = subblock.shape();
      for (Map.Entry<String, Part> part : PARTS.entrySet()) {
        Optional<Double> time = subblock.seconds(part.getKey());
        if (shape.isPresent() && time.isPresent()) {
          Work work = new Work(part.getValue(), batch, prompt, generated);
          times
              .computeIfAbsent(new Key(shape.get(), work), key -> new ArrayList<>())
              .add(time.get());
        }
      }
    }
  }

  @Override
  public Optional<Estimate> of(Shape subblock, Work work) {
    return Optional.ofNullable(seconds.get(new Key(subblock, work)))
        .map(time -> Estimate.of(time, provenance));
  }

  /** The file, for reports. */
  public Provenance provenance() {
    return provenance;
  }

  /** One object of the file, with its location. */
  private record Statistics(Path file, String place, JsonNode node) {

    Statistics at(String key) throws InvalidInputException {
      if (!node.path(key).isObject()) {
        throw wrong(key, "must be an object");
      }
      return new Statistics(file, place + "." + key, node.path(key));
    }

    List<Statistics> items(String key) {
      List<Statistics> items = new ArrayList<>();
      for (JsonNode item : node.path(key)) {
        items.add(new Statistics(file, "%s.%s[%d]".formatted(place, key, items.size()), item));
      }
      return items;
    }

    int whole(String key) throws InvalidInputException {
      JsonNode value = node.path(key);
      if (!value.isIntegralNumber()
          || !value.canConvertToInt()
          || value.intValue() < 0
          || value.intValue() > MAX) {
        throw wrong(key, "must be a whole number");
      }
      return value.intValue();
    }

    /** Empty if the subblock is a no-op, or its size is not a single number. */
    Optional<Shape> shape() throws InvalidInputException {
      Statistics config = at("subblock_config");
      JsonNode it = config.node;
      boolean other = it.path("moe").isObject() || it.path("mamba").isObject();
      if (other || it.path("no_op").asBoolean(false)) {
        return Optional.empty();
      }
      for (String key : List.of("num_key_value_heads", "num_kv_heads")) {
        if (it.path(key).isNumber()) {
          return Optional.of(new Shape.Attention(config.whole(key)));
        }
      }
      return it.path("intermediate_size").isNumber()
          ? Optional.of(new Shape.Ffn(config.whole("intermediate_size")))
          : Optional.empty();
    }

    /** Empty if the number is missing, null or NaN, which means not measured. */
    Optional<Double> seconds(String key) throws InvalidInputException {
      JsonNode value = node.path(key);
      if (value.isMissingNode() || value.isNull() || Double.isNaN(value.asDouble(Double.NaN))) {
        return Optional.empty();
      }
      double milliseconds = value.asDouble();
      // The difference of two noisy times can be 0 or negative and is then ignored.
      if (milliseconds <= 0 && Double.isFinite(milliseconds)) {
        return Optional.empty();
      }
      if (!(milliseconds <= MAX)) {
        throw wrong(key, "must be milliseconds");
      }
      return Optional.of(milliseconds / 1e3);
    }

    InvalidInputException wrong(String key, String why) {
      String value = node.path(key).isMissingNode() ? "is missing" : "is " + node.path(key);
      return new InvalidInputException(
          "%s, %s.%s: %s".formatted(file, place, key, shortened(value) + ", but " + why));
    }

    private static String shortened(String text) {
      return text.length() <= 60 ? text : text.substring(0, 60) + "...";
    }
  }
}
