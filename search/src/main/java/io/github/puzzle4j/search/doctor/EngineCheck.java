package io.github.puzzle4j.search.doctor;

import io.github.puzzle4j.blocklib.InvalidInputException;
import io.github.puzzle4j.blocklib.tensor.engine.ComputeEngine;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.stream.IntStream;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * One compute engine on this machine.
 *
 * @param id its name in plans and options
 * @param found whether its library loads
 * @param problem why it does not, with the remedy, in one line
 * @param version of the library
 * @param location of the library
 * @param processor speed of products on the processor
 * @param gpus those that the library can compute on
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record EngineCheck(
    String id,
    boolean found,
    Optional<String> problem,
    Optional<String> version,
    Optional<String> location,
    Optional<ProductRates> processor,
    List<Gpu> gpus) {

  /**
   * A GPU.
   *
   * @param index its number, as in {@code cuda:N}
   * @param name what the driver calls it
   * @param memoryBytes its memory
   * @param capability CUDA's compute capability, such as 90 for 9.0
   * @param products speed of products on it
   */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  public record Gpu(
      int index, String name, long memoryBytes, String capability, ProductRates products) {}

  public EngineCheck {
    gpus = List.copyOf(gpus);
  }

  /** The speed of products on each device that it can compute on, by the device's name. */
  public SequencedMap<String, ProductRates> rates() {
    SequencedMap<String, ProductRates> rates = new LinkedHashMap<>();
    processor.ifPresent(measured -> rates.put("cpu", measured));
    gpus.forEach(gpu -> rates.put("cuda:" + gpu.index(), gpu.products()));
    return rates;
  }

  /** An engine that cannot be used. */
  static EngineCheck absent(String id, String problem) {
    return new EngineCheck(
        id,
        false,
        Optional.of(problem),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of());
  }

  /** Loads the engine into this process and measures it. */
  public static EngineCheck of(ComputeEngine engine) {
    try {
      engine.load();
    } catch (InvalidInputException unusable) {
      return absent(engine.id(), String.valueOf(unusable.getMessage()));
    }
    return new EngineCheck(
        engine.id(),
        true,
        Optional.empty(),
        Optional.of(engine.version()),
        Optional.of(engine.location()),
        Optional.of(ProductRates.of(engine.on(OptionalInt.empty()))),
        IntStream.range(0, engine.gpus()).mapToObj(gpu -> gpu(engine, gpu)).toList());
  }

  private static Gpu gpu(ComputeEngine engine, int index) {
    return new Gpu(
        index,
        engine.gpuName(index),
        engine.gpuBytes(index),
        engine.gpuCapability(index),
        ProductRates.of(engine.on(OptionalInt.of(index))));
  }
}
