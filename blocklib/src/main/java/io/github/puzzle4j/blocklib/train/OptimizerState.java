package io.github.puzzle4j.blocklib.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;

/** Parameters under training and their running moments, all in float32. */
final class OptimizerState implements AutoCloseable {

  private final NDManager manager;
  private final List<NDArray> parameters;
  private final List<NDArray> means = new ArrayList<>();
  private final List<NDArray> squares = new ArrayList<>();
  private final List<NDArray> steps = new ArrayList<>();

  /** Starts with zero moments; from here on the parameters collect gradients. */
  OptimizerState(NDManager parent, List<NDArray> parameters) {
    this.manager = parent.newSubManager();
    this.parameters = List.copyOf(parameters);
    for (NDArray parameter : this.parameters) {
      parameter.setRequiresGradient(true);
      means.add(manager.zeros(parameter.getShape()));
      squares.add(manager.zeros(parameter.getShape()));
      steps.add(manager.create(0f));
    }
  }

  /** How many parameters are matrices: weights decay, norms do not. */
  int matrices() {
    return (int) parameters.stream().filter(OptimizerState::isMatrix).count();
  }

  /** The same arrays, one per parameter, with those of matrices first. */
  List<NDArray> matricesFirst(List<NDArray> arrays) {
    List<NDArray> ordered = new ArrayList<>(arrays.size());
    for (boolean wanted : new boolean[] {true, false}) {
      for (int i = 0; i < arrays.size(); i++) {
        if (isMatrix(parameters.get(i)) == wanted) {
          ordered.add(arrays.get(i));
        }
      }
    }
    return ordered;
  }

  private static boolean isMatrix(NDArray parameter) {
    return parameter.getShape().dimension() > 1;
  }

  List<NDArray> parameters() {
    return parameters;
  }

  /** Handles on the gradients; each call makes new ones, so they belong to the given scope. */
  List<NDArray> gradients(NDManager scope) {
    List<NDArray> gradients = new ArrayList<>(parameters.size());
    for (NDArray parameter : this.parameters) {
      NDArray gradient = parameter.getGradient();
      gradient.attach(scope);
      gradients.add(gradient);
    }
    return gradients;
  }

  List<NDArray> means() {
    return means;
  }

  List<NDArray> squares() {
    return squares;
  }

  List<NDArray> steps() {
    return steps;
  }

  /** Frees the moments and stops collecting gradients. */
  @Override
  public void close() {
    parameters.forEach(parameter -> parameter.setRequiresGradient(false));
    manager.close();
  }
}
