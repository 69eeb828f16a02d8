package io.meltemi.proxy.fuzz;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/// Feeds changed inputs to a reader until the time is up. Confined to its test.
///
/// `-Dfuzz.millis=600000` makes a long run; `-Dfuzz.seed=N` begins where a failure says.
public final class Fuzzing {
    private static final long MILLIS = Long.getLong("fuzz.millis", 1000);
    private static final long HANGS_AFTER_MILLIS = 10_000;
    private static final int MAX_BYTES = 64 * 1024;
    private static final byte[] TELLING = {
        0, 1, 9, 10, 13, 32, 44, 58, 59, 0x7f, (byte) 0x80, (byte) 0xff, '0', '5', 'f', '/', '%'
    };

    private Fuzzing() {}

    /// What is fed; an exception is a finding.
    @FunctionalInterface
    public interface Target {
        /// @param random for how the input is cut into pieces
        void take(byte[] input, Random random) throws Exception;
    }

    /// The kept inputs of a resource, one a line: text with `\r`, `\n` and `\xNN` written out.
    public static List<byte[]> corpus(String resource) throws IOException {
        List<byte[]> inputs = new ArrayList<>();
        try (InputStream in =
                Objects.requireNonNull(Fuzzing.class.getResourceAsStream(resource), resource)) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            text.lines().filter(line -> !line.startsWith("#")).forEach(l -> inputs.add(bytes(l)));
        }
        return inputs;
    }

    private static byte[] bytes(String line) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int i = 0;
        while (i < line.length()) {
            char c = line.charAt(i++);
            if (c != '\\') {
                out.write(c);
                continue;
            }
            switch (line.charAt(i++)) {
                case 'r' -> out.write('\r');
                case 'n' -> out.write('\n');
                case 't' -> out.write('\t');
                case 'x' -> {
                    out.write(HexFormat.fromHexDigits(line, i, i + 2));
                    i += 2;
                }
                default -> out.write(line.charAt(i - 1));
            }
        }
        return out.toByteArray();
    }

    /// Runs until the time is up, each input as it is first.
    ///
    /// @throws AssertionError with the seed that makes the same input again
    public static void run(String name, List<byte[]> corpus, Target target) {
        long seed = Long.getLong("fuzz.seed", System.nanoTime());
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(MILLIS);
        long count = 0;
        for (byte[] input : corpus) {
            take(name, input, seed, target);
        }
        for (; System.nanoTime() < end; count++) {
            Random random = new Random(seed + count);
            take(name, changed(corpus, random), seed + count, target);
        }
        System.out.println("fuzzing " + name + ": " + count + " inputs from seed " + seed);
    }

    private static void take(String name, byte[] input, long seed, Target target) {
        long began = System.nanoTime();
        try {
            target.take(input, new Random(~seed));
        } catch (Exception | Error e) {
            throw new AssertionError(found(name, input, seed) + " throws", e);
        }
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
        if (millis > HANGS_AFTER_MILLIS) {
            throw new AssertionError(found(name, input, seed) + " takes " + millis + " ms");
        }
    }

    private static String found(String name, byte[] input, long seed) {
        byte[] shown = Arrays.copyOf(input, Math.min(input.length, 2000));
        return name + " -Dfuzz.seed=" + seed + ": " + HexFormat.of().formatHex(shown);
    }

    private static byte[] changed(List<byte[]> corpus, Random random) {
        byte[] input = corpus.get(random.nextInt(corpus.size())).clone();
        for (int i = 1 + random.nextInt(6); i > 0; i--) {
            input = changed(input, corpus, random);
        }
        return input.length > MAX_BYTES ? Arrays.copyOf(input, MAX_BYTES) : input;
    }

    private static byte[] changed(byte[] input, List<byte[]> corpus, Random random) {
        int at = random.nextInt(input.length + 1);
        int length = random.nextInt(Math.min(64, input.length - at) + 1);
        return switch (random.nextInt(8)) {
            case 0 -> replaced(input, at, at, one((byte) random.nextInt(256)));
            case 1 -> replaced(input, at, at, one(TELLING[random.nextInt(TELLING.length)]));
            case 2 -> replaced(input, at, at + length, new byte[0]);
            case 3 -> replaced(input, at, at, Arrays.copyOfRange(input, at, at + length));
            case 4 -> replaced(input, at, at + length, corpus.get(random.nextInt(corpus.size())));
            case 5 -> Arrays.copyOf(input, at);
            case 6 -> replaced(input, at, at, new byte[random.nextInt(2000)]);
            default -> flipped(input, at, random);
        };
    }

    private static byte[] one(byte b) {
        return new byte[] {b};
    }

    private static byte[] flipped(byte[] input, int at, Random random) {
        if (at < input.length) {
            input[at] ^= (byte) (1 << random.nextInt(8));
        }
        return input;
    }

    private static byte[] replaced(byte[] input, int from, int to, byte[] by) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(input, 0, from);
        out.writeBytes(by);
        out.write(input, to, input.length - to);
        return out.toByteArray();
    }
}
