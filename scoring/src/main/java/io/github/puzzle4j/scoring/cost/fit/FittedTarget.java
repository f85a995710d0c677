package io.github.puzzle4j.scoring.cost.fit;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.scoring.cost.kernel.Provenance;
import io.github.puzzle4j.scoring.cost.target.BackendProfile;
import io.github.puzzle4j.scoring.cost.target.GpuTarget;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A base with some of its formulas replaced. Works on the JSON of a profile, so that every part of
 * it that has a provenance is marked, whatever parts there are.
 */
final class FittedTarget {

  private static final String PROVENANCE = "provenance";

  /** How much wider a band gets where nothing was measured: kernels change with each release. */
  private static final double WIDENING = 1.5;

  private static final JsonMapper MAPPER = Json.mapper();

  private FittedTarget() {}

  static GpuTarget of(TargetFit.Request request, List<SlotFit> fits) throws InvalidInputException {
    GpuTarget base = request.base();
    String source = sourceBackend(base, request.backend());
    BackendProfile profile = base.backend(source);
    ObjectNode tree = MAPPER.valueToTree(profile);
    String from = "%s, %s %s".formatted(base.name(), source, profile.version());
    mark(tree, from);
    tree.put("version", request.version());
    for (SlotFit fit : fits) {
      JsonNode section = tree.path(fit.section());
      if (section instanceof ObjectNode entries) {
        entries.set(fit.key(), MAPPER.valueToTree(fit.formula()));
      }
    }
    Map<String, BackendProfile> backends = new TreeMap<>(base.backends());
    backends.put(request.backend(), MAPPER.treeToValue(tree, BackendProfile.class));
    return new GpuTarget(
        GpuTarget.SCHEMA,
        request.name(),
        base.title(),
        base.architecture(),
        base.datasheet(),
        backends);
  }

  /** The engine itself where the base has it, else the first: another's kernels are near. */
  private static String sourceBackend(GpuTarget base, String backend) {
    return base.backends().containsKey(backend)
        ? backend
        : base.backends().keySet().iterator().next();
  }

  private static void mark(ObjectNode node, String from) {
    for (String key : List.copyOf(node.propertyNames())) {
      if (node.get(key) instanceof ObjectNode child) {
        if (key.equals(PROVENANCE)) {
          node.set(key, MAPPER.valueToTree(transferred(child, from)));
        } else {
          mark(child, from);
        }
      }
    }
  }

  private static Provenance transferred(ObjectNode provenance, String from) {
    Provenance earlier = MAPPER.treeToValue(provenance, Provenance.class);
    return switch (earlier) {
      case Provenance.Fitted fitted -> new Provenance.Transferred(from, WIDENING * fitted.p90());
      case Provenance.Measured measured ->
          new Provenance.Transferred(from, WIDENING * measured.p90());
      case Provenance.Transferred it -> new Provenance.Transferred(it.from(), it.p90());
      case Provenance.Assumed it -> it;
    };
  }
}
