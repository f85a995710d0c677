package io.github.puzzle4j.scoring.cost.fit;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.Json;
import io.github.puzzle4j.scoring.cost.kernel.Provenance;
import io.github.puzzle4j.scoring.cost.target.BackendProfile;
import io.github.puzzle4j.scoring.cost.target.GpuTarget;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Replaces formulas of a base target. Works on the JSON of a profile, so that every part with a
 * provenance is marked as transferred, whatever its type.
 */
final class FittedTarget {

  private static final String PROVENANCE = "provenance";

  /** Factor on the error band of transferred formulas, since kernels change between releases. */
  private static final double WIDENING = 1.5;

  private static final JsonMapper MAPPER = Json.mapper();

  private FittedTarget() {}

  static GpuTarget of(TargetFit.Request request, List<SlotFit> fits) throws InvalidInputException {
    GpuTarget base = request.base();
    boolean sameGpu = request.gpu().datasheet().equals(base.datasheet());
    Map<String, BackendProfile> backends = new TreeMap<>();
    for (Map.Entry<String, BackendProfile> other : base.backends().entrySet()) {
      ObjectNode tree = MAPPER.valueToTree(other.getValue());
      if (!sameGpu) {
        mark(tree, from(base, other.getKey()));
      }
      backends.put(other.getKey(), MAPPER.treeToValue(tree, BackendProfile.class));
    }
    backends.put(request.backend(), fitted(request, fits, sameGpu));
    return new GpuTarget(
        GpuTarget.SCHEMA,
        request.name(),
        request.gpu().title(),
        request.gpu().architecture(),
        request.gpu().datasheet(),
        backends);
  }

  private static BackendProfile fitted(
      TargetFit.Request request, List<SlotFit> fits, boolean sameGpu) throws InvalidInputException {
    GpuTarget base = request.base();
    String source = sourceBackend(base, request.backend());
    BackendProfile profile = base.backend(source);
    ObjectNode tree = MAPPER.valueToTree(profile);
    boolean sameEngine =
        source.equals(request.backend()) && profile.version().equals(request.version());
    if (!sameGpu || !sameEngine) {
      mark(tree, from(base, source));
    }
    tree.put("version", request.version());
    for (SlotFit fit : fits) {
      tree.withObjectProperty(fit.section()).set(fit.key(), MAPPER.valueToTree(fit.formula()));
    }
    return MAPPER.treeToValue(tree, BackendProfile.class);
  }

  private static String from(GpuTarget base, String backend) throws InvalidInputException {
    return "%s, %s %s".formatted(base.name(), backend, base.backend(backend).version());
  }

  /** The engine itself if the base has it, otherwise the first one, whose kernels are similar. */
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
