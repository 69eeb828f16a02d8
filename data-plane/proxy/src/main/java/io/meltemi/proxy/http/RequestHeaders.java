package io.meltemi.proxy.http;

import io.meltemi.proxy.http.HttpSettings.ClientCertificate.Forward;
import io.meltemi.proxy.observe.AddressText;
import io.meltemi.proxy.observe.ConnectionRecord;
import io.meltemi.proxy.tls.PeerIdentity;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/// Makes a downstream request's headers trustworthy before anything is decided by them. Immutable:
/// pure functions on the given headers. `HOT`.
///
/// Envoy's rules of `use_remote_address`: with it the proxy is the edge, appends the client's
/// address to `x-forwarded-for` and drops what only the mesh may say; without it the headers are
/// believed.
final class RequestHeaders {
    /// What a client outside the mesh may not say.
    private static final String[] INTERNAL = {
        HeaderNames.X_ENVOY_RETRY_ON,
        HeaderNames.X_ENVOY_RETRY_GRPC_ON,
        HeaderNames.X_ENVOY_MAX_RETRIES,
        HeaderNames.X_ENVOY_RETRIABLE_STATUS_CODES,
        "x-envoy-retriable-header-names",
        HeaderNames.X_ENVOY_UPSTREAM_RQ_TIMEOUT_MS,
        HeaderNames.X_ENVOY_UPSTREAM_RQ_PER_TRY_TIMEOUT_MS,
        "x-envoy-upstream-rq-timeout-alt-response",
        "x-envoy-upstream-alt-stat-name",
        "x-envoy-hedge-on-per-try-timeout",
        HeaderNames.X_ENVOY_EXPECTED_RQ_TIMEOUT_MS,
        HeaderNames.X_ENVOY_DECORATOR_OPERATION,
        "x-envoy-downstream-service-cluster",
        "x-envoy-downstream-service-node",
        "x-envoy-force-trace",
        "x-envoy-ip-tags",
        HeaderNames.X_ENVOY_ORIGINAL_PATH,
        "x-envoy-original-host",
        "x-envoy-fault-abort-request",
        "x-envoy-fault-delay-request",
    };

    /// What Envoy believes of nobody outside the mesh, at the edge or behind it.
    private static final String[] NEVER_FROM_OUTSIDE = {
        HeaderNames.X_ENVOY_RETRIABLE_STATUS_CODES,
        "x-envoy-retriable-header-names",
        HeaderNames.X_ENVOY_RETRY_ON,
        HeaderNames.X_ENVOY_RETRY_GRPC_ON,
        HeaderNames.X_ENVOY_MAX_RETRIES,
        "x-envoy-upstream-alt-stat-name",
        HeaderNames.X_ENVOY_UPSTREAM_RQ_TIMEOUT_MS,
        HeaderNames.X_ENVOY_UPSTREAM_RQ_PER_TRY_TIMEOUT_MS,
        "x-envoy-upstream-rq-timeout-alt-response",
        HeaderNames.X_ENVOY_EXPECTED_RQ_TIMEOUT_MS,
        "x-envoy-force-trace",
        "x-envoy-ip-tags",
        "x-envoy-original-url",
        "x-envoy-hedge-on-per-try-timeout",
    };

    private static final String X_FORWARDED_PORT = "x-forwarded-port";
    private static final InetSocketAddress NOWHERE = InetSocketAddress.createUnresolved("", 0);

    private RequestHeaders() {}

