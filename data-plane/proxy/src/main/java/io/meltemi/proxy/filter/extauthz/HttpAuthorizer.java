package io.meltemi.proxy.filter.extauthz;

import com.google.protobuf.ByteString;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.meltemi.proxy.filter.FilterStream;
import io.meltemi.proxy.filter.UpstreamCall;
import io.meltemi.proxy.filter.extauthz.Decision.Change;
import io.meltemi.proxy.filter.extauthz.Decision.Kind;
import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.http.HeaderNames;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Asks over HTTP: the request's head goes there, 200 lets it pass. Immutable.
///
/// Envoy: any other status below 500 is the client's answer; one of 500 and more is none.
record HttpAuthorizer(
        String cluster,
        long timeoutNanos,
        String pathPrefix,
        HeaderNameMatch allowed,
        HeaderNameMatch disallowed,
        List<HeaderValue> added,
        HeaderNameMatch toUpstream,
        HeaderNameMatch appendedToUpstream,
        @Nullable HeaderNameMatch toClient,
        HeaderNameMatch toClientOnSuccess,
        HeaderNameMatch toMetadata)
        implements Authorizer {
    private static final String TO_REMOVE = "x-envoy-auth-headers-to-remove";
    private static final String PARTIAL = "x-envoy-auth-partial-body";

    @Override
    public @Nullable UpstreamCall ask(FilterStream stream, Question question, Answer answer) {
        ByteString body = question.body();
        return stream.call(
                cluster,
                headers(stream.requestHeaders(), question),
                body == null ? new byte[0] : body.toByteArray(),
                timeoutNanos,
                false,
                new UpstreamCall.Callback() {
                    @Override
                    public void onResponse(
                            HeaderMap headers, byte[] text, @Nullable HeaderMap trailers) {
                        answer.decided(decision(headers, text));
                    }

                    @Override
                    public void onFailure() {
                        answer.decided(new Decision.Failed());
                    }
                });
    }

    private HeaderMap headers(HeaderMap request, Question question) {
        HeaderMap headers = new HeaderMap();
        ByteString body = question.body();
        headers.add(HeaderNames.CONTENT_LENGTH, Integer.toString(body == null ? 0 : body.size()));
        for (int i = 0; i < request.size(); i++) {
            String name = request.name(i);
            if (name.equals(HeaderNames.CONTENT_LENGTH)
                    || !allowed.matches(name)
                    || disallowed.matches(name)) {
                continue;
            }
            boolean path = name.equals(HeaderNames.PATH);
            headers.add(name, path ? pathPrefix + request.value(i) : request.value(i));
        }
        if (body != null) {
            headers.set(PARTIAL, Boolean.toString(question.partial()));
        }
        for (HeaderValue each : added) {
            headers.set(each.getKey().toLowerCase(Locale.ROOT), each.getValue());
        }
        return headers;
    }

    private Decision decision(HeaderMap headers, byte[] body) {
        int status = Integer.parseInt(String.valueOf(headers.get(HeaderNames.STATUS)));
        if (status >= 500) {
            return new Decision.Failed();
        }
        if (status != 200) {
            return new Decision.Denied(
                    status,
                    changes(headers, toClient, Kind.ADD),
                    new String(body, StandardCharsets.UTF_8),
                    metadata(headers));
        }
        List<Change> request = new ArrayList<>(changes(headers, toUpstream, Kind.SET));
        request.addAll(changes(headers, appendedToUpstream, Kind.ADD));
        return new Decision.Allowed(
                request,
                removed(headers),
                changes(headers, toClientOnSuccess, Kind.ADD),
                Map.of(),
                List.of(),
                metadata(headers));
    }

    private static List<String> removed(HeaderMap headers) {
        List<String> names = new ArrayList<>();
        for (int i = headers.indexOf(TO_REMOVE, 0); i >= 0; i = headers.indexOf(TO_REMOVE, i + 1)) {
            for (String name : headers.value(i).split(",", -1)) {
                names.add(name.strip().toLowerCase(Locale.ROOT));
            }
        }
        return names;
    }

    /// @param match null: every header
    private static List<Change> changes(
            HeaderMap headers, @Nullable HeaderNameMatch match, Kind kind) {
        List<Change> changes = new ArrayList<>();
        for (int i = 0; i < headers.size(); i++) {
            String name = headers.name(i);
            if (name.charAt(0) != ':' && (match == null || match.matches(name))) {
                changes.add(new Change(name, headers.value(i), kind));
            }
        }
        return changes;
    }

    private Map<String, Object> metadata(HeaderMap headers) {
        Map<String, Object> metadata = new HashMap<>();
        for (int i = 0; i < headers.size(); i++) {
            if (toMetadata.matches(headers.name(i))) {
                metadata.put(headers.name(i), headers.value(i));
            }
        }
        return metadata;
    }
}
