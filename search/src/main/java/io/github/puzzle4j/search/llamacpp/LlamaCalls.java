package io.github.puzzle4j.search.llamacpp;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BOOLEAN;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.github.puzzle4j.blocklib.InvalidInputException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.StructLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/**
 * C functions of the llama.cpp that is bound here, build b4916, with the layouts of its structs
 * (llama.h). The library exports them on Linux and macOS, and its Java binding has no way to
 * logits.
 */
@SuppressWarnings("restricted") // the launcher and the manifest allow native access
final class LlamaCalls {

  private static final int PADDED = 4;

  private static final StructLayout MODEL_PARAMETERS =
      MemoryLayout.structLayout(
          ADDRESS.withName("devices"),
          JAVA_INT.withName("n_gpu_layers"),
          JAVA_INT.withName("split_mode"),
          JAVA_INT.withName("main_gpu"),
          MemoryLayout.paddingLayout(PADDED),
          ADDRESS.withName("tensor_split"),
          ADDRESS.withName("progress_callback"),
          ADDRESS.withName("progress_callback_user_data"),
          ADDRESS.withName("kv_overrides"),
          JAVA_BOOLEAN.withName("vocab_only"),
          JAVA_BOOLEAN.withName("use_mmap"),
          JAVA_BOOLEAN.withName("use_mlock"),
          JAVA_BOOLEAN.withName("check_tensors"),
          MemoryLayout.paddingLayout(PADDED));

  private static final StructLayout CONTEXT_PARAMETERS =
      MemoryLayout.structLayout(
          JAVA_INT.withName("n_ctx"),
          JAVA_INT.withName("n_batch"),
          JAVA_INT.withName("n_ubatch"),
          JAVA_INT.withName("n_seq_max"),
          JAVA_INT.withName("n_threads"),
          JAVA_INT.withName("n_threads_batch"),
          JAVA_INT.withName("rope_scaling_type"),
          JAVA_INT.withName("pooling_type"),
          JAVA_INT.withName("attention_type"),
          JAVA_FLOAT.withName("rope_freq_base"),
          JAVA_FLOAT.withName("rope_freq_scale"),
          JAVA_FLOAT.withName("yarn_ext_factor"),
          JAVA_FLOAT.withName("yarn_attn_factor"),
          JAVA_FLOAT.withName("yarn_beta_fast"),
          JAVA_FLOAT.withName("yarn_beta_slow"),
          JAVA_INT.withName("yarn_orig_ctx"),
          JAVA_FLOAT.withName("defrag_thold"),
          MemoryLayout.paddingLayout(PADDED),
          ADDRESS.withName("cb_eval"),
          ADDRESS.withName("cb_eval_user_data"),
          JAVA_INT.withName("type_k"),
          JAVA_INT.withName("type_v"),
          JAVA_BOOLEAN.withName("logits_all"),
          JAVA_BOOLEAN.withName("embeddings"),
          JAVA_BOOLEAN.withName("offload_kqv"),
          JAVA_BOOLEAN.withName("flash_attn"),
          JAVA_BOOLEAN.withName("no_perf"),
          MemoryLayout.paddingLayout(PADDED - 1),
          ADDRESS.withName("abort_callback"),
          ADDRESS.withName("abort_callback_data"));

  private static final StructLayout BATCH =
      MemoryLayout.structLayout(
          JAVA_INT.withName("n_tokens"),
          MemoryLayout.paddingLayout(PADDED),
          ADDRESS.withName("token"),
          ADDRESS.withName("embd"),
          ADDRESS.withName("pos"),
          ADDRESS.withName("n_seq_id"),
          ADDRESS.withName("seq_id"),
          ADDRESS.withName("logits"));

  /** {@code GGML_TYPE_F16} and {@code GGML_TYPE_F32}. */
  private static final int F16 = 1;

  private static final int F32 = 0;

  /** {@code LLAMA_SPLIT_MODE_LAYER}. */
  private static final int SPLIT_BY_LAYERS = 1;

  private final SymbolLookup library = SymbolLookup.loaderLookup();

