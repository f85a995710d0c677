package io.github.puzzle4j.scoring.cost.table;

import io.github.puzzle4j.scoring.cost.kernel.KernelCall;

/**
 * One row of a kernel table.
 *
 * @param call what was timed
 * @param seconds how long it took, nothing else running
 * @param operation the table's name for it, such as {@code gemm} or {@code generation_attention}
 * @param dtype the table's name for the number format that decides, such as {@code bfloat16}
 * @param kernelSource the kernel that ran; empty where the table does not say
 * @param file the table
 * @param row in the table, the first below the header being 1
 */
public record MeasuredCall(
    KernelCall call,
    double seconds,
    String operation,
    String dtype,
    String kernelSource,
    String file,
    long row) {}
