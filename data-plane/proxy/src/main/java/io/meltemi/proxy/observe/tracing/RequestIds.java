package io.meltemi.proxy.observe.tracing;

import io.envoyproxy.envoy.extensions.request_id.uuid.v3.UuidRequestIdConfig;
import io.meltemi.proxy.http.HeaderMap;
import org.jspecify.annotations.Nullable;

/// Makes `x-request-id` and reads and writes the trace decision in it, as Envoy's UUID extension
/// does. Each worker's part is confined to its event loop. `HOT`.
///
/// The 15th character of the UUID (its version digit) tells: `4` not traced, `9` sampled, `a`
/// forced by a service, `b` forced by a client (uuid/config.cc).
public final class RequestIds {
    public static final String HEADER = "x-request-id";

    private static final int LENGTH = 36;
    private static final int TRACE_AT = 14;

    private final WorkerRandom random;
    private final boolean packTraceReason;
    private final boolean sampleById;
    private final byte[][] scratch;

    public RequestIds(WorkerRandom random, int workers, UuidRequestIdConfig config) {
        this.random = random;
        this.packTraceReason =
                !config.hasPackTraceReason() || config.getPackTraceReason().getValue();
        this.sampleById =
                !config.hasUseRequestIdForTraceSampling()
                        || config.getUseRequestIdForTraceSampling().getValue();
        this.scratch = new byte[workers][LENGTH];
    }

    /// Gives the request an id when it has none.
    ///
    /// @param replace an id from outside is not trusted (edge request without
    ///   `preserve_external_request_id`)
    public void ensure(int worker, HeaderMap request, boolean replace) {
        if (replace || !request.contains(HEADER)) {
            request.set(HEADER, next(worker));
        }
    }

    /// A random UUID, version 4, not traced.
    String next(int worker) {
        byte[] text = scratch[worker];
        long high = random.next(worker);
        long low = random.next(worker);
        high = (high & ~0xf000L) | 0x4000L;
        low = (low & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L;
        int at = 0;
        for (int i = 0; i < 32; i++) {
            if (i == 8 || i == 12 || i == 16 || i == 20) {
                text[at++] = '-';
            }
            long half = i < 16 ? high : low;
            text[at++] = HexText.digit(half >>> (60 - (i & 15) * 4));
        }
        return HexText.string(text, LENGTH);
    }

    boolean samplesById() {
        return sampleById;
    }

    /// What the id says; null without a valid id.
    @Nullable TraceReason reason(HeaderMap request) {
        String id = request.get(HEADER);
        if (id == null || id.length() != LENGTH) {
            return null;
        }
        return switch (id.charAt(TRACE_AT)) {
            case '9' -> TraceReason.SAMPLED;
            case 'a' -> TraceReason.SERVICE_FORCED;
            case 'b' -> TraceReason.CLIENT_FORCED;
            default -> TraceReason.NOT_TRACEABLE;
        };
    }

    /// Writes the decision into the id.
    void setReason(int worker, HeaderMap request, TraceReason reason) {
        String id = request.get(HEADER);
        if (!packTraceReason || id == null || id.length() != LENGTH) {
            return;
        }
        char wanted =
                switch (reason) {
                    case NOT_TRACEABLE -> '4';
                    case SAMPLED -> '9';
                    case SERVICE_FORCED -> 'a';
                    case CLIENT_FORCED -> 'b';
                };
        if (id.charAt(TRACE_AT) == wanted) {
            return;
        }
        byte[] text = scratch[worker];
        for (int i = 0; i < LENGTH; i++) {
            text[i] = (byte) id.charAt(i);
        }
        text[TRACE_AT] = (byte) wanted;
        request.set(HEADER, HexText.string(text, LENGTH));
    }

    /// The id's first 32 bits modulo `bound`, so that all proxies on a request's way decide alike;
    /// -1 without a valid id.
    static int modulo(HeaderMap request, int bound) {
        String id = request.get(HEADER);
        if (id == null || id.length() != LENGTH) {
            return -1;
        }
        long value = 0;
        for (int i = 0; i < 8; i++) {
            int digit = Character.digit(id.charAt(i), 16);
            if (digit < 0) {
                return -1;
            }
            value = (value << 4) | digit;
        }
        return (int) (value % bound);
    }

    /// Why a request is traced, or that it is not.
    enum TraceReason {
        NOT_TRACEABLE,
        SAMPLED,
        SERVICE_FORCED,
        CLIENT_FORCED
    }
}
