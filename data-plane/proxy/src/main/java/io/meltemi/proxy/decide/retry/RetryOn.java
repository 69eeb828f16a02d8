package io.meltemi.proxy.decide.retry;

import java.util.List;
import java.util.Map;

/// Envoy's retry conditions as bits. Immutable.
public final class RetryOn {
    public static final int SERVER_ERROR = 1;
    public static final int GATEWAY_ERROR = 1 << 1;
    public static final int CONNECT_FAILURE = 1 << 2;
    public static final int RETRIABLE_4XX = 1 << 3;
    public static final int REFUSED_STREAM = 1 << 4;
    public static final int GRPC_CANCELLED = 1 << 5;
    public static final int GRPC_DEADLINE_EXCEEDED = 1 << 6;
    public static final int GRPC_RESOURCE_EXHAUSTED = 1 << 7;
    public static final int GRPC_UNAVAILABLE = 1 << 8;
    public static final int GRPC_INTERNAL = 1 << 9;
    public static final int RETRIABLE_STATUS_CODES = 1 << 10;
    public static final int RESET = 1 << 11;
    public static final int RETRIABLE_HEADERS = 1 << 12;
    public static final int ENVOY_RATE_LIMITED = 1 << 13;
    public static final int RESET_BEFORE_REQUEST = 1 << 14;
    static final int ANY_GRPC =
            GRPC_CANCELLED
                    | GRPC_DEADLINE_EXCEEDED
                    | GRPC_RESOURCE_EXHAUSTED
                    | GRPC_UNAVAILABLE
                    | GRPC_INTERNAL;

    /// In a route's policy both families of names are valid.
    private static final Map<String, Integer> NAMES =
            Map.ofEntries(
                    Map.entry("5xx", SERVER_ERROR),
                    Map.entry("gateway-error", GATEWAY_ERROR),
                    Map.entry("connect-failure", CONNECT_FAILURE),
                    Map.entry("retriable-4xx", RETRIABLE_4XX),
                    Map.entry("refused-stream", REFUSED_STREAM),
                    Map.entry("retriable-status-codes", RETRIABLE_STATUS_CODES),
                    Map.entry("retriable-headers", RETRIABLE_HEADERS),
                    Map.entry("reset", RESET),
                    Map.entry("reset-before-request", RESET_BEFORE_REQUEST),
                    Map.entry("envoy-ratelimited", ENVOY_RATE_LIMITED),
                    Map.entry("cancelled", GRPC_CANCELLED),
                    Map.entry("deadline-exceeded", GRPC_DEADLINE_EXCEEDED),
                    Map.entry("resource-exhausted", GRPC_RESOURCE_EXHAUSTED),
                    Map.entry("unavailable", GRPC_UNAVAILABLE),
                    Map.entry("internal", GRPC_INTERNAL));

    /// Envoy's name for a failure of HTTP/3, which this proxy does not speak.
    private static final String HTTP3 = "http3-post-connect-failure";

    private RetryOn() {}

    /// Reads a comma-separated list into bits.
    ///
    /// @param unknown gets the names that are no condition
    public static int parse(String list, List<String> unknown) {
        int bits = 0;
        for (String part : list.split(",", -1)) {
            String name = part.strip();
            Integer bit = NAMES.get(name);
            if (bit != null) {
                bits |= bit;
            } else if (!name.isEmpty() && !name.equals(HTTP3)) {
                unknown.add(name);
            }
        }
        return bits;
    }

    /// The conditions that bits stand for, by name.
    public static List<String> names(int bits) {
        return NAMES.entrySet().stream()
                .filter(each -> (bits & each.getValue()) != 0)
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }
}
