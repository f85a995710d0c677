package io.github.puzzle4j.search.plan;

import io.github.puzzle4j.blocklib.library.Distillation;
import io.github.puzzle4j.blocklib.library.Fit;
import io.github.puzzle4j.scoring.cost.kernel.MatrixType;
import io.github.puzzle4j.scoring.cost.kernel.NumberFormat;
import io.github.puzzle4j.scoring.quality.Metric;
import io.github.puzzle4j.scoring.quality.ScoreObjective;
import io.github.puzzle4j.solver.json.NearestName;
import java.io.Serial;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Function;
import java.util.stream.Stream;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.exc.InvalidFormatException;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Reads and writes the values of a plan that are not plain numbers. */
final class PlanValues extends SimpleModule {

  @Serial private static final long serialVersionUID = 1;

  private static final String SYNTHETIC = "synthetic";
  private static final String IN_RUN = "run";
  private static final String NOWHERE = "none";
  private static final String LADDER = "ladder";

  /** KV caches have no block formats. */
  private static final List<CacheFormat> CACHES =
      List.of(
          new CacheFormat.Stored(),
          new CacheFormat.Exactly(NumberFormat.BF16),
          new CacheFormat.Exactly(NumberFormat.FP8),
          new CacheFormat.Exactly(NumberFormat.FP32));

  private static final List<WeightsFormat> WEIGHTS =
      Stream.<WeightsFormat>concat(
              Stream.of(new WeightsFormat.Stored()),
              Arrays.stream(MatrixType.values()).map(WeightsFormat.Exactly::new))
          .toList();

  /** The JSON Schema of each type. */
  private final transient Map<Class<?>, ObjectNode> schemas = new HashMap<>();

  PlanValues(Path folder) {
    addText(AttentionChoice.class, AttentionChoice::parse, AttentionChoice::toString);
    addText(FfnChoice.class, FfnChoice::parse, FfnChoice::toString);
    addText(ChannelMultiple.class, ChannelMultiple::parse, ChannelMultiple::toString);
    addText(LayerSpan.class, LayerSpan::parse, LayerSpan::toString);
    addText(ThroughputGoal.class, ThroughputGoal::parse, ThroughputGoal::toString);
    addText(SizeLimit.class, SizeLimit::parse, SizeLimit::toString);
    addText(MemoryLimit.class, MemoryLimit::parse, MemoryLimit::toString);
    addText(Duration.class, Units::duration, Units::text);
    addText(LatencyLimit.class, LatencyLimit::parse, LatencyLimit::toString);
    addText(MemorySize.class, MemorySize::parse, MemorySize::toString);
    addText(ThreadCount.class, ThreadCount::parse, ThreadCount::toString);
    ObjectNode path = schema("string");
    add(StoreLocation.class, path, node -> store(folder, node), PlanValues::written);
    add(Path.class, path, node -> path(folder, node), Path::toString);
    add(TokenCaching.class, path, node -> caching(folder, node), PlanValues::written);
    add(
        TextSource.class,
        schema("string", "array"),
        node -> textSource(folder, node),
        PlanValues::written);
    add(
        BatchSizes.class,
        schema("string", "integer", "array"),
        PlanValues::batchSizes,
        PlanValues::written);
    add(
        Adaptation.class,
        schema("boolean", "integer"),
        PlanValues::adaptation,
        PlanValues::written);
    addNamed(WeightsFormat.class, WEIGHTS, WeightsFormat::toString);
    addNamed(CacheFormat.class, CACHES, CacheFormat::toString);
    addEnum(PrecisionChoice.class);
    addEnum(Loader.class);
    addEnum(Granularity.class);
    addEnum(ScoringEffort.class);
    add(ScoreObjective.class, objectives(), PlanValues::objective, PlanValues::written);
    addEnum(Baseline.class);
    addEnum(Distillation.Pairing.class);
    addEnum(Distillation.Form.class);
    addEnum(Fit.class);
  }

  /** The JSON Schema of a type that is read here; empty for records, lists and plain numbers. */
  Optional<ObjectNode> schema(Class<?> type) {
    return Optional.ofNullable(schemas.get(type)).map(ObjectNode::deepCopy);
  }

