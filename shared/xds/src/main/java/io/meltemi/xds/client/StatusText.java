package io.meltemi.xds.client;

import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/// How a gRPC call ended, in one line for people: gRPC's own text carries whole stack traces.
public final class StatusText {
    private StatusText() {}

    /// `UNAVAILABLE: Connection refused: /10.77.0.1:15012`: the code, and the innermost reason
    /// known.
    public static String of(Status status) {
        String reason = reason(status);
        String line = reason.lines().findFirst().orElse("");
        return line.isEmpty() ? status.getCode().name() : status.getCode() + ": " + line;
    }

    private static String reason(Status status) {
        @Nullable Throwable cause = status.getCause();
        if (cause != null && cause.getMessage() != null) {
            return cause.getMessage();
        }
        return status.getDescription() == null ? "" : status.getDescription();
    }
}
