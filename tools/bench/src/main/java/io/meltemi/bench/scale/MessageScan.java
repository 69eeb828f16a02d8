package io.meltemi.bench.scale;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Reads one discovery response and remembers nothing of it but type, nonce and version, and the
/// names of resources where they are wanted. Confined to its proxy's thread.
final class MessageScan {
    private static final int MORE = 0x80;
    private static final int SEVEN_BITS = 7;
    private static final int TYPE_BITS = 3;
    private static final int VARINT = 0;
    private static final int LENGTH_DELIMITED = 2;
    private static final int PREFIX_BYTES = 5;

    private final InputStream in;
    private final Dialect dialect;
    private long left;

    /// @param in the stream's body
    MessageScan(InputStream in, Dialect dialect) {
        this.in = in;
        this.dialect = dialect;
    }

    /// What was said. Immutable.
    ///
    /// @param names of clusters
    record Response(String type, String version, String nonce, List<String> names, long bytes) {}

    /// Both kinds of response have these fields in common.
    private static final int VERSION = 1;

    private static final int RESOURCE = 2;
    private static final int TYPE = 4;
    private static final int NONCE = 5;

    /// Waits for the next response.
    Response next() throws IOException {
        left = PREFIX_BYTES;
        if (read() != 0) {
            throw new IOException("compressed");
        }
        long length = 0;
        for (int i = 1; i < PREFIX_BYTES; i++) {
            length = length << 8 | read();
        }
        left = length;
        String type = "";
        String version = "";
        String nonce = "";
        List<String> names = new ArrayList<>();
        while (left > 0) {
            int tag = varint();
            int field = tag >> TYPE_BITS;
            int size = size(tag);
            switch (field) {
                case TYPE -> type = text(size);
                case NONCE -> nonce = text(size);
                case VERSION -> version = text(size);
                case RESOURCE -> name(size, names);
                default -> skip(size);
            }
        }
        return new Response(type, version, nonce, names, PREFIX_BYTES + length);
    }

    private int size(int tag) throws IOException {
        return switch (tag & (1 << TYPE_BITS) - 1) {
            case VARINT -> {
                varint();
                yield 0;
            }
            case LENGTH_DELIMITED -> varint();
            default -> throw new IOException("a field of a kind that discovery has not");
        };
    }

    /// Delta: the name stands beside the body (3). State of the world: it is what a cluster begins
    /// with (1), in a body of any type (2).
    private void name(int size, List<String> names) throws IOException {
        long end = left - size;
        boolean isDelta = dialect == Dialect.DELTA;
        while (left > end) {
            int tag = varint();
            int inner = size(tag);
            int field = tag >> TYPE_BITS;
            if (isDelta && field == 3) {
                names.add(text(inner));
            } else if (!isDelta && field == 2) {
                long rest = left - inner;
                if (inner > 0 && varint() == (1 << TYPE_BITS | LENGTH_DELIMITED)) {
                    names.add(text(varint()));
                }
                skip(left - rest);
            } else {
                skip(inner);
            }
        }
    }

    private int varint() throws IOException {
        int value = 0;
        int shift = 0;
        while (true) {
            int each = read();
            value |= (each & ~MORE) << shift;
            if (each < MORE) {
                return value;
            }
            shift += SEVEN_BITS;
        }
    }

    private int read() throws IOException {
        left--;
        return in.read();
    }

    private String text(int size) throws IOException {
        byte[] bytes = new byte[size];
        int count = 0;
        while (count < size) {
            count += in.read(bytes, count, size - count);
        }
        left -= size;
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private void skip(long size) throws IOException {
        long rest = size;
        while (rest > 0) {
            rest -= in.skip(rest);
        }
        left -= size;
    }
}
