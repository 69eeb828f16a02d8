package io.meltemi.proxy.http;

import io.meltemi.proxy.filter.grpc.GrpcTypes;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/// Makes the headers of a request fit to be decided by, as the connection manager is told to. Pure
/// functions on the given headers or on one exchange. `HOT`.
final class RequestPreparation {
    private RequestPreparation() {}

    /// The reply for a request that cannot be decided about; null for any other.
    static @Nullable LocalReply apply(HttpExchange exchange) {
        HttpSettings settings = exchange.settings();
        HttpConnection.Facts facts = exchange.connection().facts();
        HeaderMap request = exchange.requestHeaders();
        LocalReply refusal =
                refusal(request, settings, facts.localAddress(), facts.remoteAddress());
        if (refusal != null) {
            if (refusal.equals(LocalReplies.ABSOLUTE_PATH)) {
                settings.stats().nonRelativePath.increment(exchange.connection().loop().index());
            }
            return refusal;
        }
        exchange.record().downstreamRemoteAddress =
                RequestHeaders.prepare(request, settings, facts.record(), facts.peer());
        requestId(exchange, request, settings);
        expectation(exchange, request, settings);
        return null;
    }

    /// Makes host and path uniform; the reply for a request where that cannot be done, or null.
    static @Nullable LocalReply refusal(
            HeaderMap request,
            HttpSettings settings,
            InetSocketAddress local,
            InetSocketAddress remote) {
        LocalReply refusal = authority(request, settings.path(), local);
        if (refusal == null) {
            refusal = path(request, settings.path());
        }
        if (refusal == null && !settings.edge().originals().isEmpty()) {
            refusal = OriginalAddress.first(settings.edge().originals(), request, remote).refusal();
        }
        return refusal;
    }

    private static @Nullable LocalReply authority(
            HeaderMap request, HttpSettings.PathRules rules, InetSocketAddress local) {
        String authority = request.get(HeaderNames.AUTHORITY);
        if (authority == null) {
            return LocalReplies.MISSING_HOST;
        }
        if (rules.stripTrailingDot()) {
            authority = HostPorts.stripDot(authority);
            request.set(HeaderNames.AUTHORITY, authority);
        }
        if (rules.stripAnyPort() || rules.stripMatchingPort()) {
            String host = HostPorts.strip(authority, rules, local);
            request.set(HeaderNames.AUTHORITY, host);
        }
        return null;
    }

    private static @Nullable LocalReply path(HeaderMap request, HttpSettings.PathRules rules) {
        String path = request.get(HeaderNames.PATH);
        if (path == null) {
            return null;
        }
        if (!path.isEmpty() && path.charAt(0) != '/') {
            return LocalReplies.ABSOLUTE_PATH;
        }
        return PathNormalization.isNeeded(path, rules) ? normalize(request, path, rules) : null;
    }

    /// Envoy: gRPC clients follow no redirects, so they are refused.
    private static @Nullable LocalReply normalize(
            HeaderMap request, String path, HttpSettings.PathRules rules) {
        return switch (PathNormalization.normalize(request, path, rules)) {
            case CONTINUE -> null;
            case REJECT -> LocalReplies.BAD_PATH;
            case REDIRECT ->
                    GrpcTypes.isGrpc(request.get(HeaderNames.CONTENT_TYPE))
                            ? LocalReplies.BAD_PATH
                            : LocalReplies.normalized(
                                    String.valueOf(request.get(HeaderNames.PATH)));
        };
    }

    private static void requestId(HttpExchange exchange, HeaderMap request, HttpSettings settings) {
        HttpSettings.Edge edge = settings.edge();
        if (!edge.generateRequestId()) {
            return;
        }
        boolean external =
                edge.useRemoteAddress() && !request.contains(HeaderNames.X_ENVOY_INTERNAL);
        boolean keep = !external || edge.preserveExternalRequestId();
        settings.requestIds().ensure(exchange.connection().loop().index(), request, !keep);
    }

    private static void expectation(
            HttpExchange exchange, HeaderMap request, HttpSettings settings) {
        String expect = request.get(HeaderNames.EXPECT);
        if (expect != null
                && !settings.edge().continues()
                && expect.equalsIgnoreCase("100-continue")) {
            request.remove(HeaderNames.EXPECT);
            HeaderMap goOn = new HeaderMap();
            goOn.add(HeaderNames.STATUS, "100");
            exchange.downstream().sendHeaders(goOn, false);
        }
    }
}