  private static ObjectNode schema(String... types) {
    ObjectNode schema = JsonNodeFactory.instance.objectNode();
    if (types.length == 1) {
      return schema.put("type", types[0]);
    }
    List.of(types).forEach(schema.putArray("type")::add);
    return schema;
  }

  private static ObjectNode names(List<String> names) {
    ObjectNode schema = JsonNodeFactory.instance.objectNode();
    names.forEach(schema.putArray("enum")::add);
    return schema;
  }

  /** A metric, or metrics with weights. */
  private static ObjectNode objectives() {
    List<String> metrics = Arrays.stream(Metric.values()).map(Metric::id).toList();
    ObjectNode schema = JsonNodeFactory.instance.objectNode();
    ArrayNode either = schema.putArray("anyOf");
    either.add(names(metrics));
    ObjectNode weights = schema("object").put("additionalProperties", false);
    metrics.forEach(
        metric -> weights.withObjectProperty("properties").set(metric, schema("number")));
    either.add(weights.put("minProperties", 1));
    return schema;
  }

  private <E extends Enum<E>> void addEnum(Class<E> type) {
    addNamed(type, List.of(type.getEnumConstants()), PlanValues::spelt);
  }

  private <T> void addText(
      Class<T> type, Function<String, T> reader, Function<? super T, Object> writer) {
    add(type, schema("string", "number"), text(reader), writer);
  }

  /** An enumerated value with names. */
  private <T> void addNamed(Class<T> type, List<T> values, Function<? super T, String> naming) {
    List<String> names = values.stream().<String>map(naming).toList();
    add(
        type,
        names(names),
        text(name -> {
          if (!names.contains(name)) {
            throw new IllegalArgumentException(
                "unknown '%s'; %s".formatted(name, NearestName.hint(name, names)));
          }
          return values.get(names.indexOf(name));
        }),
        naming::apply);
  }

  private static String spelt(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private <T> void add(
      Class<T> type,
      ObjectNode schema,
      Function<JsonNode, T> reader,
      Function<? super T, Object> writer) {
    schemas.put(type, schema);
    addDeserializer(type, new Reader<>(type, reader));
    addSerializer(type, new Writer<T>(writer));
  }

  private static <T> Function<JsonNode, T> text(Function<String, T> reader) {
    return node -> {
      if (!node.isString() && !node.isNumber()) {
        throw new IllegalArgumentException("must be one word or number, not %s".formatted(node));
      }
      return reader.apply(node.asString());
    };
  }

  private static Path path(Path folder, JsonNode node) {
    if (!node.isString() || node.asString().isBlank()) {
      throw new IllegalArgumentException("must be a path, not %s".formatted(node));
    }
    try {
      return folder.resolve(node.asString()).normalize();
    } catch (InvalidPathException invalid) {
      throw new IllegalArgumentException("must be a path, not %s".formatted(node), invalid);
    }
  }

  private static TextSource textSource(Path folder, JsonNode node) {
    if (node.isString() && node.asString().equals(SYNTHETIC)) {
      return new TextSource.Synthetic();
    }
    List<Path> files = new ArrayList<>();
    if (node.isArray()) {
      node.forEach(file -> files.add(path(folder, file)));
    } else {
      files.add(path(folder, node));
    }
    return new TextSource.Files(files);
  }

  private static Object written(TextSource source) {
    return switch (source) {
      case TextSource.Synthetic() -> SYNTHETIC;
      case TextSource.Files(List<Path> files) -> files;
    };
  }

  private static TokenCaching caching(Path folder, JsonNode node) {
    return switch (node.isString() ? node.stringValue() : "") {
      case IN_RUN -> new TokenCaching.InRun();
      case NOWHERE -> new TokenCaching.Nowhere();
      default -> new TokenCaching.Folder(path(folder, node));
    };
  }

  private static String written(TokenCaching cache) {
    return switch (cache) {
      case TokenCaching.InRun() -> IN_RUN;
      case TokenCaching.Nowhere() -> NOWHERE;
      case TokenCaching.Folder(Path path) -> path.toString();
    };
  }

  private static StoreLocation store(Path folder, JsonNode node) {
    return node.isString() && node.stringValue().equals(IN_RUN)
        ? new StoreLocation.InRun()
        : new StoreLocation.Folder(path(folder, node));
  }

  private static String written(StoreLocation store) {
    return switch (store) {
      case StoreLocation.InRun() -> IN_RUN;
      case StoreLocation.Folder(Path path) -> path.toString();
    };
  }

  private static ScoreObjective objective(JsonNode node) {
    if (node.isString()) {
      return ScoreObjective.of(metric(node.asString()));
    }
    SequencedMap<Metric, Double> weights = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      if (!entry.getValue().isNumber()) {
        throw new IllegalArgumentException(
            "the weight of %s must be a number, not %s"
                .formatted(entry.getKey(), entry.getValue()));
      }
      weights.put(metric(entry.getKey()), entry.getValue().asDouble());
    }
    if (weights.isEmpty()) {
      throw new IllegalArgumentException(
          "must be a metric, or metrics with weights such as {kl: 1, lm_loss: 0.1}, not %s"
              .formatted(node));
    }
    return new ScoreObjective(weights);
  }

