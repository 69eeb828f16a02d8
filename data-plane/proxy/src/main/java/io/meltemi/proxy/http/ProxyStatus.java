package io.meltemi.proxy.http;

import io.meltemi.proxy.observe.ExchangeRecord;
import io.meltemi.proxy.observe.ResponseFlags;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Says in a response what went wrong on the way (`proxy_status_config`): RFC 9209's
/// `Proxy-Status`. Immutable.
///
/// @param proxy what this proxy calls itself
/// @param details whether it says more than the kind of error
/// @param terminations whether that tells why a connection was ended
/// @param flags whether that tells response flags
/// @param setsStatus whether the response gets the status that the standard recommends
public record ProxyStatus(
        String proxy, boolean details, boolean terminations, boolean flags, boolean setsStatus) {
    private static final String HEADER = "proxy-status";

    /// The kinds of errors by the flags that tell of them, the first that fits; Envoy's order. DPE
    /// is none of them: it comes with the end of the connection, behind the response.
    private static final List<Rule> RULES =
            List.of(
                    new Rule(ResponseFlag.FAILED_LOCAL_HEALTH_CHECK, Kind.DESTINATION_UNAVAILABLE),
                    new Rule(ResponseFlag.NO_HEALTHY_UPSTREAM, Kind.DESTINATION_UNAVAILABLE),
                    new Rule(ResponseFlag.UPSTREAM_REQUEST_TIMEOUT, Kind.HTTP_RESPONSE_TIMEOUT),
                    new Rule(ResponseFlag.LOCAL_RESET, Kind.CONNECTION_TIMEOUT),
                    new Rule(ResponseFlag.UPSTREAM_REMOTE_RESET, Kind.CONNECTION_TERMINATED),
                    new Rule(ResponseFlag.UPSTREAM_CONNECTION_FAILURE, Kind.CONNECTION_REFUSED),
                    new Rule(
                            ResponseFlag.UPSTREAM_CONNECTION_TERMINATION,
                            Kind.CONNECTION_TERMINATED),
                    new Rule(ResponseFlag.UPSTREAM_OVERFLOW, Kind.CONNECTION_LIMIT_REACHED),
                    new Rule(ResponseFlag.NO_ROUTE_FOUND, Kind.DESTINATION_NOT_FOUND),
                    new Rule(ResponseFlag.RATE_LIMITED, Kind.CONNECTION_LIMIT_REACHED),
                    new Rule(ResponseFlag.RATE_LIMIT_SERVICE_ERROR, Kind.CONNECTION_LIMIT_REACHED),
                    new Rule(
                            ResponseFlag.UPSTREAM_RETRY_LIMIT_EXCEEDED,
                            Kind.DESTINATION_UNAVAILABLE),
                    new Rule(ResponseFlag.STREAM_IDLE_TIMEOUT, Kind.HTTP_RESPONSE_TIMEOUT),
                    new Rule(ResponseFlag.INVALID_ENVOY_REQUEST_HEADERS, Kind.HTTP_REQUEST_ERROR),
                    new Rule(
                            ResponseFlag.UPSTREAM_MAX_STREAM_DURATION_REACHED,
                            Kind.HTTP_RESPONSE_TIMEOUT),
                    new Rule(ResponseFlag.NO_FILTER_CONFIG_FOUND, Kind.PROXY_CONFIGURATION_ERROR),
                    new Rule(ResponseFlag.UPSTREAM_PROTOCOL_ERROR, Kind.HTTP_PROTOCOL_ERROR),
                    new Rule(ResponseFlag.NO_CLUSTER_FOUND, Kind.DESTINATION_UNAVAILABLE),
                    new Rule(ResponseFlag.DNS_RESOLUTION_FAILED, Kind.DNS_ERROR));

    private record Rule(ResponseFlag flag, Kind kind) {}

    /// RFC 9209 §2.3.
    private enum Kind {
        DNS_ERROR("dns_error", 502),
        DESTINATION_NOT_FOUND("destination_not_found", 500),
        DESTINATION_UNAVAILABLE("destination_unavailable", 503),
        CONNECTION_REFUSED("connection_refused", 502),
        CONNECTION_TERMINATED("connection_terminated", 502),
        CONNECTION_TIMEOUT("connection_timeout", 504),
        CONNECTION_LIMIT_REACHED("connection_limit_reached", 503),
        HTTP_REQUEST_ERROR("http_request_error", 0),
        HTTP_RESPONSE_TIMEOUT("http_response_timeout", 504),
        HTTP_PROTOCOL_ERROR("http_protocol_error", 502),
        PROXY_CONFIGURATION_ERROR("proxy_configuration_error", 500);

        final String text;

        /// 0: none is recommended.
        final int status;

        Kind(String text, int status) {
            this.text = text;
            this.status = status;
        }
    }

    /// Says it where something went wrong.
    void apply(ExchangeRecord record, HeaderMap headers) {
        Kind kind = kind(record);
        if (kind == null) {
            return;
        }
        String known = headers.get(HEADER);
        String mine = proxy + "; error=" + kind.text + details(record);
        headers.set(HEADER, known == null ? mine : known + ", " + mine);
        if (setsStatus && kind.status != 0) {
            headers.set(HeaderNames.STATUS, Integer.toString(kind.status));
        }
    }

    private static @Nullable Kind kind(ExchangeRecord record) {
        if (record.responseFlags == 0) {
            return null;
        }
        for (int i = 0; i < RULES.size(); i++) {
            if (record.hasFlag(RULES.get(i).flag())) {
                return RULES.get(i).kind();
            }
        }
        return null;
    }

    private String details(ExchangeRecord record) {
        String code = record.responseCodeDetails;
        if (!details || code == null) {
            return "";
        }
        StringBuilder text = new StringBuilder("; details=\"");
        escape(code, text);
        if (terminations && record.connectionTerminationDetails != null) {
            escape(record.connectionTerminationDetails, text.append("; "));
        }
        if (flags) {
            flags(record.responseFlagSequence, text.append("; "));
        }
        return text.append('"').toString();
    }

    private static void flags(long sequence, StringBuilder to) {
        ResponseFlag flag = ResponseFlags.nth(sequence, 0);
        for (int i = 1; flag != null; i++) {
            to.append(i == 1 ? "" : ",").append(flag.code());
            flag = ResponseFlags.nth(sequence, i);
        }
    }

    private static void escape(String from, StringBuilder to) {
        for (int i = 0; i < from.length(); i++) {
            char c = from.charAt(i);
            if (c == '"' || c == '\\') {
                to.append('\\');
            }
            to.append(c);
        }
    }
}
