package io.github.puzzle4j.search.cli.model;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;

/** Ways to damage the bytes of any file. Each draws its details from the random numbers. */
enum FileMutation {
  FLIP {
    @Override
    byte[] apply(byte[] file, Random random) {
      byte[] flipped = file.clone();
      for (int i = 1 + random.nextInt(4); i > 0; i--) {
        flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(Byte.SIZE));
      }
      return flipped;
    }
  },
  OVERWRITE {
    @Override
    byte[] apply(byte[] file, Random random) {
      byte[] run = run(random, file.length);
      byte[] overwritten = file.clone();
      System.arraycopy(
          run, 0, overwritten, random.nextInt(file.length - run.length + 1), run.length);
      return overwritten;
    }
  },
  INSERT {
    @Override
    byte[] apply(byte[] file, Random random) {
      return spliced(file, random.nextInt(file.length + 1), 0, run(random, file.length));
    }
  },
  DELETE {
    @Override
    byte[] apply(byte[] file, Random random) {
      int length = run(random, file.length).length;
      return spliced(file, random.nextInt(file.length - length + 1), length, new byte[0]);
    }
  },
  REPEAT {
    @Override
    byte[] apply(byte[] file, Random random) {
      int length = run(random, file.length).length;
      int from = random.nextInt(file.length - length + 1);
      return spliced(file, from, 0, Arrays.copyOfRange(file, from, from + length));
    }
  },
  /** A digit becomes another, or a whole number gets more digits: sizes, counts, offsets. */
  NUMBER {
    @Override
    byte[] apply(byte[] file, Random random) {
      int at = random.nextInt(file.length);
      for (int i = 0; i < file.length && !Character.isDigit(file[at]); i++) {
        at = (at + 1) % file.length;
      }
      String[] numbers = {"0", "1", "7", "-1", "9999999999", "1e9", "0.5", "\"\"", "null", "[]"};
      return spliced(
          file, at, 1, numbers[random.nextInt(numbers.length)].getBytes(StandardCharsets.UTF_8));
    }
  },
  TRUNCATE {
    @Override
    byte[] apply(byte[] file, Random random) {
      return Arrays.copyOf(file, random.nextInt(file.length));
    }
  },
  LENGTHEN {
    @Override
    byte[] apply(byte[] file, Random random) {
      return Arrays.copyOf(file, file.length + 1 + random.nextInt(64));
    }
  },
  /** The first eight bytes, which are a length in some formats. */
  LENGTH {
    @Override
    byte[] apply(byte[] file, Random random) {
      byte[] changed = file.clone();
      changed[random.nextInt(Math.min(Long.BYTES, file.length))] = (byte) random.nextInt();
      return changed;
    }
  };

  private static final int LONGEST_RUN = 32;

  abstract byte[] apply(byte[] file, Random random);

  private static byte[] run(Random random, int longest) {
    byte[] run = new byte[1 + random.nextInt(Math.min(LONGEST_RUN, longest))];
    random.nextBytes(run);
    return run;
  }

  private static byte[] spliced(byte[] file, int at, int without, byte[] with) {
    byte[] spliced = Arrays.copyOf(file, file.length - without + with.length);
    System.arraycopy(with, 0, spliced, at, with.length);
    System.arraycopy(file, at + without, spliced, at + with.length, file.length - at - without);
    return spliced;
  }

  /** The file after one to three mutations. */
  static byte[] some(byte[] file, Random random) {
    byte[] mutated = file;
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      mutated =
          mutated.length == 0
              ? mutated
              : values()[random.nextInt(values().length)].apply(mutated, random);
    }
    return mutated;
  }
}
