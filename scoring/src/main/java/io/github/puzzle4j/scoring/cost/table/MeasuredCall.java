package io.github.puzzle4j.scoring.cost.table;

import io.github.puzzle4j.scoring.cost.kernel.KernelCall;

/**
 * One row of a kernel table.
 *
 * @param call the measured call
 * @param seconds its duration, with nothing else running
 * @param operation name in the table, for example {@code gemm} or {@code generation_attention}
 * @param dtype number format in the table, for example {@code bfloat16}
 * @param kernelSource the kernel that ran; empty if the table does not state it
 * @param file the table
 * @param row number in the table, starting at 1 below the header
 */
public record MeasuredCall(
    KernelCall call,
    double seconds,
    String operation,
    String dtype,
    String kernelSource,
    String file,
    long row) {}
