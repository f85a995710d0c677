package io.github.puzzle4j.blocklib.checkpoint;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.arch.Model;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads and writes the {@code config.json} of one {@code model_type}. To add a family, add a class
 * and its entry in {@link #ALL}.
 */
interface ModelFamily {

  List<ModelFamily> ALL =
      List.of(
          new LlamaFamily(),
          new MistralFamily(),
          new MixtralFamily(),
          new NemotronNasFamily(),
          QwenFamily.QWEN2,
          QwenFamily.QWEN3,
          new Qwen3MoeFamily(),
          new Puzzle4jFamily());

  /** Families with a single kind of layer, which engines know and children are made of. */
  List<ModelFamily> NATIVE =
      ALL.stream()
          .filter(
              family -> Set.of("llama", "mistral", "qwen2", "qwen3").contains(family.modelType()))
          .toList();

  /** The family of {@link #NATIVE} that holds a model, its own if that does; empty if none does. */
  static Optional<ModelFamily> nativeTo(Model model) {
    String own = model.common().family();
    return Stream.concat(
            NATIVE.stream().filter(family -> family.modelType().equals(own)), NATIVE.stream())
        .filter(family -> family.objection(model).isEmpty())
        .findFirst();
  }

  /** The {@code model_type}. */
  String modelType();

  /**
   * Reads a config of this family.
   *
   * @throws InvalidInputException naming the key that is wrong, or that asks for arithmetic which
   *     is not implemented
   * @throws IllegalArgumentException if values contradict each other
   */
  Model read(ConfigJson config) throws InvalidInputException;

  /** Why this family cannot hold the model; empty if it can. */
  Optional<String> objection(Model model);

  /** The config of a model to which there is no objection. */
  ObjectNode write(Model model);
}
