package io.github.puzzle4j.blocklib.checkpoint;

import tools.jackson.databind.node.ObjectNode;

/**
 * The classes beside a config that Transformers and engines load with {@code trust_remote_code}.
 */
enum RemoteCode {
  PUZZLE4J("Puzzle4j"),
  ANY_MODEL("AnyModel"),
  DECI("DeciLM");

  private final String prefix;

  RemoteCode(String prefix) {
    this.prefix = prefix;
  }

  void write(ObjectNode node) {
    node.putArray("architectures").add(prefix + "ForCausalLM");
    node.putObject("auto_map")
        .put("AutoConfig", "configuration_puzzle4j.%sConfig".formatted(prefix))
        .put("AutoModel", "modeling_puzzle4j.%sModel".formatted(prefix))
        .put("AutoModelForCausalLM", "modeling_puzzle4j.%sForCausalLM".formatted(prefix));
  }
}
