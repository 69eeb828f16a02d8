package io.meltemi.proxy.http;

import org.jspecify.annotations.Nullable;

/// Makes the headers of a request fit to be decided by, as the connection manager is told to. Pure
/// functions on one exchange. `HOT`.
final class RequestPreparation {
    private RequestPreparation() {}

    /// The reply for a request that cannot be decided about; null for any other.
    static @Nullable LocalReply apply(HttpExchange exchange) {
        HttpSettings settings = exchange.settings();
        HttpConnection.Facts facts = exchange.connection().facts();
        HeaderMap request = exchange.requestHeaders();
        LocalReply refusal = authority(request, settings.path(), facts);
        if (refusal == null) {
            refusal = path(exchange, request, settings.path());
        }
        if (refusal == null && !settings.edge().originals().isEmpty()) {
            refusal =
                    OriginalAddress.first(
                                    settings.edge().originals(), request, facts.remoteAddress())
                            .refusal();
        }
        if (refusal != null) {
            return refusal;
        }
        exchange.record().downstreamRemoteAddress =
                RequestHeaders.prepare(request, settings, facts.record(), facts.peer());
        requestId(exchange, request, settings);
        expectation(exchange, request, settings);
        return null;
    }

    private static @Nullable LocalReply authority(
            HeaderMap request, HttpSettings.PathRules rules, HttpConnection.Facts facts) {
        String authority = request.get(HeaderNames.AUTHORITY);
        if (authority == null) {
            return LocalReplies.MISSING_HOST;
        }
        if (rules.stripTrailingDot()) {
            authority = HostPorts.stripDot(authority);
            request.set(HeaderNames.AUTHORITY, authority);
        }
        if (rules.stripAnyPort() || rules.stripMatchingPort()) {
            String host = HostPorts.strip(authority, rules, facts.localAddress());
            request.set(HeaderNames.AUTHORITY, host);
        }
        return null;
    }

    private static @Nullable LocalReply path(
            HttpExchange exchange, HeaderMap request, HttpSettings.PathRules rules) {
        String path = request.get(HeaderNames.PATH);
        if (path == null) {
            return null;
        }
        if (!path.isEmpty() && path.charAt(0) != '/') {
            int worker = exchange.connection().loop().index();
            exchange.settings().stats().nonRelativePath.increment(worker);
            return LocalReplies.ABSOLUTE_PATH;
        }
        return PathNormalization.isNeeded(path, rules)
                ? normalize(exchange, request, path, rules)
                : null;
    }

    /// Envoy: gRPC clients follow no redirects, so they are refused.
    private static @Nullable LocalReply normalize(
            HttpExchange exchange, HeaderMap request, String path, HttpSettings.PathRules rules) {
        return switch (PathNormalization.normalize(request, path, rules)) {
            case CONTINUE -> null;
            case REJECT -> LocalReplies.BAD_PATH;
            case REDIRECT ->
                    exchange.isGrpc()
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
