package io.meltemi.proxy.config;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.core.v3.TrafficDirection;
import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.listener.v3.ListenerFilter;
import io.envoyproxy.envoy.config.listener.v3.ListenerFilterChainMatchPredicate;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy;
import io.envoyproxy.envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.filter.network.NetworkFilter;
import io.meltemi.proxy.filter.network.NetworkFilterContext;
import io.meltemi.proxy.filter.network.NetworkFilters;
import io.meltemi.proxy.filter.network.TerminalFilter;
import io.meltemi.proxy.listener.ChainChoice;
import io.meltemi.proxy.listener.ChainMatch;
import io.meltemi.proxy.listener.CidrRange;
import io.meltemi.proxy.listener.ConnectionStart;
import io.meltemi.proxy.listener.FilterChain;
import io.meltemi.proxy.listener.ListenerSettings;
import io.meltemi.proxy.listener.ListenerSockets;
import io.meltemi.proxy.listener.ProxyProtocol;
import io.meltemi.proxy.observe.accesslog.AccessLogs;
import io.meltemi.proxy.tcp.TcpSettings;
import io.meltemi.proxy.tls.DownstreamTls;
import io.meltemi.proxy.tls.TlsConfigException;
import io.meltemi.xds.message.Anys;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Compiles listeners. Thread-safe.
public final class ListenerCompiler {
    private static final long DEFAULT_INSPECT_NANOS = 15_000_000_000L;

    private final CompileContext context;
    private final HttpCompiler http;

    public ListenerCompiler(CompileContext context) {
        this.context = context;
        this.http = new HttpCompiler(context);
    }

    /// A listener whose configuration is fine, and what it waits for. Immutable.
    public record CompiledListener(
            Listener proto, ListenerSettings settings, Set<String> secretNames) {}

    /// Empty after refusing something.
    @SuppressWarnings("deprecation") // use_original_dst and deprecated_v1 are what Istio sends
    public Optional<CompiledListener> compile(Listener proto, ConfigPlace at) {
        ProxyFields.all().check(proto, at);
        TrafficDirection direction = proto.getTrafficDirection();
        Set<String> secrets = new HashSet<>();
        List<SocketAddress> addresses = addresses(proto, at);
        String statName = statName(proto, addresses);
        Inspection inspection = inspection(proto, at);
        List<FilterChain> chains = new ArrayList<>();
        for (int i = 0; i < proto.getFilterChainsCount(); i++) {
            FilterChain chain =
                    chain(
                            proto.getFilterChains(i),
                            at.element("filter_chains", i),
                            statName,
                            secrets,
                            direction);
            if (chain != null) {
                chains.add(chain);
            }
        }
        FilterChain usual =
                proto.hasDefaultFilterChain()
                        ? chain(
                                proto.getDefaultFilterChain(),
                                at.field("default_filter_chain"),
                                statName,
                                secrets,
                                direction)
                        : null;
        if (proto.getFilterChainsCount() == 0 && usual == null) {
            at.field("filter_chains").refuse("is empty");
        }
        boolean binds =
                proto.hasBindToPort()
                        ? proto.getBindToPort().getValue()
                        : !proto.getDeprecatedV1().hasBindToPort()
                                || proto.getDeprecatedV1().getBindToPort().getValue();
        AccessLogs logs = accessLogs(proto.getAccessLogList(), at);
        ListenerSockets sockets = ListenerSocketsCompiler.compile(proto, at);
        ChainChoice choice =
                proto.hasFilterChainMatcher()
                        ? ChainTreeCompiler.compile(proto, at)
                        : new ChainChoice.ByMatch();
        if (!at.isClean()) {
            return Optional.empty();
        }
        ListenerSettings settings =
                new ListenerSettings(
                        proto.getName(),
                        statName,
                        addresses,
                        binds,
                        proto.getUseOriginalDst().getValue(),
                        inspection.originalDestination || proto.getUseOriginalDst().getValue(),
                        inspection.proxyProtocol,
                        inspection.tls,
                        inspection.http,
                        proto.hasListenerFiltersTimeout()
                                ? Durations.nanos(proto.getListenerFiltersTimeout())
                                : DEFAULT_INSPECT_NANOS,
                        proto.getContinueOnListenerFiltersTimeout(),
                        sockets,
                        logs,
                        chains,
                        usual,
                        choice,
                        proto.getDrainType() == Listener.DrainType.MODIFY_ONLY,
                        new ListenerSettings.Exempt(
                                proto.getIgnoreGlobalConnLimit(), proto.getBypassOverloadManager()),
                        shell(proto));
        return Optional.of(new CompiledListener(proto, settings, secrets));
    }

