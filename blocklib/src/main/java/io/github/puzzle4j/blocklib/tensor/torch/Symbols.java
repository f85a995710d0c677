package io.github.puzzle4j.blocklib.tensor.torch;

import io.github.puzzle4j.blocklib.InvalidInputException;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * The functions of PyTorch's stable C interface that are called directly; all else goes through
 * {@code torch_call_dispatcher}. Their declarations are in {@code
 * torch/csrc/inductor/aoti_torch/c/shim.h} and {@code torch/csrc/stable/c/shim.h} of an installed
 * PyTorch.
 */
final class Symbols {

  private final long library;

  final MemorySegment callDispatcher;
  final MemorySegment newHandle;
  final MemorySegment delete;
  final MemorySegment undefined;
  final MemorySegment emptyStrided;
  final MemorySegment emptyPinned;
  final MemorySegment reinterpret;
  final MemorySegment dataPointer;
  final MemorySegment dimensions;
  final MemorySegment sizes;
  final MemorySegment strides;
  final MemorySegment type;
  final MemorySegment zero;
  final MemorySegment fill;
  final MemorySegment copy;
  final MemorySegment subtract;
  final MemorySegment doubleScalar;
  final MemorySegment longScalar;
  final MemorySegment newList;
  final MemorySegment pushBack;
  final MemorySegment gradMode;

  /** From 2.13; before that C++'s {@code operator new} makes optional values. */
  final Optional<MemorySegment> newOptional;

  final MemorySegment operatorNew;

  /** From 2.13; before that messages are printed. */
  final Optional<MemorySegment> message;

  /** A number that says from which level on PyTorch prints messages. */
  final MemorySegment logLevel;

  final MemorySegment setThreads;

  /** Which version's conventions callers follow: those of the library itself. */
  final long version;

  Symbols(long library) throws InvalidInputException {
    this.library = library;
    callDispatcher = required("torch_call_dispatcher");
    newHandle = required("aoti_torch_new_tensor_handle");
    delete = required("aoti_torch_delete_tensor_object");
    undefined = required("aoti_torch_new_uninitialized_tensor");
    emptyStrided = required("aoti_torch_empty_strided");
    emptyPinned = required("aoti_torch_empty_strided_pinned");
    reinterpret = required("aoti_torch__reinterpret_tensor");
    dataPointer = required("aoti_torch_get_data_ptr");
    dimensions = required("aoti_torch_get_dim");
    sizes = required("aoti_torch_get_sizes");
    strides = required("aoti_torch_get_strides");
    type = required("aoti_torch_get_dtype");
    zero = required("aoti_torch_zero_");
    fill = required("aoti_torch_aten_fill__Scalar");
    copy = required("aoti_torch_copy_");
    subtract = required("aoti_torch_aten_subtract_Tensor");
    doubleScalar = required("aoti_torch_scalar_to_tensor_float64");
    longScalar = required("aoti_torch_scalar_to_tensor_int64");
    newList = required("torch_new_list_reserve_size");
    pushBack = required("torch_list_push_back");
    gradMode = required("aoti_torch_grad_mode_set_enabled");
    newOptional = find("torch_new_stable_ivalue");
    operatorNew = required("_Znwm");
    message = find("torch_exception_get_what_without_backtrace");
    logLevel = required("FLAGS_caffe2_log_level");
    // The only function of the C++ interface: the C interface has no such one.
    setThreads = required("_ZN2at15set_num_threadsEi");
    version = Native.word(required("aoti_torch_abi_version"));
  }

  /** The number that the library gives to a type of elements or to a kind of device. */
  int number(String getter) {
    return Native.number(find(getter).orElseThrow());
  }

  Optional<MemorySegment> find(String symbol) {
    return SystemLibraries.find(library, symbol);
  }

  MemorySegment required(String symbol) throws InvalidInputException {
    return required(library, symbol);
  }

  static MemorySegment required(long library, String symbol) throws InvalidInputException {
    return SystemLibraries.find(library, symbol)
        .orElseThrow(() ->
            new InvalidInputException(
                "engine torch: this PyTorch lacks '%s' of the stable C interface; install 2.10 or"
                        .formatted(symbol)
                    + " newer: pip install torch"));
  }
}
