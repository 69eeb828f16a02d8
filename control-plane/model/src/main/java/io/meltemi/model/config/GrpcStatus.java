package io.meltemi.model.config;

import java.util.List;
import java.util.OptionalInt;

/// The names of gRPC's status codes (gRPC: `doc/statuscodes.md`). Thread-safe: stateless.
public final class GrpcStatus {
    /// Each at the place of its number.
    private static final List<String> NAMES =
            List.of(
                    "OK",
                    "CANCELLED",
                    "UNKNOWN",
                    "INVALID_ARGUMENT",
                    "DEADLINE_EXCEEDED",
                    "NOT_FOUND",
                    "ALREADY_EXISTS",
                    "PERMISSION_DENIED",
                    "RESOURCE_EXHAUSTED",
                    "FAILED_PRECONDITION",
                    "ABORTED",
                    "OUT_OF_RANGE",
                    "UNIMPLEMENTED",
                    "INTERNAL",
                    "UNAVAILABLE",
                    "DATA_LOSS",
                    "UNAUTHENTICATED");

    private GrpcStatus() {}

    /// @return empty where no code is called so
    public static OptionalInt code(String name) {
        int code = NAMES.indexOf(name);
        return code < 0 ? OptionalInt.empty() : OptionalInt.of(code);
    }
}
