package io.github.puzzle4j.blocklib.gguf;

/** Keys of GGUF files that are both read and written. */
public final class GgufKeys {

  public static final String ARCHITECTURE = "general.architecture";
  public static final String FILE_TYPE = "general.file_type";
  public static final String ALIGNMENT = "general.alignment";
  public static final String SPLIT_COUNT = "split.count";

  public static final String TOKENIZER_MODEL = "tokenizer.ggml.model";
  public static final String TOKENIZER_PRE = "tokenizer.ggml.pre";
  public static final String TOKENS = "tokenizer.ggml.tokens";
  public static final String TOKEN_TYPES = "tokenizer.ggml.token_type";
  public static final String SCORES = "tokenizer.ggml.scores";
  public static final String MERGES = "tokenizer.ggml.merges";
  public static final String BEGIN = "tokenizer.ggml.bos_token_id";
  public static final String END = "tokenizer.ggml.eos_token_id";
  public static final String UNKNOWN = "tokenizer.ggml.unknown_token_id";
  public static final String PADDING = "tokenizer.ggml.padding_token_id";
  public static final String END_OF_TURN = "tokenizer.ggml.eot_token_id";
  public static final String ADD_BEGIN = "tokenizer.ggml.add_bos_token";
  public static final String ADD_END = "tokenizer.ggml.add_eos_token";
  public static final String ADD_SPACE = "tokenizer.ggml.add_space_prefix";
  public static final String CHAT_TEMPLATE = "tokenizer.chat_template";
  public static final String CHAT_TEMPLATES = "tokenizer.chat_templates";

  // Of one architecture, whose name and a dot precede them.
  public static final String LAYERS = "block_count";
  public static final String CONTEXT = "context_length";
  public static final String HIDDEN = "embedding_length";
  public static final String FFN = "feed_forward_length";
  public static final String VOCABULARY = "vocab_size";
  public static final String HEADS = "attention.head_count";
  public static final String KV_HEADS = "attention.head_count_kv";
  public static final String KEY_WIDTH = "attention.key_length";
  public static final String VALUE_WIDTH = "attention.value_length";
  public static final String EPSILON = "attention.layer_norm_rms_epsilon";
  public static final String ROPE_WIDTH = "rope.dimension_count";
  public static final String ROPE_SCALING = "rope.scaling.type";
  public static final String ROPE_FACTOR = "rope.scaling.factor";
  public static final String ROPE_BASE = "rope.freq_base";

  private GgufKeys() {}
}