  private static Metric metric(String id) {
    List<String> known = Arrays.stream(Metric.values()).map(Metric::id).toList();
    return Metric.named(id)
        .orElseThrow(() ->
            new IllegalArgumentException(
                "unknown '%s'; %s".formatted(id, NearestName.hint(id, known))));
  }

  private static Object written(ScoreObjective objective) {
    if (objective.weights().size() == 1 && objective.weights().firstEntry().getValue() == 1) {
      return objective.weights().firstEntry().getKey().id();
    }
    SequencedMap<String, Double> weights = new LinkedHashMap<>();
    objective.weights().forEach((metric, weight) -> weights.put(metric.id(), weight));
    return weights;
  }

  private static Adaptation adaptation(JsonNode node) {
    if (!node.isBoolean() && !node.isInt()) {
      throw new IllegalArgumentException(
          "must be true, false, or a number of steps, not %s".formatted(node));
    }
    return node.isBoolean() ? Adaptation.of(node.booleanValue()) : Adaptation.of(node.intValue());
  }

  private static Object written(Adaptation adaptation) {
    return adaptation.steps().isPresent()
        ? (Object) adaptation.steps().getAsInt()
        : (Object) adaptation.wanted();
  }

  private static BatchSizes batchSizes(JsonNode node) {
    if (node.isString() && node.asString().equals(LADDER)) {
      return new BatchSizes.Ladder();
    }
    List<Integer> sizes = new ArrayList<>();
    for (JsonNode size : node.isArray() ? node : List.of(node)) {
      if (!size.isInt()) {
        throw new IllegalArgumentException(
            "must be 'ladder', a whole number or a list of them, not %s".formatted(node));
      }
      sizes.add(size.intValue());
    }
    return new BatchSizes.Exactly(sizes);
  }

  private static Object written(BatchSizes sizes) {
    return switch (sizes) {
      case BatchSizes.Ladder() -> LADDER;
      case BatchSizes.Exactly(List<Integer> exactly) -> exactly;
    };
  }

  private static final class Reader<T> extends ValueDeserializer<T> {

    private final Class<T> type;
    private final Function<JsonNode, T> reader;

    private Reader(Class<T> type, Function<JsonNode, T> reader) {
      this.type = type;
      this.reader = reader;
    }

    @Override
    public T deserialize(JsonParser parser, DeserializationContext context) {
      JsonNode node = context.readTree(parser);
      try {
        return reader.apply(node);
      } catch (IllegalArgumentException bad) {
        throw InvalidFormatException.from(parser, String.valueOf(bad.getMessage()), node, type);
      }
    }
  }

  private static final class Writer<T> extends ValueSerializer<T> {

    private final Function<? super T, Object> writer;

    private Writer(Function<? super T, Object> writer) {
      this.writer = writer;
    }

    @Override
    public void serialize(T value, JsonGenerator generator, SerializationContext context) {
      context.writeValue(generator, writer.apply(value));
    }
  }
}