    /// The address a request is taken to come from; null for the connection's peer.
    static @Nullable AddressText prepare(
            HeaderMap headers,
            HttpSettings settings,
            ConnectionRecord connection,
            @Nullable PeerIdentity peer) {
        HttpSettings.Edge edge = settings.edge();
        AddressText client = edge.useRemoteAddress() ? edge(headers, edge, connection) : null;
        if (!edge.useRemoteAddress()) {
            OriginalAddress.Found found = original(headers, edge, connection);
            client = found == null ? forwarded(headers, edge.trustedHops() + 1) : found.address();
            if (!headers.contains(HeaderNames.X_FORWARDED_PROTO)) {
                headers.add(HeaderNames.X_FORWARDED_PROTO, scheme(connection));
            }
            String alone = client == null ? null : headers.get(HeaderNames.X_FORWARDED_FOR);
            boolean trusted =
                    found == null ? alone != null && alone.indexOf(',') < 0 : found.trusted();
            boolean internal = trusted && isInternal(client, edge.internal());
            if (!internal) {
                sanitize(headers, NEVER_FROM_OUTSIDE);
            }
            mark(headers, internal);
        }
        if (edge.agent() != null) {
            tellAgent(headers, edge.agent());
        }
        if (edge.scheme() != null) {
            headers.set(HeaderNames.SCHEME, edge.scheme());
            headers.set(HeaderNames.X_FORWARDED_PROTO, edge.scheme());
        }
        String proto = headers.get(HeaderNames.X_FORWARDED_PROTO);
        if (!headers.contains(HeaderNames.SCHEME) && proto != null) {
            headers.add(HeaderNames.SCHEME, proto.equals("https") ? "https" : "http");
        }
        if (!edge.via().isEmpty()) {
            append(headers, "via", edge.via(), ", ");
        }
        clientCertificate(headers, settings.clientCertificate(), connection.tls(), peer);
        return client;
    }

    /// Envoy's extensions in place of its rule for `x-forwarded-for`; null without them.
    private static OriginalAddress.@Nullable Found original(
            HeaderMap headers, HttpSettings.Edge edge, ConnectionRecord connection) {
        if (edge.originals().isEmpty()) {
            return null;
        }
        AddressText peer = connection.remoteAddress();
        OriginalAddress.Found found =
                OriginalAddress.first(edge.originals(), headers, HostPorts.address(peer, NOWHERE));
        if (found.append()) {
            appendForwardedFor(headers, peer);
        }
        return found;
    }

    private static void tellAgent(HeaderMap headers, HttpSettings.Agent agent) {
        headers.set("x-envoy-downstream-service-cluster", agent.cluster());
        String named = headers.get("user-agent");
        if (named == null || named.isEmpty()) {
            headers.set("user-agent", agent.cluster());
        }
        if (!agent.node().isEmpty()) {
            headers.set("x-envoy-downstream-service-node", agent.node());
        }
    }

    private static String scheme(ConnectionRecord connection) {
        return connection.tls() == null ? "http" : "https";
    }

    /// At the edge only the socket's address counts, and what trusted proxies in front added.
    private static @Nullable AddressText edge(
            HeaderMap headers, HttpSettings.Edge edge, ConnectionRecord connection) {
        boolean first = !headers.contains(HeaderNames.X_FORWARDED_FOR);
        AddressText client = forwarded(headers, edge.trustedHops());
        AddressText known = client == null ? connection.remoteAddress() : client;
        boolean internal = first && isInternal(known, edge.internal());
        if (!internal) {
            sanitize(headers, INTERNAL);
            if (known.isIp()) {
                headers.set(HeaderNames.X_ENVOY_EXTERNAL_ADDRESS, known.ip());
            }
        }
        mark(headers, internal);
        if (!edge.skipXffAppend()) {
            appendForwardedFor(headers, connection.remoteAddress());
        }
        if (edge.trustedHops() == 0 || !headers.contains(HeaderNames.X_FORWARDED_PROTO)) {
            headers.set(HeaderNames.X_FORWARDED_PROTO, scheme(connection));
        }
        if (edge.appendForwardedPort()
                && (edge.trustedHops() == 0 || !headers.contains(X_FORWARDED_PORT))) {
            headers.set(X_FORWARDED_PORT, Integer.toString(connection.localAddress().port()));
        }
        return client;
    }

    private static void mark(HeaderMap headers, boolean internal) {
        if (internal) {
            headers.set(HeaderNames.X_ENVOY_INTERNAL, "true");
        } else {
            headers.remove(HeaderNames.X_ENVOY_INTERNAL);
        }
    }

