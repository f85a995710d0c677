package io.github.puzzle4j.search.plan;

import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * A GPU and a budget to search a child for. A limit that the plan does not name is not set, but the
 * GPU's memory always is one.
 *
 * @param gpu name of a GPU profile, such as {@code h100-sxm}, the path of a profile's {@code .json}
 *     file, or {@link #THIS_MACHINE}
 * @param backend serving backend of that profile, such as {@code vllm}
 * @param scenario the served requests and formats
 * @param throughput minimum throughput of the child
 * @param memory maximum memory of the served child
 * @param maxTimePerToken maximum time between two tokens of a request, including its share of
 *     prefill
 * @param maxTimeToFirstToken maximum time until the first token of a request on an idle GPU
 * @param parameters maximum trainable numbers of the whole child
 * @param weightBytes maximum bytes of weights on each GPU, in the scenario's format
 * @param kvBytesPerToken maximum bytes of KV cache on each GPU for a token, in the scenario's
 *     format
 * @param attentionLayers maximum number of layers with a KV cache
 * @param loader which layers the child may have for the backend
 */
public record Target(
    String gpu,
    String backend,
    Scenario scenario,
    ThroughputGoal throughput,
    MemoryLimit memory,
    LatencyLimit maxTimePerToken,
    LatencyLimit maxTimeToFirstToken,
    SizeLimit parameters,
    SizeLimit weightBytes,
    SizeLimit kvBytesPerToken,
    SizeLimit attentionLayers,
    Loader loader) {

  /** The {@code gpu} of a target that is profiled when a search begins. */
  public static final String THIS_MACHINE = "this-machine";

  /** Its backend, unless the plan names another one. */
  static final String BACKEND_HERE = "llamacpp";

  private static final String FILE_SUFFIX = ".json";

  public Target {
    if (!isFile(gpu)) {
      Require.name("gpu", gpu);
    }
    Require.name("backend", backend);
  }

  /** Whether there is a limit besides the GPU's memory. */
  public boolean hasLimit() {
    return Stream.of(
            throughput,
            memory,
            maxTimePerToken,
            maxTimeToFirstToken,
            parameters,
            weightBytes,
            kvBytesPerToken,
            attentionLayers)
        .anyMatch(limit -> !limit.toString().equals(SizeLimit.NONE));
  }

  /** Whether it is the machine that the search runs on, which is to be profiled. */
  public boolean needsProfile() {
    return gpu.equals(THIS_MACHINE);
  }

  /** Whether its profile is that of the machine that the search runs on. */
  public boolean servesHere() {
    return gpuName().equals(THIS_MACHINE);
  }

  /** The same target with its profile in a file. */
  public Target profiledIn(Path file) {
    return new Target(
        file.toString(),
        backend,
        scenario,
        throughput,
        memory,
        maxTimePerToken,
        maxTimeToFirstToken,
        parameters,
        weightBytes,
        kvBytesPerToken,
        attentionLayers,
        loader);
  }

  static boolean isFile(String gpu) {
    return gpu.endsWith(FILE_SUFFIX);
  }

  /** The GPU's name, or its file's without folder and suffix. */
  public String gpuName() {
    return isFile(gpu)
        ? gpu.substring(Math.max(gpu.lastIndexOf('/'), gpu.lastIndexOf('\\')) + 1)
            .replace(FILE_SUFFIX, "")
        : gpu;
  }

  /**
   * The requests that a model serves, and its number formats.
   *
   * @param inputTokens tokens of each prompt
   * @param outputTokens tokens of each answer
   * @param batch the batch sizes to try; the best is kept
   * @param tensorParallel GPUs that share the model: 1, 2, 4 or 8
   * @param weights format of the layers' matrices and their products
   * @param kvCache format of keys and values
   * @param memoryUtilisation share of each GPU's memory that the engine may use, in (0, 1]
   * @param reserve kept free on each GPU: context, graphs, fragments
   */
  public record Scenario(
      int inputTokens,
      int outputTokens,
      BatchSizes batch,
      int tensorParallel,
      WeightsFormat weights,
      CacheFormat kvCache,
      double memoryUtilisation,
      MemorySize reserve) {

    public Scenario {
      Require.within("inputTokens", inputTokens, 1, 1 << 24);
      Require.within("outputTokens", outputTokens, 1, 1 << 24);
      Require.that(
          io.github.puzzle4j.scoring.cost.Scenario.TENSOR_PARALLEL.contains(tensorParallel),
          "tensorParallel",
          "must be 1, 2, 4 or 8, not %d",
          tensorParallel);
      Require.that(
          memoryUtilisation > 0 && memoryUtilisation <= 1,
          "memoryUtilisation",
          "must be above 0 and at most 1, not %s",
          memoryUtilisation);
    }
  }
}
