package io.meltemi.proxy.filter.extauthz;

import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.core.v3.QueryParameter;
import io.envoyproxy.envoy.service.auth.v3.CheckResponse;
import io.envoyproxy.envoy.service.auth.v3.OkHttpResponse;
import io.meltemi.proxy.config.match.Values;
import io.meltemi.proxy.filter.FilterStream;
import io.meltemi.proxy.filter.UpstreamCall;
import io.meltemi.proxy.filter.extauthz.Decision.Change;
import io.meltemi.proxy.filter.extauthz.Decision.Kind;
import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.http.HeaderNames;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Asks over gRPC, `envoy.service.auth.v3.Authorization/Check`, through a cluster of this proxy.
/// Immutable.
record GrpcAuthorizer(String cluster, String authority, long timeoutNanos, CheckRequests requests)
        implements Authorizer {
    private static final int HEAD = 5;

    @Override
    public @Nullable UpstreamCall ask(FilterStream stream, Question question, Answer answer) {
        byte[] message = requests.of(stream, question).toByteArray();
        byte[] frame =
                ByteBuffer.allocate(HEAD + message.length)
                        .put((byte) 0)
                        .putInt(message.length)
                        .put(message)
                        .array();
        return stream.call(
                cluster,
                headers(),
                frame,
                timeoutNanos,
                true,
                new UpstreamCall.Callback() {
                    @Override
                    public void onResponse(
                            HeaderMap headers, byte[] body, @Nullable HeaderMap trailers) {
                        answer.decided(decision(headers, body, trailers));
                    }

                    @Override
                    public void onFailure() {
                        answer.decided(new Decision.Failed());
                    }
                });
    }

    private HeaderMap headers() {
        HeaderMap headers = new HeaderMap();
        headers.add(HeaderNames.METHOD, "POST");
        headers.add(HeaderNames.SCHEME, "http");
        headers.add(HeaderNames.PATH, "/envoy.service.auth.v3.Authorization/Check");
        headers.add(HeaderNames.AUTHORITY, authority);
        headers.add(HeaderNames.TE, "trailers");
        headers.add(HeaderNames.CONTENT_TYPE, "application/grpc");
        if (timeoutNanos > 0) {
            headers.add("grpc-timeout", timeoutNanos / 1_000_000 + "m");
        }
        return headers;
    }

    private static Decision decision(HeaderMap headers, byte[] body, @Nullable HeaderMap trailers) {
        String status = (trailers == null ? headers : trailers).get(HeaderNames.GRPC_STATUS);
        // A compressed message was not asked for.
        if (!"0".equals(status) || body.length < HEAD || body[0] != 0) {
            return new Decision.Failed();
        }
        try {
            return decision(
                    CheckResponse.parseFrom(ByteBuffer.wrap(body, HEAD, body.length - HEAD)));
        } catch (InvalidProtocolBufferException _) {
            return new Decision.Failed();
        }
    }

    @SuppressWarnings("deprecation") // `ok_response.dynamic_metadata`: what older services send
    private static Decision decision(CheckResponse response) {
        OkHttpResponse ok = response.getOkResponse();
        Map<String, Object> metadata =
                Values.tree(
                        ok.hasDynamicMetadata()
                                ? ok.getDynamicMetadata()
                                : response.getDynamicMetadata());
        if (response.getStatus().getCode() != 0) {
            var denied = response.getDeniedResponse();
            int status = denied.getStatus().getCodeValue();
            return new Decision.Denied(
                    status == 0 ? 403 : status,
                    refusal(denied.getHeadersList()),
                    denied.getBody(),
                    metadata);
        }
        Map<String, String> query = new LinkedHashMap<>();
        for (QueryParameter each : ok.getQueryParametersToSetList()) {
            query.put(each.getKey(), each.getValue());
        }
        return new Decision.Allowed(
                changes(ok.getHeadersList(), true),
                ok.getHeadersToRemoveList().stream()
                        .map(name -> name.toLowerCase(Locale.ROOT))
                        .toList(),
                changes(ok.getResponseHeadersToAddList(), false),
                query,
                ok.getQueryParametersToRemoveList(),
                metadata);
    }

    /// Envoy: of a refusal's headers those that say `append` are dropped.
    @SuppressWarnings("deprecation") // `append`: what most services send
    private static List<Change> refusal(List<HeaderValueOption> headers) {
        return headers.stream()
                .filter(header -> !header.getAppend().getValue())
                .map(header -> change(header, Kind.ADD))
                .toList();
    }

    private static Change change(HeaderValueOption header, Kind kind) {
        return new Change(
                header.getHeader().getKey().toLowerCase(Locale.ROOT),
                header.getHeader().getValue(),
                kind);
    }

    private static List<Change> changes(List<HeaderValueOption> headers, boolean ofRequest) {
        List<Change> changes = new ArrayList<>();
        for (HeaderValueOption each : headers) {
            changes.add(change(each, ofRequest ? ofRequest(each) : ofResponse(each)));
        }
        return changes;
    }

    /// Envoy: of a request's header only `append` counts, and joins what is there.
    @SuppressWarnings("deprecation") // `append`: what most services send
    private static Kind ofRequest(HeaderValueOption header) {
        return header.getAppend().getValue() ? Kind.JOIN_IF_PRESENT : Kind.SET;
    }

    @SuppressWarnings("deprecation") // `append`: what most services send
    private static Kind ofResponse(HeaderValueOption header) {
        if (header.hasAppend()) {
            return header.getAppend().getValue() ? Kind.ADD : Kind.SET;
        }
        return switch (header.getAppendAction()) {
            case APPEND_IF_EXISTS_OR_ADD -> Kind.ADD;
            case ADD_IF_ABSENT -> Kind.ADD_IF_ABSENT;
            case OVERWRITE_IF_EXISTS_OR_ADD, UNRECOGNIZED -> Kind.SET;
            case OVERWRITE_IF_EXISTS -> Kind.SET_IF_PRESENT;
        };
    }
}
