package io.github.puzzle4j.blocklib.library;

import io.github.puzzle4j.blocklib.arch.Span;
import io.github.puzzle4j.blocklib.tensor.DeviceMemory;
import io.github.puzzle4j.blocklib.train.ActivationStore;
import io.github.puzzle4j.blocklib.train.BoundaryActivations;
import io.github.puzzle4j.blocklib.train.TeacherLayer;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The inputs of spans of several layers, kept from the first layer of a span until its last one has
 * been visited.
 */
final class SpanInputs implements AutoCloseable {

  private final DeviceMemory parent;
  private final ActivationStore store;
  private final BlockLibrary library;
  private final Map<Span, BoundaryActivations> kept = new HashMap<>();

  SpanInputs(DeviceMemory parent, ActivationStore store, BlockLibrary library) {
    this.parent = parent;
    this.store = store;
    this.library = library;
  }

  /** Keeps a copy for the spans that begin at a layer and are not trained yet. */
  void enter(TeacherLayer layer) throws IOException {
    for (Span span : spans(layer.index(), true)) {
      if (!kept.containsKey(span)) {
        BoundaryActivations inputs = layer.inputs();
        List<List<Long>> shapes = layer.shapes();
        String name = layer.place() + "-span-" + span.last();
        kept.put(
            span,
            store.keep(
                parent, name, shapes, (scope, batch) -> inputs.batch(scope, batch).copy(scope)));
      }
    }
  }

  private List<Span> spans(int layer, boolean first) {
    return library.plan().trainings().stream()
        .map(Train::span)
        .filter(span -> span.length() > 1)
        .filter(span -> (first ? span.first() : span.last()) == layer)
        .distinct()
        .toList();
  }

  /** The inputs of a span whose last layer is being visited. */
  BoundaryActivations of(Span span, TeacherLayer layer) {
    return span.length() == 1
        ? layer.inputs()
        : Objects.requireNonNull(kept.get(span), span.toString());
  }

  /** Frees those of the spans that end at a layer. */
  void leave(TeacherLayer layer) throws IOException {
    for (Span span : spans(layer.index(), false)) {
      BoundaryActivations ended = kept.remove(span);
      if (ended != null) {
        ended.discard();
      }
    }
  }

  @Override
  public void close() {
    kept.values().forEach(BoundaryActivations::close);
  }
}
