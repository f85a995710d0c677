package io.github.puzzle4j.search.run;

import io.github.puzzle4j.scoring.cost.Scenario;
import java.util.ArrayList;
import java.util.List;

/** A server of OpenAI's interface. */
enum Server {
  VLLM("vLLM", "vllm/vllm-openai", 8000),
  TRTLLM("TensorRT-LLM", "nvcr.io/nvidia/tensorrt-llm/release", 8000),
  SGLANG("SGLang", "lmsysorg/sglang", 30000),
  LLAMA_CPP("llama.cpp", "ghcr.io/ggml-org/llama.cpp:server-cuda", 8080);

  private final String title;
  private final String image;
  private final int port;

  Server(String title, String image, int port) {
    this.title = title;
    this.image = image;
    this.port = port;
  }

  /** The server that a target's backend stands for. */
  static Server of(String backend) {
    return switch (backend) {
      case "trtllm" -> TRTLLM;
      case "sglang" -> SGLANG;
      default -> VLLM;
    };
  }

  String title() {
    return title;
  }

  /** Of containers. */
  String image() {
    return image;
  }

  /** On which it listens unless told otherwise. */
  int port() {
    return port;
  }

  /** The words before the model. */
  List<String> program() {
    return switch (this) {
      case VLLM -> List.of("vllm", "serve");
      case TRTLLM -> List.of("trtllm-serve");
      case SGLANG -> List.of("python3", "-m", "sglang.launch_server", "--model-path");
      case LLAMA_CPP -> List.of("llama-server", "-m");
    };
  }

  /** The same in its image, which may begin with the program. */
  List<String> inContainer() {
    return switch (this) {
      case VLLM -> List.of();
      case LLAMA_CPP -> List.of("-m");
      case TRTLLM, SGLANG -> program();
    };
  }

  /**
   * The model and what the scenario asks for.
   *
   * @param needsCode whether the folder's own code has to be run
   */
  List<Object> options(Object model, Scenario scenario, boolean needsCode) {
    int gpus = scenario.tensorParallel();
    List<Object> options = new ArrayList<>(List.of(model));
    switch (this) {
      case VLLM -> {
        addIf(options, needsCode, "--trust-remote-code");
        addIf(options, gpus > 1, "--tensor-parallel-size", gpus);
      }
      case TRTLLM -> {
        addIf(options, needsCode, "--trust_remote_code");
        addIf(options, gpus > 1, "--tp_size", gpus);
      }
      case SGLANG -> {
        addIf(options, needsCode, "--trust-remote-code");
        addIf(options, gpus > 1, "--tp", gpus);
      }
      case LLAMA_CPP -> {
        int tokens = scenario.inputTokens() + scenario.outputTokens();
        options.addAll(List.of("-c", tokens * scenario.batch(), "-np", scenario.batch()));
      }
    }
    return options;
  }

  private static void addIf(List<Object> options, boolean needed, Object... words) {
    if (needed) {
      options.addAll(List.of(words));
    }
  }
}