  private final MethodHandle tokenize =
      handle(
          "llama_tokenize",
          FunctionDescriptor.of(
              JAVA_INT, ADDRESS, ADDRESS, JAVA_INT, ADDRESS, JAVA_INT, JAVA_BOOLEAN, JAVA_BOOLEAN));
  private final MethodHandle decode =
      handle("llama_decode", FunctionDescriptor.of(JAVA_INT, ADDRESS, BATCH));
  private final MethodHandle logits =
      handle("llama_get_logits", FunctionDescriptor.of(ADDRESS, ADDRESS));
  private final MethodHandle forget =
      handle("llama_kv_self_clear", FunctionDescriptor.ofVoid(ADDRESS));

  /** Whether the library of this system exports them; it has to be loaded. */
  static boolean areExported() {
    return SymbolLookup.loaderLookup().find("llama_decode").isPresent();
  }

  private MethodHandle handle(String name, FunctionDescriptor signature) {
    return Linker.nativeLinker().downcallHandle(library.findOrThrow(name), signature);
  }

  /** A model without its context, at address 0 if it cannot be loaded. */
  MemorySegment load(Arena arena, String file) {
    MemorySegment parameters = filledIn(arena, "llama_model_default_params", MODEL_PARAMETERS);
    require(parameters, MODEL_PARAMETERS, "split_mode", SPLIT_BY_LAYERS);
    require(parameters, MODEL_PARAMETERS, "use_mmap", true);
    require(parameters, MODEL_PARAMETERS, "vocab_only", false);
    require(parameters, MODEL_PARAMETERS, "check_tensors", false);
    set(parameters, MODEL_PARAMETERS, "check_tensors", true);
    return (MemorySegment)
        call(
            handle(
                "llama_model_load_from_file",
                FunctionDescriptor.of(ADDRESS, ADDRESS, MODEL_PARAMETERS)),
            arena.allocateFrom(file),
            parameters);
  }

  /**
   * A context for one sequence, whose keys and values are kept as they are computed; at address 0
   * if it cannot be made.
   *
   * @param tokens of the sequence at most, all of which can be given at once
   */
  MemorySegment context(Arena arena, MemorySegment model, int tokens, int threads) {
    MemorySegment parameters = filledIn(arena, "llama_context_default_params", CONTEXT_PARAMETERS);
    require(parameters, CONTEXT_PARAMETERS, "logits_all", false);
    require(parameters, CONTEXT_PARAMETERS, "offload_kqv", true);
    require(parameters, CONTEXT_PARAMETERS, "no_perf", true);
    for (String type : new String[] {"type_k", "type_v"}) {
      require(parameters, CONTEXT_PARAMETERS, type, F16);
      set(parameters, CONTEXT_PARAMETERS, type, F32);
    }
    set(parameters, CONTEXT_PARAMETERS, "n_ctx", tokens);
    set(parameters, CONTEXT_PARAMETERS, "n_batch", tokens);
    set(parameters, CONTEXT_PARAMETERS, "n_threads", threads);
    set(parameters, CONTEXT_PARAMETERS, "n_threads_batch", threads);
    return (MemorySegment)
        call(
            handle(
                "llama_init_from_model",
                FunctionDescriptor.of(ADDRESS, ADDRESS, CONTEXT_PARAMETERS)),
            model,
            parameters);
  }

  /** A struct with the library's defaults. */
  private MemorySegment filledIn(Arena arena, String function, StructLayout struct) {
    return (MemorySegment)
        call(handle(function, FunctionDescriptor.of(struct)), (SegmentAllocator) arena);
  }

  MemorySegment vocabulary(MemorySegment model) {
    return (MemorySegment)
        call(handle("llama_model_get_vocab", FunctionDescriptor.of(ADDRESS, ADDRESS)), model);
  }

  int size(MemorySegment vocabulary) {
    return (int)
        call(handle("llama_vocab_n_tokens", FunctionDescriptor.of(JAVA_INT, ADDRESS)), vocabulary);
  }

