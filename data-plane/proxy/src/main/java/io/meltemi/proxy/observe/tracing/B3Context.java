package io.meltemi.proxy.observe.tracing;

import io.meltemi.proxy.http.HeaderMap;

/// Reads and writes the headers of B3, the single `b3` and the several `x-b3-...`, with what Envoy
/// 1.40 makes of them: `b3` counts before the others, and is answered alone where it came.
/// `x-b3-flags` is let pass and means nothing. Immutable. `HOT`.
///
/// Envoy also takes `0x` before an id of the several headers; here that is broken.
final class B3Context {
    static final String SINGLE = "b3";
    static final String TRACE_ID = "x-b3-traceid";
    static final String SPAN_ID = "x-b3-spanid";
    static final String PARENT_SPAN_ID = "x-b3-parentspanid";
    static final String SAMPLED = "x-b3-sampled";

    /// `b3` with everything in it: two ids of 16, two of them more, three dashes and a flag.
    static final int LONGEST = 32 + 1 + 16 + 1 + 1 + 1 + 16;

    private static final int SHORTEST = 16 + 1 + 16;

    private B3Context() {}

    /// What a request tells.
    enum Found {
        /// Nothing, or only whether to sample.
        NONE,
        /// The trace and the caller's span.
        CONTEXT,
        /// What nobody can read: there is to be no span, and the headers go on as they are.
        BROKEN
    }

    /// Sets the ids of trace, span and parent to the caller's where there are some, and
    /// [ExchangeTrace#sampled] where the caller tells.
    static Found extract(HeaderMap headers, ExchangeTrace trace) {
        String single = headers.get(SINGLE);
        return single == null ? several(headers, trace) : single(single, trace);
    }

    private static Found several(HeaderMap headers, ExchangeTrace trace) {
        String sampled = headers.get(SAMPLED);
        if (sampled != null) {
            trace.sampled = sampled.equals("1") || sampled.equals("true");
        }
        String id = headers.get(TRACE_ID);
        String span = headers.get(SPAN_ID);
        if (id == null || span == null) {
            return Found.NONE;
        }
        int lowFrom = id.length() == 32 ? 16 : 0;
        String told = headers.get(PARENT_SPAN_ID);
        String parent = told == null ? "" : told;
        if ((lowFrom > 0 && !isNumber(id, 0, lowFrom))
                || !isNumber(id, lowFrom, id.length())
                || !isNumber(span, 0, span.length())
                || (!parent.isEmpty() && !isNumber(parent, 0, parent.length()))) {
            return Found.BROKEN;
        }
        trace.traceIdHigh = number(id, 0, lowFrom);
        trace.traceIdLow = number(id, lowFrom, id.length());
        trace.spanId = number(span, 0, span.length());
        trace.parentSpanId = number(parent, 0, parent.length());
        return Found.CONTEXT;
    }

    /// `trace-span`, `trace-span-flag`, `trace-span-flag-parent`, or the flag alone.
    private static Found single(String text, ExchangeTrace trace) {
        int length = text.length();
        if (length == 1) {
            return flag(text.charAt(0), trace) ? Found.NONE : Found.BROKEN;
        }
        if (length < SHORTEST || length > LONGEST) {
            return Found.BROKEN;
        }
        int lowFrom = length > 32 && text.charAt(32) == '-' ? 16 : 0;
        int span = lowFrom + 17;
        int spanEnd = span + 16;
        if (spanEnd > length
                || text.charAt(span - 1) != '-'
                || !isNumber(text, 0, 16)
                || !isNumber(text, lowFrom, lowFrom + 16)
                || !isNumber(text, span, spanEnd)
                || !rest(text, spanEnd, trace)) {
            return Found.BROKEN;
        }
        trace.traceIdHigh = lowFrom == 0 ? 0 : number(text, 0, 16);
        trace.traceIdLow = number(text, lowFrom, lowFrom + 16);
        trace.spanId = number(text, span, spanEnd);
        return Found.CONTEXT;
    }

    /// The flag and the parent, if they are there; false: broken.
    private static boolean rest(String text, int from, ExchangeTrace trace) {
        int length = text.length();
        if (from == length) {
            return true;
        }
        if (from + 2 > length || text.charAt(from) != '-' || !flag(text.charAt(from + 1), trace)) {
            return false;
        }
        int parent = from + 3;
        if (from + 2 == length) {
            return true;
        }
        if (text.charAt(parent - 1) != '-'
                || parent + 16 != length
                || !isNumber(text, parent, length)) {
            return false;
        }
        trace.parentSpanId = number(text, parent, length);
        return true;
    }

    /// `d` is for debugging, and sampled.
    private static boolean flag(char flag, ExchangeTrace trace) {
        if (flag != '0' && flag != '1' && flag != 'd') {
            return false;
        }
        trace.sampled = flag != '0';
        return true;
    }

    /// Hex in both cases, of at most 64 bits without the zeros before them.
    private static boolean isNumber(String text, int from, int to) {
        int digits = 0;
        for (int i = from; i < to; i++) {
            int digit = Character.digit(text.charAt(i), 16);
            if (digit < 0 || text.charAt(i) > 'f') {
                return false;
            }
            digits = digits == 0 && digit == 0 ? 0 : digits + 1;
        }
        return from < to && digits <= 16;
    }

    private static long number(String text, int from, int to) {
        long value = 0;
        for (int i = from; i < to; i++) {
            value = (value << 4) | Character.digit(text.charAt(i), 16);
        }
        return value;
    }

    /// Writes a span's context, in the form in which the caller's came.
    ///
    /// @param parent 0: none
    /// @param scratch of at least [#LONGEST] bytes
    static void inject(
            HeaderMap headers, ExchangeTrace trace, long span, long parent, byte[] scratch) {
        int end = traceId(trace, scratch);
        if (!headers.contains(SINGLE)) {
            headers.set(TRACE_ID, HexText.string(scratch, end));
            headers.set(SPAN_ID, id(span, scratch));
            if (parent != 0) {
                headers.set(PARENT_SPAN_ID, id(parent, scratch));
            }
            headers.set(SAMPLED, trace.sampled ? "1" : "0");
            return;
        }
        scratch[end] = '-';
        HexText.write(span, scratch, end + 1);
        end += 17;
        scratch[end] = '-';
        scratch[end + 1] = (byte) (trace.sampled ? '1' : '0');
        end += 2;
        if (parent != 0) {
            scratch[end] = '-';
            HexText.write(parent, scratch, end + 1);
            end += 17;
        }
        headers.set(SINGLE, HexText.string(scratch, end));
    }

    /// 32 digits, or 16 where that is all there is; returns how many.
    static int traceId(ExchangeTrace trace, byte[] to) {
        int at = 0;
        if (trace.traceIdHigh != 0) {
            HexText.write(trace.traceIdHigh, to, 0);
            at = 16;
        }
        HexText.write(trace.traceIdLow, to, at);
        return at + 16;
    }

    static String id(long id, byte[] scratch) {
        HexText.write(id, scratch, 0);
        return HexText.string(scratch, 16);
    }
}
