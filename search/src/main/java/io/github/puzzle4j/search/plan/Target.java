package io.github.puzzle4j.search.plan;

/**
 * A GPU and a budget to search a child for.
 *
 * @param gpu name of a GPU profile, such as {@code h100-sxm}, or the path of a profile's {@code
 *     .json} file
 * @param backend serving backend of that profile, such as {@code vllm}
 * @param scenario what is served
 * @param throughput the least throughput of the child
 * @param memory the most memory of the child while it serves
 */
public record Target(
    String gpu, String backend, Scenario scenario, ThroughputGoal throughput, MemoryLimit memory) {

  private static final String FILE_SUFFIX = ".json";

  public Target {
    if (!isFile(gpu)) {
      Require.name("gpu", gpu);
    }
    Require.name("backend", backend);
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
   * The requests that a model serves.
   *
   * @param inputTokens tokens of each prompt
   * @param outputTokens tokens of each answer
   * @param batch the batch sizes to try; the best is kept
   */
  public record Scenario(int inputTokens, int outputTokens, BatchSizes batch) {

    public Scenario {
      Require.within("inputTokens", inputTokens, 1, 1 << 24);
      Require.within("outputTokens", outputTokens, 1, 1 << 24);
    }
  }
}
