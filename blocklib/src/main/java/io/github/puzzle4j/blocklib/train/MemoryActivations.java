package io.github.puzzle4j.blocklib.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Keeps activations as they are, in libtorch's memory. */
final class MemoryActivations implements ActivationStore {

  @Override
  public BoundaryActivations keep(
      NDManager parent, String name, List<Shape> shapes, Producer producer) throws IOException {
    NDManager owner = parent.newSubManager();
    boolean complete = false;
    try {
      List<NDArray> arrays = new ArrayList<>();
      for (int index = 0; index < shapes.size(); index++) {
        try (NDManager scope = owner.newSubManager()) {
          NDArray array = producer.batch(scope, index);
          array.attach(owner);
          arrays.add(array);
        }
      }
      complete = true;
      return new Kept(owner, List.copyOf(arrays));
    } finally {
      if (!complete) {
        owner.close();
      }
    }
  }

  @Override
  public Optional<BoundaryActivations> find(String name, List<Shape> shapes) {
    return Optional.empty();
  }

  @Override
  public void close() {}

  private record Kept(NDManager owner, List<NDArray> arrays) implements BoundaryActivations {

    @Override
    public int batches() {
      return arrays.size();
    }

    @Override
    public NDArray batch(NDManager scope, int index) {
      return NativeTensors.alias(scope, arrays.get(index));
    }

    @Override
    public void discard() {
      owner.close();
    }

    @Override
    public void close() {
      owner.close();
    }
  }
}
