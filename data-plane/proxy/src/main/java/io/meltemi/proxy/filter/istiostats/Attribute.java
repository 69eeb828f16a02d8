package io.meltemi.proxy.filter.istiostats;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.meltemi.proxy.decide.RequestFacts;
import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.observe.AddressText;
import io.meltemi.proxy.observe.ExchangeRecord;
import io.meltemi.proxy.observe.PeerMetadata;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A fact about a request by Envoy's name for it. Immutable. `HOT`.
@FunctionalInterface
interface Attribute {
    /// Null when it is not there.
    @Nullable String text(ExchangeRecord record, RequestFacts facts);

    /// Null when there is no such attribute here.
    static @Nullable Attribute named(List<String> path, Node node) {
        if (path.size() < 2) {
            return null;
        }
        List<String> rest = path.subList(1, path.size());
        return switch (path.getFirst()) {
            case "request" -> request(rest);
            case "response" -> response(rest);
            case "connection" -> connection(rest);
            case "source" ->
                    rest.equals(List.of("address")) ? (r, _) -> text(r.remoteAddress()) : null;
            case "upstream" ->
                    rest.equals(List.of("address")) ? (r, _) -> text(r.upstreamHost) : null;
            case "xds" ->
                    rest.getFirst().equals("node")
                            ? fixed(rest.subList(1, rest.size()), node)
                            : xds(rest);
            case "node" -> fixed(rest, node);
            case "filter_state" ->
                    rest.size() < 2 ? null : peer(rest.getFirst(), rest.subList(1, rest.size()));
            default -> peer(path.getFirst(), rest);
        };
    }

    private static @Nullable Attribute request(List<String> path) {
        if (path.size() == 2 && path.getFirst().equals("headers")) {
            String name = path.get(1).toLowerCase(Locale.ROOT);
            return (r, _) -> header(r.requestHeaders, name);
        }
        if (path.size() != 1) {
            return null;
        }
        return switch (path.getFirst()) {
            case "host" -> (r, _) -> header(r.requestHeaders, ":authority");
            case "method" -> (r, _) -> header(r.requestHeaders, ":method");
            case "path" -> (r, _) -> header(r.requestHeaders, ":path");
            case "url_path" -> (_, facts) -> facts.plainPath();
            case "scheme" -> (r, _) -> header(r.requestHeaders, ":scheme");
            case "id" -> (r, _) -> header(r.requestHeaders, "x-request-id");
            case "useragent" -> (r, _) -> header(r.requestHeaders, "user-agent");
            case "referer" -> (r, _) -> header(r.requestHeaders, "referer");
            case "protocol" -> (r, _) -> r.protocol == null ? null : r.protocol.text();
            default -> null;
        };
    }

    private static @Nullable Attribute response(List<String> path) {
        if (path.size() == 2 && path.getFirst().equals("headers")) {
            String name = path.get(1).toLowerCase(Locale.ROOT);
            return (r, _) -> header(r.responseHeaders, name);
        }
        if (path.size() != 1) {
            return null;
        }
        return switch (path.getFirst()) {
            case "code" -> (r, _) -> r.responseCode == 0 ? null : Integer.toString(r.responseCode);
            case "code_details" -> (r, _) -> r.responseCodeDetails;
            default -> null;
        };
    }

    private static @Nullable Attribute connection(List<String> path) {
        if (path.size() != 1) {
            return null;
        }
        return switch (path.getFirst()) {
            case "requested_server_name" -> (r, _) -> r.serverName();
            case "mtls" ->
                    (r, _) -> {
                        var tls = r.downstreamTls();
                        return Boolean.toString(tls != null && tls.mutual());
                    };
            case "uri_san_peer_certificate" ->
                    (r, _) -> {
                        var tls = r.downstreamTls();
                        return tls == null ? null : tls.peerUri();
                    };
            default -> null;
        };
    }

    private static @Nullable Attribute xds(List<String> path) {
        return switch (String.join(".", path)) {
            case "cluster_name" -> (r, _) -> r.upstreamCluster;
            case "route_name" -> (r, _) -> r.routeName;
            default -> null;
        };
    }

    /// Nothing of the node changes. Null when there is no such part in any node.
    private static @Nullable Attribute fixed(List<String> path, Node node) {
        if (path.equals(List.of("id"))) {
            return (_, _) -> node.getId();
        }
        if (path.equals(List.of("cluster"))) {
            return (_, _) -> node.getCluster();
        }
        if (path.size() < 2 || !path.getFirst().equals("metadata")) {
            return null;
        }
        Struct at = node.getMetadata();
        for (int i = 1; i < path.size() - 1; i++) {
            at = at.getFieldsOrDefault(path.get(i), Value.getDefaultInstance()).getStructValue();
        }
        Value found = at.getFieldsMap().get(path.getLast());
        String text = found != null && found.hasStringValue() ? found.getStringValue() : null;
        return (_, _) -> text;
    }

    private static @Nullable Attribute peer(String key, List<String> path) {
        return switch (key) {
            case "downstream_peer" -> peer(path, r -> r.downstreamPeer);
            case "upstream_peer" -> peer(path, r -> r.upstreamPeer);
            default -> null;
        };
    }

    private static @Nullable Attribute peer(
            List<String> path, Function<ExchangeRecord, @Nullable PeerMetadata> peer) {
        boolean label = path.size() >= 2 && path.getFirst().equals("labels");
        // Older configurations have `.value` behind a label.
        boolean ends = path.size() == 2 || (path.size() == 3 && path.get(2).equals("value"));
        if (label && ends) {
            String name = path.get(1);
            return (r, _) -> {
                PeerMetadata found = peer.apply(r);
                return found == null ? null : found.labels().get(name);
            };
        }
        if (path.size() != 1 || !PeerMetadata.FIELDS.contains(path.getFirst())) {
            return null;
        }
        String field = path.getFirst();
        return (r, _) -> {
            PeerMetadata found = peer.apply(r);
            String value = found == null ? null : found.field(field);
            return value == null || value.isEmpty() ? null : value;
        };
    }

    private static @Nullable String header(@Nullable HeaderMap headers, String name) {
        return headers == null ? null : headers.get(name);
    }

    private static @Nullable String text(@Nullable AddressText address) {
        return address == null ? null : address.text();
    }
}
