package io.meltemi.proxy.observe.tracing;

import io.meltemi.proxy.http.HeaderMap;
import org.jspecify.annotations.Nullable;

/// Reads and writes `traceparent` and `tracestate` by the letter of W3C Trace Context (level 2).
/// Immutable. `HOT`.
final class TraceContext {
    static final String TRACEPARENT = "traceparent";
    static final String TRACESTATE = "tracestate";

    private static final int VERSION_00_LENGTH = 55;
    private static final int MAX_MEMBERS = 32;

    private TraceContext() {}

    /// Takes over the caller's context; false, having changed nothing, when there is none or it is
    /// not valid (then a new trace begins, W3C §2.3; Envoy passes the broken header on).
    static boolean extract(HeaderMap headers, ExchangeTrace trace) {
        int index = headers.indexOf(TRACEPARENT, 0);
        if (index < 0 || headers.indexOf(TRACEPARENT, index + 1) >= 0) {
            return false; // more than one is not valid
        }
        String parent = headers.value(index);
        if (!isWellFormed(parent)) {
            return false;
        }
        long high = hex(parent, 3);
        long low = hex(parent, 19);
        long span = hex(parent, 36);
        if ((high == 0 && low == 0) || span == 0) {
            return false;
        }
        trace.traceIdHigh = high;
        trace.traceIdLow = low;
        trace.parentSpanId = span;
        int flags = digit(parent.charAt(54));
        trace.sampled = (flags & 1) != 0;
        trace.randomId = (flags & 2) != 0;
        trace.traceState = TraceState.read(headers, MAX_MEMBERS);
        return true;
    }

    /// `VV-32 hex-16 hex-2 hex`; a higher version may go on after another dash.
    private static boolean isWellFormed(String parent) {
        if (parent.length() < VERSION_00_LENGTH
                || parent.charAt(2) != '-'
                || parent.charAt(35) != '-'
                || parent.charAt(52) != '-'
                || !isHex(parent, 0, 2)
                || !isHex(parent, 3, 35)
                || !isHex(parent, 36, 52)
                || !isHex(parent, 53, 55)) {
            return false;
        }
        boolean versionZero = parent.charAt(0) == '0' && parent.charAt(1) == '0';
        if (versionZero) {
            return parent.length() == VERSION_00_LENGTH;
        }
        boolean versionForbidden = parent.charAt(0) == 'f' && parent.charAt(1) == 'f';
        return !versionForbidden
                && (parent.length() == VERSION_00_LENGTH
                        || parent.charAt(VERSION_00_LENGTH) == '-');
    }

    private static boolean isHex(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            if (digit(text.charAt(i)) < 0) {
                return false;
            }
        }
        return true;
    }

    /// Upper case is not allowed.
    private static int digit(char c) {
        if (c >= '0' && c <= '9') {
            return c - '0';
        }
        return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
    }

    private static long hex(String text, int from) {
        long value = 0;
        for (int i = from; i < from + 16; i++) {
            value = (value << 4) | digit(text.charAt(i));
        }
        return value;
    }

    /// Writes the context of the span that makes the call.
    static void inject(HeaderMap headers, ExchangeTrace trace, long spanId, byte[] scratch) {
        scratch[0] = '0';
        scratch[1] = '0';
        scratch[2] = '-';
        HexText.write(trace.traceIdHigh, scratch, 3);
        HexText.write(trace.traceIdLow, scratch, 19);
        scratch[35] = '-';
        HexText.write(spanId, scratch, 36);
        scratch[52] = '-';
        scratch[53] = '0';
        scratch[54] = (byte) ('0' + (trace.sampled ? 1 : 0) + (trace.randomId ? 2 : 0));
        headers.set(TRACEPARENT, HexText.string(scratch, VERSION_00_LENGTH));
        @Nullable String state = trace.traceState;
        if (state == null || state.isEmpty()) {
            headers.remove(TRACESTATE);
        } else {
            headers.set(TRACESTATE, state);
        }
    }
}
