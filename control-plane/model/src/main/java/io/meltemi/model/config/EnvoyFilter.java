package io.meltemi.model.config;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;

/// Changes to what Pilot makes of everything else (Istio: `networking.istio.io/v1alpha3
/// EnvoyFilter`). Immutable.
///
/// @param selector the workloads it is for; none: all of its namespace, and from the root namespace
///   all of the mesh
/// @param targetRefs what it is attached to instead: no sidecar and no gateway of Istio's kind
/// @param priority lower ones are applied first; negative ones before those without
/// @param patches each with its place, for findings that only proxies' configurations bring to
///   light
public record EnvoyFilter(
        Metadata metadata,
        WorkloadSelector selector,
        List<TargetRef> targetRefs,
        int priority,
        List<Sourced<ConfigPatch>> patches)
        implements ConfigResource {
    public EnvoyFilter {
        targetRefs = List.copyOf(targetRefs);
        patches = List.copyOf(patches);
    }

    @Override
    public Kind kind() {
        return Kind.ENVOY_FILTER;
    }

    /// One change.
    ///
    /// @param filterClass where a filter is added
    /// @param value what is merged, added or put instead; absent where something is removed
    public record ConfigPatch(
            ApplyTo applyTo,
            Match match,
            Operation operation,
            FilterClass filterClass,
            Optional<PlainValue> value) {}

    /// What is changed.
    public enum ApplyTo {
        LISTENER,
        LISTENER_FILTER,
        FILTER_CHAIN,
        NETWORK_FILTER,
        HTTP_FILTER,
        ROUTE_CONFIGURATION,
        VIRTUAL_HOST,
        HTTP_ROUTE,
        CLUSTER,
        /// A filter's configuration that comes by itself (ECDS).
        EXTENSION_CONFIG;

        /// Whether the order among its neighbours counts.
        public boolean isOrdered() {
            return switch (this) {
                case LISTENER_FILTER, NETWORK_FILTER, HTTP_FILTER, HTTP_ROUTE -> true;
                case LISTENER,
                        FILTER_CHAIN,
                        ROUTE_CONFIGURATION,
                        VIRTUAL_HOST,
                        CLUSTER,
                        EXTENSION_CONFIG ->
                        false;
            };
        }
    }

    /// Where an added filter stands among those that are there anyway.
    public enum FilterClass {
        /// Behind all of them.
        UNSPECIFIED,
        /// Behind those that find out who calls.
        AUTHN,
        /// Behind those that decide who may.
        AUTHZ,
        /// Before those that count.
        STATS
    }

    /// How it is changed.
    public enum Operation {
        /// Fields are set, lists grow, typed configurations are merged inside.
        MERGE,
        ADD,
        REMOVE,
        /// Before the one that matches, or first.
        INSERT_BEFORE,
        /// After the one that matches, or last.
        INSERT_AFTER,
        INSERT_FIRST,
        REPLACE,
        /// A merge whose lists take the place of those that were there.
        MERGE_AND_REPLACE_LIST
    }

    /// Which configuration is meant: of which side and proxies, and which objects in it.
    public record Match(Context context, Optional<ProxyMatch> proxy, ObjectMatch object) {}

    /// Which proxies are meant, by what they say of themselves.
    ///
    /// @param version a regular expression that is found in their `ISTIO_VERSION`; empty: any
    /// @param metadata texts of their metadata, each of them
    public record ProxyMatch(String version, SortedMap<String, String> metadata) {
        public ProxyMatch {
            metadata = Collections.unmodifiableSortedMap(new TreeMap<>(metadata));
        }

        public ProxyMatch(String version, Map<String, String> metadata) {
            this(version, new TreeMap<>(metadata));
        }
    }

    /// Whose configuration, and for which direction.
    public enum Context {
        ANY,
        SIDECAR_INBOUND,
        SIDECAR_OUTBOUND,
        GATEWAY
    }

    /// Conditions on objects; a text that is empty and a port that is absent mean any.
    public sealed interface ObjectMatch {}

    /// Every object of the kind that is changed.
    public record AnyObject() implements ObjectMatch {}

    /// @param portNumber of a listener, or the destination port of a chain of the inbound one
    public record ListenerMatch(
            String name, OptionalInt portNumber, Optional<ChainMatch> chain, String listenerFilter)
            implements ObjectMatch {}

    /// @param sni one of the chain's server names
    /// @param applicationProtocols all of them are the chain's; separated by commas
    public record ChainMatch(
            String name,
            String sni,
            String transportProtocol,
            String applicationProtocols,
            OptionalInt destinationPort,
            String transportSocket,
            Optional<FilterMatch> filter) {}

    /// @param subFilter the name of a filter inside
    public record FilterMatch(String name, Optional<String> subFilter) {}

    /// @param portNumber of the service for a sidecar, of the gateway's server for a gateway
    /// @param portName of an HTTPS server of a gateway
    /// @param gateway `NAMESPACE/NAME` of an HTTPS server's
    public record RouteTableMatch(
            String name,
            OptionalInt portNumber,
            String portName,
            String gateway,
            Optional<HostMatch> virtualHost)
            implements ObjectMatch {}

    public record HostMatch(String name, String domainName, Optional<RouteMatch> route) {}

    public record RouteMatch(String name, RouteAction action) {}

    /// What a route does.
    public enum RouteAction {
        ANY,
        ROUTE,
        REDIRECT,
        DIRECT_RESPONSE
    }

    /// @param service the full host name
    public record ClusterMatch(String name, String service, OptionalInt portNumber, String subset)
            implements ObjectMatch {}
}
