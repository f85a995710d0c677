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
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

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
    BoundaryActivations inputs = layer.inputs();
    List<List<Long>> shapes = layer.shapes();
    for (Span span : startingAt(layer.index())) {
      String name = layer.place() + "-span-" + span.last();
      Optional<BoundaryActivations> found = store.find(name, shapes);
      if (isTrained(span)) {
        // Left by a run that was killed behind its last training.
        if (found.isPresent()) {
          found.get().discard();
        }
      } else {
        kept.put(
            span,
            found.isPresent()
                ? found.get()
                : store.keep(
                    parent,
                    name,
                    shapes,
                    (scope, batch) -> inputs.batch(scope, batch).copy(scope)));
      }
    }
  }

  private Set<Span> startingAt(int layer) {
    return library.plan().trainings().stream()
        .map(Train::span)
        .filter(span -> span.length() > 1 && span.first() == layer)
        .collect(Collectors.toSet());
  }

  private boolean isTrained(Span span) throws IOException {
    for (Train training : library.plan().trainings(span.last())) {
      if (training.span().equals(span) && library.store().find(training).isEmpty()) {
        return false;
      }
    }
    return true;
  }

  /** The inputs of a span whose last layer is being visited. */
  BoundaryActivations of(Span span, TeacherLayer layer) {
    return span.length() == 1
        ? layer.inputs()
        : Objects.requireNonNull(kept.get(span), span.toString());
  }

  /** Frees those of the spans that end at a layer. */
  void leave(TeacherLayer layer) throws IOException {
    for (Span span : List.copyOf(kept.keySet())) {
      if (span.last() == layer.index()) {
        Objects.requireNonNull(kept.remove(span)).discard();
      }
    }
  }

  @Override
  public void close() {
    kept.values().forEach(BoundaryActivations::close);
  }
}