    private static boolean isInternal(
            @Nullable AddressText address, HttpSettings.Internal internal) {
        if (address == null || (internal.ranges().isEmpty() && !internal.unixSockets())) {
            return false;
        }
        if (!address.isIp()) {
            return internal.unixSockets();
        }
        InetSocketAddress parsed = HostPorts.address(address, NOWHERE);
        for (int i = 0; i < internal.ranges().size(); i++) {
            if (!parsed.isUnresolved() && internal.ranges().get(i).contains(parsed.getAddress())) {
                return true;
            }
        }
        return false;
    }

    private static void sanitize(HeaderMap headers, String[] names) {
        for (int i = headers.size() - 1; i >= 0; i--) {
            String name = headers.name(i);
            if (name.startsWith("x-envoy-") && isOneOf(names, name)) {
                headers.removeAt(i);
            }
        }
    }

    private static boolean isOneOf(String[] names, String name) {
        for (String each : names) {
            if (each.equals(name)) {
                return true;
            }
        }
        return false;
    }

    private static void appendForwardedFor(HeaderMap headers, AddressText peer) {
        // Envoy: of a Unix socket there is nothing to say.
        if (peer.isIp()) {
            appendForwardedFor(headers, peer.ip());
        }
    }

    static void appendForwardedFor(HeaderMap headers, String ip) {
        append(headers, HeaderNames.X_FORWARDED_FOR, ip, ",");
    }

    private static void append(HeaderMap headers, String name, String value, String separator) {
        int index = headers.indexOf(name, 0);
        if (index < 0) {
            headers.add(name, value);
        } else {
            headers.setValue(index, headers.value(index) + separator + value);
        }
    }

    /// The nth address from the end of `x-forwarded-for`; null when there are not so many.
    private static @Nullable AddressText forwarded(HeaderMap headers, int hops) {
        if (hops == 0) {
            return null;
        }
        String list = headers.get(HeaderNames.X_FORWARDED_FOR);
        if (list == null) {
            return null;
        }
        int to = list.length();
        int from = list.lastIndexOf(',');
        for (int i = 1; i < hops; i++) {
            if (from < 0) {
                return null;
            }
            to = from;
            from = list.lastIndexOf(',', to - 1);
        }
        return OriginalAddress.parse(list.substring(from + 1, to));
    }

    private static void clientCertificate(
            HeaderMap headers,
            HttpSettings.ClientCertificate rules,
            ConnectionRecord.@Nullable Tls tls,
            @Nullable PeerIdentity peer) {
        if (rules.forward() == Forward.ALWAYS_FORWARD_ONLY) {
            return;
        }
        if (rules.forward() == Forward.SANITIZE || tls == null || peer == null) {
            headers.remove(HeaderNames.X_FORWARDED_CLIENT_CERT);
            return;
        }
        if (rules.forward() == Forward.FORWARD_ONLY) {
            return;
        }
        StringBuilder text = new StringBuilder();
        if (tls.localUri() != null) {
            text.append("By=").append(tls.localUri());
        }
        text.append(text.isEmpty() ? "" : ";").append("Hash=").append(peer.sha256Fingerprint());
        if (rules.subject()) {
            text.append(";Subject=\"").append(peer.subject()).append('"');
        }
        if (rules.uri()) {
            text.append(";URI=").append(peer.uriSans().isEmpty() ? "" : peer.uriSans().getFirst());
        }
        for (int i = 0; rules.dns() && i < peer.dnsSans().size(); i++) {
            text.append(";DNS=").append(peer.dnsSans().get(i));
        }
        if (rules.forward() == Forward.SANITIZE_SET) {
            headers.set(HeaderNames.X_FORWARDED_CLIENT_CERT, text.toString());
        } else {
            append(headers, HeaderNames.X_FORWARDED_CLIENT_CERT, text.toString(), ",");
        }
    }
}
