package io.github.puzzle4j.blocklib.task;

/**
 * A file of a result.
 *
 * @param bytes its size
 * @param sha256 of its contents, in hexadecimal digits
 */
public record StoredFile(long bytes, String sha256) {}
