package io.meltemi.proxy.observe.tracing;

import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.core.v3.HttpService;
import io.envoyproxy.envoy.config.core.v3.HttpUri;
import io.meltemi.proxy.filter.UpstreamCall;
import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.http.HeaderNames;
import io.meltemi.proxy.http.WorkerCalls;
import io.meltemi.proxy.http.h1.StatusLine;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/// OTLP over HTTP, with protobuf bodies (`http_service`). Immutable; requests are made on the first
/// worker's event loop.
///
/// @param calls by which a worker makes requests
record HttpSpanSink(Target target, IntFunction<WorkerCalls> calls) implements SpanSink {
    /// OTLP 1.0: an exporter says what it is.
    private static final String USER_AGENT = "OTel-OTLP-Exporter-Meltemi";

    private static final int OK = 200;

    /// Where batches go, and with which headers. Immutable.
    ///
    /// @param timeoutNanos of one batch; 0: none
    /// @param headers by lower-case name; they replace our own
    record Target(
            String cluster,
            String host,
            String path,
            long timeoutNanos,
            Map<String, String> headers) {
        Target {
            headers = Map.copyOf(headers);
        }

        /// @throws IllegalArgumentException naming the field that is wrong or not supported
        static Target of(HttpService service) {
            HttpUri uri = service.getHttpUri();
            if (uri.getUri().isEmpty()) {
                throw refused("http_uri.uri", "is empty");
            }
            if (uri.getCluster().isEmpty()) {
                throw refused("http_uri.cluster", "is empty");
            }
            if (!uri.hasTimeout()
                    || uri.getTimeout().getSeconds() < 0
                    || uri.getTimeout().getNanos() < 0) {
                throw refused("http_uri.timeout", "must be there, and not below 0");
            }
            int scheme = uri.getUri().indexOf("://");
            String rest = scheme < 0 ? uri.getUri() : uri.getUri().substring(scheme + 3);
            int slash = rest.indexOf('/');
            return new Target(
                    uri.getCluster(),
                    word(slash < 0 ? rest : rest.substring(0, slash)),
                    word(slash < 0 ? "/" : rest.substring(slash)),
                    uri.getTimeout().getSeconds() * 1_000_000_000L + uri.getTimeout().getNanos(),
                    headers(service));
        }

        /// Envoy: each replaces what is there of its name, whatever its `append_action`.
        private static Map<String, String> headers(HttpService service) {
            Map<String, String> headers = new LinkedHashMap<>();
            for (HeaderValueOption each : service.getRequestHeadersToAddList()) {
                String value = each.getHeader().getValue();
                if (value.indexOf('%') >= 0) {
                    throw refused("request_headers_to_add", "operators are not supported yet");
                }
                String name = each.getHeader().getKey();
                if (name.isEmpty()
                        || name.startsWith(":")
                        || value.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
                    throw refused("request_headers_to_add", "a name or a value is malformed");
                }
                headers.put(name.toLowerCase(Locale.ROOT), value);
            }
            return headers;
        }

        private static String word(String value) {
            if (value.chars().anyMatch(c -> c <= ' ' || c >= 0x7f)) {
                throw refused("http_uri.uri", "must be printable ASCII without spaces");
            }
            return value;
        }

        private static IllegalArgumentException refused(String field, String why) {
            return new IllegalArgumentException(
                    "tracing.provider.typed_config.http_service." + field + ": " + why);
        }
    }

    @Override
    public void export(ExportTraceServiceRequest request, Outcome outcome) {
        byte[] body = request.toByteArray();
        try {
            WorkerCalls first = calls.apply(0);
            first.loop().eventLoop().execute(() -> send(first, body, outcome));
        } catch (RuntimeException e) {
            outcome.failed(e.toString()); // the process is ending
        }
    }

    @Override
    public String toString() {
        return target.cluster();
    }

    private void send(WorkerCalls from, byte[] body, Outcome outcome) {
        if (from.begin(target.cluster(), head(), body, target.timeoutNanos(), new Answer(outcome))
                == null) {
            outcome.failed("cluster '" + target.cluster() + "' takes no request");
        }
    }

    private HeaderMap head() {
        HeaderMap head = new HeaderMap();
        head.add(HeaderNames.METHOD, "POST");
        head.add(HeaderNames.PATH, target.path());
        head.add(HeaderNames.AUTHORITY, target.host());
        head.add(HeaderNames.SCHEME, "http");
        head.add(HeaderNames.CONTENT_TYPE, "application/x-protobuf");
        head.add(HeaderNames.USER_AGENT, USER_AGENT);
        target.headers().forEach(head::set);
        return head;
    }

    /// What the collector said to one batch. Confined to the event loop.
    private record Answer(Outcome outcome) implements UpstreamCall.Callback {
        @Override
        public void onResponse(HeaderMap headers, byte[] body, @Nullable HeaderMap trailers) {
            int status = StatusLine.parse(String.valueOf(headers.get(HeaderNames.STATUS)));
            if (status == OK) {
                outcome.answered(0);
            } else {
                outcome.failed("status " + status);
            }
        }

        @Override
        public void onFailure() {
            outcome.failed("no answer");
        }
    }
}
