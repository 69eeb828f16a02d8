package io.meltemi.pilot.translate.listener;

import com.google.protobuf.Struct;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.core.v3.SubstitutionFormatString;
import io.meltemi.model.config.AccessLogFile.Format;
import io.meltemi.pilot.translate.Protos;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// What the lines of an access log look like. Thread-safe: pure.
public final class LogFormats {
    /// Istio's JSON keys with Envoy's operators.
    private static final List<List<String>> JSON =
            List.of(
                    List.of("start_time", "%START_TIME%"),
                    List.of("route_name", "%ROUTE_NAME%"),
                    List.of("method", "%REQ(:METHOD)%"),
                    List.of("path", "%REQ(X-ENVOY-ORIGINAL-PATH?:PATH)%"),
                    List.of("protocol", "%PROTOCOL%"),
                    List.of("response_code", "%RESPONSE_CODE%"),
                    List.of("response_flags", "%RESPONSE_FLAGS%"),
                    List.of("response_code_details", "%RESPONSE_CODE_DETAILS%"),
                    List.of("connection_termination_details", "%CONNECTION_TERMINATION_DETAILS%"),
                    List.of("bytes_received", "%BYTES_RECEIVED%"),
                    List.of("bytes_sent", "%BYTES_SENT%"),
                    List.of("duration", "%DURATION%"),
                    List.of("upstream_service_time", "%RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)%"),
                    List.of("x_forwarded_for", "%REQ(X-FORWARDED-FOR)%"),
                    List.of("user_agent", "%REQ(USER-AGENT)%"),
                    List.of("request_id", "%REQ(X-REQUEST-ID)%"),
                    List.of("authority", "%REQ(:AUTHORITY)%"),
                    List.of("upstream_host", "%UPSTREAM_HOST%"),
                    List.of("upstream_cluster", "%UPSTREAM_CLUSTER%"),
                    List.of("upstream_local_address", "%UPSTREAM_LOCAL_ADDRESS%"),
                    List.of("downstream_local_address", "%DOWNSTREAM_LOCAL_ADDRESS%"),
                    List.of("downstream_remote_address", "%DOWNSTREAM_REMOTE_ADDRESS%"),
                    List.of("requested_server_name", "%REQUESTED_SERVER_NAME%"),
                    List.of(
                            "upstream_transport_failure_reason",
                            "%UPSTREAM_TRANSPORT_FAILURE_REASON%"));

    /// Istio's line.
    private static final String TEXT =
            """
            [%START_TIME%] "%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%" \
            %RESPONSE_CODE% %RESPONSE_FLAGS% %RESPONSE_CODE_DETAILS% \
            %CONNECTION_TERMINATION_DETAILS% "%UPSTREAM_TRANSPORT_FAILURE_REASON%" \
            %BYTES_RECEIVED% %BYTES_SENT% %DURATION% %RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)% \
            "%REQ(X-FORWARDED-FOR)%" "%REQ(USER-AGENT)%" "%REQ(X-REQUEST-ID)%" \
            "%REQ(:AUTHORITY)%" "%UPSTREAM_HOST%" %UPSTREAM_CLUSTER_RAW% \
            %UPSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_REMOTE_ADDRESS% \
            %REQUESTED_SERVER_NAME% %ROUTE_NAME%
            """;

    /// Ours: of a request that no ALLOW policy matched, the nearest rule and what it missed. A
    /// proxy that does not know writes null.
    private static final List<List<String>> OF_DENIALS =
            List.of(
                    List.of(
                            "authz_nearest_policy",
                            "%DYNAMIC_METADATA(meltemi.rbac:nearest_policy_id)%"),
                    List.of(
                            "authz_missed_attributes",
                            "%DYNAMIC_METADATA(meltemi.rbac:missed_attributes)%"));

    private static final Format.Json OWN = makeOwn();

    private LogFormats() {}

    /// The control plane's own line: Istio's keys, and which rule a denied request missed.
    public static Format.Json own() {
        return OWN;
    }

    private static Format.Json makeOwn() {
        SortedMap<String, String> fields = new TreeMap<>();
        JSON.forEach(pair -> fields.put(pair.getFirst(), pair.getLast()));
        OF_DENIALS.forEach(pair -> fields.put(pair.getFirst(), pair.getLast()));
        return new Format.Json(fields);
    }

    static SubstitutionFormatString translate(Format format) {
        return switch (format) {
            case Format.Text text -> line(text(text));
            case Format.Json(var fields) -> {
                Struct.Builder out = Struct.newBuilder();
                if (fields.isEmpty()) {
                    JSON.forEach(
                            pair -> out.putFields(pair.getFirst(), Protos.text(pair.getLast())));
                }
                fields.forEach((key, value) -> out.putFields(key, Protos.text(value)));
                yield SubstitutionFormatString.newBuilder().setJsonFormat(out).build();
            }
        };
    }

    /// Istio: a format ends its line, whether that is written or not.
    private static String asLine(String written) {
        return written.endsWith("\n") ? written : written + "\n";
    }

    /// One line with its end.
    static String text(Format.Text format) {
        return format.text().map(LogFormats::asLine).orElse(TEXT);
    }

    private static SubstitutionFormatString line(String line) {
        return SubstitutionFormatString.newBuilder()
                .setTextFormatSource(DataSource.newBuilder().setInlineString(line))
                .build();
    }
}
