package io.meltemi.proxy.observe.accesslog;

import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.observe.ExchangeRecord;
import org.jspecify.annotations.Nullable;

/// `%REQUESTED_SERVER_NAME(SNI_ONLY|SNI_FIRST|HOST_FIRST:ORIG_OR_HOST|ORIG|HOST)%`: what TLS asked
/// for, or the request's host. Immutable.
final class ServerNameOperator {
    private ServerNameOperator() {}

    /// @throws IllegalArgumentException naming the option that is not known
    static Value create(@Nullable String argument) {
        String[] options = (argument == null ? "" : argument).split(":", -1);
        String order = options[0].isEmpty() ? "SNI_ONLY" : options[0];
        String host = options.length < 2 || options[1].isEmpty() ? "ORIG_OR_HOST" : options[1];
        boolean original = !host.equals("HOST");
        boolean current = !host.equals("ORIG");
        if (original && current && !host.equals("ORIG_OR_HOST")) {
            throw new IllegalArgumentException(
                    "%REQUESTED_SERVER_NAME%: '" + host + "' is none of ORIG_OR_HOST, HOST, ORIG");
        }
        return switch (order) {
            case "SNI_ONLY" -> Operators.text(ExchangeRecord::serverName);
            case "SNI_FIRST" ->
                    Operators.text(
                            record -> or(record.serverName(), host(record, original, current)));
            case "HOST_FIRST" ->
                    Operators.text(
                            record -> or(host(record, original, current), record.serverName()));
            default ->
                    throw new IllegalArgumentException(
                            "%REQUESTED_SERVER_NAME%: '"
                                    + order
                                    + "' is none of SNI_ONLY, SNI_FIRST, HOST_FIRST");
        };
    }

    private static @Nullable String or(@Nullable String first, @Nullable String second) {
        return first == null || first.isEmpty() ? second : first;
    }

    private static @Nullable String host(ExchangeRecord record, boolean original, boolean current) {
        HeaderMap request = record.requestHeaders;
        if (request == null) {
            return null;
        }
        String host = original ? request.get("x-envoy-original-host") : null;
        return host == null && current ? request.get(":authority") : host;
    }
}
