package io.meltemi.cli.load;

import java.util.Map;
import java.util.Optional;

/// What one request came back with. Immutable.
///
/// @param status HTTP status; 0 when there was no response
/// @param headers lower-case names; of a repeated name the last
/// @param failure why there was no response; empty when there was one
/// @param nanos from sending to the last byte
public record Reply(
        int status, Map<String, String> headers, String body, String failure, long nanos) {
    public Reply {
        headers = Map.copyOf(headers);
    }

    static Reply failed(String why, long nanos) {
        return new Reply(0, Map.of(), "", why, nanos);
    }

    /// A header's value.
    public Optional<String> header(String lowerCaseName) {
        return Optional.ofNullable(headers.get(lowerCaseName));
    }

    /// Whether the server answered with a success.
    public boolean isSuccess() {
        return status >= 200 && status < 300;
    }
}