    /// What connections depend on, whichever chain they have.
    private static Listener shell(Listener proto) {
        return proto.toBuilder()
                .clearFilterChains()
                .clearDefaultFilterChain()
                .clearFilterChainMatcher()
                .build();
    }

    private static String statName(Listener proto, List<SocketAddress> addresses) {
        if (!proto.getStatPrefix().isEmpty() || addresses.isEmpty()) {
            return proto.getStatPrefix();
        }
        return ConnectionStart.statName(addresses.getFirst());
    }

    private static List<SocketAddress> addresses(Listener proto, ConfigPlace at) {
        List<SocketAddress> addresses = new ArrayList<>();
        SocketAddress first = AddressCompiler.compile(proto.getAddress(), at.field("address"));
        if (first != null) {
            addresses.add(first);
        }
        for (int i = 0; i < proto.getAdditionalAddressesCount(); i++) {
            SocketAddress more =
                    AddressCompiler.compile(
                            proto.getAdditionalAddresses(i).getAddress(),
                            at.element("additional_addresses", i).field("address"));
            if (more != null) {
                addresses.add(more);
            }
        }
        return addresses;
    }

    /// What the listener filters do. Confined to one compilation.
    private static final class Inspection {
        private boolean originalDestination;
        private @Nullable ProxyProtocol proxyProtocol;
        private @Nullable Predicate<InetSocketAddress> tls;
        private @Nullable Predicate<InetSocketAddress> http;
    }

    private Inspection inspection(Listener proto, ConfigPlace at) {
        Inspection found = new Inspection();
        for (int i = 0; i < proto.getListenerFiltersCount(); i++) {
            ListenerFilter filter = proto.getListenerFilters(i);
            ConfigPlace place = at.element("listener_filters", i);
            Predicate<InetSocketAddress> enabled =
                    enabled(filter.getFilterDisabled(), filter.hasFilterDisabled(), place);
            String type = filter.getTypedConfig().getTypeUrl();
            String name = type.isEmpty() ? filter.getName() : type;
            if (name.endsWith("original_dst.v3.OriginalDst")
                    || name.equals("envoy.filters.listener.original_dst")) {
                found.originalDestination = true;
            } else if (name.endsWith("tls_inspector.v3.TlsInspector")
                    || name.equals("envoy.filters.listener.tls_inspector")) {
                found.tls = enabled;
            } else if (name.endsWith("http_inspector.v3.HttpInspector")
                    || name.equals("envoy.filters.listener.http_inspector")) {
                found.http = enabled;
            } else if (name.endsWith("proxy_protocol.v3.ProxyProtocol")) {
                if (found.tls != null || found.http != null) {
                    place.refuse("stands behind a filter that looks at what it is to take away");
                }
                found.proxyProtocol =
                        ProxyProtocolCompiler.compile(
                                filter.getTypedConfig(),
                                enabled,
                                place.field("typed_config"),
                                context.stats());
            } else {
                place.refuse("'" + name + "' is not a listener filter of this proxy");
            }
        }
        return found;
    }

