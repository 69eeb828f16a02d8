package io.meltemi.proxy.decide.retry;

import java.util.List;

/// A set of HTTP status codes below 1,024. Immutable.
public final class StatusCodes {
    public static final StatusCodes NONE = new StatusCodes(List.of());

    private final long[] bits = new long[16];

    public StatusCodes(List<Integer> codes) {
        for (int code : codes) {
            if (code < 0 || code >= bits.length * Long.SIZE) {
                throw new IllegalArgumentException("status code " + code + " is out of range");
            }
            bits[code / Long.SIZE] |= 1L << (code % Long.SIZE);
        }
    }

    private StatusCodes(StatusCodes from, int code) {
        System.arraycopy(from.bits, 0, bits, 0, bits.length);
        bits[code / Long.SIZE] |= 1L << (code % Long.SIZE);
    }

    public boolean contains(int code) {
        return code >= 0
                && code < bits.length * Long.SIZE
                && (bits[code / Long.SIZE] & (1L << (code % Long.SIZE))) != 0;
    }

    /// This set and one more code; codes out of range change nothing.
    StatusCodes with(int code) {
        return code >= 0 && code < bits.length * Long.SIZE ? new StatusCodes(this, code) : this;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("[");
        for (int code = 0; code < bits.length * Long.SIZE; code++) {
            if (contains(code)) {
                text.append(text.length() == 1 ? "" : ", ").append(code);
            }
        }
        return text.append(']').toString();
    }
}
