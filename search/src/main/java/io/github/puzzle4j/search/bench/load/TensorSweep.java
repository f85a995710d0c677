package io.github.puzzle4j.search.bench.load;

import io.github.puzzle4j.blocklib.checkpoint.Tensor;
import io.github.puzzle4j.blocklib.checkpoint.TensorSource;
import io.github.puzzle4j.blocklib.checkpoint.TensorType;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToLongFunction;

/** Reads all tensors of a source once, with several threads. */
public final class TensorSweep {

  private static final ValueLayout.OfLong WORD =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static final int PIECE_BYTES = 1 << 22;
  private static final int FLOATS_AT_ONCE = 1 << 14;

  /** Some elements of a tensor. */
  private record Piece(Tensor tensor, long from, int count) {}

  private TensorSweep() {}

  /**
   * Reads every byte in place.
   *
   * @return the sum of all little-endian 64-bit words, the last one of a piece padded with zeros:
   *     it changes if any single byte changes
   * @throws IOException if a tensor cannot be read, or the thread is interrupted
   */
  public static long bytes(TensorSource source, int threads) throws IOException {
    return sweep(
        pieces(source),
        threads,
        piece -> {
          long width = piece.tensor().type().bytes();
          return sum(piece.tensor().data().asSlice(piece.from() * width, piece.count() * width));
        });
  }

  /**
   * Converts every floating-point number to a Java float, a few at a time.
   *
   * @return how many there are
   * @throws IOException if a tensor cannot be read, or the thread is interrupted
   */
  public static long floats(TensorSource source, int threads) throws IOException {
    List<Piece> pieces =
        pieces(source).stream().filter(piece -> isFloating(piece.tensor().type())).toList();
    return sweep(
        pieces,
        threads,
        piece -> {
          float[] values = new float[FLOATS_AT_ONCE];
          long done = 0;
          while (done < piece.count()) {
            int count = (int) Math.min(FLOATS_AT_ONCE, piece.count() - done);
            piece.tensor().readFloats(piece.from() + done, values, count);
            done += count;
          }
          return done;
        });
  }

  private static boolean isFloating(TensorType type) {
    return switch (type) {
      case F64, F32, F16, BF16, F8_E4M3 -> true;
      case I64, I32, U8, BOOL -> false;
    };
  }

  private static List<Piece> pieces(TensorSource source) throws IOException {
    List<Piece> pieces = new ArrayList<>();
    for (String name : source.names()) {
      Tensor tensor = source.tensor(name);
      int most = PIECE_BYTES / tensor.type().bytes();
      for (long from = 0; from < tensor.elements(); from += most) {
        pieces.add(new Piece(tensor, from, (int) Math.min(most, tensor.elements() - from)));
      }
    }
    return pieces;
  }

  private static long sweep(List<Piece> pieces, int threads, ToLongFunction<Piece> work)
      throws IOException {
    AtomicInteger next = new AtomicInteger();
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      List<Future<Long>> parts = new ArrayList<>();
      for (int thread = 0; thread < threads; thread++) {
        parts.add(
            pool.submit(() -> {
              long sum = 0;
              for (int i = next.getAndIncrement(); i < pieces.size(); i = next.getAndIncrement()) {
                sum += work.applyAsLong(pieces.get(i));
              }
              return sum;
            }));
      }
      long sum = 0;
      for (Future<Long> part : parts) {
        sum += part.get();
      }
      return sum;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while reading tensors");
    } catch (ExecutionException failure) {
      throw new IOException("reading tensors failed", failure.getCause());
    }
  }

  /** Simple enough for the compiler to vectorise. */
  private static long sum(MemorySegment data) {
    int words = (int) (data.byteSize() / Long.BYTES);
    long sum = 0;
    for (int i = 0; i < words; i++) {
      sum += data.get(WORD, (long) i * Long.BYTES);
    }
    long last = 0;
    for (long i = (long) words * Long.BYTES; i < data.byteSize(); i++) {
      last |= (data.get(ValueLayout.JAVA_BYTE, i) & 0xFFL) << (Byte.SIZE * (i % Long.BYTES));
    }
    return sum + last;
  }
}