    private static Predicate<InetSocketAddress> enabled(
            ListenerFilterChainMatchPredicate disabled, boolean isSet, ConfigPlace at) {
        return isSet ? predicate(disabled, at.field("filter_disabled")).negate() : _ -> true;
    }

    private static Predicate<InetSocketAddress> predicate(
            ListenerFilterChainMatchPredicate proto, ConfigPlace at) {
        return switch (proto.getRuleCase()) {
            case ANY_MATCH -> _ -> proto.getAnyMatch();
            case NOT_MATCH -> predicate(proto.getNotMatch(), at).negate();
            case OR_MATCH ->
                    proto.getOrMatch().getRulesList().stream()
                            .map(rule -> predicate(rule, at))
                            .reduce(_ -> false, Predicate::or);
            case AND_MATCH ->
                    proto.getAndMatch().getRulesList().stream()
                            .map(rule -> predicate(rule, at))
                            .reduce(_ -> true, Predicate::and);
            case DESTINATION_PORT_RANGE -> {
                int from = proto.getDestinationPortRange().getStart();
                int to = proto.getDestinationPortRange().getEnd();
                yield address -> address.getPort() >= from && address.getPort() < to;
            }
            case RULE_NOT_SET -> {
                at.refuse("has no rule");
                yield _ -> false;
            }
        };
    }

    private @Nullable FilterChain chain(
            io.envoyproxy.envoy.config.listener.v3.FilterChain proto,
            ConfigPlace at,
            String statName,
            Set<String> secrets,
            TrafficDirection direction) {
        DownstreamTls tls =
                proto.hasTransportSocket()
                        ? tls(proto.getTransportSocket(), at.field("transport_socket"), statName)
                        : null;
        if (tls != null) {
            secrets.addAll(tls.secretNames());
        }
        List<NetworkFilter> filters = new ArrayList<>();
        FilterChain.Terminal terminal = null;
        for (int i = 0; i < proto.getFiltersCount(); i++) {
            Filter filter = proto.getFilters(i);
            ConfigPlace place = at.element("filters", i);
            if (terminal != null) {
                place.refuse("stands behind a filter that ends the chain");
            }
            ConfigPlace typed = place.field("typed_config");
            Any config = TypedStructs.unwrap(filter.getTypedConfig(), typed);
            if (config == null) {
                continue;
            }
            if (Anys.is(config, HttpConnectionManager.class)) {
                HttpConnectionManager manager = open(config, HttpConnectionManager.class, typed);
                if (manager != null) {
                    terminal =
                            new FilterChain.Terminal.Http(http.compile(manager, typed, direction));
                }
            } else if (Anys.is(config, TcpProxy.class)) {
                TcpProxy proxy = open(config, TcpProxy.class, typed);
                if (proxy != null) {
                    terminal = tcp(proxy, typed);
                }
            } else if (NetworkFilters.endsChain(config)) {
                TerminalFilter end = NetworkFilters.terminal(config, typed, network(direction));
                terminal = end == null ? null : new FilterChain.Terminal.Other(end);
            } else if (NetworkFilters.isKnown(config)) {
                NetworkFilter before = NetworkFilters.compile(config, typed, network(direction));
                if (before != null) {
                    filters.add(before);
                }
            } else {
                place.refuse(
                        "'"
                                + filter.getName()
                                + "' ("
                                + config.getTypeUrl()
                                + ") is not a network filter of this proxy");
            }
        }
        if (terminal == null) {
            if (at.isClean()) {
                at.field("filters").refuse("has neither http_connection_manager nor tcp_proxy");
            }
            return null;
        }
        return new FilterChain(
                proto.getName(),
                match(proto.getFilterChainMatch(), at.field("filter_chain_match")),
                tls,
                Durations.nanos(proto.getTransportSocketConnectTimeout()),
                filters,
                terminal,
                proto);
    }

    private NetworkFilterContext network(TrafficDirection direction) {
        return new NetworkFilterContext(
                context.stats(),
                context.rootStats(),
                context.routeStats(),
                direction,
                context.node(),
                context.ticker(),
                context.runtime(),
                context.dnsCaches());
    }

