package io.meltemi.pilot.scope;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.meltemi.base.identity.SpiffeId;
import io.meltemi.base.net.HostPort;
import io.meltemi.model.service.Locality;
import io.meltemi.xds.server.SnapshotSource.RefusedException;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// Reads what a proxy says of itself and holds it against what it has proven. Thread-safe:
/// stateless.
///
/// The id and the metadata keys are Istio's: `sidecar~IP~NAME.NAMESPACE~NAMESPACE.svc.DOMAIN`.
public final class NodeClaim {
    private NodeClaim() {}

    /// @param identity what the certificate proves, if there is one
    /// @param trusted whether a claim without a proof is taken at its word
    /// @throws RefusedException with a message for the operator of the proxy
    public static ProxyNode verify(Node node, Optional<SpiffeId> identity, boolean trusted)
            throws RefusedException {
        ProxyNode claimed = read(node);
        if (identity.isEmpty()) {
            if (!trusted) {
                throw new RefusedException(
                        "node '"
                                + node.getId()
                                + "' has proven no identity: connect with the workload's"
                                + " certificate");
            }
            return claimed;
        }
        SpiffeId proven = identity.get();
        require("namespace", claimed.namespace(), proven.namespace(), node, proven);
        Optional<String> account = text(node.getMetadata(), "SERVICE_ACCOUNT");
        if (account.isPresent()) {
            require("service account", account.get(), proven.serviceAccount(), node, proven);
        }
        return claimed.proven(proven);
    }

    private static void require(
            String what, String claimed, String proven, Node node, SpiffeId identity)
            throws RefusedException {
        if (!claimed.equals(proven)) {
            throw new RefusedException(
                    "node '%s' claims %s '%s', but its certificate is %s"
                            .formatted(node.getId(), what, claimed, identity));
        }
    }

    /// Reads a claim without judging it.
    public static ProxyNode read(Node node) throws RefusedException {
        String[] parts = node.getId().split("~", -1);
        if (parts.length != 4) {
            throw refused(node, "its id is not TYPE~IP~NAME.NAMESPACE~DOMAIN");
        }
        Struct metadata = node.getMetadata();
        int dot = parts[2].lastIndexOf('.');
        if (dot <= 0 || parts[1].isEmpty()) {
            throw refused(node, "its id has no address or no NAME.NAMESPACE");
        }
        String name = parts[2].substring(0, dot);
        String namespace = text(metadata, "NAMESPACE").orElse(parts[2].substring(dot + 1));
        return new ProxyNode(
                type(node, parts[0]),
                parts[1],
                name,
                namespace,
                labels(metadata),
                text(metadata, "WORKLOAD_NAME").orElse(name),
                new Locality(
                        node.getLocality().getRegion(),
                        node.getLocality().getZone(),
                        node.getLocality().getSubZone()),
                capabilities(metadata),
                interception(node, metadata),
                texts(metadata));
    }

    private static ProxyNode.Type type(Node node, String text) throws RefusedException {
        String generator = text(node.getMetadata(), "GENERATOR").orElse("");
        return switch (text + generator) {
            case "sidecar" -> ProxyNode.Type.SIDECAR;
            case "sidecargrpc" -> ProxyNode.Type.GRPC;
            case "router" -> ProxyNode.Type.ROUTER;
            default ->
                    throw refused(
                            node,
                            generator.isEmpty()
                                    ? "its type is neither 'sidecar' nor 'router'"
                                    : "metadata GENERATOR '"
                                            + generator
                                            + "' is only known as 'grpc' of a 'sidecar'");
        };
    }

    private static Interception interception(Node node, Struct metadata) throws RefusedException {
        String mode = text(metadata, "INTERCEPTION").orElse("REDIRECT");
        return switch (mode) {
            case "REDIRECT" -> new Interception.Redirect();
            case "EXPLICIT" ->
                    new Interception.Explicit(
                            address(node, metadata, "EXPLICIT_OUTBOUND"),
                            address(node, metadata, "EXPLICIT_INBOUND"),
                            port(node, metadata, "EXPLICIT_APP_PORT"));
            default ->
                    throw refused(
                            node,
                            "metadata INTERCEPTION '" + mode + "' is not REDIRECT or EXPLICIT");
        };
    }

    private static HostPort address(Node node, Struct metadata, String key)
            throws RefusedException {
        String value = text(metadata, key).orElse("");
        try {
            return HostPort.parse(value);
        } catch (IllegalArgumentException e) {
            throw refused(node, "metadata " + key + ": " + e.getMessage());
        }
    }

    private static int port(Node node, Struct metadata, String key) throws RefusedException {
        Value value = metadata.getFieldsOrDefault(key, Value.getDefaultInstance());
        String text =
                value.hasNumberValue()
                        ? Long.toString((long) value.getNumberValue())
                        : value.getStringValue();
        try {
            return new HostPort("127.0.0.1", Integer.parseInt(text)).port();
        } catch (IllegalArgumentException _) {
            throw refused(node, "metadata " + key + " '" + text + "' is not a port");
        }
    }

    private static SortedMap<String, String> labels(Struct metadata) {
        SortedMap<String, String> labels = new TreeMap<>();
        metadata.getFieldsOrDefault("LABELS", Value.getDefaultInstance())
                .getStructValue()
                .getFieldsMap()
                .forEach((key, value) -> labels.put(key, value.getStringValue()));
        return labels;
    }

    /// Istio: only texts can be asked for.
    private static SortedMap<String, String> texts(Struct metadata) {
        SortedMap<String, String> texts = new TreeMap<>();
        metadata.getFieldsMap()
                .forEach((key, value) -> {
                    if (value.hasStringValue()) {
                        texts.put(key, value.getStringValue());
                    }
                });
        return texts;
    }

    private static SortedSet<String> capabilities(Struct metadata) {
        SortedSet<String> names = new TreeSet<>();
        metadata.getFieldsOrDefault("MELTEMI_CAPABILITIES", Value.getDefaultInstance())
                .getListValue()
                .getValuesList()
                .forEach(value -> names.add(value.getStringValue()));
        return names;
    }

    private static Optional<String> text(Struct metadata, String key) {
        return Optional.ofNullable(metadata.getFieldsMap().get(key))
                .map(Value::getStringValue)
                .filter(value -> !value.isEmpty());
    }

    private static RefusedException refused(Node node, String why) {
        return new RefusedException("node '" + node.getId() + "' is refused: " + why);
    }
}
