package io.meltemi.galley.validate;

import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.finding.Findings;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/// What numbers and durations may be. Immutable.
final class QuantityRules {
    private static final int HIGHEST_PORT = 65535;

    private QuantityRules() {}

    static void port(int port, FieldPath path, Findings findings) {
        if (port < 1 || port > HIGHEST_PORT) {
            findings.judge(
                    Code.SCHEMA,
                    path,
                    "port number %d must be in the range 1..%d".formatted(port, HIGHEST_PORT));
        }
    }

    static void httpStatus(int status, FieldPath path, Findings findings) {
        if (status < 200 || status > 599) {
            findings.judge(
                    Code.SCHEMA,
                    path,
                    "HTTP status %d is not in the range 200..599".formatted(status));
        }
    }

    static void percentage(double value, FieldPath path, Findings findings) {
        if (value < 0 || value > 100) {
            findings.judge(
                    Code.SCHEMA,
                    path,
                    "percentage %s must be in the range 0..100".formatted(Double.toString(value)));
        }
    }

    static void percentage(OptionalInt value, FieldPath path, Findings findings) {
        value.ifPresent(v -> percentage((double) v, path, findings));
    }

    static void notNegative(OptionalInt value, FieldPath path, Findings findings) {
        if (value.isPresent() && value.getAsInt() < 0) {
            findings.judge(
                    Code.SCHEMA,
                    path,
                    "%s must be non-negative, is %d"
                            .formatted(path.steps().getLast(), value.getAsInt()));
        }
    }

    /// Istio: at least 1 ms, in whole milliseconds.
    static void duration(Optional<Duration> value, FieldPath path, Findings findings) {
        value.ifPresent(d -> {
            if (d.compareTo(Duration.ofMillis(1)) < 0) {
                findings.judge(Code.SCHEMA, path, "duration must be at least 1ms");
            } else if (d.toNanos() % 1_000_000 != 0) {
                findings.judge(Code.SCHEMA, path, "only durations to ms precision are supported");
            }
        });
    }

    /// The same, where zero turns something off.
    static void durationOrZero(Optional<Duration> value, FieldPath path, Findings findings) {
        duration(value.filter(d -> !d.isZero()), path, findings);
    }
}