    private static <T extends Message> @Nullable T open(Any config, Class<T> type, ConfigPlace at) {
        try {
            return Anys.unpack(config, type);
        } catch (InvalidProtocolBufferException e) {
            at.refuse("cannot be read: " + e.getMessage());
            return null;
        }
    }

    private @Nullable DownstreamTls tls(TransportSocket socket, ConfigPlace at, String statName) {
        Any config = socket.getTypedConfig();
        try {
            if (Anys.is(config, DownstreamTlsContext.class)) {
                return context.tls()
                        .downstream(
                                Anys.unpack(config, DownstreamTlsContext.class),
                                at.field("typed_config").path(),
                                "listener." + statName + '.');
            }
        } catch (InvalidProtocolBufferException e) {
            at.field("typed_config").refuse("cannot be read: " + e.getMessage());
            return null;
        } catch (TlsConfigException e) {
            e.problems().forEach(at::refuse);
            return null;
        }
        if (!Anys.is(config, RawBuffer.class)
                && !socket.getName().equals("envoy.transport_sockets.raw_buffer")) {
            at.refuse("'" + socket.getName() + "' is not supported: use tls or raw_buffer");
        }
        return null;
    }

    private FilterChain.@Nullable Terminal tcp(TcpProxy proto, ConfigPlace at) {
        AccessLogs logs = accessLogs(proto.getAccessLogList(), at);
        TcpSettings settings = new TcpProxyCompiler(context).compile(proto, logs, at);
        return settings == null ? null : new FilterChain.Terminal.Tcp(settings);
    }

    private AccessLogs accessLogs(
            List<io.envoyproxy.envoy.config.accesslog.v3.AccessLog> logs, ConfigPlace at) {
        try {
            return context.accessLogs().compile(logs);
        } catch (IllegalArgumentException e) {
            at.refuse(String.valueOf(e.getMessage()));
            return AccessLogs.NONE;
        }
    }

    private static ChainMatch match(
            io.envoyproxy.envoy.config.listener.v3.FilterChainMatch proto, ConfigPlace at) {
        List<String> names = new ArrayList<>();
        for (String name : proto.getServerNamesList()) {
            if (name.contains("*") && !name.startsWith("*.")) {
                at.field("server_names").refuse("'" + name + "': a wildcard is *. at the front");
            }
            names.add(name.toLowerCase(Locale.ROOT));
        }
        return new ChainMatch(
                proto.getDestinationPort().getValue(),
                ranges(proto.getPrefixRangesList(), at.field("prefix_ranges")),
                names,
                proto.getTransportProtocol(),
                proto.getApplicationProtocolsList(),
                ranges(
                        proto.getDirectSourcePrefixRangesList(),
                        at.field("direct_source_prefix_ranges")),
                switch (proto.getSourceType()) {
                    case SAME_IP_OR_LOOPBACK -> ChainMatch.SourceType.SAME_IP_OR_LOOPBACK;
                    case EXTERNAL -> ChainMatch.SourceType.EXTERNAL;
                    case ANY, UNRECOGNIZED -> ChainMatch.SourceType.ANY;
                },
                ranges(proto.getSourcePrefixRangesList(), at.field("source_prefix_ranges")),
                proto.getSourcePortsList());
    }

    private static List<CidrRange> ranges(
            List<io.envoyproxy.envoy.config.core.v3.CidrRange> protos, ConfigPlace at) {
        List<CidrRange> ranges = new ArrayList<>();
        for (io.envoyproxy.envoy.config.core.v3.CidrRange proto : protos) {
            int bits = proto.getPrefixLen().getValue();
            InetAddress network = AddressCompiler.network(proto.getAddressPrefix(), bits, at);
            if (network != null) {
                ranges.add(new CidrRange(network, bits));
            }
        }
        return ranges;
    }
}
