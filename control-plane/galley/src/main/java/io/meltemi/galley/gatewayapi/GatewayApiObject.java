package io.meltemi.galley.gatewayapi;

import io.meltemi.galley.finding.FieldPath;
import io.meltemi.model.config.Metadata;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// A document of the Gateway API (v1.6). Immutable.
public sealed interface GatewayApiObject {
    Metadata metadata();

    GatewayApiKind kind();

    /// Who carries the gateways of a class.
    record ClassObject(Metadata metadata, String controller) implements GatewayApiObject {
        @Override
        public GatewayApiKind kind() {
            return GatewayApiKind.GATEWAY_CLASS;
        }
    }

    /// What a gateway listens on.
    ///
    /// @param addresses of type Hostname: the service of the gateway workloads
    /// @param frontend what clients have to show
    /// @param listenerSets the namespaces whose ListenerSets may add listeners
    record GatewayObject(
            Metadata metadata,
            String className,
            List<String> addresses,
            List<Listener> listeners,
            ListenerTls.Frontend frontend,
            AllowedNamespaces listenerSets)
            implements GatewayApiObject {
        public GatewayObject {
            addresses = List.copyOf(addresses);
            listeners = List.copyOf(listeners);
        }

        @Override
        public GatewayApiKind kind() {
            return GatewayApiKind.GATEWAY;
        }
    }

    /// Listeners that somebody else than its owner adds to a gateway.
    ///
    /// @param parent the gateway
    record ListenerSetObject(Metadata metadata, ParentRef parent, List<Listener> listeners)
            implements GatewayApiObject {
        public ListenerSetObject {
            listeners = List.copyOf(listeners);
        }

        @Override
        public GatewayApiKind kind() {
            return GatewayApiKind.LISTENER_SET;
        }
    }

    /// @param hostname exact or `*.suffix`; absent: any
    /// @param protocol `HTTP`, `HTTPS`, `TLS` or `TCP`
    /// @param tls absent where the protocol has none
    /// @param kinds of routes that may attach; none: all that fit the protocol
    record Listener(
            String name,
            Optional<String> hostname,
            int port,
            String protocol,
            Optional<ListenerTls> tls,
            AllowedNamespaces namespaces,
            List<RouteKind> kinds,
            FieldPath at) {
        public Listener {
            kinds = List.copyOf(kinds);
        }
    }

    record RouteKind(String group, String kind) {}

    /// The namespaces from which something may attach.
    sealed interface AllowedNamespaces {
        record All() implements AllowedNamespaces {}

        record Same() implements AllowedNamespaces {}

        record None() implements AllowedNamespaces {}

        record Selected(LabelSelector labels) implements AllowedNamespaces {}
    }

    /// How requests go on from a gateway.
    record RouteObject(
            Metadata metadata,
            GatewayApiKind kind,
            List<ParentRef> parents,
            List<String> hostnames,
            List<RouteRule> rules)
            implements GatewayApiObject {
        public RouteObject {
            parents = List.copyOf(parents);
            hostnames = List.copyOf(hostnames);
            rules = List.copyOf(rules);
        }
    }

    /// What a route attaches to.
    ///
    /// @param namespace absent: the route's own
    /// @param sectionName of a listener; absent: all
    record ParentRef(
            String group,
            String kind,
            Optional<String> namespace,
            String name,
            Optional<String> sectionName,
            OptionalInt port,
            FieldPath at) {
        public boolean isGateway() {
            return group.equals(GatewayApiKind.GROUP) && kind.equals("Gateway");
        }

        /// Whether it has listeners.
        boolean isOfGateways() {
            return isGateway()
                    || (group.equals(GatewayApiKind.GROUP) && kind.equals("ListenerSet"));
        }

        boolean isServiceEntry() {
            return group.equals("networking.istio.io") && kind.equals("ServiceEntry");
        }

        /// Whether calls are routed where they are made, not at a gateway.
        public boolean isOfMesh() {
            return isServiceEntry() || (group.isEmpty() && kind.equals("Service"));
        }
    }

    /// Who of another namespace may refer to something of this one.
    record GrantObject(Metadata metadata, List<From> from, List<To> to)
            implements GatewayApiObject {
        public GrantObject {
            from = List.copyOf(from);
            to = List.copyOf(to);
        }

        @Override
        public GatewayApiKind kind() {
            return GatewayApiKind.REFERENCE_GRANT;
        }

        public record From(String group, String kind, String namespace) {}

        /// @param name absent: all of the kind
        public record To(String group, String kind, Optional<String> name) {}
    }
}