  /** Ids of a text without special tokens. */
  int[] tokens(MemorySegment vocabulary, String text) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocateFrom(text);
      int length = Math.toIntExact(bytes.byteSize() - 1);
      // One for a space that some tokenizers put before the text.
      int room = length + 1;
      MemorySegment ids = arena.allocate(JAVA_INT, room);
      int count = (int) call(tokenize, vocabulary, bytes, length, ids, room, false, false);
      if (count < 0) {
        // So many are there, where a character is several tokens.
        room = -count;
        ids = arena.allocate(JAVA_INT, room);
        count = (int) call(tokenize, vocabulary, bytes, length, ids, room, false, false);
      }
      return ids.asSlice(0, JAVA_INT.byteSize() * count).toArray(JAVA_INT);
    }
  }

  /**
   * Computes tokens after those that the context has seen.
   *
   * @param position of the first
   * @return logits {@code [tokens, vocabulary]} that are valid until the next call
   * @throws InvalidInputException if llama.cpp cannot compute them
   */
  MemorySegment logits(MemorySegment context, int[] tokens, int position, int vocabulary)
      throws InvalidInputException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment positions = arena.allocate(JAVA_INT, tokens.length);
      MemorySegment wanted = arena.allocate(tokens.length);
      for (int i = 0; i < tokens.length; i++) {
        positions.setAtIndex(JAVA_INT, i, position + i);
      }
      wanted.fill((byte) 1);
      MemorySegment batch = arena.allocate(BATCH);
      batch.set(JAVA_INT, offset(BATCH, "n_tokens"), tokens.length);
      batch.set(ADDRESS, offset(BATCH, "token"), arena.allocateFrom(JAVA_INT, tokens));
      batch.set(ADDRESS, offset(BATCH, "pos"), positions);
      batch.set(ADDRESS, offset(BATCH, "logits"), wanted);
      int status = (int) RunningRequests.run(() -> call(decode, context, batch));
      if (status != 0) {
        throw new InvalidInputException(
            "llama.cpp cannot compute %d tokens: llama_decode gives %d"
                .formatted(tokens.length, status));
      }
    }
    MemorySegment all = (MemorySegment) call(logits, context);
    return all.reinterpret(JAVA_FLOAT.byteSize() * tokens.length * vocabulary);
  }

  /** Forgets what a context has seen. */
  void forget(MemorySegment context) {
    callVoid(forget, context);
  }

  void freeContext(MemorySegment context) {
    callVoid(handle("llama_free", FunctionDescriptor.ofVoid(ADDRESS)), context);
  }

  void freeModel(MemorySegment model) {
    callVoid(handle("llama_model_free", FunctionDescriptor.ofVoid(ADDRESS)), model);
  }

  /** Makes sure that the library fills in what this build does: another one has other layouts. */
  private static void require(
      MemorySegment memory, StructLayout struct, String field, boolean expected) {
    byte found = memory.get(JAVA_BYTE, offset(struct, field));
    requireEqual(field, found, expected ? 1 : 0);
  }

  private static void require(
      MemorySegment memory, StructLayout struct, String field, int expected) {
    requireEqual(field, memory.get(JAVA_INT, offset(struct, field)), expected);
  }

  private static void requireEqual(String field, int found, int expected) {
    if (found != expected) {
      throw new IllegalStateException(
          "another build of llama.cpp than b4916: %s is %d".formatted(field, found));
    }
  }

  private static long offset(StructLayout struct, String field) {
    return struct.byteOffset(PathElement.groupElement(field));
  }

  private static void set(MemorySegment memory, StructLayout struct, String field, int value) {
    memory.set(JAVA_INT, offset(struct, field), value);
  }

  private static void set(MemorySegment memory, StructLayout struct, String field, boolean value) {
    memory.set(JAVA_BOOLEAN, offset(struct, field), value);
  }

  private static Object call(MethodHandle function, Object... arguments) {
    try {
      return function.invokeWithArguments(arguments);
    } catch (Throwable impossible) {
      throw new IllegalStateException("llama.cpp cannot be called", impossible);
    }
  }

  private static void callVoid(MethodHandle function, MemorySegment argument) {
    try {
      function.invokeExact(argument);
    } catch (Throwable impossible) {
      throw new IllegalStateException("llama.cpp cannot be called", impossible);
    }
  }
}
